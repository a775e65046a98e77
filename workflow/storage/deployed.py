"""Deployed versions of request types: what is asked of them and how one more is added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import Connection, Row, Select, func, insert, select

from workflow.storage.case import Case
from workflow.storage.definitions import DefinitionRow
from workflow.storage.people import Officer

Columns = TypeVarTuple("Columns")


def latest_versions(connection: Connection) -> dict[str, int]:
    """Return the newest version of every request type by its key."""
    highest = func.max(DefinitionRow.version).label("version")
    newest = select(DefinitionRow.key, highest).group_by(DefinitionRow.key)
    return {row.key: row.version for row in connection.execute(newest)}


def all_versions(connection: Connection) -> list[tuple[str, int]]:
    """Return key and number of every version."""
    known = select(DefinitionRow.key, DefinitionRow.version).order_by(DefinitionRow.id)
    return [(row.key, row.version) for row in connection.execute(known)]


def deployed_versions(connection: Connection) -> list[Mapping[str, Any]]:
    """Return every version by key and number, with how many cases stand on it."""
    row = DefinitionRow
    standing = (
        select(func.count())
        .where(Case.definition_key == row.key, Case.definition_version == row.version)
        .scalar_subquery()
    )
    wanted = select(
        *(row.key, row.version, row.hash, row.proof, row.deployed_at), standing.label("cases")
    ).order_by(row.key, row.version)
    return [dict(found) for found in connection.execute(wanted).mappings()]


def open_cases(connection: Connection, key: str | None = None) -> dict[tuple[str, int], int]:
    """Count the open cases of every version, or of the versions of one request type."""
    counted = select(Case.definition_key, Case.definition_version, func.count().label("cases"))
    wanted = counted.where(Case.closed_at.is_(None))
    if key is not None:
        wanted = wanted.where(Case.definition_key == key)
    rows = connection.execute(wanted.group_by(Case.definition_key, Case.definition_version))
    return {(row.definition_key, row.definition_version): row.cases for row in rows}


def versions_of(connection: Connection, key: str | None = None) -> list[Row[Any]]:
    """List the versions of one request type, or of all: by key, the newest first.

    Each with its hash, when it was deployed and the name of whoever did, none for a command.
    """
    row = DefinitionRow
    wanted = select(row.key, row.version, row.hash, row.deployed_at, Officer.name.label("by"))
    if key is not None:
        wanted = wanted.where(row.key == key)
    joined = wanted.outerjoin(Officer, Officer.id == row.deployed_by)
    return list(connection.execute(joined.order_by(row.key, row.version.desc())))


def version_row(connection: Connection, key: str, version: int) -> Row[Any] | None:
    """Return what was stored of a version: source, normal form, layout and proof; or None."""
    row = DefinitionRow
    wanted = select(row.source, row.normal, row.layout, row.proof)
    return connection.execute(_of(wanted, key, version)).one_or_none()


def normal_form_of(connection: Connection, key: str, version: int) -> dict[str, Any] | None:
    """Return the stored normal form of a version, or None if it was never deployed."""
    return connection.execute(_of(select(DefinitionRow.normal), key, version)).scalar_one_or_none()


def layout_of(connection: Connection, key: str, version: int) -> dict[str, Any] | None:
    """Return the stored drawing of a version, or None."""
    return connection.execute(_of(select(DefinitionRow.layout), key, version)).scalar_one_or_none()


def hash_of(connection: Connection, key: str, version: int) -> str | None:
    """Return the hash of a deployed version, or None if it was never deployed."""
    return connection.execute(_of(select(DefinitionRow.hash), key, version)).scalar_one_or_none()


def _of(selected: Select[*Columns], key: str, version: int) -> Select[*Columns]:
    return selected.where(DefinitionRow.key == key, DefinitionRow.version == version)


def deploy_row(
    connection: Connection,
    *,
    key: str,
    version: int,
    hashed: str,
    source: str,
    normal: Mapping[str, Any],
    layout: Mapping[str, Any] | None,
    proof: Mapping[str, Any] | None,
    at: datetime,
    by: int | None,
) -> None:
    """Add a version of a request type."""
    connection.execute(
        insert(DefinitionRow).values(
            key=key,
            version=version,
            hash=hashed,
            source=source,
            normal=dict(normal),
            layout=layout,
            proof=proof,
            deployed_at=at,
            deployed_by=by,
        )
    )
