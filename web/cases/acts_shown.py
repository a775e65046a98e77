"""The acts on a case as its page offers them: with what to fill in, or why not and who could."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from web.cases.page import agency_choices
from web.errors import refusal_text
from web.links import address_of
from web.words.case_words import CaseWords, words_for
from web.words.languages import in_language
from workflow.catalogue.common import common
from workflow.core.act_rules import ActName
from workflow.core.acts.documents import attachable
from workflow.core.acts.possible import (
    PlainAct,
    extendable_by,
    possible_acts,
    removable,
    removable_later,
    shared_tasks,
    targets,
)
from workflow.core.acts.record import Relation
from workflow.core.acts.standing_still import GROUNDS
from workflow.core.acts.starts import movable
from workflow.core.cascade import own_limit
from workflow.core.errors import NotAssigned, Refusal
from workflow.core.fields import Field
from workflow.core.snapshot import Scheduled, Task
from workflow.services.case_view import CaseView

Pairs = tuple[tuple[str, str], ...]
FORESEEN: Final = frozenset({"suspend", "resume", "extend", "move_start"})


@dataclass(frozen=True, slots=True)
class ShownAct:
    """An act with what its little form offers to choose, or with the reason why not."""

    key: str
    title: str
    help: str
    allowed: bool
    why_not: str = ""
    who: tuple[str, ...] = ()
    choices: Pairs = ()
    limit: date | None = None
    """When the reader's own agency is due, for what is asked of others."""

    @property
    def is_foreseen(self) -> bool:
        """Whether what it changes in deadlines is shown before it is done."""
        return self.key in FORESEEN


class Untyped:
    """What was typed in a form that nobody has sent yet."""

    __slots__ = ()

    def get(self, _name: str, usual: object = "") -> object:
        """Return what stands in a field at first."""
        return usual


UNTYPED: Final = Untyped()


def address_of_act(key: str, number: str) -> str:
    """Return where the form of an act on a case goes."""
    if key in FORESEEN:
        return address_of(f"rests.foresee_{key}", number=number)
    asks = key == PlainAct.ASK_OPINION
    return address_of("rests.ask_opinion" if asks else f"case_acts.{key}", number=number)


def acts_shown(view: CaseView, words: CaseWords) -> list[ShownAct]:
    """Return the acts that make sense on the case, those that are allowed first."""
    found, told = [], dict[object, str]()
    for possible in possible_acts(view.case, view.powers):
        key = possible.act.value
        refused = possible.refused
        found.append(
            ShownAct(
                key=key,
                title=words_for("acts", key),
                help=words_for("acts", f"{key}_help"),
                allowed=possible.allowed,
                why_not=_why_not(refused, told) if refused else "",
                who=possible.who if isinstance(refused, NotAssigned) else (),
                choices=_choices(key, view, words) if possible.allowed else (),
                limit=_limit(view) if possible.act is PlainAct.ASK_OPINION else None,
            )
        )
    return sorted(found, key=lambda act: not act.allowed)


def _why_not(refused: Refusal, told: dict[object, str]) -> str:
    """Say why an act is refused; most acts are refused for the same reason, told once."""
    # No sentence names the act itself: `tests/web/test_case_page.py` sees to it.
    told_of = [(key, value) for key, value in refused.particulars.items() if key != "act"]
    reason = type(refused), repr(told_of)
    if reason not in told:
        told[reason] = refusal_text(refused)
    return told[reason]


def offered(view: CaseView, words: CaseWords) -> dict[str, object]:
    """Return the acts on a case, and what all their forms offer to choose from."""
    grounds = common().grounds.values()
    return {
        "acts": acts_shown(view, words),
        "agencies": agency_choices(view.world, words.today),
        "act_address": address_of_act,
        "typed": UNTYPED,
        "relation_choices": tuple((r.value, words_for("relations", r.value)) for r in Relation),
        "grounds": tuple((g.key, f"{in_language(g.title)} ({g.law})") for g in grounds),
    }


def _choices(key: str, view: CaseView, words: CaseWords) -> Pairs:
    """Return what the form of an act offers to choose from, if it offers anything."""
    found = _OFFERED.get(key)
    return tuple(found(view, words)) if found else ()


def _limit(view: CaseView) -> date | None:
    clock = own_limit(view.case, view.powers.agency)
    return clock.due_on if clock else None


def attachable_fields(view: CaseView) -> list[Field]:
    """Return the document fields of a case that the reader may put a version in."""
    mine = attachable(view.case, view.powers)
    return [field for field in view.case.definition.data.values() if field.key in mine]


def _removable(view: CaseView, words: CaseWords) -> list[tuple[str, str]]:
    """Return who may be spared: by the number of their task, or by name while it is not open."""
    open_now = [(str(t.no), t) for t in removable(view.case)]
    later = [(f"{w.key}:{w.slot}", w) for w in removable_later(view.case)]
    found: list[tuple[str, Task | Scheduled]] = [*open_now, *later]
    return [(value, f"{one.agency}: {words.task(one.key, one.slot)}") for value, one in found]


_OFFERED: dict[str, Callable[[CaseView, CaseWords], list[tuple[str, str]]]] = {
    ActName.SEND_BACK: lambda v, w: [
        (to, w.state(to)) for to in targets(v.case, ActName.SEND_BACK)
    ],
    ActName.EXTEND: lambda v, w: [(c.key, w.clock(c.key)) for c in extendable_by(v.case, v.powers)],
    PlainAct.MOVE_START: lambda v, w: [(c.key, w.clock(c.key)) for c in movable(v.case)],
    ActName.SUSPEND: lambda _v, w: [(g.value, w.ground(g.value)) for g in GROUNDS],
    ActName.ADD_AGENCY: lambda v, w: [(s.key, w.task(s.key)) for s in shared_tasks(v.case)],
    ActName.REMOVE_AGENCY: _removable,
    PlainAct.ATTACH: lambda v, w: [(f.key, w.field(f.key)) for f in attachable_fields(v)],
}
