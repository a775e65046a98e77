"""What the coordinator of a request type changes in a form: house terms, texts, participants.

The form makes the text of the next version, which is proven and previewed like any other before
it is deployed. What a norm says is not in the form, and what is not in the form is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from web.administration.definitions import Sent, keeper_of, preview_page
from web.db import unit_of_work
from web.words.languages import in_language, language_tag
from web.words.phrases import phrase
from workflow.catalogue.adjusting import Adjustable, AdjustableKind, adjust, adjustables
from workflow.core.terms import Term, Unit, parse_term
from workflow.services import request_types
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("adjusting", __name__, url_prefix="/administracao/tipos")
LONGEST = 9999


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to adjust, as it stands or as it was typed."""

    key: str
    kind: str
    name: str
    language: str
    value: str
    unit: str = ""
    """Of a term, whose value is its number."""
    error: str = ""


@bp.get("/<key>/ajustar")
def show(key: str) -> str:
    """Show what may be adjusted in the newest version of a type."""
    with unit_of_work() as uow:
        return _page(uow, key, source_of(uow, key), {})


@bp.post("/<key>/ajustar")
def change(key: str) -> ResponseReturnValue:
    """Make the text of the next version of what was typed, and show its preview."""
    with unit_of_work() as uow:
        text = source_of(uow, key)
        errors: dict[str, str] = {}
        changes = {one.key: _typed(one, errors) for one in _here(text)}
        if all(changes[one.key] == one.value for one in _here(text)) and not errors:
            errors["none"] = phrase("definitions", "nothing_changed")
        if errors:
            return _page(uow, key, text, errors), 422
        newer = adjust(text, changes)
        seen = request_types.preview(uow, newer, keeper_of(uow), language=language_tag())
        return preview_page(Sent(newer), seen), 200 if seen.deployable else 422


def source_of(uow: UnitOfWork, key: str) -> str:
    """Return the text of the newest version; abort for what is somebody else's or was not kept."""
    newest = request_types.request_type(uow, key).definition
    if not keeper_of(uow).answers_for(newest.owner):
        abort(404)
    return request_types.stored_version(uow, key, newest.version).source or abort(404)


def _here(text: str) -> list[Adjustable]:
    """List what this form changes; warnings have a page of their own."""
    return [one for one in adjustables(text) if one.kind is not AdjustableKind.LADDER]


def _page(uow: UnitOfWork, key: str, text: str, errors: Mapping[str, str]) -> str:
    found = _here(text)
    lines = [(one, _line(one, errors)) for one in found]
    groups = [
        (in_language(of), [line for _, line in some])
        for of, some in groupby(lines, lambda pair: pair[0].of)
    ]
    return render_template(
        "administration/type_adjust.html",
        definition=uow.installation.newest(key),
        groups=groups,
        errors=errors,
        units=[unit.value for unit in Unit],
        agencies=[
            (agency.code, f"{agency.code} · {agency.name}") for agency in uow.world().network
        ],
    )


def _line(one: Adjustable, errors: Mapping[str, str]) -> Line:
    value, unit = one.value, ""
    if one.kind is AdjustableKind.TERM:
        term = parse_term(one.value)
        value, unit = str(term.amount), term.unit.value
    form = request.form
    return Line(
        key=one.key,
        kind=one.kind.value,
        name=one.name,
        language=one.language,
        value=form.get(one.key, value),
        unit=form.get(f"{one.key}.unit", unit),
        error=errors.get(one.key, ""),
    )


def _typed(one: Adjustable, errors: dict[str, str]) -> str:
    """Return what was typed for one value; as it stands where nothing was sent."""
    written = request.form.get(one.key)
    if written is None:
        return one.value
    written = written.replace("\r\n", "\n").strip()
    if one.kind is AdjustableKind.TERM:
        return _term(one, written, errors)
    if not written:
        errors[one.key] = phrase("definitions", "text_missing")
    return written


def _term(one: Adjustable, amount: str, errors: dict[str, str]) -> str:
    unit = request.form.get(f"{one.key}.unit", "")
    if not (amount.isdecimal() and 0 < int(amount) <= LONGEST and unit in set(Unit)):
        errors[one.key] = phrase("definitions", "term_missing")
        return one.value
    before = parse_term(one.value)
    term = Term(int(amount), Unit(unit), before.direction)
    return one.value if term == before else str(term)
