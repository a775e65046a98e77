"""The forms by which something is entered in a register, and changed; they need no JavaScript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.db import unit_of_work
from web.errors import refusal_text
from web.forms.reading import MORE_ROWS, FieldsRead, Named, errors_of, read_fields
from web.forms.shown import show_form
from web.forms.told import told_with_fields
from web.forms.typed import Typed, as_typed
from web.inbox.filters import read_id
from web.registers.shown import line_of
from web.security import once_key
from web.sessions import current_principal
from web.words.said import say
from workflow.core.errors import AnswersRefused, NotAssigned, Refusal
from workflow.core.registers.entries import Entry, Status
from workflow.core.registers.errors import EntryEnded, EntryFed, EntryMoved, NothingChanged, NotKept
from workflow.core.registers.possible import may_enter, may_keep
from workflow.core.registers.types import EntryType
from workflow.services import registers
from workflow.services.register_lists import similar
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("entry_form", __name__, url_prefix="/registros")

PART = "data."
"""What the inputs of a form begin with."""
SEEN = "seen"
"""Repeats the entries that were shown as alike, once somebody says that this is another thing."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form as it is shown: what was typed, what is wrong, what is alike."""

    typed: Mapping[str, Typed] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    doubtful: Mapping[str, str] = field(default_factory=dict)
    alike: Sequence[Entry] = ()
    wants_rows: str = ""
    moved: str = ""
    """Who wrote first, where somebody did."""


@bp.get("/<register>/nova")
def new(register: str) -> str:
    """Ask what is to be entered."""
    with unit_of_work() as uow:
        kind = _kind_to_enter(uow, register)
        defaults = {
            name.name: as_typed(name.spec, name.spec.default) for name in _named(kind, None)
        }
        return _form(uow, kind, None, Sheet(defaults))


@bp.post("/<register>/nova")
def create(register: str) -> ResponseReturnValue:
    """Enter it, unless something is wrong, or there seems to be such a thing already."""
    with unit_of_work() as uow:
        kind = _kind_to_enter(uow, register)
        read = _read(uow, kind, None)
        if MORE_ROWS in request.form:
            return _form(uow, kind, None, _sheet(read, wants_rows=request.form[MORE_ROWS]))
        if read.errors:
            return _form(uow, kind, None, _sheet(read)), 422
        values = _values(read)
        alike = similar(uow, register, values)
        if {entry.number for entry in alike} - set(request.form.getlist(SEEN)):
            return _form(uow, kind, None, _sheet(read, alike=alike))
        try:
            entry = registers.create(uow, register, values, key=once_key())
        except AnswersRefused as refusal:
            more = errors_of(refusal, [])
            return _form(uow, kind, None, _sheet(read, errors=more)), 422
    say("entry_created", number=entry.number)
    return redirect(url_for("entries.show", number=entry.number), 303)


@bp.post("/<register>/parecidos")
def alike(register: str) -> str:
    """Tell, while somebody types, what may be the same thing already."""
    with unit_of_work() as uow:
        kind = registers.entry_type(uow, register)
        found = similar(uow, register, _values(_read(uow, kind, None)))
        network = uow.world().network
        lines = [line_of(kind, entry, today=uow.today, network=network) for entry in found]
    return render_template("registers/_alike.html", lines=lines)


@bp.get("/ficha/<number>/mudar")
def edit(number: str) -> str:
    """Show what an entry says, to be written anew."""
    with unit_of_work() as uow:
        entry, kind = _to_change(uow, number)
        said = {
            name.name: as_typed(name.spec, entry.values.get(name.spec.key))
            for name in _named(kind, entry)
        }
        return _form(uow, kind, entry, Sheet(said))


@bp.post("/ficha/<number>/mudar")
def change(number: str) -> ResponseReturnValue:
    """Write an entry anew, and confirm it in the same act where that is asked."""
    with unit_of_work() as uow:
        entry, kind = _to_change(uow, number)
        read = _read(uow, kind, entry)
        if MORE_ROWS in request.form:
            return _form(uow, kind, entry, _sheet(read, wants_rows=request.form[MORE_ROWS]))
        if read.errors:
            return _form(uow, kind, entry, _sheet(read)), 422
        confirms = request.form.get("then") == "confirm"
        act = registers.renew if confirms else registers.change
        revision = read_id(request.form.get("revision", ""))
        try:
            act(uow, number, _values(read), key=once_key(), revision=revision)
        except EntryMoved as refusal:
            return _form(uow, kind, entry, _sheet(read, moved=refusal_text(refusal))), 409
        except (AnswersRefused, EntryFed, NothingChanged) as refusal:
            return _form(uow, kind, entry, _sheet(read, errors=_why(refusal, kind))), 422
    say("entry_confirmed" if confirms else "entry_changed", number=number)
    return redirect(url_for("entries.show", number=number), 303)


# --- Parts --------------------------------------------------------------------------------


def _kind_to_enter(uow: UnitOfWork, register: str) -> EntryType:
    """Return a register that somebody may add to; raise `UnknownRegister` or `NotKept`."""
    kind = registers.entry_type(uow, register)
    if not may_enter(kind, uow.powers, network=uow.world().network, day=uow.today):
        raise NotKept(agency=current_principal().current_agency, register=register)
    return kind


def _to_change(uow: UnitOfWork, number: str) -> tuple[Entry, EntryType]:
    """Return an entry that the reader keeps; raise `UnknownEntry`, `EntryEnded` or as an act."""
    entry = registers.read(uow, number)
    kind = registers.entry_type(uow, entry.type)
    if entry.status is not Status.CURRENT:
        raise EntryEnded(number=number)
    if not may_keep(kind, entry, uow.powers, network=uow.world().network, day=uow.today):
        raise NotAssigned(agencies=(entry.holder,))
    return entry, kind


def _named(kind: EntryType, entry: Entry | None) -> list[Named]:
    """Return the fields that a form asks; what an open case writes is not among them."""
    written = kind.ends_on if entry and entry.fed else None
    return [
        Named(f"{PART}{key}", spec)
        for key, spec in kind.fields.items()
        if spec.computed is None and key != written
    ]


def _read(uow: UnitOfWork, kind: EntryType, entry: Entry | None) -> FieldsRead:
    network = uow.world().network
    return read_fields(_named(kind, entry), request.form, network=network, today=uow.today)


def _values(read: FieldsRead) -> dict[str, Any]:
    return {name.removeprefix(PART): value for name, value in read.values.items()}


def _sheet(
    read: FieldsRead,
    *,
    errors: Mapping[str, str] | None = None,
    alike: Sequence[Entry] = (),
    wants_rows: str = "",
    moved: str = "",
) -> Sheet:
    wrong = {} if wants_rows else {**read.errors, **(errors or {})}
    return Sheet(read.typed, wrong, read.doubtful, alike, wants_rows, moved)


def _why(refusal: Refusal, kind: EntryType) -> dict[str, str]:
    """Say beside which input what was refused has to be mended."""
    if isinstance(refusal, AnswersRefused):
        return errors_of(refusal, [])
    where = kind.ends_on if isinstance(refusal, EntryFed) else kind.name
    return {f"{PART}{where}": refusal_text(refusal)}


def _form(uow: UnitOfWork, kind: EntryType, entry: Entry | None, sheet: Sheet) -> str:
    network = uow.world().network
    shown = show_form(
        sheet.typed,
        network=network,
        today=uow.today,
        errors=sheet.errors,
        doubtful=sheet.doubtful,
        wants_rows=sheet.wants_rows,
    )
    latest = registers.read(uow, entry.number) if entry else None
    return render_template(
        "registers/form.html",
        section="catalogue",
        kind=kind,
        entry=latest,
        name=kind.name_of(latest.values) if latest else "",
        fields=_named(kind, entry),
        shown=shown,
        errors=told_with_fields(kind.fields, sheet.errors),
        has_errors=bool(sheet.errors or sheet.moved),
        moved=sheet.moved,
        lines=[line_of(kind, one, today=uow.today, network=network) for one in sheet.alike],
        agency=current_principal().current_agency,
    )
