"""Who may read a case by name, and who has read one that only few may know of."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from werkzeug import Response

from web.cases.acts import refused
from web.db import unit_of_work
from web.here import noted
from web.row_numbers import typed_number
from web.security import once_key
from web.sessions import visitor
from web.spreadsheets import spreadsheet
from web.words.case_words import words_for
from web.words.said import say
from workflow.core.access import has_part, is_let_in
from workflow.core.acts.admitting import watches_readers
from workflow.core.errors import AnswersRefused, Refusal
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.services import reading_log
from workflow.services.people import UnknownOfficer
from workflow.services.reading_log import MOST_EXPORTED, Place, Reading, ReadingLine
from workflow.services.unit_of_work import Done

bp = Blueprint("readers", __name__, url_prefix="/pedidos")
bp.register_error_handler(Refusal, refused)


# --- The log -------------------------------------------------------------------------------------


def install_reading_log(app: Flask) -> None:
    """Note, for every page asked for, which cases that only few may know of an officer read."""
    app.after_request(note_reading)
    app.jinja_env.globals["may_see_readers"] = watches_readers
    app.jinja_env.globals["let_in_until"] = let_in_until


def note_reading(response: Response) -> Response:
    """Note once a day what an officer read of such a case; other answers tell nothing."""
    read = noted().get("sealed_cases")
    if read and request.method == "GET" and response.status_code == 200 and visitor():
        with unit_of_work() as uow:
            reading_log.note(uow, read, _kind_of(response))
    return response


def let_in_until(case: CaseSnapshot, powers: Powers) -> date | None:
    """Return until when a person reads a case by name, and has no other part in it."""
    by_name = is_let_in(case, powers) and not has_part(case, powers) and not powers.auditor
    return case.readers[powers.officer] if by_name and powers.officer else None


def _kind_of(response: Response) -> Reading:
    if request.blueprint == "documents":
        return Reading.DOCUMENT
    if request.blueprint == "search":
        return Reading.FOUND
    match response.mimetype:
        case "application/pdf":
            return Reading.PDF
        case "text/html":
            return Reading.PAGE
        case _:
            return Reading.EXPORT


# --- The page ------------------------------------------------------------------------------------


@bp.get("/<number>/leituras")
def show(number: str) -> str:
    """Show who may read the case by name, and who read it, the latest first."""
    with unit_of_work() as uow:
        found = reading_log.readers_of(uow, number, after=_place(request.args.get("apos", "")))
        today = uow.today
    following = found.following
    return render_template(
        "cases/readers.html",
        section="cases",
        readers=found,
        case=found.case,
        lines=[(line, _words(line)) for line in found.lines],
        following=f"{following.at.isoformat()}~{following.officer}~{following.kind}"
        if following
        else "",
        may_admit=found.case.definition.owner in uow.powers.agencies or not uow.powers.auditor,
        today=today,
    )


@bp.get("/<number>/leituras.csv")
def export(number: str) -> Response:
    """Give who read the case as a table for spreadsheets."""
    with unit_of_work() as uow:
        found = reading_log.readers_of(uow, number, limit=MOST_EXPORTED)
        zone = uow.installation.zone
    rows = [[words_for("readings", f"column_{name}") for name in _COLUMNS]]
    for line in found.lines:
        at = line.at.astimezone(zone).strftime("%d/%m/%Y %H:%M")
        rows.append([at, line.name, line.email, line.agency, _words(line)])
    return spreadsheet(f"leituras-{number}", rows)


@bp.post("/<number>/leituras/acesso")
def grant_access(number: str) -> Response:
    """Let an officer read the case until a day; raise `AnswersRefused` for no day."""
    try:
        until = date.fromisoformat(request.form.get("until", ""))
    except ValueError as error:
        raise AnswersRefused(problems={"until": "missing"}) from error
    email, reason = request.form.get("email", ""), request.form.get("reason", "")
    with unit_of_work() as uow:
        try:
            done = reading_log.grant_access(
                uow, number, email, until=until, reason=reason, key=once_key()
            )
        except UnknownOfficer as unknown:
            raise AnswersRefused(problems={"email": "unknown_person"}) from unknown
    return _back(done, "access_granted")


@bp.post("/<number>/leituras/acesso/<int:officer>/retirar")
def revoke_access(number: str, officer: int) -> Response:
    """Let an officer read the case by name no longer."""
    reason = request.form.get("reason", "")
    with unit_of_work() as uow:
        done = reading_log.revoke_access(uow, number, officer, reason, key=once_key())
    return _back(done, "access_revoked")


def _back(done: Done, what: str) -> Response:
    if not done.repeated:
        say(what, undo=url_for("case_acts.undo", number=done.number))
    return redirect(url_for("readers.show", number=done.number), 303)


_COLUMNS = ("at", "name", "email", "agency", "what")


def _words(line: ReadingLine) -> str:
    return words_for("readings", line.kind.value)


def _place(written: str) -> Place | None:
    at, _, rest = written.partition("~")
    written_officer, _, kind = rest.partition("~")
    officer = typed_number(written_officer)
    if officer is None:
        return None
    try:
        instant = datetime.fromisoformat(at.replace(" ", "+"))
    except ValueError:
        return None
    return Place(instant, officer, kind) if instant.tzinfo else None
