"""The cases that belong together on one page: their picture, their ties and one story of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from flask import Blueprint, render_template, request

from web.cases.history import Line, line
from web.db import unit_of_work
from web.words.case_words import CaseWords, words_for
from web.words.languages import in_language
from workflow.core.act_rules import ActName
from workflow.core.acts.possible import possible_acts
from workflow.core.acts.record import Relation
from workflow.core.kinship import Link, ranks
from workflow.core.snapshot import CaseSnapshot
from workflow.core.story import may_read_reasons
from workflow.services.kindred import Kindred, Stretch, kindred, story_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.events import Place

bp = Blueprint("kindred", __name__, url_prefix="/pedidos")

WIDTH, HEIGHT = 216, 58
BETWEEN = (104, 22)
"""The gap between two columns of the picture, and between two rows."""
EDGE = 6
ENDINGS = {ActName.WITHDRAW: "case_acts.withdraw", ActName.CANCEL: "case_acts.cancel"}
"""How a case that asks the same as another is ended, and where that is sent."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the cases, in words and at its place in the picture."""

    number: str
    subject: str
    type: str
    state: str
    holders: tuple[str, ...]
    is_open: bool
    is_asked: bool
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Arrow:
    """A tie as the picture shows it."""

    path: str
    words: str
    x: float
    y: float
    both_ways: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the common story, and the case it is of."""

    number: str
    line: Line


@dataclass(frozen=True, slots=True)
class Day:
    """The acts of one day in all the cases, the latest first."""

    on: date
    acts: tuple[Act, ...]


@bp.get("/<number>/relacionados")
def show(number: str) -> str:
    """Show the cases that belong to a case: picture, ties and one story of all of them."""
    only = request.args.get("pedido", "")
    with unit_of_work() as uow:
        family = kindred(uow, number)
        numbers = [case.number for case in family.snapshots]
        narrowed = only if only in numbers else None
        before = _read_place(request.args.get("antes", ""))
        stretch = story_of(uow, family, only=narrowed, before=before)
        words = _words(uow, family, stretch)
        shown = _placed(
            [_shown(family, case, words[case.number]) for case in family.snapshots], family
        )
        days = _days(uow, stretch, words)
        endings = _endings(uow, family)
    return render_template(
        "cases/related.html",
        section="cases",
        number=number,
        subject=words[number].subject,
        family=family,
        shown=shown,
        arrows=_arrows(shown, family.links),
        size=_size(shown),
        box=(WIDTH, HEIGHT),
        ties=[_said(tie) for tie in family.links],
        days=days,
        only=narrowed,
        before=_spell_place(stretch.before) if stretch.before else None,
        endings=endings,
        alike=_alike(family),
    )


def _words(uow: UnitOfWork, family: Kindred, stretch: Stretch) -> dict[str, CaseWords]:
    return {
        case.number: CaseWords(
            case,
            family.world,
            stretch.names,
            uow.today,
            stretch.task_keys.get(case.number, {}),
            powers=uow.powers,
        )
        for case in family.snapshots
    }


def _shown(family: Kindred, case: CaseSnapshot, words: CaseWords) -> Shown:
    return Shown(
        number=case.number,
        subject=words.subject,
        type=in_language(case.definition.title),
        state=words.label(case.state),
        holders=tuple(dict.fromkeys(task.agency for task in case.tasks)),
        is_open=case.is_open,
        is_asked=case.number == family.first,
    )


def _placed(found: list[Shown], family: Kindred) -> list[Shown]:
    """Put each case at its place: a column for each step, the ones below each other by number."""
    columns = ranks([one.number for one in found], family.links)
    taken: dict[int, int] = {}
    placed = []
    for one in found:
        column = columns[one.number]
        row = taken.get(column, 0)
        taken[column] = row + 1
        x, y = EDGE + column * (WIDTH + BETWEEN[0]), EDGE + row * (HEIGHT + BETWEEN[1])
        placed.append(replace(one, x=x, y=y))
    return placed


def _size(shown: Iterable[Shown]) -> tuple[int, int]:
    places = [(one.x, one.y) for one in shown]
    right, low = max(x for x, _ in places), max(y for _, y in places)
    return right + WIDTH + BETWEEN[0] // 2, low + HEIGHT + EDGE


def _arrows(shown: list[Shown], links: Iterable[Link]) -> list[Arrow]:
    """Draw one arrow for each two cases, with all that they are to each other."""
    places = {one.number: one for one in shown}
    pairs: dict[frozenset[str], list[Link]] = {}
    for one in sorted(links, key=lambda tie: (tie.relation is not Relation.PARENT, tie)):
        pairs.setdefault(frozenset((one.source, one.target)), []).append(one)
    found = []
    for ties in pairs.values():
        first = ties[0]
        words = ", ".join(words_for("ties", tie.relation.value) for tie in ties)
        both = first.relation is Relation.DUPLICATE
        found.append(_arrow(places[first.source], places[first.target], words, both=both))
    return found


def _arrow(source: Shown, target: Shown, words: str, *, both: bool) -> Arrow:
    middle = HEIGHT // 2
    start = (source.x + WIDTH, source.y + middle)
    if source.x < target.x:
        end, bend = (target.x, target.y + middle), BETWEEN[0] // 2
        bends = f"{start[0] + bend} {start[1]} {end[0] - bend} {end[1]}"
        path = f"M{start[0]} {start[1]} C{bends} {end[0] - 7} {end[1]}"
    else:  # drawn back, or down a column: out on the right and in again there
        end, bend = (target.x + WIDTH, target.y + middle), BETWEEN[0] // 2
        out = max(start[0], end[0]) + bend
        path = f"M{start[0]} {start[1]} C{out} {start[1]} {out} {end[1]} {end[0] + 7} {end[1]}"
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    return Arrow(path, words, x if source.x < target.x else x + 30, y - 4, both)


def _days(uow: UnitOfWork, stretch: Stretch, words: dict[str, CaseWords]) -> list[Day]:
    reads = {
        number: may_read_reasons(of_case.case, uow.powers) for number, of_case in words.items()
    }
    acts = [
        Act(
            told.case.number,
            line(told.entry, words[told.case.number], reasons=reads[told.case.number]),
        )
        for told in stretch.acts
    ]
    world = next(iter(words.values())).world
    return [Day(on, tuple(of)) for on, of in groupby(acts, key=lambda act: world.day(act.line.at))]


def _said(tie: Link) -> tuple[Link, str, str]:
    """Return a tie with its words as the first case has them, and as the second has."""
    name = tie.relation.value
    return tie, words_for("ties", name), words_for("relations", name)


def _alike(family: Kindred) -> list[str]:
    """Return the numbers of the cases that ask the same as the one the page is about."""
    ties = [tie for tie in family.links if tie.relation is Relation.DUPLICATE]
    both = {
        n
        for tie in ties
        if family.first in (tie.source, tie.target)
        for n in (tie.source, tie.target)
    }
    return sorted(both - {family.first})


def _endings(uow: UnitOfWork, family: Kindred) -> list[tuple[str, str, str]]:
    """Return how the reader may end the case now, where another asks the same."""
    if not _alike(family):
        return []
    may = {one.act for one in possible_acts(family.case, uow.powers) if one.allowed}
    return [
        (act.value, words_for("acts", act.value), endpoint)
        for act, endpoint in ENDINGS.items()
        if act in may
    ]


def _spell_place(place: Place) -> str:
    return f"{place.at.isoformat()}_{place.case_id}_{place.seq}"


def _read_place(text: str) -> Place | None:
    """Read where the page before ended; a mistyped one begins at the newest."""
    at, _, rest = text.partition("_")
    case_id, _, seq = rest.partition("_")
    if not all(part.isdecimal() and len(part) < 19 for part in (case_id, seq)):
        return None
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    return Place(instant, int(case_id), int(seq)) if instant.tzinfo else None
