"""Lists of registers: which there are, their entries, countries, what is to be confirmed, files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, Response, render_template, request, stream_with_context

from web.db import unit_of_work
from web.downloads import disposition
from web.forms.shown import country_list
from web.registers.sheet import HEAD
from web.registers.sheet import sheet as sheet_of
from web.registers.shown import choices_of, columns_of, line_of, named_in
from web.registers.world import world_map
from web.spreadsheets import written
from web.words.languages import in_language, language, language_tag
from web.words.phrases import phrase
from workflow.core.fields import FieldType
from workflow.core.folding import plain
from workflow.core.registers.entries import Entry, Standing
from workflow.core.registers.possible import may_enter
from workflow.core.registers.types import EntryType
from workflow.services import registers
from workflow.services.register_lists import (
    Narrowing,
    awaiting,
    by_country,
    count,
    exported,
    list_entries,
    shelves,
    spelled,
    to_confirm,
)
from workflow.storage.queries.registers import Order

bp = Blueprint("registers", __name__, url_prefix="/registros")

RUNNING: Final = (Standing.CURRENT, Standing.STALE)
STANDINGS: Final[Mapping[str, tuple[Standing, ...]]] = {
    "": RUNNING,
    "confirmar": (Standing.STALE,),
    "encerrados": (Standing.ENDED,),
    "todos": (*RUNNING, Standing.ENDED),
}
ORDERS: Final[Mapping[str, Order]] = {
    "": Order.NAME,
    "confirmar": Order.DUE,
    "termina": Order.ENDS,
    "novos": Order.NEWEST,
}
WHERE: Final = "campo."
"""What the narrowings by a field of the register begin with, in an address."""
LONGEST: Final = 100


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """A register in the list of registers."""

    kind: EntryType
    running: int
    stale: int
    may_enter: bool


@dataclass(frozen=True, slots=True)
class CountryLine:
    """A country in a register."""

    code: str
    name: str
    n: int
    width: int
    """Of its bar, in hundredths of the longest."""


@dataclass(frozen=True, slots=True, eq=False)
class Wait:
    """An entry that waits for something to be done by a day."""

    kind: EntryType
    number: str
    name: str
    by: date
    late: bool


def _wait(kind: EntryType, entry: Entry, today: date) -> Wait:
    by = kind.awaited_on(entry.values)
    assert by
    return Wait(kind, entry.number, kind.name_of(entry.values), by, by < today)


@bp.get("/")
def index() -> str:
    """List the registers with how many entries each has, and how many nobody has confirmed."""
    with unit_of_work() as uow:
        network = uow.world().network
        found = [
            Shelf(
                kind,
                running,
                stale,
                may_enter(kind, uow.powers, network=network, day=uow.today),
            )
            for kind, running, stale in shelves(uow)
        ]
        waiting = len(to_confirm(uow))
    found.sort(key=lambda shelf: plain(in_language(shelf.kind.plural)))
    return render_template(
        "registers/index.html", section="catalogue", shelves=found, waiting=waiting
    )


@bp.get("/confirmar")
def confirm_list() -> str:
    """List what the reader's agencies keep and have to confirm soon, or should have."""
    with unit_of_work() as uow:
        network, kinds = uow.world().network, registers.entry_types(uow)
        lines = [
            line_of(kinds[entry.type], entry, today=uow.today, network=network)
            for entry in to_confirm(uow)
        ]
        waits = [_wait(kinds[entry.type], entry, uow.today) for entry in awaiting(uow)]
    return render_template("registers/to_confirm.html", section="inbox", lines=lines, waits=waits)


@bp.get("/<register>")
def entries(register: str) -> str:
    """List the entries of a register, narrowed and ordered as the address asks."""
    order = ORDERS.get(request.args.get("ordem", ""), Order.NAME)
    with unit_of_work() as uow:
        kind = registers.entry_type(uow, register)
        narrowing = _narrowing(kind)
        after = request.args.get("apos")
        page = list_entries(uow, register, narrowing, order=order, after=after)
        total = count(uow, register, narrowing)
        network = uow.world().network
        named = named_in(uow, kind, page.entries)
        lines = [
            line_of(kind, entry, today=uow.today, network=network, named=named)
            for entry in page.entries
        ]
        adds = may_enter(kind, uow.powers, network=network, day=uow.today)
        names = {agency.code: agency.name for agency in network}
    return render_template(
        "registers/entries.html",
        section="catalogue",
        kind=kind,
        columns=columns_of(kind),
        choices=choices_of(kind),
        lines=lines,
        total=total,
        following=page.after,
        asked=_asked(),
        narrowed=narrowing,
        countries=country_list(language()) if kind.country else (),
        may_enter=adds,
        names=names,
        where=WHERE,
    )


@bp.get("/<register>/paises")
def countries(register: str) -> str:
    """Count the entries of a register by country."""
    with unit_of_work() as uow:
        kind = registers.entry_type(uow, register)
        found = by_country(uow, register, _narrowing(kind)) if kind.country else {}
    names = dict(country_list(language()))
    most = max(found.values(), default=1)
    lines = [
        CountryLine(code, names.get(code, code), n, round(100 * n / most))
        for code, n in found.items()
    ]
    lines.sort(key=lambda line: (-line.n, line.name))
    return render_template(
        "registers/countries.html",
        section="catalogue",
        kind=kind,
        lines=lines,
        world=world_map(found),
        names=names,
        asked=_asked(),
    )


@bp.get("/<register>/planilha.csv")
def sheet(register: str) -> Response:
    """Send the entries of a list as a table for spreadsheets, in words."""
    with unit_of_work() as uow:
        kind = registers.entry_type(uow, register)
        name = disposition(f"{register}-{uow.today.isoformat()}.csv", attached=True)
        table = sheet_of(
            kind,
            exported(uow, register, _narrowing(kind)),
            uow.world().network,
            on=uow.today,
            language=language_tag(),
            head={key: phrase("registers", key) for key in HEAD},
            standings={one.value: phrase("registers", one.value) for one in Standing},
        )
        rows = stream_with_context(written(table))
    return _file(rows, "text/csv; charset=utf-8", name)


@bp.get("/<register>/dados.json")
def data(register: str) -> Response:
    """Send the entries of a list as data, by the names of their fields."""
    with unit_of_work() as uow:
        kind = registers.entry_type(uow, register)
        name = disposition(f"{register}-{uow.today.isoformat()}.json", attached=True)
        told = [spelled(one, uow.today) for one in exported(uow, register, _narrowing(kind))]
    head = {"register": register, "version": kind.version, "entries": told}
    found = json.dumps(head, ensure_ascii=False, default=str)
    return _file(found, "application/json", name)


# --- Parts --------------------------------------------------------------------------------


def _narrowing(kind: EntryType) -> Narrowing:
    """Read what a list is narrowed to; what is mistyped narrows nothing."""
    args = request.args
    kinds = (FieldType.CHOICE, FieldType.ENTRY, FieldType.AGENCY)
    asked = {
        key: args[f"{WHERE}{key}"].strip()[:LONGEST]
        for key, field in kind.fields.items()
        if args.get(f"{WHERE}{key}", "").strip() and field.type in kinds
    }
    return Narrowing(
        text=args.get("q", "").strip()[:LONGEST],
        holder=args.get("orgao", "").strip().upper()[:LONGEST] or None,
        country=args.get("pais", "").strip().upper()[:2] or None,
        standings=STANDINGS.get(args.get("situacao", ""), RUNNING),
        where=asked,
    )


def _asked() -> dict[str, str]:
    """Return what the address narrows and orders, without the place in the list."""
    return {key: value for key, value in request.args.items() if value and key != "apos"}


def _file(parts: Iterator[str] | str, mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(parts, mimetype=mimetype, headers=headers)
