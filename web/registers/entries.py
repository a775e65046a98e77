"""The page of an entry, and what its keepers do with it in one click."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.db import unit_of_work
from web.errors import refusal_text
from web.forms.shown import agency_list
from web.inbox.filters import read_id
from web.links import local_address
from web.registers.shown import facts, history_of, line_of
from web.security import once_key
from web.words.phrases import phrase
from web.words.said import say
from workflow.core.errors import ReasonMissing
from workflow.core.fields import FieldType
from workflow.core.registers.entries import Entry, Status
from workflow.core.registers.errors import NothingChanged
from workflow.core.registers.possible import may_keep
from workflow.core.registers.types import EntryType
from workflow.services import registers
from workflow.services.register_lists import Narrowing, count, list_entries
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.registers import Order

bp = Blueprint("entries", __name__, url_prefix="/registros/ficha")

MOST_RELATED = 5
"""How many entries that name this one are shown before the list of all."""


@dataclass(frozen=True, slots=True, eq=False)
class Related:
    """The entries of another register that name this one."""

    kind: EntryType
    field: str
    lines: list[tuple[str, str]]
    """Number and name of the newest."""
    total: int


@bp.get("/<number>")
def show(number: str) -> str:
    """Show an entry: what it says, until when it holds, where it came from, its history."""
    with unit_of_work() as uow:
        return _page(uow, number, {})


@bp.post("/<number>/confirmar")
def confirm(number: str) -> Response:
    """Confirm that an entry is right as it stands."""
    with unit_of_work() as uow:
        entry = registers.renew(uow, number, key=once_key(), revision=_revision())
    say("entry_confirmed", number=entry.number)
    return _back(number)


@bp.post("/<number>/passar")
def transfer(number: str) -> ResponseReturnValue:
    """Give an entry to another agency."""
    holder, reason = request.form.get("holder", ""), request.form.get("reason", "")
    with unit_of_work() as uow:
        try:
            registers.transfer(
                uow, number, holder, key=once_key(), reason=reason, revision=_revision()
            )
        except NothingChanged as refusal:
            return _page(uow, number, {"holder": refusal_text(refusal)}), 422
    say("entry_transferred", number=number, agency=holder)
    return _back(number)


@bp.post("/<number>/encerrar")
def end(number: str) -> ResponseReturnValue:
    """End an entry, with a reason."""
    reason = request.form.get("reason", "")
    with unit_of_work() as uow:
        try:
            registers.end(uow, number, reason=reason, key=once_key(), revision=_revision())
        except ReasonMissing:
            return _page(uow, number, {"end-reason": phrase("registers", "no_reason")}), 422
    say("entry_ended", number=number, undo=url_for("entries.resume", number=number))
    return _back(number)


@bp.post("/<number>/retomar")
def resume(number: str) -> Response:
    """Bring an ended entry back."""
    with unit_of_work() as uow:
        registers.resume(uow, number, key=once_key())
    say("entry_resumed", number=number)
    return _back(number)


# --- Parts --------------------------------------------------------------------------------


def _page(uow: UnitOfWork, number: str, errors: dict[str, str]) -> str:
    entry = registers.read(uow, number)
    kind = registers.entry_type(uow, entry.type)
    network = uow.world().network
    keeps = may_keep(kind, entry, uow.powers, network=network, day=uow.today)
    return render_template(
        "registers/entry.html",
        section="catalogue",
        entry=entry,
        kind=kind,
        line=line_of(kind, entry, today=uow.today, network=network),
        facts=facts(uow, kind, entry),
        history=history_of(uow, kind, entry),
        related=_related(uow, entry),
        keeps=keeps and entry.status is Status.CURRENT,
        resumes=keeps and entry.status is Status.ENDED,
        agencies=agency_list(network, uow.today) if keeps else (),
        holder=network.get(entry.holder),
        owner=network.get(kind.owner),
        errors=errors,
        has_errors=bool(errors),
        typed=request.form,
    )


def _related(uow: UnitOfWork, entry: Entry) -> list[Related]:
    """Find what other registers say of an entry."""
    found = []
    for kind in registers.entry_types(uow).values():
        for key, field in kind.fields.items():
            if field.type is not FieldType.ENTRY or field.of != entry.type:
                continue
            narrowing = Narrowing(where={key: entry.number})
            page = list_entries(uow, kind.key, narrowing, order=Order.NEWEST, limit=MOST_RELATED)
            if page.entries:
                lines = [(e.number, kind.name_of(e.values) or e.number) for e in page.entries]
                total = count(uow, kind.key, narrowing) if page.after else len(lines)
                found.append(Related(kind, key, lines, total))
    return found


def _revision() -> int | None:
    return read_id(request.form.get("revision", ""))


def _back(number: str) -> Response:
    there = request.form.get("back") or url_for("entries.show", number=number)
    return redirect(local_address(there), 303)
