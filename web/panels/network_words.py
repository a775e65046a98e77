"""The panel of the network in words: its tables, and the list behind each of their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import day
from workflow.core.definition import Definition
from workflow.core.network_panel import Light, Owing, Told
from workflow.core.world import World
from workflow.services.network_counts import CountedList
from workflow.services.network_panel import PanelView
from workflow.storage.queries.tallies import Line

NO_PLAN = "sem"
NO_LIGHT = "nenhum"


@dataclass(frozen=True, slots=True)
class Done:
    """A counter: how much was done in the year, of how much that was planned."""

    key: str
    title: str
    n: int
    target: int | None = None
    in_part: bool = False
    """Whether the reader knows only what few agencies did."""

    @property
    def percent(self) -> int | None:
        """How much of the target was reached, in percent."""
        return round(100 * self.n / self.target) if self.target else None


@dataclass(frozen=True, slots=True)
class Slice:
    """How many stand so."""

    key: str
    title: str
    n: int


@dataclass(frozen=True, slots=True)
class Absent:
    """What one agency was asked and has not done, by kind: how many, and how many in time."""

    agency: str
    name: str
    n: Mapping[str, int]
    in_time: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of the list behind a number."""

    number: str
    """Of the case; empty for an agency without one."""
    no: int | None
    subject: str
    agency: str
    what: str
    on: date | None
    entry: str = ""
    """Number of the entry of a register."""


def done(view: PanelView) -> list[Done]:
    """Return the counters of the year, each with what is meant to be reached."""
    found = []
    for one in view.panel.counters:
        target = view.targets.get(one.key)
        meant = target.values["target"] if target else None
        partly = one.key in view.in_part
        title, n = in_language(one.title), view.counted[one.key]
        found.append(Done(one.key, title, n, meant, in_part=partly))
    return found


def missing(view: PanelView) -> list[Slice]:
    """Return what units were asked in the year, and how many answers have not come."""
    counted = Counter(one.of for one in view.owed)
    return [Slice(one.key, in_language(one.title), counted[one.key]) for one in view.panel.missing]


def absent(view: PanelView) -> list[Absent]:
    """Return who owes what, those who owe most first."""
    agencies = Counter(one.agency for one in view.owed)
    return [
        Absent(
            agency=code,
            name=view.world.name_at(code, None),
            n=Counter(one.of for one in view.owed if one.agency == code),
            in_time=Counter(
                one.of for one in view.owed if one.agency == code and one.owing is Owing.IN_TIME
            ),
        )
        for code, _ in sorted(agencies.items(), key=lambda item: (-item[1], item[0]))
    ]


def stages(view: PanelView, definition: Definition) -> list[Slice]:
    """Return how many plans stand where, in the order of the type; then who has none."""
    counted = Counter(case.state for case in view.plans.values())
    titles = {key: in_language(state.title) for key, state in definition.states.items()}
    titles |= {case.state: _state(case) for case in view.plans.values() if case.state not in titles}
    known = [Slice(key, title, counted[key]) for key, title in titles.items() if counted[key]]
    return [*known, Slice(NO_PLAN, phrase("panels", "no_plan"), len(view.unplanned))]


def lights(view: PanelView, definition: Definition) -> list[Slice]:
    """Return how many projects have which light, in the order of the type."""
    counted = Counter(one.light or NO_LIGHT for one in view.lights)
    field = definition.data[view.panel.lights.light]
    titles = {choice.key: in_language(choice.title) for choice in field.choices}
    titles[NO_LIGHT] = phrase("panels", "no_light")
    return [Slice(key, title, counted[key]) for key, title in titles.items()]


# --- The lists behind the numbers ----------------------------------------------------------------


def counted(found: CountedList, *, of_register: bool) -> list[ListLine]:
    """Return the list behind the number of a counter."""
    return [_adding(one, of_register=of_register) for one in found.lines]


def listed(view: PanelView, what: str, part: str, agency: str) -> list[ListLine]:
    """Return the list behind a number: of what is missing, of plans or of lights."""
    if what == "planos":
        return list(_planned(view, part))
    if what == "farois":
        key = view.panel.lights.light
        return [
            _lit(one, key, view.world)
            for one in view.lights
            if (one.light or NO_LIGHT) == part or not part
        ]
    return list(_owing(view, what, agency))


def _adding(one: Line, *, of_register: bool) -> ListLine:
    told = phrase("panels", "adds", one.value)
    if of_register:
        return ListLine("", None, one.number, one.agency, told, one.on, entry=one.number)
    return ListLine(one.number, None, one.subject or one.number, one.agency, told, one.on)


def _owing(view: PanelView, what: str, agency: str) -> Iterator[ListLine]:
    for one in view.owed:
        if one.of == what and agency in ("", one.agency):
            due = day(one.due_on, year=True) if one.due_on else ""
            told = phrase("panels", "owing", one.owing.value, due)
            yield ListLine(one.number, one.no, one.subject, one.agency, told, one.asked_on)


def _planned(view: PanelView, part: str) -> Iterator[ListLine]:
    for code, case in sorted(view.plans.items()):
        if part in ("", case.state):
            told = _of_case(case, _state(case), view.world.day(case.entered_at or case.opened_at))
            yield ListLine(told.number, None, told.subject, code, told.what, told.on)
    if part in ("", NO_PLAN):
        for agency in view.unplanned:
            yield ListLine("", None, agency.name, agency.code, phrase("panels", "no_plan"), None)


def _lit(one: Light, key: str, world: World) -> ListLine:
    field = one.case.definition.data.get(key)
    titles = {choice.key: in_language(choice.title) for choice in field.choices} if field else {}
    told = titles.get(one.light) or phrase("panels", "no_light")
    if one.outdated:
        told = phrase("panels", "outdated", told)
    line = _of_case(one.case, told, world.day(one.case.opened_at))
    return ListLine(line.number, None, one.project, line.agency, told, line.on)


def _of_case(case: Told, what: str, on: date) -> ListLine:
    subject = case.subject or in_language(case.definition.title)
    return ListLine(case.number, None, subject, case.opener, what, on)


def _state(case: Told) -> str:
    return in_language(case.definition.state(case.state).title)


HEADS = ("part", "item", "done", "target")
LIST_HEADS = ("number", "subject", "agency", "standing", "on")


def sheet_rows(
    view: PanelView, parts: Mapping[str, list[Slice]], counters: list[Done]
) -> Iterator[list[str]]:
    """Go through all numbers of the panel for spreadsheets."""
    yield [phrase("panels", "head", head) for head in HEADS]
    for one in counters:
        target = "" if one.target is None else str(one.target)
        yield [phrase("panels", "part", "counters"), one.title, str(one.n), target]
    titles = {one.key: in_language(one.title) for one in view.panel.missing}
    for agency in absent(view):
        for key, title in titles.items():
            if agency.n[key]:
                yield [title, agency.agency, str(agency.n[key]), ""]
    for part, slices in parts.items():
        for piece in slices:
            yield [phrase("panels", "part", part), piece.title, str(piece.n), ""]


def list_rows(lines: list[ListLine]) -> Iterator[list[str]]:
    """Go through the list behind a number for spreadsheets."""
    yield [phrase("panels", "head", head) for head in LIST_HEADS]
    for one in lines:
        on = day(one.on, year=True) if one.on else ""
        yield [one.number, one.subject, one.agency, one.what, on]
