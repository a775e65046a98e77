"""Telling people of the acts whose keys ask for it, so that none keeps the others waiting."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.services import notices
from workflow.services.unit_of_work import UowFactory
from workflow.storage.failures import UNREACHABLE
from workflow.storage.jobs import wait_after
from workflow.storage.untold import leave_to_a_job, untold_keys

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worked:
    """What one round of jobs came to."""

    done: int = 0
    failed: int = 0

    def __add__(self, other: Worked) -> Worked:
        return Worked(self.done + other.done, self.failed + other.failed)


class Aside:
    """Acts that can neither be told nor be left to a job, each tried more and more seldom.

    A clock has its own: one that begins anew tries all of them at once.
    """

    def __init__(self) -> None:
        self._tries: dict[str, tuple[int, datetime]] = {}

    def __len__(self) -> int:
        return len(self._tries)

    def put(self, key: str, *, now: datetime) -> timedelta:
        """Put an act aside, perhaps not for the first time; return for how long."""
        tries = self._tries.get(key, (0, now))[0] + 1
        self._tries[key] = tries, now
        return wait_after(tries)

    def in_turn(self, waiting: Iterable[str], *, now: datetime) -> list[str]:
        """Return whose turn it is of those that wait to be told, and forget all others."""
        kept = list(waiting)
        self._tries = {key: self._tries[key] for key in kept if key in self._tries}
        return [key for key in kept if not self._rests(key, now)]

    def _rests(self, key: str, now: datetime) -> bool:
        if key not in self._tries:
            return False
        tries, since = self._tries[key]
        return since <= now < since + wait_after(tries)  # the clock may have been set back


def tell_people(uow_factory: UowFactory, *, mails: bool, limit: int, aside: Aside) -> Worked:
    """Tell people of so many acts, each in a transaction of its own.

    What can neither be told nor be left to a job is put `aside`, where nobody waits for it.
    """
    uow = uow_factory()
    with uow.reading() as connection:
        waiting = untold_keys(connection, limit=limit + len(aside))
    worked = Worked()
    for key in aside.in_turn(waiting, now=uow.now)[:limit]:
        try:
            worked += Worked(done=int(notices.tell_act(uow_factory(), key, mails=mails)))
        except Exception as error:
            log.exception("people could not be told of the act %s", key)
            if not _leave_to_a_job(uow_factory, key, f"{type(error).__name__}: {error}"):
                wait = aside.put(key, now=uow.now)
                log.error("the act %s is put aside for %d seconds", key, wait.total_seconds())
            worked += Worked(failed=1)
    return worked


def _leave_to_a_job(uow_factory: UowFactory, key: str, error: str) -> bool:
    """Leave an act that could not be told to a job; False where not even that can be done."""
    try:
        with uow_factory().writing() as connection:
            leave_to_a_job(connection, key, error=error)
    except UNREACHABLE:
        raise
    except Exception:
        log.exception("the act %s cannot be left to a job", key)
        return False
    return True
