"""Where papers are saved from, and where the numbers that SEI gave them come back."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.cases.page import words_of
from web.db import unit_of_work
from web.downloads import disposition
from web.errors import answer_refusal, status_of
from web.papers.answers import answers
from web.papers.lines import say as wording
from web.papers.matrix import EXCERPT, matrix, sheet_rows, standing_words, words_of_round
from web.papers.opinion import opinion
from web.papers.printing import printed
from web.papers.sheets import Sheet
from web.papers.summary import summary
from web.security import once_key
from web.spreadsheets import spreadsheet
from web.words.paper_words import paper_words
from web.words.phrases import phrase
from web.words.said import say
from workflow.core.access import has_part, readable_data
from workflow.core.errors import AnswersRefused, Refusal
from workflow.core.papers import Paper, PaperKind, read_paper
from workflow.services.case_view import case_view
from workflow.services.papers import (
    papers_of,
    record_of_paper,
    record_of_process,
    round_in,
    whole_case,
)
from workflow.services.rounds import round_view
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("papers", __name__, url_prefix="/pedidos")


@bp.get("/<number>/resumo.pdf")
def save_summary(number: str) -> Response:
    """Give the summary of a case."""
    with unit_of_work() as uow:
        sheet = summary(whole_case(uow, number), at=uow.now.replace(second=0, microsecond=0))
    return _sent(sheet, number, Paper(PaperKind.SUMMARY))


@bp.get("/<number>/tarefas/<int:no>/resultado.pdf")
def save_opinion(number: str, no: int) -> Response:
    """Give the paper of a task that has ended; 404 while there is none."""
    with unit_of_work() as uow:
        whole = whole_case(uow, number)
    task, end = whole.view.task(no), whole.end_of(no)
    if task is None or end is None or not task.outcome:
        abort(404)
    return _sent(opinion(whole, task, end), number, Paper(PaperKind.OPINION, no))


@bp.get("/<number>/respostas/<int:visit>.pdf")
def save_answers(number: str, visit: int) -> Response:
    """Give the matrix of answers of a round; 404 where there was none."""
    with unit_of_work() as uow:
        whole = whole_case(uow, number)
        now = uow.now.replace(second=0, microsecond=0)
    tasks = round_in(whole.view, visit)
    if not tasks:
        abort(404)
    return _sent(answers(whole, tasks, at=now), number, Paper(PaperKind.ANSWERS, visit))


@bp.get("/<number>/respostas/<int:visit>")
def show_answers(number: str, visit: int) -> str:
    """Show the answers of a round as one table, narrowed to those that stand so; 404 for none."""
    with unit_of_work() as uow:
        view = round_view(uow, number, visit)
        if not view.answers:
            abort(404)
        words = words_of_round(view, uow.today)
    laid = matrix(view, words)
    asked = request.args.get("so", "")
    narrowed = next((one.standing for one in laid.counts if one.standing == asked), None)
    return render_template(
        "cases/answers.html",
        section="cases",
        case=view.case,
        words=words,
        visit=visit,
        laid=laid,
        rows=[row for row in laid.rows if narrowed in (None, row.standing)],
        narrowed=narrowed,
        standing_words=standing_words,
        excerpt=EXCERPT,
    )


@bp.get("/<number>/respostas/<int:visit>.csv")
def save_answers_table(number: str, visit: int) -> Response:
    """Give the same table for spreadsheets; 404 where there was no round."""
    with unit_of_work() as uow:
        view = round_view(uow, number, visit)
        if not view.answers:
            abort(404)
        words = words_of_round(view, uow.today)
    name = wording("file_name", PaperKind.ANSWERS.value, number, visit)
    return spreadsheet(name, sheet_rows(matrix(view, words), words))


def _sent(sheet: Sheet, number: str, paper: Paper) -> Response:
    response = Response(printed(sheet), mimetype="application/pdf")
    name = wording("file_name", paper.kind.value, number, paper.no)
    response.headers["Content-Disposition"] = disposition(f"{name}.pdf", attached=True)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/<number>/papeis")
def index(number: str) -> str:
    """Show the papers of a case, and the number that SEI gave to each."""
    with unit_of_work() as uow:
        return _page(uow, number)


def _page(uow: UnitOfWork, number: str, *, code: str = "", at: str = "", typed: str = "") -> str:
    view = case_view(uow, number)
    words = words_of(view, uow.today)
    papers = [(p, paper_words(p.key, words), view.case.filed.get(p.key)) for p in papers_of(view)]
    return render_template(
        "cases/papers.html",
        section="cases",
        case=view.case,
        words=words,
        papers=papers,
        process=readable_data(view.case, view.powers).get("external_number") or "",
        numbered="external_number" in view.case.definition.data,
        works=has_part(view.case, view.powers),
        fault=phrase("faults", code, {}) if code else "",
        fault_at=at,
        doubtful=code == "check_digits",
        typed=typed,
        has_errors=bool(code),
    )


@bp.post("/<number>/papeis")
def record(number: str) -> ResponseReturnValue:
    """Write down the number that SEI gave to the case, or to one of its papers."""
    key, typed = request.form.get("paper", ""), request.form.get("number", "")[:60]
    paper = read_paper(key)
    if key and paper is None:
        abort(404)
    with unit_of_work() as uow:
        try:
            done = (
                record_of_paper(uow, number, paper, typed, key=once_key())
                if paper
                else record_of_process(
                    uow, number, typed, knowingly="knowingly" in request.form, key=once_key()
                )
            )
        except AnswersRefused as refused:
            return _mend(uow, number, refused, at=key or "process", typed=typed)
        except Refusal as refused:
            return answer_refusal(refused)
    if not done.repeated:
        say("number_recorded", undo=url_for("case_acts.undo", number=number))
    return redirect(url_for("papers.index", number=number), 303)


def _mend(
    uow: UnitOfWork, number: str, refused: AnswersRefused, *, at: str, typed: str
) -> ResponseReturnValue:
    """Show the page again, with what is wrong beside what was typed."""
    problems = refused.particulars["problems"]
    code = next(iter(problems.values())) if isinstance(problems, dict) else "unreadable"
    return _page(uow, number, code=code, at=at, typed=typed), status_of(refused)
