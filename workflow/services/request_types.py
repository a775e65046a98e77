"""Request types as whoever answers for them sees them: versions, proofs, previews, deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from workflow.catalogue.difference import Difference, differences
from workflow.core.definition import Definition
from workflow.core.errors import Refusal
from workflow.core.offices import Office
from workflow.services.checking import Checked, check_text
from workflow.services.definitions import Deployed, Unsound, deploy_checked, is_new
from workflow.services.installation import UnknownDefinition
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.deployed import open_cases, version_row, versions_of


class NotTheirType(Refusal):
    """Somebody else answers for the request type."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whoever looks after request types: their coordinator, that of the network, or technically."""

    office: Office
    technical: bool = False
    """Whether the person keeps the installation, who deploys by command, too."""

    def answers_for(self, owner: str) -> bool:
        """Say whether this person deploys versions of the types of an agency."""
        everything = self.technical or self.office.coordinates
        return everything or owner in self.office.powers.coordinates


@dataclass(frozen=True, slots=True)
class Version:
    """One deployed version of a request type."""

    number: int
    hash: str
    deployed_at: datetime
    by: str | None
    """None is the command line."""
    open: int
    """Cases under way that stand on it."""


@dataclass(frozen=True, slots=True, eq=False)
class RequestType:
    """A request type with its versions, the newest first."""

    definition: Definition
    """The newest version."""
    versions: tuple[Version, ...]

    @property
    def open(self) -> int:
        """How many cases of it are under way."""
        return sum(version.open for version in self.versions)


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """All that is kept of one version."""

    definition: Definition
    source: str
    """As its author wrote it; empty for what was deployed before it was kept."""
    normal: Mapping[str, Any]
    layout: Mapping[str, Any] | None
    proof: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What the deployment of a text would do; nothing was written."""

    checked: Checked
    current: RequestType | None = None
    """None where the type is new, or the text has faults."""
    differences: tuple[Difference, ...] = ()
    refusal: Refusal | None = None
    """Why it cannot be deployed though it is sound."""
    known: bool = False
    """Whether the same content is deployed already."""

    @property
    def deployable(self) -> bool:
        """Whether there is anything to confirm."""
        return self.checked.passed and self.refusal is None and not self.known


def request_types(uow: UnitOfWork) -> list[RequestType]:
    """List every request type with its versions."""
    definitions = uow.installation.latest()
    with uow.as_keeper().reading() as connection:
        rows, cases = versions_of(connection), open_cases(connection)
    return [
        RequestType(definition, _versions([row for row in rows if row.key == key], cases))
        for key, definition in definitions.items()
    ]


def request_type(uow: UnitOfWork, key: str) -> RequestType:
    """Return a request type with its versions; raise `UnknownDefinition`."""
    newest = uow.installation.newest(key)
    with uow.as_keeper().reading() as connection:
        return RequestType(
            newest, _versions(versions_of(connection, key), open_cases(connection, key))
        )


def _versions(rows: list[Row[Any]], cases: Mapping[tuple[str, int], int]) -> tuple[Version, ...]:
    return tuple(
        Version(
            row.version, row.hash, row.deployed_at, row.by, cases.get((row.key, row.version), 0)
        )
        for row in rows
    )


def stored_version(uow: UnitOfWork, key: str, version: int) -> Stored:
    """Return what is kept of a version; raise `UnknownDefinition`."""
    definition = uow.installation.definition(key, version)
    with uow.reading() as connection:
        row = version_row(connection, key, version)
    if row is None:
        raise UnknownDefinition(key=key, version=version)
    return Stored(definition, row.source, row.normal, row.layout, row.proof or {})


def compare(uow: UnitOfWork, key: str, *, older: int, newer: int) -> list[Difference]:
    """List what differs between two versions; raise `UnknownDefinition`."""
    before, after = stored_version(uow, key, older), stored_version(uow, key, newer)
    return differences(before.normal, after.normal)


def preview(uow: UnitOfWork, text: str, keeper: Keeper, *, language: str) -> Preview:
    """Check a text and say what its deployment would change, without writing anything."""
    known = uow.installation.latest()
    registers = uow.installation.registers()
    checked = check_text(
        text, uow.world(), today=uow.today, types=known, registers=registers, language=language
    )
    if not checked.passed or checked.loaded is None:
        return Preview(checked)
    definition = checked.loaded.definition
    older = known.get(definition.key)
    current = request_type(uow, definition.key) if older else None
    changed: tuple[Difference, ...] = ()
    if older:
        before = stored_version(uow, older.key, older.version).normal
        changed = tuple(differences(before, checked.loaded.normal_form))
    try:
        _demand(keeper, definition, older)
        with uow.reading() as connection:
            new = is_new(connection, definition)
    except Refusal as refusal:
        return Preview(checked, current, changed, refusal)
    return Preview(checked, current, changed, known=not new)


def deploy(uow: UnitOfWork, seen: Preview) -> Deployed:
    """Deploy what a preview of this very unit of work has shown.

    Raise `Unsound`, `NotTheirType`, `VersionTaken` or `VersionOutdated`.
    """
    if not seen.checked.passed:
        raise Unsound([seen.checked])
    if seen.refusal is not None:
        raise seen.refusal
    return deploy_checked(uow, seen.checked)


def _demand(keeper: Keeper, definition: Definition, older: Definition | None) -> None:
    """Raise `NotTheirType` unless the person answers for the type as it is and as it will be."""
    for owner in dict.fromkeys((older.owner if older else definition.owner, definition.owner)):
        if not keeper.answers_for(owner):
            raise NotTheirType(key=definition.key, owner=owner)
