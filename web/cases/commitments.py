"""Commitments made in a case: written down several at once, and listed with how each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.cases.acts import back, refused
from web.cases.history import Particulars
from web.cases.page import agency_choices
from web.db import unit_of_work
from web.security import once_key
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import Due, due
from workflow.core.acts.commitments import MOST, MOST_LETTERS, Commitment
from workflow.core.acts.record import part_in
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.errors import AnswersRefused, Refusal
from workflow.core.snapshot import CaseSnapshot
from workflow.services import commitments
from workflow.services.case_view import CaseView
from workflow.services.commitments import Made
from workflow.services.unit_of_work import UnitOfWork

ROWS = 3
"""Rows that are offered at first."""
FIELDS = ("agency", "what", "until", "why")

bp = Blueprint("commitments", __name__, url_prefix="/pedidos")
bp.register_error_handler(Refusal, refused)


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row of the form as it was typed, with what is wrong in it."""

    agency: str = ""
    what: str = ""
    until: str = ""
    why: str = ""
    errors: Mapping[str, str] | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in it."""
        return not any((self.agency, self.what, self.until, self.why))


@dataclass(frozen=True, slots=True)
class ShownCommitment:
    """A commitment made in the case, in words."""

    made: Made
    label: str
    due: Due | None
    """Of one that is still open."""


def shown_commitments(uow: UnitOfWork, view: CaseView) -> list[ShownCommitment]:
    """Return the commitments made in a case that the reader may know of."""
    return [_shown(uow, view, made) for made in commitments.made_in(view)]


def _shown(uow: UnitOfWork, view: CaseView, made: Made) -> ShownCommitment:
    case = made.case
    definition = uow.installation.definition(case.definition_key, case.definition_version)
    owed = None
    if made.is_open and made.until:
        calendar = view.world.calendar(made.agency)
        left = working_days_between(uow.today, made.until, calendar, HOUSE)
        owed = due(made.until, today=uow.today, working_days=left)
    return ShownCommitment(made, in_language(definition.state(case.state).public.label), owed)


@bp.get("/<number>/compromissos")
def write(number: str) -> str:
    """Show the form in which commitments are written down."""
    with unit_of_work() as uow:
        return _page(uow, uow.load(number).snapshot, [TypedRow()] * ROWS)


@bp.post("/<number>/compromissos")
def record(number: str) -> ResponseReturnValue:
    """Write down what agencies promised, or show more rows to write in."""
    rows = _typed()
    with unit_of_work() as uow:
        if "more" in request.form:
            return _page(uow, uow.load(number).snapshot, [*rows, *[TypedRow()] * ROWS][:MOST])
        wanted = [row for row in rows if not row.is_blank]
        try:
            asked = [_commitment(row) for row in wanted]
            done = commitments.record(uow, number, asked, key=once_key())
        except AnswersRefused as refusal:
            faulty = _with_errors(wanted or rows[:1], refusal.particulars)
            return _page(uow, uow.load(number).snapshot, faulty), 422
        return back(done, "commitments_recorded", anchor="commitments")


def _typed() -> list[TypedRow]:
    columns = [[text.strip() for text in request.form.getlist(name)] for name in FIELDS]
    return [TypedRow(*row) for row in zip(*columns, strict=False)][: MOST + 1]


def _commitment(row: TypedRow) -> Commitment:
    try:
        until = date.fromisoformat(row.until)
    except ValueError:
        until = None
    return Commitment(row.agency, row.what, until, row.why)


def _with_errors(rows: list[TypedRow], particulars: Mapping[str, object]) -> list[TypedRow]:
    problems = particulars["problems"]
    assert isinstance(problems, Mapping)
    told: dict[str, dict[str, str]] = {}
    for place, code in problems.items():
        n, _, field = place.partition(".")
        told.setdefault(n, {})[field] = phrase("faults", code, Particulars())
    return [replace(row, errors=told.get(str(n))) for n, row in enumerate(rows or [TypedRow()], 1)]


def _page(uow: UnitOfWork, case: CaseSnapshot, rows: list[TypedRow]) -> str:
    part_in(case, uow.powers)
    errors = {
        f"{field}-{n}": text
        for n, row in enumerate(rows, 1)
        for field, text in (row.errors or {}).items()
    }
    return render_template(
        "cases/commitments.html",
        section="cases",
        case=case,
        rows=rows,
        errors=errors,
        agencies=agency_choices(uow.world(), uow.today),
        today=uow.today,
        most=MOST,
        most_letters=MOST_LETTERS,
    )
