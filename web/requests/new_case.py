"""A new request: choose its type, write it section by section, check it, send it, get a receipt."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.errors import refusal_text
from web.requests.request_draft import Draft, fields_of, sections
from web.row_numbers import typed_number
from web.sessions import current_principal
from web.words.field_values import term_words
from web.words.languages import by_title
from workflow.core.acts.opening import demand_may_open
from workflow.core.definition import Definition
from workflow.core.errors import Refusal
from workflow.core.fields import Field, FieldType, Text
from workflow.services.access_codes import new_access_code
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries import drafts as kept_drafts

bp = Blueprint("new_case", __name__, url_prefix="/pedidos/novo")


@dataclass(frozen=True, slots=True)
class Offer:
    """A request type as it is offered: whether it may be opened here, and if not, why."""

    definition: Definition
    why_not: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A request that was begun, as a line of the list of drafts."""

    id: int
    definition: Definition
    subject: str
    saved_at: datetime
    number: str | None
    """Once it was sent and its receipt not yet seen."""


@bp.get("")
def index() -> str:
    """Offer the types that the officer's agency may open, and the requests already begun."""
    officer = current_principal()
    with unit_of_work() as uow:
        latest = by_title(uow.installation.latest().values())
        offers = [Offer(d, why_not(uow, d, officer.current_agency)) for d in latest]
        offers.sort(key=lambda offer: bool(offer.why_not))
        with uow.reading() as connection:
            rows = kept_drafts.drafts_of(connection, officer.officer_id)
        known = {d.key: d for d in latest}
        begun = [
            _begun(row, known[row.kind])
            for row in rows
            if row.kind in known and not (row.data.get("sent") or {}).get("seen")
        ]
    return render_template(
        "new_case/index.html", section="cases", offers=offers, begun=begun, officer=officer
    )


@bp.get("/<type_key>")
def start(type_key: str) -> str:
    """Say what a type is for, what it asks, how long it takes and what happens next."""
    agency = current_principal().current_agency
    with unit_of_work() as uow:
        definition = uow.installation.newest(type_key)
        asked = fields_of(definition, definition.opening)
        owner = uow.world().network.get(definition.owner)
        return render_template(
            "new_case/start.html",
            section="cases",
            definition=definition,
            required=[f for f in asked if _is_asked(f) and f.type is not FieldType.DOCUMENT],
            documents=[f for f in asked if f.type is FieldType.DOCUMENT],
            owner=owner.name if owner else definition.owner,
            count=len(sections(definition)),
            terms=case_terms(definition),
            why_not=why_not(uow, definition, agency),
            agency=agency,
        )


def case_terms(definition: Definition) -> list[tuple[Text, str]]:
    """Return the terms of the whole case that are counted from its opening: name and length."""
    terms = [(clock.title, clock.deadline) for clock in definition.deadlines.values()]
    return [
        (title, term_words(str(deadline.term)))
        for title, deadline in terms
        if deadline.term and deadline.start == "opened" and not deadline.of
    ]


def _is_asked(spec: Field) -> bool:
    return spec.required and spec.computed is None and spec.shown_if is None


@bp.post("/<type_key>")
def begin(type_key: str) -> Response:
    """Begin a draft of a type, in the name of the agency the officer acts for now."""
    officer = current_principal()
    with unit_of_work() as uow:
        definition = uow.installation.newest(type_key)
        demand_may_open(definition, officer.current_agency, uow.circumstances())
        key = str(uuid.uuid4())
        typed = _already_typed(definition)
        fresh = Draft(
            *(0, definition, officer.current_agency, key, uow.now, typed), code=new_access_code()
        )
        with uow.writing() as connection:
            draft_id = kept_drafts.start_draft(
                connection,
                officer.officer_id,
                type_key=type_key,
                data=fresh.as_data(),
                at=uow.now,
            )
    return redirect(url_for("draft.tasks", draft_id=draft_id), 303)


def _already_typed(definition: Definition) -> dict[str, list[list[str]]]:
    """Return the cases that the new one is to name, where the page that led here told them."""
    typed: dict[str, list[list[str]]] = {}
    for section in sections(definition):
        for spec in fields_of(definition, section.items):
            number = request.form.get(f"data.{spec.key}", "")
            if spec.type is FieldType.CASE and number:
                typed.setdefault(section.key, []).append([f"data.{spec.key}", number[:30]])
    return typed


@bp.get("/recibo/<number>")
def receipt(number: str) -> str:
    """Show the number of a case just opened and, once, its access code."""
    officer, draft_id = current_principal(), typed_number(request.args.get("rascunho", ""))
    with unit_of_work() as uow:
        case = uow.load(number).snapshot
        code = None
        if draft_id is not None:
            with uow.writing() as connection:
                row = kept_drafts.draft(connection, officer.officer_id, draft_id)
                sent = (row.data.get("sent") or {}) if row else {}
                if row and sent.get("number") == number:
                    code = sent.get("code")
                    data = {**row.data, "sent": {"number": number, "code": None, "seen": True}}
                    kept_drafts.save_draft(
                        connection, officer.officer_id, row.id, data=data, at=uow.now
                    )
        owner = uow.world().network.get(case.definition.owner)
    return render_template(
        "new_case/receipt.html",
        section="cases",
        case=case,
        code=code,
        owner=owner.name if owner else case.definition.owner,
    )


def why_not(uow: UnitOfWork, definition: Definition, agency: str) -> str:
    """Say why an agency may not open cases of a type; nothing if it may."""
    try:
        demand_may_open(definition, agency, uow.circumstances())
    except Refusal as refusal:
        return refusal_text(refusal)
    return ""


def _begun(row: Any, definition: Definition) -> Begun:  # noqa: ANN401 - a row
    typed = dict(map(tuple, row.data.get("typed", {}).get("sobre", ())))
    sent = row.data.get("sent") or {}
    return Begun(
        row.id, definition, typed.get("data.subject", ""), row.saved_at, sent.get("number")
    )
