"""Two versions of a text of a case compared, and what became of each contribution to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request

from web.db import unit_of_work
from web.spreadsheets import spreadsheet
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import day, moment
from workflow.core.access import may_read_field
from workflow.core.contributions import Contribution, Fate
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.text_difference import compared
from workflow.services.contributions import Contributions, contributions_of, hearing_of
from workflow.services.text_versions import TextVersion, TextVersions, versions_of, written_again

bp = Blueprint("texts", __name__, url_prefix="/pedidos")

_SIGNS = {
    Fate.OPEN: ("now", "clock"),
    Fate.AWAITED: ("", "hourglass"),
    Fate.SILENT: ("no", "circle-x"),
    Fate.NOTHING: ("", "check"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a text in words."""

    no: int
    at: str
    who: str


@dataclass(frozen=True, slots=True)
class Line:
    """A contribution in words."""

    agency: str
    name: str
    no: int | None
    text: str
    standing: str
    kind: str
    icon: str
    why: str
    on: date | None


@bp.app_template_global("compared_texts")
def compared_texts(case: CaseSnapshot, powers: Powers) -> frozenset[str]:
    """Tell templates which texts of a case come in versions that the reader may compare."""
    fields = case.definition.data
    keys = written_again(case.definition, case.completed_on)
    return frozenset(key for key in keys if may_read_field(case, fields[key], powers))


@bp.app_template_global("takes_contributions")
def takes_contributions(case: CaseSnapshot, powers: Powers) -> bool:
    """Tell templates whether a case has a page of contributions for the reader."""
    hearing = hearing_of(case)
    if hearing is None:
        return False
    return may_read_field(case, case.definition.data[hearing.table], powers)


@bp.get("/<number>/textos/<field>")
def show(number: str, field: str) -> str:
    """Show what changed between two versions of a text, the last two unless others are asked."""
    with unit_of_work() as uow:
        view = versions_of(uow, number, field)
    known = {one.no: one for one in view.versions}
    last = len(known)
    new = known.get(request.args.get("ate", type=int) or last)
    old = known.get(request.args.get("de", type=int) or max((new.no if new else last) - 1, 1))
    return render_template(
        "cases/texts.html",
        section="cases",
        case=view.case,
        field=view.field,
        versions=[_version(one, view) for one in view.versions],
        old=_version(old, view) if old else None,
        new=_version(new, view) if new else None,
        paragraphs=compared(old.text, new.text) if old and new else [],
        beside=request.args.get("modo") == "lado",
    )


@bp.get("/<number>/contribuicoes")
def show_contributions(number: str) -> str:
    """Show what became of each contribution: accepted, refused with its reason, or still open."""
    with unit_of_work() as uow:
        view = contributions_of(uow, number)
    lines = list(_lines(view))
    return render_template(
        "cases/contributions.html",
        section="cases",
        case=view.case,
        title=in_language(view.case.definition.data[view.hearing.table].title),
        lines=lines,
        counts=Counter((line.standing, line.kind, line.icon) for line in lines),
    )


@bp.get("/<number>/contribuicoes.csv")
def save_contributions(number: str) -> Response:
    """Give the same table for spreadsheets."""
    with unit_of_work() as uow:
        view = contributions_of(uow, number)
    return spreadsheet(phrase("texts", "file_name", number), _sheet_rows(view))


def _version(one: TextVersion, view: TextVersions) -> Version:
    person = view.names.get(one.by.officer or 0, "")
    who = ", ".join(part for part in (one.by.agency or "", person) if part)
    return Version(one.no, moment(one.at), who)


def _lines(view: Contributions) -> Iterator[Line]:
    verdicts = {
        choice.key: in_language(choice.title)
        for column in view.case.definition.data[view.hearing.table].columns
        if column.key == view.hearing.verdict
        for choice in column.choices
    }
    for one in view.lines:
        kind, icon = _sign(one, view)
        yield Line(
            agency=one.agency,
            name="" if one.agency.startswith("row:") else view.world.name_at(one.agency, one.at),
            no=one.no,
            text=one.text,
            standing=verdicts.get(one.verdict) or phrase("texts", "fate", one.fate.value),
            kind=kind,
            icon=icon,
            why=one.why,
            on=view.world.day(one.at) if one.at else None,
        )


def _sign(one: Contribution, view: Contributions) -> tuple[str, str]:
    if one.fate is not Fate.DECIDED:
        return _SIGNS[one.fate]
    return ("no", "ban") if one.verdict == view.hearing.refusal else ("done", "check")


HEADS = ("agency", "text", "standing", "why", "on")


def _sheet_rows(view: Contributions) -> Iterator[list[str]]:
    yield [phrase("texts", "head", head) for head in HEADS]
    for line in _lines(view):
        on = day(line.on, year=True) if line.on else ""
        yield [line.agency, line.text, line.standing, line.why, on]
