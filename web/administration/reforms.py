"""Reforms of agencies as pages: written, previewed, decided, followed and looked back on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row
from werkzeug import Response

from web.administration.day_form import read_act
from web.administration.reform_again import changes_again, typed_again
from web.administration.reform_choices import choices_of, chosen
from web.administration.reform_form import (
    KINDS,
    MOST,
    PLACES,
    Change,
    Written,
    placed,
    read_written,
    typed_changes,
)
from web.administration.working import begin
from web.db import unit_of_work
from web.errors import refusal_text
from web.row_numbers import typed_number
from web.security import once_key
from web.words.languages import in_language
from web.words.said import say
from workflow.core.reforming import ReformUnsound
from workflow.services import plans, reforms
from workflow.services.network import NameOutOfTurn
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.plans import Phase, Plan

bp = Blueprint("reforms", __name__, url_prefix="/administracao/reformas")
PAGE = 50
MOST_PEOPLE = 500
CASES = ("task", "question", "scheduled", "role", "deadline")
"""The lines of a preview that are about a case."""
UNDECIDED = (Phase.COUNTING, Phase.COUNTED)
BESIDE = ("register", "substitution", "filter", "feed", "calendar")


@bp.get("")
def index() -> str:
    """List the reforms, the latest first."""
    with unit_of_work() as uow:
        found = reforms.reform_plans(uow, limit=100)
    return render_template(
        "administration/reforms.html", plans=[(plan, reforms.reform_of(plan)) for plan in found]
    )


@bp.get("/nova")
def new() -> str:
    """Show the form: empty, with the first change begun, or as a reform was written."""
    if asked := typed_number(request.args.get("de", "")):
        with unit_of_work() as uow:
            return _again(uow, reforms.reform_plan(uow, asked))
    kind, agency = request.args.get("mudar", ""), request.args.get("orgao", "")
    part = "from1" if kind == "merge" else "agency"
    begun = (Change(0, kind, {part: agency}),) if kind in KINDS else ()
    with unit_of_work() as uow:
        return _form(uow, Written(begun, {}))


@bp.post("/nova")
def write() -> ResponseReturnValue:
    """Add or remove a change, or plan the reform and show its preview."""
    with unit_of_work() as uow:
        if altered := _altered():
            return _form(uow, altered)
        world = uow.world()
        written = read_written(request.form, world.network, today=uow.today)
        if written.reform is None:
            return _form(uow, written), 422
        try:
            plan = reforms.plan_reform(uow, written.reform, key=once_key(), source=written.source)
        except (ReformUnsound, NameOutOfTurn) as refusal:
            wrong = (
                placed(refusal.faults, written)
                if isinstance(refusal, ReformUnsound)
                else {"day": refusal_text(refusal)}
            )
            return _form(uow, Written(written.changes, written.typed, wrong)), 422
        _replace(uow, plan)
        begin(uow, plan)
    return _to(plan.id)


def _again(uow: UnitOfWork, plan: Plan) -> str:
    reform, types = reforms.reform_of(plan), uow.installation.latest()
    changes = changes_again(reform, uow.world().network, types=types)
    typed = typed_again(reform, plan.source)
    return _form(uow, Written(changes, {**typed, "instead": str(plan.id)}))


def _replace(uow: UnitOfWork, plan: Plan) -> None:
    """Forget the reform in whose place another was written."""
    old = typed_number(request.form.get("instead", ""))
    if old and old != plan.id and reforms.reform_plan(uow, old).phase in UNDECIDED:
        reforms.drop_reform(uow, old)


def _altered() -> Written | None:
    """Return the form with a change more or less, where that was asked for."""
    changes = typed_changes(request.form)
    kind, gone = request.form.get("add", ""), request.form.get("remove", "")
    if kind in KINDS and len(changes) < MOST:
        return Written((*changes, Change(len(changes), kind, {})), request.form)
    if gone.isdigit():
        left = [change for change in changes if change.name("") != f"c{gone}-"]
        return Written(
            tuple(Change(n, one.kind, one.typed) for n, one in enumerate(left)), request.form
        )
    return None


def _form(uow: UnitOfWork, written: Written) -> str:
    world = uow.world()
    types = uow.installation.latest().values()
    return render_template(
        "administration/reform_new.html",
        written=written,
        typed=written.typed,
        errors=written.errors,
        kinds=KINDS,
        places=PLACES,
        full=len(written.changes) >= MOST,
        added=len(written.changes) - 1 if "add" in request.form else None,
        agencies=sorted(world.network.active(uow.today), key=lambda agency: agency.code),
        calendars=[world.calendars.of(key) for key in sorted(world.calendars.keys)],
        types=sorted(((one.key, in_language(one.title)) for one in types), key=lambda t: t[1]),
    )


@bp.get("/<int:plan_id>")
def show(plan_id: int) -> str:
    """Show what a reform touches, how far it has got, or what came of it."""
    with unit_of_work() as uow:
        return _page(uow, reforms.reform_plan(uow, plan_id), {})


@bp.get("/<int:plan_id>/andamento")
def progress(plan_id: int) -> str:
    """Show how far the work is, for the page that waits for it."""
    with unit_of_work() as uow:
        plan = reforms.reform_plan(uow, plan_id)
    name = "_progress" if plan.works else "_finished"
    return render_template(f"administration/{name}.html", plan=plan)


@bp.post("/<int:plan_id>/escolher")
def choose(plan_id: int) -> ResponseReturnValue:
    """Preview the reform again with what was chosen for people and cases."""
    with unit_of_work() as uow:
        plan = reforms.reform_plan(uow, plan_id)
        if plan.phase is not Phase.COUNTED:
            return _to(plan_id)
        changed = chosen(reforms.reform_of(plan), request.form)
        made = reforms.plan_reform(uow, changed, key=once_key(), source=plan.source)
        if made.id != plan_id:
            reforms.drop_reform(uow, plan_id)
        begin(uow, made)
    return _to(made.id)


@bp.post("/<int:plan_id>/aplicar")
def apply(plan_id: int) -> Response:
    """Let the reform hold, at once or from its day on."""
    with unit_of_work() as uow:
        plan = reforms.apply_reform(uow, plan_id)
        if plan.works:
            begin(uow, plan)
    return _to(plan_id)


@bp.post("/<int:plan_id>/refazer")
def preview_anew(plan_id: int) -> Response:
    """Count the preview again on the agencies and cases of now."""
    with unit_of_work() as uow:
        begin(uow, reforms.preview_anew(uow, plan_id))
    return _to(plan_id)


@bp.post("/<int:plan_id>/descartar")
def drop(plan_id: int) -> Response:
    """Forget a reform that has not begun."""
    with unit_of_work() as uow:
        reforms.drop_reform(uow, plan_id)
    say("reform_dropped")
    return redirect(url_for("reforms.index"), 303)


@bp.post("/<int:plan_id>/desfazer")
def undo(plan_id: int) -> ResponseReturnValue:
    """Plan to take back what a reform did, and show that preview."""
    errors: dict[str, str] = {}
    with unit_of_work() as uow:
        source = read_act(request.form, errors, today=uow.today)
        if errors:
            return _page(uow, reforms.reform_plan(uow, plan_id), errors), 422
        undoing = reforms.plan_undoing(uow, plan_id, key=once_key(), source=source)
        begin(uow, undoing)
    return _to(undoing.id)


def _page(uow: UnitOfWork, plan: Plan, errors: Mapping[str, str]) -> str:
    reform, after = reforms.reform_of(plan), typed_number(request.args.get("apos", "")) or 0
    lines = reforms.lines_page(uow, plan.id, kinds=CASES, after=after, limit=PAGE + 1)
    counts = reforms.line_counts(uow, plan.id)
    return render_template(
        "administration/reform.html",
        plan=plan,
        reform=reform,
        choices=choices_of(reform),
        lines=lines[:PAGE],
        following=lines[PAGE - 1].id if len(lines) > PAGE else None,
        counts=_summed(counts),
        moved=sum(row.moved for row in counts),
        people=reforms.lines_page(uow, plan.id, kinds=("member",), limit=MOST_PEOPLE),
        beside=reforms.lines_page(uow, plan.id, kinds=BESIDE, limit=MOST_PEOPLE),
        types=reforms.lines_page(uow, plan.id, kinds=("definition",), limit=MOST_PEOPLE),
        failures=plans.failures_of(uow, plan.id),
        network=uow.world().network,
        outdated=plan.phase is Phase.COUNTED and reforms.is_outdated(uow, plan),
        undoable=plan.phase is Phase.DONE and reforms.can_be_undone(uow, plan),
        ahead=reform.day > uow.today,
        typed=request.form,
        errors=errors,
    )


def _summed(counts: Iterable[Row[Any]]) -> dict[str, int]:
    """Return how many lines a preview has of each kind."""
    found: dict[str, int] = {}
    for row in counts:
        found[row.kind] = found.get(row.kind, 0) + row.n
    return found


def _to(plan_id: int) -> Response:
    return redirect(url_for("reforms.show", plan_id=plan_id), 303)
