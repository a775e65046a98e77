"""`tramita network reform`: agencies made, renamed, moved, merged, split and ended by one act."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from web.commands.importing import FILE, preview_option
from web.commands.installed import installation
from web.commands.recounting import MOST_SHOWN, count, fresh_key, gone_through, now_of
from web.commands.speaking import answer, as_json, say, show_table, warn
from workflow.catalogue.problems import Refused
from workflow.catalogue.reforms import ReadReform, read_reform_file
from workflow.core.reforming import ReformUnsound
from workflow.services import plans, reforms
from workflow.services.people import officer_ids
from workflow.services.plans import REFORM, failures_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.plans import Phase, Plan

_WORDS = {
    "task": "open tasks",
    "role": "parts in open cases",
    "scheduled": "tasks yet to open",
    "question": "open questions",
    "deadline": "deadlines counted anew",
    "member": "memberships",
    "substitution": "substitutions",
    "filter": "saved filters",
    "feed": "calendars of officers",
    "register": "registers that another agency keeps",
    "calendar": "agencies on another calendar",
    "unstaffed": "agencies for which nobody acts then",
    "definition": "request types that need a new version",
}


@click.command("reform")
@click.argument("file", type=FILE, required=False)
@click.option("--plan", "plan_id", type=int, help="Go on with a reform that was planned before.")
@preview_option
@click.option("--apply", "apply_now", is_flag=True, help="Apply what the preview shows.")
@as_json
def reform_command(
    file: Path | None, *, plan_id: int | None, preview: bool, apply_now: bool, as_json: bool
) -> None:
    """Carry out the reform of FILE, or go on with that of --plan: first shown, then applied.

    \b
        source: Lei 25.000/2026
        day: 2026-12-01
        changes:
          - {create: SENOVA, name: Secretaria Nova, kind: secretaria, parent: GOV, calendar: BH}
          - {rename: SEDE, name: Secretaria de Economia}
          - {move: SEDE/AEST, parent: SEF}
          - {merge: [SEF, SEPLAG], into: SENOVA, units: along}
          - {split: SEINFRA, heir: DER-MG, share: {agreement_review.legal_opinion: AGE}}
          - {extinguish: INDI, heir: INVEST-MINAS, people: {ana@example.gov.br: out}}

    Open tasks, parts, questions, people, substitutions and saved filters go to whoever comes
    after; terms keep their start and count on the calendar of now. A day to come is kept until
    the clock applies it. Agencies that a reform made or ended stay so: that cannot be undone.
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    if (file is None) is (plan_id is None) or (preview and apply_now):
        raise click.UsageError("give FILE or --plan, and one of --preview and --apply at most")
    with installation() as uow:
        plan = reforms.reform_plan(uow, plan_id) if plan_id else _planned(uow, file)
        plan = count(uow, plan)
        if not as_json:
            _show(uow, plan)
        if apply_now:
            plan = _bring(uow, plan)
        if as_json:
            answer(_told(uow, plan))
            return
        _conclude(uow, plan)


def _planned(uow: UnitOfWork, file: Path | None) -> Plan:
    assert file is not None
    read: ReadReform = read_reform_file(file, officers=officer_ids(uow))
    try:
        return reforms.plan_reform(uow, read.reform, key=fresh_key(), source=read.source)
    except ReformUnsound as unsound:
        raise Refused(read.problems(unsound)) from unsound


def _bring(uow: UnitOfWork, plan: Plan) -> Plan:
    """Apply a reform, or go on where it was interrupted."""
    plan = reforms.apply_reform(now_of(uow), plan.id)
    plans.leave_to_clock(now_of(uow), plan, after=plans.PUT_OFF)
    return gone_through(uow, plan, "Handing over")


def _show(uow: UnitOfWork, plan: Plan) -> None:
    lines = list(reforms.lines_of(uow, plan.id))
    shown = [_shown(line) for line in lines[:MOST_SHOWN]]
    if shown:
        show_table(("What", "Case", "Which", "From", "To", "Due", "Then due"), shown)
    if len(lines) > len(shown):
        say(f"… and {len(lines) - len(shown)} more")
    for kind, n in Counter(line.kind for line in lines).items():
        say(f"{n} {_WORDS[kind]}")
    unsound = [line for line in lines if line.kind == "definition"]
    warn(*(f"'{line.key}' names {line.agency}: {_places(line)}" for line in unsound))


def _shown(line: Any) -> tuple[object, ...]:  # noqa: ANN401 - a row
    name = line.officer_name or line.key
    which = line.title.get("en") or next(iter(line.title.values()), name)
    due = (line.due_from or "", line.due_to or "")
    return line.kind, line.number or "", which, line.agency, line.heir or "nobody", *due


def _places(line: Any) -> str:  # noqa: ANN401 - a row
    places = ", ".join(line.about["places"]) or "nowhere"
    faults = ", ".join(dict.fromkeys(fault["kind"] for fault in line.about["faults"]))
    return f"in {places}" + (f"; the proof finds {faults}" if faults else "")


def _conclude(uow: UnitOfWork, plan: Plan) -> None:
    failed = failures_of(uow, plan.id)
    warn(*(f"case {row.number} could not be gone through: {row.error}" for row in failed))
    match plan.phase:
        case Phase.WAITING:
            say(f"Kept as plan {plan.id}: the clock applies it on {plan.body['day']}.")
        case Phase.DONE:
            say(f"Applied as plan {plan.id}: {plan.moved} cases.")
        case _:
            if not reforms.can_be_undone(uow, plan):
                say("Once it is applied it cannot be undone.")
            say(f"Nothing is changed yet. To apply it: tramita network reform --plan {plan.id}"
                " --apply")  # fmt: skip


def _told(uow: UnitOfWork, plan: Plan) -> dict[str, object]:
    """Return a reform with its preview, for scripts."""
    parts = ("kind", "number", "key", "agency", "heir", "due_from", "due_to", "stays", "about")
    failed = [{"case": row.number, "error": row.error} for row in failures_of(uow, plan.id)]
    return {
        "plan": plan.id,
        "kind": REFORM,
        "phase": plan.phase.value,
        "cases": plan.cases,
        "moved": plan.moved,
        "lines": [{p: getattr(line, p) for p in parts} for line in reforms.lines_of(uow, plan.id)],
        "failed": failed,
    }
