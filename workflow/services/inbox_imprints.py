"""How it is found out, with little asked, whether a page of an inbox would be written as it was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from workflow.services.inbox import asked_at_a_glance, narrowed, week_of
from workflow.services.inbox_views import Reader, Wanted
from workflow.services.register_lists import SOON
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.foresight import Asked
from workflow.storage.queries import imprint
from workflow.storage.queries.glance import Glance
from workflow.storage.queries.imprint import Imprinted
from workflow.storage.queries.inbox import Cursor, InboxItem


class Outline(NamedTuple):
    """What is on a page of tasks that its imprint is asked by."""

    holders: tuple[int, ...]
    """The officers whose names it tells."""
    cases: tuple[int, ...]
    beside: bool
    """Whether there is something of what is seldom there, on the page or around it."""

    @classmethod
    def of(cls, seen: Glance, items: Iterable[InboxItem]) -> Outline:
        """Return the outline of a page that shows some tasks."""
        shown = tuple(items)
        around = seen.aside, seen.followed, seen.asked, seen.to_confirm
        kept = any(row["name"] is not None for row in seen.arranged)
        return cls(
            tuple(sorted({one.assignee for one in shown if one.assignee is not None})),
            tuple(sorted({one.case_id for one in shown})),
            kept or any(around) or any(one.parent for one in shown),
        )


def imprint_asked(
    uow: UnitOfWork,
    reader: Reader,
    views: tuple[Wanted, Wanted],
    outline: Outline,
    *,
    after: Cursor | None,
    limit: int,
) -> Asked:
    """Return how PostgreSQL is asked for the imprint of what a page asks.

    `views` are those of which it asks `ask_glance` and `ask_tasks`.
    """
    glance, page = views
    of = Imprinted(
        asked=asked_at_a_glance(reader, glance),
        week=week_of(uow),
        narrowed=narrowed(page, reader),
        after=after,
        limit=limit,
        **outline._asdict(),
    )
    return imprint.imprint_asked(of, powers=uow.powers, soon=SOON)


def tells_all(told: str, outline: Outline) -> bool:
    """Say whether an imprint holds all that the page follows from."""
    return imprint.tells_all(told, beside=outline.beside)
