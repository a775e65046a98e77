"""What an agency was asked by others and has not answered: whose inbox shows it, and how much."""

from __future__ import annotations

from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries import questions
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.questions import AskedItem, Place

PAGE = 25


def asked_of(
    uow: UnitOfWork, agency: str, *, after: Place | None = None, limit: int = PAGE
) -> list[AskedItem]:
    """List the questions that wait for an agency's answer, the earliest day first.

    None of an agency that the acting person does not act for.
    """
    if agency not in uow.powers.agencies:
        return []
    with uow.reading() as connection:
        return questions.asked_page(
            connection, agency, visible=known_to(uow.powers), after=after, limit=limit
        )


def count_asked_of(uow: UnitOfWork, agency: str) -> int:
    """Count the questions that `asked_of` lists."""
    if agency not in uow.powers.agencies:
        return 0
    with uow.reading() as connection:
        asked = questions.asked_by_others(agency, visible=known_to(uow.powers))
        n: int = connection.execute(asked).scalar_one()
        return n
