"""What people were told about what they did, held against what is kept in the end."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select, text

from tests.faults.offices import START
from workflow.core.events import Kind
from workflow.services.access_codes import is_access_code
from workflow.services.history_log import place_events
from workflow.services.installation import Installation
from workflow.services.notices import CLOCK_POWERS
from workflow.services.proving import verify_log
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify_all
from workflow.storage import dialect
from workflow.storage.case import ActKey, Case, EventRow
from workflow.storage.projections import Draft

CAUSES = {
    "comment": Kind.COMMENT_ADDED,
    "claim": Kind.TASK_CLAIMED,
    "release": Kind.TASK_RELEASED,
    "open": Kind.CASE_OPENED,
}
"""The line of history that each thing done writes, once."""


@dataclass
class Ledger:
    """Who tried what, under what key, and what they were told; several threads write in it."""

    tried: dict[str, str] = field(default_factory=dict)
    """What was to be done, by the key of the act."""
    acknowledged: dict[str, float] = field(default_factory=dict)
    """When it was said to be done, on a clock that nobody sets."""
    refused: Counter[int] = field(default_factory=Counter)
    unavailable: int = 0
    """How often people were told to come back in a moment."""
    lost: int = 0
    """How often a connection ended without an answer."""
    shocks: list[str] = field(default_factory=list)
    """Answers that nobody should get."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, count: int = 1) -> None:
        """Count an answer that was no answer."""
        with self._lock:
            setattr(self, what, getattr(self, what) + count)

    def acknowledge(self, key: str) -> None:
        """Note that somebody was told that it is done."""
        with self._lock:
            self.acknowledged[key] = time.monotonic()

    def first_after(self, instant: float) -> float | None:
        """Say how long after an instant the first act was acknowledged."""
        with self._lock:
            after = [at - instant for at in self.acknowledged.values() if at > instant]
        return min(after, default=None)


def hold_against(ledger: Ledger, installation: Installation, *, before: Counter[str]) -> int:
    """Assert that what is kept is what people were told; return how many acts nobody was told of.

    `before` counts the lines of history, by kind, that there were before anybody did anything.
    """
    uow = UnitOfWork(installation, now=START, powers=CLOCK_POWERS)
    with uow.reading() as connection:
        keys = set(connection.execute(select(ActKey.key)).scalars())
        lines = lines_of_history(connection)
        done = keys & set(ledger.tried)
        assert set(ledger.acknowledged) <= keys, "something acknowledged is gone"
        for what, kind in CAUSES.items():
            kept = sum(ledger.tried[key] == what for key in done)
            assert lines[kind] - before[kind] == kept, f"{what}: done more or less than once"
        _no_strays(connection)
        _codes_are_known(connection)
    place_events(uow)
    kept = verify_all(uow)
    assert kept.is_sound, kept
    proven = verify_log(uow, keys=[])
    assert proven.is_sound, proven
    assert proven.events == kept.events == lines.total()
    return len(done - set(ledger.acknowledged))


def lines_of_history(connection: Connection) -> Counter[str]:
    """Count the lines of all histories by kind."""
    counted = select(EventRow.kind, func.count()).group_by(EventRow.kind)
    return Counter(dict(map(tuple, connection.execute(counted))))


def _no_strays(connection: Connection) -> None:
    """Assert that each row belongs to one that is there; PostgreSQL demands it by itself."""
    if dialect.is_sqlite(connection):
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def _codes_are_known(connection: Connection) -> None:
    """Assert that whoever opened a case can still be shown its access code."""
    drafts = connection.execute(select(Draft.data).where(Draft.case_number.is_(None))).scalars()
    hashed = dict(map(tuple, connection.execute(select(Case.number, Case.access_code_hash))))
    for sent in filter(None, (draft.get("sent") for draft in drafts)):
        number, code = sent["number"], sent["code"]
        assert code, f"nobody will ever know the access code of {number}"
        assert is_access_code(hashed[number], number, code)
