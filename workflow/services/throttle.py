"""Makes whoever guesses passwords wait, longer each time, wherever they guess from."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from workflow.core.errors import Refusal
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.attempts import Key, block, count_alone, count_attempt, forgive, take_back
from workflow.storage.engine import acting
from workflow.storage.sight import AS_IT_IS

FREE_BY_PAIR: Final = 5
FREE_BY_ACCOUNT: Final = 20
FREE_BY_ADDRESS: Final = 50
"""A whole office may share one address; each success there makes up for a failure."""
FIRST_WAIT: Final = timedelta(seconds=15)
LONGEST_WAIT: Final = timedelta(minutes=15)


class TooManyAttempts(Refusal):
    """It was tried too often; it can be tried again after some seconds."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(retry_after_seconds=retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


def admit(uow: UnitOfWork, account: str, address: str) -> None:
    """Count an attempt to sign in before it is judged; raise `TooManyAttempts`.

    Counting first leaves nothing to win by guessing many times at once.
    """
    waits: list[timedelta] = []
    with uow.writing() as connection:
        for key, free in _keys(account, address).items():
            tried = count_attempt(connection, key, uow.now)
            if tried.blocked_until and tried.blocked_until > uow.now:
                waits.append(tried.blocked_until - uow.now)
            elif tried.times >= free:
                block(connection, key, uow.now + wait_after(tried.times - free))
    if waits:
        raise TooManyAttempts(int(max(waits).total_seconds()) + 1)


def admit_often(uow: UnitOfWork, what: str, address: str, *, most: int, window: timedelta) -> None:
    """Count what may be done so often from one address in a window; raise `TooManyAttempts`."""
    seconds = int(window.total_seconds())
    number, spent = divmod(int(uow.now.timestamp()), seconds)
    with acting(uow.installation.engine, AS_IT_IS) as held:
        times = count_alone(held, Key(f"{what} {number}", address), uow.now)
    if times > most:
        raise TooManyAttempts(seconds - spent)


def wait_after(surplus: int) -> timedelta:
    """Return how long to wait after so many attempts more than are free."""
    return min(FIRST_WAIT * (1 << min(surplus, 20)), LONGEST_WAIT)


def welcome(connection: Connection, account: str, address: str) -> None:
    """Forget the failures of an account whose owner has come, and one of those of the address."""
    pair, by_account, by_address = _keys(account, address)
    forgive(connection, pair, by_account)
    take_back(connection, by_address, 2)


def _keys(account: str, address: str) -> dict[Key, int]:
    """Return under what an attempt counts, and how many are free of waiting under each."""
    who, where = _hidden(account), _hidden(address)
    return {
        Key(who, where): FREE_BY_PAIR,
        Key(who, ""): FREE_BY_ACCOUNT,
        Key("", where): FREE_BY_ADDRESS,
    }


def _hidden(text: str) -> str:
    """Return what is kept of an account or address tried: people type passwords there, too."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
