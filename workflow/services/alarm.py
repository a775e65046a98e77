"""Cases that stand still, noted once each, with whoever coordinates them told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from workflow.core.liveness import Fault
from workflow.core.topics import Topic
from workflow.services.audience import People
from workflow.services.issuing import Batch, Occasion
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.ways import settle
from workflow.storage import notices
from workflow.storage.load import Loaded
from workflow.storage.queries import liveness
from workflow.storage.queries.due import withdraw_unread
from workflow.storage.queries.liveness import Noted

log = logging.getLogger(__name__)

STUCK: Final = "case_stuck"
"""The kind of notice that tells a coordinator of a case that stands still."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """An open case that stands still, and everything that keeps it from going on."""

    loaded: Loaded
    faults: tuple[Fault, ...]

    @property
    def number(self) -> str:
        """The case's number."""
        return self.loaded.snapshot.number


def note(
    uow: UnitOfWork, found: Sequence[Stuck], noted: Sequence[Noted], *, mails: bool
) -> tuple[int, int]:
    """Note what is new and tell of it, forget what is gone; return how many of each.

    Of cases that stand as they stood nothing is written.
    """
    here = {
        Noted(stuck.loaded.case_id, fault.kind, fault.task_no): (stuck, fault)
        for stuck in found
        for fault in stuck.faults
    }
    new, gone = here.keys() - set(noted), set(noted) - here.keys()
    if not new and not gone:
        return 0, 0
    issues = {stuck.number: stuck for one in new for stuck in [here[one][0]]}
    told = {}
    with uow.reading() as connection:
        for stuck in issues.values():
            told[stuck.loaded.case_id] = settle(
                connection, _batch(connection, uow, stuck, new, mails=mails), uow.world()
            )
    with uow.writing() as connection:
        liveness.note_faults(connection, (_row(uow, one, *here[one]) for one in sorted(new)))
        liveness.forget_faults(connection, gone)
        for one in sorted(gone):
            withdraw_unread(connection, one.case_id, at=uow.now, clock_key=_key(one))
        for case_id, issue in told.items():
            notices.issue(
                connection,
                case_id,
                notices=issue.notices,
                jobs=issue.jobs,
                digests=issue.digests,
            )
    for stuck in issues.values():
        kinds = ", ".join(sorted({fault.kind for fault in stuck.faults}))
        log.warning("case %s stands still: %s", stuck.number, kinds)
    return len(new), len(gone)


def _row(uow: UnitOfWork, one: Noted, stuck: Stuck, fault: Fault) -> dict[str, Any]:
    owner = stuck.loaded.snapshot.definition.owner
    return {**one._asdict(), "owner": owner, "since": fault.since, "found_at": uow.now}


def _key(one: Noted) -> str:
    return f"stuck:{one.kind}:{one.task_no}"


def _batch(
    connection: Connection, uow: UnitOfWork, stuck: Stuck, new: set[Noted], *, mails: bool
) -> Batch:
    """Tell the coordinators of a type what is new; found again another day, it is told again."""
    case = stuck.loaded.snapshot
    people = People(connection, uow.world().network, today=uow.today, owner=case.definition.owner)
    batch = Batch(case.number, uow.now, mails)
    for fault in stuck.faults:
        one = Noted(stuck.loaded.case_id, fault.kind, fault.task_no)
        if one in new:
            batch.add(
                Occasion(
                    clock_key=_key(one),
                    kind=STUCK,
                    params={"fault": fault.kind.value, "agency": fault.agency},
                    generation=uow.today.toordinal(),
                    about=Topic.NEGLECT,
                ),
                people.coordinators(),
            )
    return batch
