"""Deploys request types: checked, proven, drawn, and never changed under the same version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from workflow.catalogue.drawing import lay_out
from workflow.catalogue.loader import Loaded
from workflow.core.errors import Refusal
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.deployed import deploy_row, deployed_versions, hash_of, latest_versions


class VersionTaken(Refusal):
    """Another content was deployed under that version before."""

    def __init__(self, key: str, version: int, newest: int) -> None:
        super().__init__(
            f"version {version} of '{key}' was deployed with other content, and cases may stand"
            f" on it; write `version: {newest + 1}` in the file",
            key=key,
            version=version,
            newest=newest,
        )


class VersionOutdated(Refusal):
    """A newer version of the request type has been deployed already."""

    def __init__(self, key: str, version: int, newest: int) -> None:
        super().__init__(
            f"'{key}' is at version {newest} already; write `version: {newest + 1}` in the file",
            key=key,
            version=version,
            newest=newest,
        )


@dataclass(frozen=True, slots=True)
class Deployed:
    """One version of a request type, and whether it was new."""

    key: str
    version: int
    new: bool


def deploy(
    uow: UnitOfWork, loaded: Loaded, *, source: str, proof: Mapping[str, Any] | None = None
) -> Deployed:
    """Add a version of a request type; deployed again, change nothing.

    The caller has proven it; `proof` holds the figures. Raise `VersionTaken` or
    `VersionOutdated`.
    """
    definition = loaded.definition
    key, version = definition.key, definition.version
    with uow.writing() as connection:
        known = hash_of(connection, key, version)
        if known == definition.hash:
            return Deployed(key, version, new=False)
        newest = latest_versions(connection).get(key, 0)
        if known is not None:
            raise VersionTaken(key, version, newest)
        if version < newest:
            raise VersionOutdated(key, version, newest)
        _add(connection, uow, loaded, source, proof)
    return Deployed(key, version, new=True)


def _add(
    connection: Connection,
    uow: UnitOfWork,
    loaded: Loaded,
    source: str,
    proof: Mapping[str, Any] | None,
) -> None:
    deploy_row(
        connection,
        key=loaded.definition.key,
        version=loaded.definition.version,
        hashed=loaded.definition.hash,
        source=source,
        normal=loaded.normal_form,
        layout=lay_out(loaded.definition),
        proof=proof,
        at=uow.now,
        by=uow.powers.officer,
    )


def deployments(uow: UnitOfWork) -> list[Mapping[str, Any]]:
    """Return every deployed version: key, version, hash, when, proof and how many cases."""
    with uow.reading() as connection:
        return deployed_versions(connection)
