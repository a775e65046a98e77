"""Every address of the program, filled with what there is, what is others', and with nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final
from urllib.parse import urlencode

from flask import Flask
from werkzeug.routing import Rule

from tests.web.matrix.accounts import LABELS, feed_of, invitation_of, officer_of
from tests.web.matrix.oracle import LEARNS_AS, PARTS, PLACE_TO_LEARN, REAL
from tests.web.matrix.people import BY_NAME, PEOPLE, Person
from workflow.core.playing import powers_of

MISSING: Final = "missing"
ENTRY_PAGES: Final = (
    *("entries.", "entry_form.", "entry_receipts."),
    *("register_panels.", "open_registers."),
)
"""Endpoints whose `number` is that of an entry in a register."""
ASK_HEAD: Final = {"nobody", "without agency", "administrator", "foreign officer"}
"""Who asks for the head of a page, which is made like the page."""
OWN: Final = {"draft_id", "factor_id", "filter_id", "identity_id", "notice_id"}
"""Parts of addresses that are rows of one person's own."""
UNDER_WAY: Final = {"batch_id", "departure_id", "job_id", "plan_id"}
"""Parts of addresses that are work of the installation."""
LABELS_ON_CASES: Final = {"labels.put", "labels.take"}
TASKS: Final = ("tax_review", "budget_review", "technical_review")
"""Tasks of the case asked for: SEF's, SEPLAG's, and what others have ended."""
DOCUMENTS: Final = ("draft/1", "technical_opinion/1")
"""A document that the public may know of, and one only for those inside."""
FIXED: Final[Mapping[str, tuple[str, ...]]] = {
    "provider": ("casa", "nada"),
    "substitution_id": ("1", "999"),
    "membership_id": ("999999",),
    "officer_id": (
        str(powers_of("SEDE", "second").officer),
        str(powers_of("SES", "second").officer),
        "999999",
    ),
    "officer": (str(officer_of(BY_NAME["reader by name"])), "999999"),
    "label": (*map(str, LABELS.values()), "999"),
    "code": ("SEDE", "SES", "NADA"),
    "register": ("partner", "agreement", "nada"),
    "row": ("A15", "Z99"),
    "what": ("planos", "notices", "nada"),
    "type_key": ("agreement_review", "governor_advice", "nada"),
    "token": ("nada",),
    "person": (*LEARNS_AS, "nada"),
    "name": ("cases:agreement_review", "nada"),
    "ending": ("csv",),
    "digest": ("0",),
    "seq": ("1", "999"),
    "visit": ("2", "9"),
    "version": ("1",),
}
ELSEWHERE: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("asset", "name"): ("app.js", "nada"),
    ("texts.show", "field"): ("text", "nada"),
    ("definitions.source", "version"): ("1", "2"),
}
"""What a part is instead in the address of an endpoint."""
SECRET: Final[Mapping[str, Callable[[Person], str]]] = {
    "auth.accept": invitation_of,
    "auth.invitation": invitation_of,
    "feeds.calendar": feed_of,
}
"""What opens the address of an endpoint, of everybody their own."""
OWN_PAGES: Final = {"places": "class", "texts": "guideline", "case_acts.try_again": "lending"}
"""The case that has pages of its own, by blueprint or endpoint; of it no other page is asked."""
CASES: Final = tuple(name for name in PARTS if name not in OWN_PAGES.values())
NAMED_IN_FORM: Final = "public"
TASK_IN_FORM: Final = "tax_review"
"""The case and the task that forms name whose address names none."""
BY_FORM: Final = {"inbox.take"}
"""Endpoints that act on those."""
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "calendars": ("MG", "nada"),
    "cases": ("case:whole", "nada"),
    "help": ("prazos", "nada"),
    "draft": ("sobre", "nada"),
}
"""What the part `key` may be, by the blueprint; elsewhere it is a request type."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One question of the matrix: who asks what of which address, about which thing."""

    person: Person
    method: str
    endpoint: str
    path: str
    thing: str = ""
    """The case, or `own`, `foreign`, `missing`; empty where an address names nothing like it."""

    def __str__(self) -> str:
        """Say it as a failure of the matrix is told."""
        return f"{self.person.name}: {self.method} {self.path} ({self.thing or 'no object'})"


def cells(app: Flask, facts: Mapping[str, str], *, of: Collection[str] = ()) -> list[Cell]:
    """List every question there is, or those of some endpoints."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if of and rule.endpoint not in of:
            continue
        methods = sorted((rule.methods or set()) - {"OPTIONS"})
        for person in PEOPLE:
            for path, thing in _filled(rule, person, facts):
                found += [
                    Cell(person, method, rule.endpoint, path + query, thing)
                    for query in QUERIES.get(rule.endpoint, ("",))
                    for method in methods
                    if method != "HEAD" or person.name in ASK_HEAD
                ]
    return found


HOLIDAY: Final = {"camada": "BR", "dia": "2026-12-25", "tipo": "national_holiday"}
"""A day of a calendar, as its address names it."""
QUERIES: Final = {
    "calendars.removal": ("", f"?{urlencode(HOLIDAY)}"),
    "cases.show": ("?ver=all",),
    "search.index": ("?q=zqs", "?q=zqi", "?q=zqn"),
    "due.index": ("?de=rede",),
    "inbox.index": ("?ver=agency",),
    "sheet.download": ("?ver=agency",),
    "leaving.new": (f"?pessoa={officer_of(BY_NAME['foreign officer'])}&orgao=SES",),
    "people.new": ("?orgao=SES",),
}
"""What is asked of an address besides itself."""


def _filled(rule: Rule, person: Person, facts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Fill an address with everything that fits, each with the thing that it names."""
    names = re.findall(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", rule.rule)
    bare = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"<\1>", rule.rule)
    for values in product(*(_values(name, rule.endpoint, person, facts) for name in names)):
        if not _fit(dict(zip(names, values, strict=True)), facts):
            continue
        path = bare
        for name, (value, _) in zip(names, values, strict=True):
            path = path.replace(f"<{name}>", value)
        for thing in _things(rule.endpoint, [thing for _, thing in values if thing]):
            yield path, thing


def _things(endpoint: str, named: Sequence[str]) -> tuple[str, ...]:
    """Return what an address is about, each asked for by itself."""
    if endpoint.startswith("practice."):
        return (PLACE_TO_LEARN, REAL)
    if MISSING in named:
        return (MISSING,)
    return (named[0] if named else NAMED_IN_FORM if endpoint in BY_FORM else "",)


def _values(
    name: str, endpoint: str, person: Person, facts: Mapping[str, str]
) -> list[tuple[str, str]]:
    if name == "number":
        return _numbers(endpoint, facts)
    if name in OWN:
        return _belonging(person)
    if name in UNDER_WAY:
        what = "reform" if endpoint.startswith("reforms.") else name.removesuffix("_id")
        return [(facts[what], what), ("999999", MISSING)]
    if name == "label" and endpoint not in LABELS_ON_CASES:
        return [(str(n), "own" if a == person.at else "foreign") for a, n in LABELS.items()]
    if name == "token" and endpoint in SECRET:
        return [(SECRET[endpoint](person), "own"), ("nada", MISSING)]
    nowhere = "999" if (endpoint, name) == ("case_acts.try_again", "seq") else None
    others = _of_case(name, endpoint, facts)
    return [(value, MISSING if value == nowhere else "") for value in others]


def _belonging(person: Person) -> list[tuple[str, str]]:
    """Name what is somebody's own, what is another's, and what is not there."""
    other = BY_NAME["foreign head" if person.name != "foreign head" else "auditor"]
    own = [(str(officer_of(person)), "own")] if person.signed_in else []
    return [*own, (str(officer_of(other)), "foreign"), ("999999", MISSING)]


def _of_case(name: str, endpoint: str, facts: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a part of an address may be that depends on the story or the page."""
    match name:
        case "no":
            return (*(facts[f"task {key}"] for key in TASKS), "999")
        case "field" if endpoint != "texts.show":
            return tuple(each.partition("/")[0] for each in DOCUMENTS)
        case "key":
            return KEYS.get(endpoint.partition(".")[0], ("agreement_review", "nada"))
        case "seq" if endpoint == "case_acts.try_again":
            return (facts["refused"], "999")
        case "code" if endpoint.startswith("certificates."):
            return (facts["certificate"], "NADA")
        case _:
            return ELSEWHERE.get((endpoint, name)) or FIXED[name]


def _numbers(endpoint: str, facts: Mapping[str, str]) -> list[tuple[str, str]]:
    if endpoint.startswith(ENTRY_PAGES):
        entry = "call" if endpoint.startswith("open_registers.") else "partner"
        return [(facts[entry], "entry"), ("PAR-999999", MISSING)]
    own = OWN_PAGES.get(endpoint, OWN_PAGES.get(endpoint.partition(".")[0]))
    known = [(facts[name], name) for name in ((own, "public") if own else CASES)]
    return [*known, (facts[MISSING], MISSING), ("nada", MISSING)]


def _fit(values: Mapping[str, tuple[str, str]], facts: Mapping[str, str]) -> bool:
    """Say whether parts belong together: the tasks asked for are of the agreements."""
    case = values.get("number", ("", ""))[1]
    return "no" not in values or case not in {"mission", "grant"} or values["no"][0] == "999"
