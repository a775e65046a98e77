"""The cases that belong to a case: what each is to it, and what was promised in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from workflow.core.acts.commitments import COMMITMENT
from workflow.core.acts.record import Relation
from workflow.core.kinship import INVERSE
from workflow.core.powers import Powers
from workflow.storage.load import Loaded
from workflow.storage.queries.cases import ties_of


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


def related_to(connection: Connection, loaded: Loaded, powers: Powers) -> tuple[Related, ...]:
    """Return the cases that belong to a case, as far as the reader may know of them, each once."""
    case_id, number = loaded.case_id, loaded.snapshot.number
    ties = ties_of(connection, case_id, number, powers=powers, with_data=COMMITMENT)
    found = [(row, Relation(row.kind)) for row in ties]
    found = [(row, INVERSE[kind] if row.inward else kind) for row, kind in found]
    return tuple({row.number: _tie(row, relation) for row, relation in found}.values())


def _tie(row: Row[Any], relation: Relation) -> Related:
    return Related(
        number=row.number,
        subject=row.subject,
        state=row.state,
        definition_key=row.definition_key,
        definition_version=row.definition_version,
        relation=relation,
        is_open=row.closed_at is None,
        data=row.promised or {},
    )
