"""The cases that belong to a case: what each is to it, and what was promised in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.core.acts.record import Relation
from workflow.core.kinship import INVERSE
from workflow.storage.queries.around import Rows


@dataclass(frozen=True, slots=True)
class Related:
    """A case that belongs to this one, and what it is to it."""

    number: str
    subject: str
    state: str
    definition_key: str
    definition_version: int
    relation: Relation
    is_open: bool = True
    data: Mapping[str, Any] = field(default_factory=dict)
    """Of a commitment, what was promised."""


def related_in(ties: Rows) -> tuple[Related, ...]:
    """Return the cases that belong to a case, as far as the reader may know of them, each once."""
    found = [(row, Relation(row["kind"])) for row in ties]
    found = [(row, INVERSE[kind] if row["inward"] else kind) for row, kind in found]
    return tuple({row["number"]: _tie(row, relation) for row, relation in found}.values())


def _tie(row: Mapping[str, Any], relation: Relation) -> Related:
    return Related(
        number=row["number"],
        subject=row["subject"],
        state=row["state"],
        definition_key=row["definition_key"],
        definition_version=row["definition_version"],
        relation=relation,
        is_open=row["closed_at"] is None,
        data=row["promised"] or {},
    )
