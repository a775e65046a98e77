"""Absences as pages: who answers for whom, the form that says so, and its early end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.administration.day_form import read_day
from web.administration.lines import Line
from web.administration.office import office_of
from web.db import unit_of_work
from web.errors import refusal_text
from web.row_numbers import typed_number
from web.security import once_key
from web.sessions import current_principal
from web.words.phrases import phrase
from web.words.said import say
from workflow.core.absence import NoSubstitute, SubstituteAbsent
from workflow.core.offices import Post
from workflow.services import absence
from workflow.services.absence import Wish
from workflow.services.absence_view import (
    Candidates,
    Phase,
    candidates_for_person,
    candidates_for_position,
    lines_for,
    tasks_lent,
)
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("substitutions", __name__, url_prefix="/ausencias")
FIELDS = {"ends_first": "last", "too_long": "last", "past": "first", "twice": "first"}
"""Beside which field a refusal stands; beside the substitute otherwise."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Whose absence the form is about: a person, or a position of an agency."""

    officer: int | None = None
    role: str | None = None
    agency: str | None = None

    @property
    def query(self) -> dict[str, str]:
        """What names it in an address."""
        if self.officer is not None:
            return {"pessoa": str(self.officer)}
        return {"cargo": self.role or "", "orgao": self.agency or ""}


@dataclass(slots=True)
class Typed:
    """What was typed, what is wrong with it, and the wish it means."""

    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    wish: Wish | None = None
    warned: bool = False
    """Whether the substitute is absent, too, and that is to be confirmed."""


@bp.get("")
def index() -> str:
    """List the absences that concern the visitor."""
    with unit_of_work() as uow:
        lines = lines_for(uow, office_of(uow))
        current = [line for line in lines if line.phase in (Phase.NOW, Phase.AHEAD)]
        return render_template(
            "administration/substitutions.html",
            current=sorted(current, key=lambda line: line.row.valid_from),
            past=[line for line in lines if line not in current],
            phases=Phase,
        )


@bp.get("/nova")
def new() -> str:
    """Ask who answers, and when."""
    with unit_of_work() as uow:
        return _form(uow, _whom(request.args), Typed({}))


@bp.post("/nova")
def arrange() -> ResponseReturnValue:
    """Let one officer answer for another, as typed."""
    with unit_of_work() as uow:
        whom = _whom(request.form)
        candidates = _candidates(uow, whom)
        typed = _read(whom, candidates)
        if typed.wish is None:
            return _form(uow, whom, typed), 422
        try:
            absence.arrange(uow, typed.wish, office=office_of(uow), key=once_key())
        except SubstituteAbsent:
            typed.warned = True
            return _form(uow, whom, typed), 422
        except NoSubstitute as refusal:
            beside = FIELDS.get(str(refusal.particulars.get("why")), "substitute")
            typed.errors[beside] = refusal_text(refusal)
            return _form(uow, whom, typed), 422
    say("substitution_made", name=candidates.others[typed.wish.substitute][0])
    return redirect(url_for("substitutions.index"), 303)


@bp.get("/tarefas/<int:officer_id>")
def tasks(officer_id: int) -> str:
    """List the open tasks of a colleague for whom the visitor answers today, and say why."""
    principal = current_principal()
    if officer_id not in principal.absent:
        abort(404)
    with unit_of_work() as uow:
        return render_template(
            "administration/colleague.html",
            lines=[Line.of(uow, row) for row in tasks_lent(uow, officer_id)],
            name=principal.absent[officer_id],
            until=principal.absent_until[officer_id],
        )


@bp.post("/<int:substitution_id>/encerrar")
def end(substitution_id: int) -> Response:
    """End a substitution from this moment on."""
    with unit_of_work() as uow:
        absence.end(uow, substitution_id, office=office_of(uow))
    say("substitution_ended")
    return redirect(url_for("substitutions.index"), 303)


def _whom(asked: Mapping[str, str]) -> Whom:
    role, agency, officer = asked.get("cargo"), asked.get("orgao"), asked.get("pessoa", "")
    if role and agency:
        if role not in {post.value for post in Post}:
            abort(404)
        return Whom(role=role, agency=agency)
    number = typed_number(officer)
    if officer and number is None:
        abort(404)
    return Whom(current_principal().officer_id if number is None else number)


def _candidates(uow: UnitOfWork, whom: Whom) -> Candidates:
    if whom.officer is not None:
        return candidates_for_person(uow, whom.officer, office_of(uow))
    return candidates_for_position(uow, whom.role or "", whom.agency or "", office_of(uow))


def _read(whom: Whom, candidates: Candidates) -> Typed:
    typed = Typed({key: value.strip() for key, value in request.form.items()})
    first, last = (read_day(typed.values.get(name, "")) for name in ("first", "last"))
    for name, day in (("first", first), ("last", last)):
        if day is None:
            typed.errors[name] = phrase("absences", f"{name}_missing")
    who = typed.values.get("substitute", "")
    substitute = typed_number(who) or 0
    if substitute not in candidates.others:
        typed.errors["substitute"] = phrase("absences", "substitute_missing")
    scope = typed.values.get("agency") or None
    if whom.role is None and scope is not None and scope not in candidates.agencies:
        typed.errors["agency"] = phrase("absences", "agency_unknown")
    if typed.errors or first is None or last is None:
        return typed
    typed.wish = Wish(
        absent=whom.officer,
        substitute=substitute,
        first=first,
        last=last,
        agency=whom.agency if whom.role else scope,
        role=whom.role,
        reason=typed.values.get("reason", "")[:200],
        confirmed=typed.values.get("confirmed") == "yes",
    )
    return typed


def _form(uow: UnitOfWork, whom: Whom, typed: Typed) -> str:
    candidates = _candidates(uow, whom)
    names = uow.world().network.present_names
    return render_template(
        "administration/substitution.html",
        whom=whom,
        mine=whom.officer == current_principal().officer_id,
        candidates=candidates,
        names=names,
        typed=typed.values,
        errors=typed.errors,
        warned=typed.warned,
        today=uow.today,
    )
