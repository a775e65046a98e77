"""A second engine, as short as the rules can be told: what the first one must come to as well.

It shares no code with the product. It knows single tasks and rounds, joins, moves, lapses,
reassignment, questions, rests, withdrawal and reopening; who may do what; and no database.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.faults.sketches import (
    DAYS,
    DONE,
    FIRST,
    OPENER,
    OUTCOMES,
    OWNER,
    SILENT,
    WITHDRAWN,
    Asked,
    Sketch,
    Way,
)

FINALS = (DONE, WITHDRAWN)
_MOST_MOVES = 64


class ForbiddenError(Exception):
    """What was tried may not be done, or not now."""


@dataclass
class Piece:
    """A task that is open."""

    no: int
    key: str
    slot: str
    agency: str
    due: date | None
    holder: int | None = None
    received: bool = False
    question: str | None = None


@dataclass(frozen=True)
class Who:
    """Somebody of an agency; `head` may arrange a colleague's work."""

    agency: str
    officer: int
    head: bool


@dataclass
class Reference:
    """One case. Acts raise `ForbiddenError`; what they then leave behind is to be thrown away."""

    sketch: Sketch
    asked: list[str]
    today: date
    closed_days: Callable[[date], bool]
    state: str = ""
    visit: int = 0
    pieces: list[Piece] = field(default_factory=list)
    ended: list[tuple[str, str, str, bool]] = field(default_factory=list)
    numbered: int = 0
    rests: bool = False

    def __post_init__(self) -> None:
        self._enter(FIRST)
        self._settle()

    def twin(self) -> Reference:
        """Return the same case, to try something on."""
        other = copy(self)
        other.asked, other.ended = list(self.asked), list(self.ended)
        other.pieces = [copy(piece) for piece in self.pieces]
        return other

    @property
    def is_open(self) -> bool:
        return self.state not in FINALS

    def claim(self, who: Who, no: int) -> None:
        piece = self._held_by(who, no)
        _demand(piece.holder is None)
        piece.holder, piece.received = who.officer, True

    def release(self, who: Who, no: int) -> None:
        piece = self._held_by(who, no)
        _demand(piece.holder is not None and (piece.holder == who.officer or who.head))
        piece.holder = None

    def receive(self, who: Who, no: int) -> None:
        piece = self._held_by(who, no)
        _demand(not piece.received)
        piece.received = True

    def complete(self, who: Who, no: int, outcome: str) -> None:
        piece = self._held_by(who, no, running=True)
        _demand(piece.question is None and piece.holder in (None, who.officer))
        _demand(outcome in OUTCOMES)
        self._end(piece, outcome, lapsed=False)
        self._settle()

    def reassign(self, who: Who, no: int, agency: str) -> None:
        self._demand_running()
        piece = self._piece(no)
        _demand(who.agency in (piece.agency, OWNER))
        _demand(agency != piece.agency and not self._has(piece.key, agency))
        piece.agency = piece.slot = agency
        piece.holder, piece.received = None, False
        self._settle()

    def ask(self, who: Who, no: int, of: str) -> None:
        piece = self._held_by(who, no, running=True)
        _demand(piece.question is None)
        piece.question, piece.due = of, None

    def answer(self, who: Who, no: int) -> None:
        self._demand_running()
        piece = self._piece(no)
        _demand(piece.question is not None and piece.question == who.agency)
        piece.question = None

    def add_agency(self, who: Who, key: str, agency: str) -> None:
        self._demand_running()
        _demand(who.agency == OWNER)
        spec = next((a for a in self.sketch.asks[self.state] if a.key == key), None)
        _demand(spec is not None and spec.agency is None and not self._has(key, agency))
        if agency not in self.asked:
            self.asked.append(agency)
        self._open(key, agency)
        self._settle()

    def remove_agency(self, who: Who, no: int) -> None:
        self._demand_running()
        _demand(who.agency == OWNER)
        piece = self._piece(no)
        _demand(self._spec(piece.key).agency is None)
        self.asked = [agency for agency in self.asked if agency != piece.slot]
        self.pieces.remove(piece)
        self._settle()
        _demand(not self.is_open or bool(self.pieces))

    def suspend(self, who: Who) -> None:
        self._demand_running()
        _demand(who.agency in (OPENER, OWNER))
        self.rests = True
        for piece in self.pieces:
            piece.due = None

    def resume(self, who: Who) -> None:
        _demand(self.is_open and self.rests and who.agency in (OPENER, OWNER))
        self.rests = False

    def withdraw(self, who: Who) -> None:
        _demand(self.is_open and who.agency == OPENER)
        self._enter(WITHDRAWN)

    def reopen(self, who: Who) -> None:
        _demand(not self.is_open and who.agency in (OPENER, OWNER))
        self._enter(FIRST)
        self._settle()

    def wake(self) -> None:
        """Let silence answer what is past its day, the oldest first."""
        while self.is_open and not self.rests:
            late = [p for p in self.pieces if self._is_late(p)]
            if not late:
                return
            self._end(min(late, key=_day), SILENT, lapsed=True)
            self._settle()

    def _is_late(self, piece: Piece) -> bool:
        lapses = self._spec(piece.key).lapses and piece.question is None
        return lapses and piece.due is not None and piece.due < self.today

    def _piece(self, no: int) -> Piece:
        found = next((piece for piece in self.pieces if piece.no == no), None)
        if found is None:
            raise ForbiddenError
        return found

    def _held_by(self, who: Who, no: int, *, running: bool = False) -> Piece:
        _demand(self.is_open and not (running and self.rests))
        piece = self._piece(no)
        _demand(piece.agency == who.agency)
        return piece

    def _demand_running(self) -> None:
        _demand(self.is_open and not self.rests)

    def _spec(self, key: str) -> Asked:
        return next(a for asks in self.sketch.asks.values() for a in asks if a.key == key)

    def _has(self, key: str, slot: str) -> bool:
        there = [(p.key, p.slot) for p in self.pieces] + [(k, s) for k, s, *_ in self.ended]
        return (key, slot) in there

    def _end(self, piece: Piece, outcome: str, *, lapsed: bool) -> None:
        self.pieces.remove(piece)
        self.ended.append((piece.key, piece.slot, outcome, lapsed))

    def _enter(self, state: str) -> None:
        self.state, self.visit = state, self.visit + 1
        self.pieces, self.ended = [], []
        if state in FINALS:
            self.rests = False
            return
        for asked in self.sketch.asks[state]:
            for agency in [asked.agency] if asked.agency else self.asked:
                self._open(asked.key, agency)

    def _open(self, key: str, agency: str) -> None:
        self.numbered += 1
        self.pieces.append(Piece(self.numbered, key, agency, agency, self._due()))

    def _due(self) -> date:
        day = self.today + timedelta(days=DAYS)
        while self.closed_days(day):
            day += timedelta(days=1)
        return day

    def _settle(self) -> None:
        for _ in range(_MOST_MOVES):
            ways = self.sketch.ways.get(self.state, ())
            target = next((way.target for way in ways if self._holds(way)), None)
            if target is None:
                return
            self._enter(target)
        raise ForbiddenError

    def _holds(self, way: Way) -> bool:
        agreed = sum(self._counts(way, outcome, lapsed) for *_, outcome, lapsed in self.ended)
        all_of_them = len(self.ended) + len(self.pieces)
        if way.how == "any":
            return agreed > 0
        if way.how == "all":
            return agreed == all_of_them
        if way.how == "majority":
            return agreed * 2 > all_of_them
        return agreed >= int(way.how.removeprefix("at least "))

    @staticmethod
    def _counts(way: Way, outcome: str, lapsed: bool) -> bool:
        return outcome in way.outcomes or ("answered" in way.outcomes and not lapsed)


def _demand(true: bool) -> None:
    if not true:
        raise ForbiddenError


def _day(piece: Piece) -> date:
    assert piece.due is not None
    return piece.due
