"""The warnings of the deadlines of a request type, as its coordinator changes them in a form.

A page lists every deadline with its warnings in words; those that are picked are changed together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.administration.adjusting import LONGEST, source_of
from web.administration.definitions import Sent, keeper_of, preview_page
from web.db import unit_of_work
from web.words.languages import in_language, language_tag
from web.words.phrases import phrase
from web.words.warning_words import warnings_in_words
from workflow.catalogue.adjusting import Adjustable, AdjustableKind, adjust, adjustables
from workflow.catalogue.ladders import (
    MOST,
    NONE,
    STANDARD,
    Ladder,
    Rung,
    ordered,
    parse_ladder,
    spell_ladder,
)
from workflow.core.audience import Audience
from workflow.core.terms import Unit
from workflow.services import request_types
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("warnings", __name__, url_prefix="/administracao/tipos")

EMPTY_ROWS = 3
"""Rows for more warnings than there are, so that the form needs no script."""
OWN = "own"
KINDS = {"remind": ("before", "due", "after", "every"), "escalate": ("after", "every")}
"""When a warning of each list can be given."""
MOST_PICKED = 10
"""Deadlines whose warnings are changed at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """One warning in the form, as it stands or as it was typed."""

    key: str
    when: str = ""
    amount: str = ""
    unit: str = Unit.WORKING_DAYS.value
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One list of warnings in the form."""

    key: str
    name: str
    mode: str
    rows: tuple[Row, ...]
    kinds: tuple[str, ...]
    words: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline with both of its lists."""

    key: str
    title: str
    lists: tuple[Shown, ...]
    picked: bool


@bp.get("/<key>/avisos")
def show(key: str) -> str:
    """List the deadlines with their warnings; those that are picked as a form."""
    with unit_of_work() as uow:
        return _page(uow, key, _ladders(source_of(uow, key)), {})


@bp.post("/<key>/avisos")
def change(key: str) -> ResponseReturnValue:
    """Make the text of the next version of what was typed, and show its preview."""
    with unit_of_work() as uow:
        text = source_of(uow, key)
        ladders, errors = _ladders(text), dict[str, str]()
        typed = [one for one in ladders if f"{one.key}.mode" in request.form]
        changes = {one.key: _typed(one, errors) for one in typed}
        if not errors and all(changes[one.key] == one.value for one in typed):
            errors["none"] = phrase("definitions", "nothing_changed")
        if errors:
            return _page(uow, key, ladders, errors), 422
        newer = adjust(text, changes)
        seen = request_types.preview(uow, newer, keeper_of(uow), language=language_tag())
        return preview_page(Sent(newer), seen), 200 if seen.deployable else 422


def _ladders(text: str) -> list[Adjustable]:
    return [one for one in adjustables(text) if one.kind is AdjustableKind.LADDER]


def _page(
    uow: UnitOfWork, key: str, ladders: Sequence[Adjustable], errors: Mapping[str, str]
) -> str:
    picked = set(request.values.getlist("prazo")[:MOST_PICKED])
    deadlines = [
        _deadline(of, list(some), picked, errors)
        for of, some in groupby(ladders, lambda one: ".".join(map(str, one.path[:-1])))
    ]
    return render_template(
        "administration/type_warnings.html",
        definition=uow.installation.newest(key),
        deadlines=deadlines,
        picked=[one for one in deadlines if one.picked],
        errors=errors,
        units=[unit.value for unit in Unit],
        audiences=[one.value for one in Audience],
        most=MOST_PICKED,
    )


def _deadline(
    key: str, ladders: list[Adjustable], picked: set[str], errors: Mapping[str, str]
) -> Deadline:
    lists = tuple(_shown(one, errors) for one in ladders)
    return Deadline(key, in_language(ladders[0].of), lists, picked=key in picked)


def _shown(one: Adjustable, errors: Mapping[str, str]) -> Shown:
    ladder = parse_ladder(one.value)
    if f"{one.key}.mode" in request.form:
        mode, rows = request.form[f"{one.key}.mode"], _sent_rows(one.key)
    else:
        mode = ladder if isinstance(ladder, str) else OWN
        stand = () if isinstance(ladder, str) else ladder
        rows = [_row(one.key, at, rung) for at, rung in enumerate(stand)]
    empty = [Row(f"{one.key}.{len(rows) + n}") for n in range(EMPTY_ROWS)]
    words = warnings_in_words(_written(ladder))
    shown = (*rows, *empty)[:MOST]
    return Shown(one.key, one.name, mode, shown, KINDS[one.name], words, errors.get(one.key, ""))


def _written(ladder: Ladder) -> str | list[object]:
    """Return warnings in the shape in which definitions have them."""
    if isinstance(ladder, str):
        return ladder
    return [
        {"when": spell_ladder((Rung(r.when, r.amount, r.unit),))[1:-1], "to": list(r.to)}
        if r.to
        else spell_ladder((r,))[1:-1]
        for r in ladder
    ]


def _row(key: str, at: int, rung: Rung) -> Row:
    amount = str(rung.amount) if rung.amount else ""
    return Row(f"{key}.{at}", rung.when, amount, rung.unit, rung.to)


def _sent_rows(key: str) -> list[Row]:
    """Return the rows that were typed, the empty ones left out."""
    form, found = request.form, list[Row]()
    for at in range(MOST):
        name = f"{key}.{at}"
        when, amount = form.get(f"{name}.when", ""), form.get(f"{name}.amount", "").strip()
        if when or amount:
            unit = form.get(f"{name}.unit", "")
            to = ordered(form.getlist(f"{name}.to"))
            found.append(Row(f"{key}.{len(found)}", when, amount, unit, to))
    return found


def _typed(one: Adjustable, errors: dict[str, str]) -> str:
    """Return the warnings that were typed; as they stand where nothing differs."""
    mode = request.form[f"{one.key}.mode"]
    if mode in (STANDARD, NONE):
        return mode
    rows = _sent_rows(one.key)
    if not rows:
        errors[one.key] = phrase("ladder", "rows_missing")
    rungs = [_rung(row, KINDS[one.name]) for row in rows]
    if None in rungs:
        errors[one.key] = phrase("ladder", "row_incomplete")
    if one.key in errors:
        return one.value
    typed = tuple(rung for rung in rungs if rung)
    return one.value if typed == parse_ladder(one.value) else spell_ladder(typed)


def _rung(row: Row, kinds: Sequence[str]) -> Rung | None:
    """Return the warning of a row, or None where something is missing."""
    if row.when not in kinds:
        return None
    if row.when == "due":
        return Rung("due", to=row.to)
    fits = row.amount.isdecimal() and 0 < int(row.amount) <= LONGEST and row.unit in set(Unit)
    return Rung(row.when, int(row.amount), row.unit, row.to) if fits else None
