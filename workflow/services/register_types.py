"""Deploys registers: checked, and never changed under the same version."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection

from workflow.catalogue.problems import Problem, Refused
from workflow.catalogue.registers import LoadedRegister, load_register, register_files
from workflow.services.definitions import Deployed, VersionOutdated, VersionTaken
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.register_types import latest_registers, register_form
from workflow.storage.register_writing import deploy_register, wake_register


def read_registers(uow: UnitOfWork, paths: Iterable[Path]) -> list[LoadedRegister]:
    """Check files against the network; raise `Refused` with all that is wrong in any of them."""
    agencies = frozenset(agency.code for agency in uow.world().network)
    read: list[LoadedRegister] = []
    problems: list[Problem] = []
    for path in register_files(list(paths)):
        try:
            read.append(load_register(path, agencies=agencies))
        except Refused as refused:
            problems += refused.problems
    problems += _taken_twice(read)
    if problems:
        raise Refused(problems)
    return read


def deploy_registers(uow: UnitOfWork, paths: Iterable[Path]) -> list[Deployed]:
    """Check files and deploy them, all or none; what is deployed already is left alone.

    Raise `Refused`, `VersionTaken` or `VersionOutdated`.
    """
    read = read_registers(uow, paths)
    with uow.writing() as connection:
        return [_deploy(connection, uow, one) for one in read]


def _deploy(connection: Connection, uow: UnitOfWork, read: LoadedRegister) -> Deployed:
    key, version = read.entry_type.key, read.entry_type.version
    known = register_form(connection, key, version)
    if known is not None and known.hash == read.entry_type.hash:
        return Deployed(key, version, new=False)
    newest = latest_registers(connection).get(key, 0)
    if known is not None:
        raise VersionTaken(key, version, newest)
    if version < newest:
        raise VersionOutdated(key, version, newest)
    wake_register(connection, key, at=uow.now)
    deploy_register(
        connection,
        entry_type=read.entry_type,
        normal=read.normal_form,
        source=read.source,
        at=uow.now,
        by=uow.powers.officer,
    )
    return Deployed(key, version, new=True)


def _taken_twice(read: Iterable[LoadedRegister]) -> list[Problem]:
    """Find two registers whose entries would have the same numbers."""
    taken: dict[str, str] = {}
    problems = []
    for one in read:
        kind = one.entry_type
        if taken.setdefault(kind.prefix, kind.key) != kind.key:
            what = f"the numbers of '{taken[kind.prefix]}' begin with {kind.prefix} too"
            problems.append(one.marks.problem(("prefix",), what, "choose another beginning"))
    return problems
