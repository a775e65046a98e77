"""A change of calendars or rules as pages: its preview, its progress, its result, its undoing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from web.administration.day_form import read_act
from web.administration.working import begin
from web.administration.year import Line, Span, mark_of, spans_of
from web.db import unit_of_work
from web.row_numbers import typed_number
from web.security import once_key
from web.words.said import say
from workflow.services import planning, plans
from workflow.services.proposals import calendar_day, days_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.plans import Phase, Place, Plan

bp = Blueprint("plans", __name__, url_prefix="/administracao/mudancas")
PAGE = 50


@bp.get("/<int:plan_id>")
def show(plan_id: int) -> str:
    """Show what a change moves, how far it has got, or what came of it."""
    with unit_of_work() as uow:
        return _page(uow, plans.plan_named(uow, plan_id), {})


@bp.get("/<int:plan_id>/andamento")
def progress(plan_id: int) -> str:
    """Show how far the work is, for the page that waits for it."""
    with unit_of_work() as uow:
        plan = plans.plan_named(uow, plan_id)
    name = "_progress" if plan.works else "_finished"
    return render_template(f"administration/{name}.html", plan=plan)


@bp.post("/<int:plan_id>/aplicar")
def apply(plan_id: int) -> Response:
    """Let the change hold, and begin to recount."""
    with unit_of_work() as uow:
        begin(uow, plans.apply_plan(uow, plan_id))
    return _to(plan_id)


@bp.post("/<int:plan_id>/refazer")
def preview_anew(plan_id: int) -> Response:
    """Count the preview again on the calendars and cases of now."""
    with unit_of_work() as uow:
        begin(uow, plans.preview_anew(uow, plan_id))
    return _to(plan_id)


@bp.post("/<int:plan_id>/descartar")
def drop(plan_id: int) -> Response:
    """Forget a change that was not applied."""
    with unit_of_work() as uow:
        plans.drop_plan(uow, plan_id)
    say("plan_dropped")
    return redirect(url_for("calendars.index"), 303)


@bp.post("/<int:plan_id>/desfazer")
def undo(plan_id: int) -> tuple[str, int] | Response:
    """Plan to take back what a change brought, and show that preview."""
    errors: dict[str, str] = {}
    with unit_of_work() as uow:
        source = read_act(request.form, errors, today=uow.today)
        if errors:
            return _page(uow, plans.plan_named(uow, plan_id), errors), 422
        undoing = planning.plan_undoing(uow, plan_id, key=once_key(), source=source)
        begin(uow, undoing)
    return _to(undoing.id)


def _page(uow: UnitOfWork, plan: Plan, errors: dict[str, str]) -> str:
    after = _place(request.args.get("apos", ""))
    lines = plans.moves_page(uow, plan.id, after=after, limit=PAGE + 1)
    following = lines[PAGE - 1] if len(lines) > PAGE else None
    return render_template(
        "administration/plan.html",
        plan=plan,
        phases=Phase,
        lines=lines[:PAGE],
        following=f"{following.case_id}.{following.clock_key}" if following else "",
        by_agency=plans.moves_by_agency(uow, plan.id),
        failures=plans.failures_of(uow, plan.id),
        added=_spans(plan, "added"),
        removed=_spans(plan, "removed"),
        rules=[(rule["key"], rule["version"]) for rule in plan.body.get("rules", ())],
        outdated=plan.phase is Phase.COUNTED and plans.is_outdated(uow, plan),
        typed=request.form,
        errors=errors,
    )


def _spans(plan: Plan, which: str) -> list[Span]:
    days = map(calendar_day, days_of(plan.body.get(which, ())))
    return spans_of(Line(day, mark_of(day.kind, day.closes)) for day in days)


def _place(written: str) -> Place | None:
    case_id, _, clock_key = written.partition(".")
    row = typed_number(case_id)
    return None if row is None else Place(row, clock_key)


def _to(plan_id: int) -> Response:
    return redirect(url_for("plans.show", plan_id=plan_id), 303)
