"""How the command line previews, applies and resumes plans of recounting."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from web.commands.importing import tell_imported
from web.commands.installed import installation, now, settings
from web.commands.speaking import answer, as_json, say, show_table, warn
from workflow.services import planning, plans, recounting
from workflow.services.network import Imported
from workflow.services.plans import failures_of, moves_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.plans import Phase, Plan

MOST_SHOWN = 40
apply_option = click.option(
    "--apply", "apply_now", is_flag=True, help="Apply what the preview shows, and recount."
)
act_option = click.option(
    "--act", default="", help="The act behind the change, as history will cite it."
)


def fresh_key() -> str:
    """Return a key for one run of a command."""
    return f"command:{uuid.uuid4()}"


def carry_out(
    uow: UnitOfWork,
    plan: Plan,
    done: Imported | None,
    what: str,
    *,
    apply_now: bool,
    preview: bool,
    as_json: bool,
) -> None:
    """Preview a plan and, if wished or if no deadline is concerned, apply it."""
    plan = count(uow, plan)
    concerned = plan.moves or plan.kept
    applied = not preview and bool(apply_now or not concerned)
    if done and not as_json:
        tell_imported(done, what, preview=not applied, as_json=False)
    if applied:
        if not as_json and concerned:
            show_preview(uow, plan)
        plan = bring(uow, plan, as_json=as_json)
    elif not as_json:
        show_preview(uow, plan)
        say(f"Nothing is changed yet. To apply it: tramita calendar apply {plan.id}")
    if as_json:
        answer((asdict(done) if done else {}) | {"preview": preview} | told(uow, plan))


def count(uow: UnitOfWork, plan: Plan) -> Plan:
    """Count the preview of a plan."""
    return gone_through(uow, plan, "Counting") if plan.phase is Phase.COUNTING else plan


def bring(uow: UnitOfWork, plan: Plan, *, as_json: bool) -> Plan:
    """Apply a plan, or go on where it was interrupted; another clock goes on if we are stopped."""
    plan = plans.apply_plan(now_of(uow), plan.id)
    plans.leave_to_clock(now_of(uow), plan, after=plans.PUT_OFF)
    plan = gone_through(uow, plan, "Recounting")
    failed = failures_of(uow, plan.id)
    if failed and not as_json:
        warn(*(f"case {row.number} could not be recounted: {row.error}" for row in failed))
    if not as_json and plan.total:
        say(f"Applied as plan {plan.id}: {plan.moved} cases recounted.")
    return plan


def gone_through(uow: UnitOfWork, plan: Plan, word: str) -> Plan:
    """Go on with a plan to the end of its phase, with a bar on a terminal."""
    with _bar(word, plan) as move:
        return recounting.finish(lambda: now_of(uow), plan, told=move)


@contextmanager
def _bar(word: str, plan: Plan) -> Iterator[Any]:
    columns = (TextColumn(word), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(word, total=plan.total, completed=plan.gone)
        yield lambda now: bar.update(task, completed=now.gone, total=now.total)


def now_of(uow: UnitOfWork) -> UnitOfWork:
    """Return the same unit of work at the present instant."""
    return UnitOfWork(uow.installation, now=now(settings()), powers=uow.powers, keeper=uow.keeper)


def show_preview(uow: UnitOfWork, plan: Plan) -> None:
    """Show which deadlines a plan moves."""
    lines = [
        _shown(line) for line, _ in zip(moves_of(uow, plan.id), range(MOST_SHOWN), strict=False)
    ]
    if lines:
        show_table(("Case", "What", "Agency", "From", "To", ""), lines)
    if plan.moves + plan.kept > len(lines):
        say(f"… and {plan.moves + plan.kept - len(lines)} more")
    say(f"{plan.moves} deadlines of {plan.cases} cases get another day.")
    if plan.kept:
        say(f"{plan.kept} stay: they are over, or would be over already.")


def _shown(line: Any) -> tuple[object, ...]:  # noqa: ANN401 - a row
    title = line.title.get("en") or next(iter(line.title.values()), "")
    notes = {"passed": "is over: stays", "late": "would be over already: stays", None: ""}
    return line.number, title, line.agency, line.due_from, line.due_to, notes[line.kept]


def told(uow: UnitOfWork, plan: Plan) -> dict[str, object]:
    """Return a plan with its preview, for scripts."""
    moves = [
        {
            "case": line.number,
            "deadline": line.clock_key,
            "agency": line.agency,
            "from": _iso(line.due_from),
            "to": _iso(line.due_to),
            "stays": line.kept,
        }
        for line in moves_of(uow, plan.id)
    ]
    failed = [{"case": row.number, "error": row.error} for row in failures_of(uow, plan.id)]
    return {
        "plan": plan.id,
        "phase": plan.phase.value,
        "applied": plan.phase is Phase.DONE,
        "cases": plan.cases,
        "moved": plan.moved,
        "moves": moves,
        "failed": failed,
    }


def _iso(day: date) -> str:
    return day.isoformat()


@click.command("apply")
@click.argument("plan_id", metavar="PLAN", type=int)
@as_json
def apply_command(plan_id: int, *, as_json: bool) -> None:
    """Apply a plan that was previewed, or resume one that was interrupted."""
    with installation() as uow:
        plan = count(uow, plans.plan_named(uow, plan_id))
        plan = bring(uow, plan, as_json=as_json)
        if as_json:
            answer(told(uow, plan))


@click.command("undo")
@click.argument("plan_id", metavar="PLAN", type=int)
@apply_option
@act_option
@as_json
def undo_command(plan_id: int, *, apply_now: bool, act: str, as_json: bool) -> None:
    """Plan to take back what PLAN brought; it is previewed like any other."""
    with installation() as uow:
        source = act or plans.plan_named(uow, plan_id).source
        plan = planning.plan_undoing(uow, plan_id, key=fresh_key(), source=source)
        carry_out(uow, plan, None, "", apply_now=apply_now, preview=False, as_json=as_json)


@click.command("plans")
@as_json
def plans_command(*, as_json: bool) -> None:
    """List the changes that were planned, the latest first."""
    with installation() as uow:
        listed = plans.plans_of(uow)
    if as_json:
        answer([asdict(plan) for plan in listed])
        return
    show_table(
        ("Plan", "What", "Phase", "Cases", "Deadlines", "Gone through", "Act"),
        [
            (p.id, p.kind, p.phase.value, p.cases, p.moves, f"{p.gone}/{p.total}", p.source)
            for p in listed
        ],
    )
