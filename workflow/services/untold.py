"""Telling people of the acts whose keys ask for it, so that none keeps the others waiting."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from workflow.services import notices
from workflow.services.unit_of_work import UowFactory
from workflow.storage.failures import UNREACHABLE
from workflow.storage.untold import leave_to_a_job, untold_keys

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worked:
    """What one round of jobs came to."""

    done: int = 0
    failed: int = 0

    def __add__(self, other: Worked) -> Worked:
        return Worked(self.done + other.done, self.failed + other.failed)


def tell_people(uow_factory: UowFactory, *, mails: bool, limit: int, aside: set[str]) -> Worked:
    """Tell people of so many acts, each in a transaction of its own.

    What can neither be told nor be left to a job is put `aside`, where nobody waits for it.
    """
    with uow_factory().reading() as connection:
        waiting = untold_keys(connection, limit=limit + len(aside))
    worked = Worked()
    for key in [key for key in waiting if key not in aside][:limit]:
        try:
            worked += Worked(done=int(notices.tell_act(uow_factory(), key, mails=mails)))
        except Exception as error:
            log.exception("people could not be told of the act %s", key)
            if not _leave_to_a_job(uow_factory, key, f"{type(error).__name__}: {error}"):
                aside.add(key)
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
        log.exception("the act %s is put aside: it cannot be left to a job", key)
        return False
    return True
