"""Lists of registers: which there are, their entries, countries, what is to be confirmed, files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request

from web.db import unit_of_work
from web.forms.shown import country_list
from web.registers.asked import ORDERS, WHERE, asked, narrowing_of
from web.registers.files import data_file, sheet_file
from web.registers.shown import about_of, choices_of, columns_of, line_of, named_in, searched_in
from web.registers.world import world_map
from web.words.languages import in_language, language
from workflow.core.folding import plain
from workflow.core.registers.entries import Entry
from workflow.core.registers.possible import may_enter
from workflow.core.registers.types import EntryType
from workflow.services import registers
from workflow.services.register_lists import (
    awaiting,
    by_country,
    count,
    list_entries,
    shelves,
    to_confirm,
)
from workflow.storage.queries.registers import Order

bp = Blueprint("registers", __name__, url_prefix="/registros")


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
        narrowing = narrowing_of(kind)
        after = request.args.get("apos")
        page = list_entries(uow, register, narrowing, order=order, after=after)
        total = count(uow, register, narrowing)
        network = uow.world().network
        named = named_in(uow, kind, page.entries)
        lines = [
            line_of(kind, entry, today=uow.today, network=network, named=named)
            for entry in page.entries
        ]
        about = about_of(uow, kind, narrowing.where)
        adds = may_enter(kind, uow.powers, network=network, day=uow.today)
        names = network.present_names
    return render_template(
        "registers/entries.html",
        section="catalogue",
        kind=kind,
        columns=columns_of(kind),
        searched=searched_in(kind),
        choices=choices_of(kind),
        lines=lines,
        total=total,
        following=page.after,
        asked=asked(),
        narrowed=narrowing,
        about=about,
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
        found = by_country(uow, register, narrowing_of(kind)) if kind.country else {}
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
        asked=asked(),
    )


@bp.get("/<register>/planilha.csv")
def sheet(register: str) -> Response:
    """Send the entries of a list as a table for spreadsheets, in words."""
    with unit_of_work() as uow:
        kind = registers.entry_type(uow, register)
        return sheet_file(uow, kind, narrowing_of(kind))


@bp.get("/<register>/dados.json")
def data(register: str) -> Response:
    """Send the entries of a list as data, by the names of their fields."""
    with unit_of_work() as uow:
        kind = registers.entry_type(uow, register)
        return data_file(uow, kind, narrowing_of(kind))
