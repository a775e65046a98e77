"""Deploys request types: checked, proven, drawn, and never changed under the same version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from workflow.catalogue.drawing import lay_out
from workflow.core.definition import Definition
from workflow.core.errors import Refusal
from workflow.core.soundness.proof import prove
from workflow.core.soundness.verdict import Facts, Severity
from workflow.services.checking import Checked, check_files, writable
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.deployed import deploy_row, deployed_versions, hash_of, latest_versions


class Unsound(Refusal):
    """Some of the files must be mended before any of them is deployed."""

    def __init__(self, checked: Iterable[Checked]) -> None:
        self.checked = tuple(checked)
        super().__init__("some of the files must be mended before any of them is deployed")


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


def deploy_files(uow: UnitOfWork, paths: Iterable[Path]) -> list[Deployed]:
    """Check files against the installation and deploy them, all or none.

    What is deployed already is left alone. Raise `Unsound`, `VersionTaken` or `VersionOutdated`.
    """
    known = uow.installation.latest()
    checked = check_files(
        paths, uow.world(), today=uow.today, types=known, registers=uow.installation.registers()
    )
    if not all(one.passed for one in checked):
        raise Unsound(checked)
    with uow.writing() as connection:
        return [_deploy(connection, uow, one) for one in checked]


def deploy_checked(uow: UnitOfWork, checked: Checked) -> Deployed:
    """Deploy what was just checked and passed; raise `VersionTaken` or `VersionOutdated`."""
    with uow.writing() as connection:
        return _deploy(connection, uow, checked)


def _deploy(connection: Connection, uow: UnitOfWork, checked: Checked) -> Deployed:
    assert checked.loaded
    definition = checked.loaded.definition
    if not is_new(connection, definition):
        return Deployed(definition.key, definition.version, new=False)
    deploy_row(
        connection,
        key=definition.key,
        version=definition.version,
        hashed=definition.hash,
        source=checked.source,
        normal=checked.loaded.normal_form,
        layout=lay_out(definition),
        proof=checked.proof,
        at=uow.now,
        by=uow.powers.officer,
    )
    return Deployed(definition.key, definition.version, new=True)


def is_new(connection: Connection, definition: Definition) -> bool:
    """Say whether a version is to be added; raise `VersionTaken` or `VersionOutdated`."""
    key, version = definition.key, definition.version
    known = hash_of(connection, key, version)
    if known == definition.hash:
        return False
    newest = latest_versions(connection).get(key, 0)
    if known is not None:
        raise VersionTaken(key, version, newest)
    if version < newest:
        raise VersionOutdated(key, version, newest)
    return True


def unsound_types(uow: UnitOfWork) -> list[tuple[str, int, list[str]]]:
    """Prove the newest version of every request type anew, on the network as it is now.

    Return those with faults: key, version and the kinds of the faults.
    """
    types = uow.installation.latest()
    world = replace(uow.world(), network=uow.world().network.fully_staffed())
    registers = writable(uow.installation.registers())
    facts = Facts(world, uow.today, types=types, registers=registers)
    proven = ((one, prove(one, facts).problems) for one in types.values())
    faults = (
        (one, sorted({fault.kind.value for fault in found if fault.severity is Severity.ERROR}))
        for one, found in proven
    )
    return [(one.key, one.version, kinds) for one, kinds in faults if kinds]


def deployments(uow: UnitOfWork) -> list[Mapping[str, Any]]:
    """Return every deployed version: key, version, hash, when, proof and how many cases."""
    with uow.as_keeper().reading() as connection:
        return deployed_versions(connection)
