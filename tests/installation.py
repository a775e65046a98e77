"""The installation as it is shipped, in a database: network, calendars, rules, types, people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import insert

from tests.world import DEFINITIONS, loaded, shipped, world
from workflow.catalogue.calendars import INDEX, read_days
from workflow.catalogue.loader import Loaded, load_definition
from workflow.catalogue.registers import FOLDER
from workflow.core.playing import powers_of
from workflow.core.powers import Powers, Standing
from workflow.services.installation import Installation
from workflow.services.network import add_rules, replace_calendars, replace_network
from workflow.services.register_types import deploy_registers
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.deployed import deploy_row
from workflow.storage.officers import add_memberships, add_officer
from workflow.storage.people import Officer

DAY_ONE = date(2026, 1, 1)
"""Since when everybody is where they are."""


def furnish(uow: UnitOfWork, *, types: Iterable[Loaded | str] | None = None) -> None:
    """Fill a migrated database with the shipped data; `types` replaces the shipped types."""
    here = world()
    folder = DEFINITIONS / "calendars"
    days = [day for path in folder.glob("*.csv") if path.name != INDEX for day in read_days(path)]
    replace_network(uow, here.network)
    replace_calendars(uow, map(here.calendars.of, here.calendars.keys), days)
    add_rules(uow, here.rules.values())
    deploy(uow, map(loaded, shipped()) if types is None else types)


def keep_registers(uow: UnitOfWork) -> None:
    """Deploy the registers that are shipped."""
    deploy_registers(uow, [DEFINITIONS / FOLDER])


def deploy(uow: UnitOfWork, types: Iterable[Loaded | Path | str]) -> None:
    """Deploy request types, given as read, as files or as text, without their proof."""
    with uow.writing() as connection:
        for given in types:
            read = given if isinstance(given, Loaded) else load_definition(given)
            definition = read.definition
            deploy_row(
                connection,
                key=definition.key,
                version=definition.version,
                hashed=definition.hash,
                source=_source(given),
                normal=read.normal_form,
                layout=None,
                proof=None,
                at=uow.now,
                by=None,
            )


def _source(given: Loaded | Path | str) -> str:
    """Return the text of a type, where there is one."""
    if isinstance(given, str):
        return given
    path = given if isinstance(given, Path) else DEFINITIONS / given.marks.file
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def employ(uow: UnitOfWork, email: str, *, language: str = "pt_BR", **roles: str) -> int:
    """Add an officer with memberships `AGENCY="role"` since the beginning of 2026."""
    with uow.writing() as connection:
        name = email.partition("@")[0].replace(".", " ").title()
        officer = add_officer(
            connection, email=email, name=name, language=language, created_at=uow.now
        )
        add_memberships(
            connection,
            [
                {
                    "officer_id": officer,
                    "agency": agency,
                    "role": role,
                    "valid_from": DAY_ONE,
                    "valid_to": None,
                }
                for agency, role in roles.items()
            ],
        )
    return officer


def let_coordinate(uow: UnitOfWork, officer: int) -> None:
    """Let an officer coordinate the whole network."""
    membership = {
        "officer_id": officer,
        "agency": uow.world().network.root,
        "role": "coordinator",
        "valid_from": DAY_ONE,
        "valid_to": None,
    }
    with uow.writing() as connection:
        add_memberships(connection, [membership])


def acting_for(uow: UnitOfWork, officer: int, agency: str, *, head: bool = False) -> UnitOfWork:
    """Return a unit of work in the name of an officer of one agency."""
    own = frozenset({agency})
    standing = Standing(own, own if head else frozenset())
    return uow.as_powers(Powers(officer=officer, agency=agency, own=standing))


def staff(uow: UnitOfWork) -> None:
    """Give every agency its people of the scenarios: the first is its head, the second is not."""
    people = [
        (agency.code, name, role)
        for agency in uow.world().network
        for name, role in (("first", "head"), ("second", "officer"))
    ]
    officers = [
        {
            "id": powers_of(code, name).officer,
            "name": f"{code} {name}",
            "email": f"{name}.{code.replace('/', '.')}@example.org".lower(),
            "created_at": uow.now,
        }
        for code, name, _ in people
    ]
    members = [
        {
            "officer_id": powers_of(code, name).officer,
            "agency": code,
            "role": role,
            "valid_from": DAY_ONE,
            "valid_to": None,
        }
        for code, name, role in people
    ]
    with uow.writing() as connection:
        connection.execute(insert(Officer), officers)
        add_memberships(connection, members)


def acting_as(
    installation: Installation, agency: str, *, now: datetime, officer: str = "first"
) -> UnitOfWork:
    """Return a unit of work in the name of one of the people that `staff` gave an agency."""
    return UnitOfWork(installation, now=now, powers=powers_of(agency, officer))
