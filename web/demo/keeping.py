"""Fills the demo's registers: partners, agreements, focal points, certificates and the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from web.demo.people import email_of, made_up_name
from web.demo.programme import FOLDER
from workflow.catalogue.source import compose, read_text
from workflow.core.network import Network
from workflow.core.powers import Powers, Standing
from workflow.core.registers.acts import NewEntry
from workflow.services.installation import Installation
from workflow.services.registers import create_all, entry_types
from workflow.services.unit_of_work import UnitOfWork

SOURCE = "import:demo"
_OWN = {"holder", "confirmed"}


def keep(installation: Installation, officers: Mapping[str, int], uow: UnitOfWork) -> int:
    """Enter in the registers what the demo keeps; return how many entries there are."""
    network, today, partners = installation.world().network, uow.today, dict[str, str]()
    kept = 0
    types = entry_types(uow)
    for register in sorted(types, key=lambda one: one != "partner"):
        owner = types[register].owner
        standing = Standing(frozenset({owner}), frozenset({owner}))
        of = officers.get(email_of(owner, "first"))
        by = UnitOfWork(
            installation, now=uow.now, powers=Powers(officer=of, agency=owner, own=standing)
        )
        drafts = [*_drafts(register, today, network, partners)]
        made = create_all(by, register, drafts, key=f"demo:{register}", source=SOURCE)
        if register == "partner":
            partners = {one.values["name"]: one.number for one in made}
        kept += len(made)
    return kept


def _drafts(
    register: str, today: date, network: Network, partners: Mapping[str, str]
) -> Iterable[NewEntry]:
    match register:
        case "focal_point":
            return _focal_points(today, network)
        case "certificate":
            return _certificates(network)
    return (_draft(row, today, partners) for row in _kept().get(register, ()))


def _draft(row: Mapping[str, Any], today: date, partners: Mapping[str, str]) -> NewEntry:
    values = {key: _said(value, today) for key, value in row.items() if key not in _OWN}
    if "partner" in values:
        values |= {"partner": partners[row["partner"]]}
        values |= {"partner_name": row["partner"]} if "subject" not in row else {}
    renewed = today - timedelta(days=row.get("confirmed", 0))
    return NewEntry(values, row["holder"], renewed, before_the_system=True)


def _said(value: Any, today: date) -> Any:  # noqa: ANN401 - as it stands in the file
    if isinstance(value, Mapping) and "days" in value:
        return str(today + timedelta(days=value["days"]))
    return value


def _focal_points(today: date, network: Network) -> Iterator[NewEntry]:
    """Name who speaks for each strategic unit; one in six has not confirmed for a year."""
    units = sorted(one.code for one in network if one.unit_role == "strategic")
    for place, unit in enumerate(units):
        values = {
            "unit": f"Assessoria Estratégica de {unit.partition('/')[0]} (ilustrativa)",
            "agency": unit,
            "holder_name": made_up_name(unit, "first"),
            "holder_email": email_of(unit, "first"),
            "alternate_name": made_up_name(unit, "second"),
            "alternate_email": email_of(unit, "second"),
            "act": f"Ofício ilustrativo {place + 1}/2025",
        }
        ago = 400 if place % 6 == 5 else 20 + place
        yield NewEntry(values, unit, today - timedelta(days=ago), before_the_system=True)


def _certificates(network: Network) -> Iterator[NewEntry]:
    """Certify as many people as each class had, of all strategic units in turn."""
    said = _kept()["certificate"]
    units = sorted(one.code for one in network if one.unit_role == "strategic")
    for course in said["courses"]:
        for class_name, finished_on in course["classes"].items():
            for place in range(said["people"]):
                unit = units[place % len(units)]
                values = {
                    "person": made_up_name(unit, f"{course['course']}{class_name}{place}"),
                    "agency": unit.partition("/")[0],
                    "course": course["course"],
                    "class_name": class_name,
                    "hours": said["hours"],
                    "attendance": 75 + (place * 7) % 26,
                    "finished_on": str(finished_on),
                }
                yield NewEntry(values, before_the_system=True)


@cache
def _kept() -> Mapping[str, Any]:
    read: Mapping[str, Any] = compose(read_text(FOLDER / "registers.yaml")).data
    return read
