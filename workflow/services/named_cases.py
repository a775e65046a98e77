"""Other cases that answers name: whether they exist, are of the type asked, and stand right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.core.errors import AnswersRefused, UnknownCase
from workflow.core.fields import Field, FieldType
from workflow.services.unit_of_work import UnitOfWork


def demand_named_cases(
    uow: UnitOfWork, fields: Mapping[str, Field], answers: Mapping[str, Any]
) -> None:
    """Raise `AnswersRefused` if an answer names a case that the field does not take.

    A case that the person may not know of does not exist.
    """
    problems = dict(_problems(uow, fields, answers))
    if problems:
        raise AnswersRefused(problems=problems)


def _problems(
    uow: UnitOfWork, fields: Mapping[str, Field], answers: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for key, number in answers.items():
        field = fields.get(key)
        if field is None or field.type is not FieldType.CASE or not number:
            continue
        try:
            case = uow.load(number).snapshot
        except UnknownCase:
            yield key, "unknown_case"
            continue
        if case.definition.key != field.of:
            yield key, "other_type"
        elif field.standing and case.state not in field.standing:
            yield key, "not_standing"
