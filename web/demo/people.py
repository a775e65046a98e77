"""Made-up officers for every agency that a request of the demo may come to."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from web.demo.stories import Story, plan
from workflow.catalogue.people import Entry
from workflow.catalogue.source import compose, read_text
from workflow.core.definition import Definition
from workflow.core.network import Network
from workflow.core.roles import ToCodes
from workflow.core.scenario import Step
from workflow.storage.people import MembershipRole

PASSWORD = "demonstracao"  # noqa: S105 - everybody is meant to know it
DOMAIN = "demo.tramita.example"
SINCE = date(2020, 1, 1)
OFFICERS = ("first", "second")
"""As scenarios call them: the head, and a colleague."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the demo offers to whoever looks at it; its administrator has no agency."""

    agency: str
    name: str
    email: str
    password: str = PASSWORD


def demo_accounts() -> tuple[Account, ...]:
    """Return the accounts that stand on the page for signing in."""
    heads = [(code, MembershipRole.HEAD) for code in plan()["accounts"]]
    listed = [*heads, (plan()["auditor"], MembershipRole.AUDITOR)]
    officers = (
        Account(entry.agency, entry.name, entry.email)
        for entry in (_entry(code, "first", role) for code, role in listed)
    )
    return (*officers, administrator())


def administrator() -> Account:
    """Return the account that keeps the calendars and looks after the clock."""
    return Account("", made_up_name("administrator", "first"), f"admin@{DOMAIN}")


def entries(
    told: Iterable[Story], definitions: Iterable[Definition], network: Network
) -> list[Entry]:
    """Return the officers of every agency that takes part, or may, each with a head.

    Who heads the agency at the top coordinates the network, too.
    """
    codes = {code for story in told for code in _agencies(story)}
    codes |= {code for definition in definitions for code in _bound(definition)}
    codes |= set(plan()["accounts"])
    codes |= {unit.code for code in codes for unit in _legal_units(network, code)}
    heads_first = zip(OFFICERS, (MembershipRole.HEAD, MembershipRole.OFFICER), strict=True)
    roles = dict(heads_first)
    made = [
        _entry(code, officer, roles[officer])
        for code in sorted(codes)
        if network.get(code)
        for officer in OFFICERS
    ]
    chief = _entry(network.root, "first", MembershipRole.COORDINATOR)
    return [*made, chief, _entry(plan()["auditor"], "first", MembershipRole.AUDITOR)]


def email_of(agency: str, officer: str) -> str:
    """Return the address of a made-up officer."""
    name = f"{agency.lower().replace('/', '.')}"
    return f"{name}@{DOMAIN}" if officer == "first" else f"{name}.{officer}@{DOMAIN}"


def _entry(agency: str, officer: str, role: MembershipRole) -> Entry:
    return Entry(
        name=made_up_name(agency, officer),
        email=email_of(agency, officer),
        agency=agency,
        role=role.value,
        valid_from=SINCE,
        valid_to=None,
    )


def made_up_name(agency: str, officer: str) -> str:
    """Make a name that stays the same from one demo to the next."""
    names = _names()
    given, family = names["given"], names["family"]
    number = sum(ord(c) * (place + 3) for place, c in enumerate(f"{agency}{officer}"))
    name = f"{given[number % len(given)]} {family[number // 7 % len(family)]}"
    return unicodedata.normalize("NFC", str(names["mark"]).format(name))


@cache
def _names() -> Mapping[str, Any]:
    read: Mapping[str, Any] = compose(read_text(Path(__file__).with_name("names.yaml"))).data
    return read


def _agencies(story: Story) -> Iterable[str]:
    for step in (story.scenario.opening, *story.scenario.steps):
        yield from _named(step)


def _named(step: Step) -> Iterable[str]:
    yield step.agency
    yield from (code for codes in step.roles.values() for code in codes)


def _bound(definition: Definition) -> Iterable[str]:
    for role in definition.roles.values():
        if isinstance(role.bind, ToCodes):
            yield from role.bind.codes


def _legal_units(network: Network, code: str) -> Iterable[Any]:
    return (unit for unit in network.units(code) if unit.unit_role == "legal")
