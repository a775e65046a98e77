"""Labels by which an agency sorts its cases: its own affair, unknown to every other agency.

They stand beside a case and are no part of it: nothing of them enters the history that agencies
share, its papers, the search or what other agencies are told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from workflow.core.errors import NotAssigned, Refusal
from workflow.core.folding import plain
from workflow.core.powers import Powers
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.base import read_instant
from workflow.storage.labels import (
    add_label,
    beside_case,
    change_label,
    labels_of,
    labels_on,
    put_on,
    take_off,
)
from workflow.storage.queries.around import Rows

COLOURS: Final = ("grey", "blue", "green", "amber", "red", "violet", "teal", "pink")
MOST: Final = 40
"""Labels that one agency keeps, retired ones too (house rule)."""
LONGEST_NAME: Final = 30


class LabelNotKept(Refusal):
    """A label has a name of its own and a colour of the list, and an agency keeps only so many."""


class UnknownLabel(Refusal):
    """The agency has no such label in use."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label of an agency."""

    id: int
    name: str
    colour: str
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A label as whoever keeps it sees it."""

    label: Label
    cases: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Worn:
    """A label on a case, or one that was taken off: by whom and when."""

    label: Label
    by: str
    at: datetime
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of an agency, and those that some cases bear."""

    all: tuple[Label, ...] = ()
    worn: Mapping[int, tuple[Worn, ...]] = field(default_factory=dict)
    """By the id of the case."""

    @property
    def in_use(self) -> tuple[Label, ...]:
        """The labels that can be put on a case."""
        return tuple(label for label in self.all if not label.is_retired)

    def on(self, case_id: int) -> tuple[Label, ...]:
        """Return the labels that are on a case."""
        worn = self.worn.get(case_id)
        return tuple(one.label for one in worn if one.is_on) if worn else ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What a reader and the agency they act for have arranged beside a case."""

    followed: bool = False
    labels: Labels = Labels()


def labels_for(uow: UnitOfWork, agency: str, cases: Collection[int] = ()) -> Labels:
    """Return the labels of an agency and which of some cases bear them, in one statement."""
    if not agency:
        return Labels()
    with uow.reading() as connection:
        return _read(row._asdict() for row in labels_on(connection, agency, cases))


def whose_labels(powers: Powers) -> str:
    """Return the agency whose labels a reader sees; whoever acts for none sees those of none."""
    return powers.agency if powers.agency in powers.agencies else ""


def _beside(uow: UnitOfWork, case_id: int) -> Beside:
    given = {"agency": whose_labels(uow.powers), "reader": uow.powers.officer}
    with uow.reading() as connection:
        rows = connection.execute(beside_case(), {"case_id": case_id, **given})
        return beside_in([row._asdict() for row in rows])


def beside_in(rows: Rows) -> Beside:
    """Return what the reader has beside a case, with labels that were taken off."""
    followed = any(row["followed"] for row in rows)
    return Beside(followed, _read(row for row in rows if row["id"] is not None))


def _read(rows: Iterable[Mapping[str, Any]]) -> Labels:
    found: dict[int, Label] = {}
    worn: dict[int, list[Worn]] = {}
    for row in rows:
        label = found.setdefault(
            row["id"], Label(row["id"], row["name"], row["colour"], row["retired_at"] is not None)
        )
        case_id = row["case_id"]
        if case_id is not None:
            one = Worn(label, row["by"], read_instant(row["at"]), bool(row["is_on"]))
            worn.setdefault(case_id, []).append(one)
    return Labels(tuple(found.values()), {case: tuple(on) for case, on in worn.items()})


def kept_labels(uow: UnitOfWork, agency: str) -> list[Kept]:
    """List the labels of an agency with the number of cases that bear them."""
    with uow.reading() as connection:
        rows = labels_of(connection, agency)
    return [
        Kept(
            Label(row.id, row.name, row.colour, row.retired_at is not None),
            cases=row.cases,
            by=row.by,
            at=row.changed_at,
        )
        for row in rows
    ]


def make_label(uow: UnitOfWork, agency: str, name: str, colour: str) -> None:
    """Keep a new label of an agency, as its head; raise `LabelNotKept` or `NotAssigned`."""
    officer = _head(uow, agency)
    written = _fit(name, colour)
    with uow.writing() as connection:
        if len(labels_of(connection, agency)) >= MOST:
            raise LabelNotKept(why="many", most=MOST)
        values = _values(uow, officer, written, colour)
        if not add_label(connection, {"agency": agency, **values}):
            raise LabelNotKept(why="taken", name=written)


def rename_label(uow: UnitOfWork, agency: str, label: int, name: str, colour: str) -> None:
    """Give a label another name and colour, as the head of its agency.

    Raise `UnknownLabel`, `LabelNotKept` or `NotAssigned`.
    """
    officer = _head(uow, agency)
    written = _fit(name, colour)
    with uow.writing() as connection:
        others = {row.folded for row in labels_of(connection, agency) if row.id != label}
        if plain(written) in others:
            raise LabelNotKept(why="taken", name=written)
        values = _values(uow, officer, written, colour)
        if not change_label(connection, label, agency=agency, values=values):
            raise UnknownLabel(label=label)


def retire_label(uow: UnitOfWork, agency: str, label: int, *, retired: bool = True) -> None:
    """Let a label be put on nothing any more, or again; cases that bear it keep it.

    Raise `UnknownLabel` or `NotAssigned`.
    """
    officer = _head(uow, agency)
    since = uow.now if retired else None
    values = {"retired_at": since, "changed_by": officer, "changed_at": uow.now}
    with uow.writing() as connection:
        if not change_label(connection, label, agency=agency, values=values):
            raise UnknownLabel(label=label)


def put_label(uow: UnitOfWork, number: str, label: int) -> bool:
    """Put a label of the agency one acts for on a case; return whether it was not on it yet.

    A retired one goes back only on a case that has borne it. Raise `UnknownCase`, `UnknownLabel`
    or `NotAssigned`.
    """
    _, officer = _at_work(uow)
    case_id = uow.load(number).case_id
    known = _beside(uow, case_id).labels
    borne = (worn.label for worn in known.worn.get(case_id, ()))
    if label not in {one.id for one in (*known.in_use, *borne)}:
        raise UnknownLabel(label=label)
    with uow.writing() as connection:
        return put_on(connection, case_id, label, by=officer, at=uow.now)


def take_label(uow: UnitOfWork, number: str, label: int) -> bool:
    """Take a label of the agency one acts for off a case; return whether it was on it.

    Raise `UnknownCase`, `UnknownLabel` or `NotAssigned`.
    """
    agency, officer = _at_work(uow)
    case_id = uow.load(number).case_id
    if label not in {one.id for one in labels_for(uow, agency).all}:
        raise UnknownLabel(label=label)
    with uow.writing() as connection:
        return take_off(connection, case_id, label, by=officer, at=uow.now)


def _at_work(uow: UnitOfWork) -> tuple[str, int]:
    powers = uow.powers
    if powers.officer is None or powers.agency not in powers.agencies:
        raise NotAssigned(agency=powers.agency, officer=powers.officer)
    return powers.agency, powers.officer


def _head(uow: UnitOfWork, agency: str) -> int:
    officer = uow.powers.as_head(agency).officer
    if officer is None:
        raise NotAssigned(agency=agency, head=True)
    return officer


def _fit(name: str, colour: str) -> str:
    written = " ".join(name.split())
    if not written or len(written) > LONGEST_NAME or colour not in COLOURS:
        raise LabelNotKept(why="name", longest=LONGEST_NAME)
    return written


def _values(uow: UnitOfWork, officer: int, name: str, colour: str) -> dict[str, object]:
    named = {"name": name, "folded": plain(name), "colour": colour}
    return {**named, "changed_by": officer, "changed_at": uow.now}
