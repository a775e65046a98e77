"""Registers that are open to anybody: lists, entries and files, without an account.

Whoever looks, an officer too, is shown what the public is shown and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Blueprint, Response, abort, render_template, request

from web.db import unit_of_work
from web.errors import too_often
from web.forms.shown import country_list
from web.registers.asked import ORDERS, WHERE, asked, narrowing_of
from web.registers.files import data_file, sheet_file
from web.registers.shown import choices_of, columns_of, facts, line_of
from web.sessions import looker
from web.words.languages import in_language, language
from workflow.core.fields import Access, FieldType
from workflow.core.folding import plain
from workflow.core.powers import Powers
from workflow.core.registers.types import EntryType
from workflow.services import registers
from workflow.services.public_view import count_export
from workflow.services.register_lists import count, list_entries, shelves
from workflow.services.throttle import TooManyAttempts
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.registers import Order

bp = Blueprint("open_registers", __name__, url_prefix="/publico")
bp.register_error_handler(TooManyAttempts, too_often)


@bp.get("/")
def index() -> str:
    """List the registers that anybody may read."""
    with _as_anybody() as uow:
        found = [(kind, n) for kind, n, _ in shelves(uow) if kind.access is Access.PUBLIC]
    found.sort(key=lambda one: plain(in_language(one[0].plural)))
    return render_template("registers/open_index.html", shelves=found)


@bp.get("/<register>")
def entries(register: str) -> str:
    """List the entries of an open register."""
    order = ORDERS.get(request.args.get("ordem", ""), Order.NAME)
    with _as_anybody() as uow:
        kind = _open_kind(uow, register)
        narrowing = narrowing_of(kind)
        page = list_entries(uow, register, narrowing, order=order, after=request.args.get("apos"))
        network = uow.world().network
        lines = [line_of(kind, one, today=uow.today, network=network) for one in page.entries]
        total = count(uow, register, narrowing)
        names = network.present_names
    return render_template(
        "registers/open_entries.html",
        kind=kind,
        columns=columns_of(kind),
        choices=choices_of(kind),
        lines=lines,
        total=total,
        following=page.after,
        asked=asked(),
        narrowed=narrowing,
        countries=country_list(language()) if kind.country else (),
        names=names,
        where=WHERE,
    )


@bp.get("/ficha/<number>")
def show(number: str) -> str:
    """Show what anybody may read of an entry."""
    with _as_anybody() as uow:
        entry = registers.read(uow, number)
        kind = _open_kind(uow, entry.type)
        network = uow.world().network
        return render_template(
            "registers/open_entry.html",
            entry=entry,
            kind=kind,
            line=line_of(kind, entry, today=uow.today, network=network),
            facts=facts(uow, kind, entry),
            holder=network.get(entry.holder),
        )


@bp.get("/<register>/planilha.csv")
def sheet(register: str) -> Response:
    """Send what a list shows as a table for spreadsheets, to each address now and then."""
    with _as_anybody() as uow:
        kind = _open_kind(uow, register)
        count_export(uow, looker())
        return sheet_file(uow, kind, narrowing_of(kind), inside=False)


@bp.get("/<register>/dados.json")
def data(register: str) -> Response:
    """Send what a list shows as data, to each address now and then."""
    with _as_anybody() as uow:
        kind = _open_kind(uow, register)
        count_export(uow, looker())
        return data_file(uow, kind, narrowing_of(kind), inside=False)


@contextmanager
def _as_anybody() -> Iterator[UnitOfWork]:
    with unit_of_work() as uow:
        yield uow.as_powers(Powers())


def _open_kind(uow: UnitOfWork, register: str) -> EntryType:
    """Return an open register with the fields that anybody may read; else there is none."""
    kind = registers.entry_type(uow, register)
    if kind.access is not Access.PUBLIC:
        abort(404)
    fields = {
        key: field
        for key, field in kind.fields.items()
        if field.access is Access.PUBLIC and field.type is not FieldType.ENTRY
    }
    if kind.name not in fields:
        abort(404)
    return replace(kind, fields=fields)
