"""Following a case: an act of a person, not of the case, so its history does not tell of it."""

from __future__ import annotations

from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.followers import add_follower, drop_follower


def follow(uow: UnitOfWork, number: str) -> bool:
    """Follow a case; return whether one did not yet. Raise `UnknownCase`."""
    loaded, officer = uow.load(number), uow.powers.officer
    if officer is None:
        return False
    with uow.writing() as connection:
        return add_follower(connection, loaded.case_id, officer, at=uow.now)


def unfollow(uow: UnitOfWork, number: str) -> bool:
    """Follow a case no more; return whether one did. Raise `UnknownCase`."""
    loaded, officer = uow.load(number), uow.powers.officer
    if officer is None:
        return False
    with uow.writing() as connection:
        return drop_follower(connection, loaded.case_id, officer)
