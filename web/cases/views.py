"""The page of a case, and the page that explains why a deadline falls on its day."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeAlias

from flask import Blueprint, abort, render_template, request
from markupsafe import Markup

from web.cases import page as case_page
from web.cases.acts_shown import offered
from web.cases.comments import CommentForm, comment_form
from web.cases.commitments import ShownCommitment, shown_commitments
from web.cases.divergences import divergences
from web.cases.documents import VIEWABLE
from web.cases.opinions import round_of
from web.cases.places import places_beside
from web.cases.registers_shown import registers_shown, with_entries
from web.cases.reminders import reminders
from web.cases.task_show import render_task
from web.db import unit_of_work
from web.due.foretold import told
from web.links import link_to
from web.row_numbers import typed_number
from web.words.case_words import CaseWords, words_for
from web.words.languages import in_language, language_tag
from web.words.traces import provisional_words, told_trace
from workflow.core.access import has_part, readable_data
from workflow.core.clock_traces import trace_of
from workflow.core.moving import all_clocks
from workflow.core.snapshot import ClockStatus
from workflow.core.story import may_read_reasons
from workflow.core.targets import target_of
from workflow.services.case_view import TABS, CaseView, case_view, world_of
from workflow.services.maps import map_of
from workflow.services.mentions import at_hand
from workflow.services.outlooks import outlook
from workflow.services.proposals import world_then
from workflow.services.related import Related
from workflow.services.unit_of_work import UnitOfWork

_DAY = timedelta(days=1)
Tie: TypeAlias = tuple[Related, str, str]
"""A related case, how it belongs to this one, and where it stands."""

bp = Blueprint("cases", __name__, url_prefix="/pedidos")


@bp.get("/<number>")
def show(number: str) -> str:
    """Show where a case is, what is in it, what happened and what the reader may do."""
    asked, before = request.args.get("ver", ""), request.args.get("antes", "")
    tab = asked if asked in TABS else "moves"
    with unit_of_work() as uow:
        view = case_view(uow, number, tab=tab, before=typed_number(before))
        drawn = map_of(uow, view.case, language=language_tag())
        today = uow.today
        ahead = outlook(uow, view.case, view.world)
        foretold = told(ahead, view.world, today=today, powers=uow.powers)
        related = [_related(uow, other) for other in view.related]
        promised = shown_commitments(uow, view)
        words = case_page.words_of(view, today)
        waited_for = reminders(words, uow.powers, at=uow.now)
        beside = registers_shown(uow, view.case, view.world)
    return render_template(
        "cases/show.html",
        section="cases",
        view=view,
        viewable=VIEWABLE,
        case=view.case,
        words=words,
        drawn=Markup(drawn) if drawn else None,  # noqa: S704 - drawn by us, its texts escaped
        foretold=foretold,
        tab=tab,
        tabs=tuple(TABS),
        tracking=link_to("tracking.show", number=number),
        related=_beside(related, promised),
        commitments=promised,
        comment=_comment(view),
        reminders=waited_for,
        fed=beside.fed,
        places=places_beside(view.case, view.powers),
        facts=list(with_entries(case_page.facts(view), view.case.definition, beside)),
        **_seen(view, words),
        **_offered(view, words),
    )


def _seen(view: CaseView, words: CaseWords) -> dict[str, object]:
    """Tell where the case is, what is in it and what happened."""
    shown = round_of(view, words)
    present = shown.visit if shown and shown.present else None
    return {
        "badge": case_page.badge_of(view, words),
        "turns": case_page.turns(view, words),
        "questions": case_page.questions(view, words),
        "steps": case_page.steps(view, words),
        "where": case_page.where(view),
        "round": shown,
        "divergences": divergences(words, view.tasks, view.powers, but_visit=present),
        "deadlines": case_page.deadlines(view, words),
        "external_number": readable_data(view.case, view.powers).get("external_number"),
        "days": case_page.history(view, words),
        "reasons": may_read_reasons(view.case, view.powers),
        "access_words": case_page.access_words(view),
    }


def _offered(view: CaseView, words: CaseWords) -> dict[str, object]:
    """Offer what the reader may do, and what there is to choose from."""
    return offered(view, words)


def _comment(view: CaseView) -> CommentForm | None:
    """Return the form of a comment for who has a part in the case."""
    if not has_part(view.case, view.powers):
        return None
    return comment_form(view.case, view.powers, at_hand(view))


def _beside(related: list[Tie], promised: list[ShownCommitment]) -> list[Tie]:
    """Return the related cases that are no commitments, which stand in a place of their own."""
    own = {one.made.case.number for one in promised}
    return [tie for tie in related if tie[0].number not in own]


def _related(uow: UnitOfWork, other: Related) -> Tie:
    """Return another case with the words for how it belongs to this one and where it stands."""
    definition = uow.installation.definition(other.definition_key, other.definition_version)
    label = in_language(definition.state(other.state).public.label)
    return other, words_for("relations", other.relation.value), label


@bp.get("/<number>/prazos/<key>")
def deadline(number: str, key: str) -> str:
    """Explain day by day why a deadline of a case falls on its day."""
    with unit_of_work() as uow:
        loaded = uow.load(number)
        world = world_of(uow, loaded)
        today = uow.today
    case = loaded.snapshot
    clock = next((c for c in all_clocks(case) if c.key == key), None)
    if clock is None:
        abort(404)
    keys = {task.no: (task.key, task.slot) for task in case.tasks}
    words = CaseWords(case, world, {}, today, keys, powers=uow.powers)
    rests = clock.status is ClockStatus.PAUSED
    counted = trace_of(clock, world, still_until=today - _DAY if rests else None)
    moved_to = counted.on if counted and not rests and counted.on != clock.due_on else None
    if moved_to:
        counted = trace_of(clock, world_then(uow, clock.calendar_version))
    reasons = may_read_reasons(case, uow.powers)
    return render_template(
        "cases/deadline.html",
        section="cases",
        case=case,
        words=words,
        clock=clock,
        due=words.due(clock, of="case"),
        rule=world.rule(clock.rule),
        calendar=world.calendar(clock.agency),
        counted=counted,
        provisional=provisional_words(clock, world),
        trace=told_trace(counted.trace, clock, reasons=reasons) if counted else [],
        moved_to=moved_to,
        target=target_of(case, clock, world),
    )


@bp.get("/<number>/tarefas/<int:no>")
def task(number: str, no: int) -> str:
    """Show a task with its form, or what became of it."""
    with unit_of_work() as uow:
        return render_task(uow, number, no)
