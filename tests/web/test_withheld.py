"""What is withheld of a case is on no page that an officer without a part in it may open."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from tests.web.listening import heard
from tests.web.office import JIANGSU, Office, before, close_office, open_office
from tests.world import DEFINITIONS
from workflow.core.deadlines.values import LEGAL_ZONE
from workflow.core.moving import all_clocks
from workflow.core.story import Readers
from workflow.services import cases, tasks
from workflow.services.history_log import place_events
from workflow.services.papers import rounds, whole_case
from workflow.services.signing import signer_from
from workflow.services.tree_heads import sign_head
from workflow.storage.work import NoticeRow

MISSION = DEFINITIONS / "scenarios" / "mission_preparation" / "straight_way.yaml"
MARK = "zqxwk"
"""Stands in every restricted cell and file name, and in all that agencies wrote as reasons."""
OWN = "zqyvj"
"""Stands in what one agency of the case wrote for itself alone."""
QUERIES = {
    "cases.show": tuple(f"?ver={tab}" for tab in ("moves", "documents", "comments", "all")),
    "search.index": (f"?q={MARK}", f"?q={OWN}", "?q=protocolo", "?q=jiangsu"),
    "due.index": ("", "?de=orgao", "?ver=mes&de=orgao", "?de=rede"),
    "due.radar": ("", "?de=orgao"),
    "inbox.index": tuple(f"?ver={v}" for v in ("mine", "agency", "waiting", "following", "done")),
    "sheet.download": tuple(f"?ver={view}" for view in ("agency", "following", "done")),
}
"""What is asked of an address besides itself."""
OF_NO_CASE = {
    *("asset", "auth.invitation", "calendars.show", "calendars.change", "calendars.removal"),
    *("definitions.show", "definitions.source", "definitions.compare", "draft.check"),
    *("draft.section", "draft.tasks", "feeds.calendar", "help.show", "leaving.progress"),
    *("imports.progress", "imports.show", "imports.template"),
    *("leaving.show", "new_case.start", "notices.show", "people.show", "plans.progress"),
    *("plans.show", "reforms.progress", "reforms.show", "practice.exercise"),
    *("substitutions.tasks", "agencies.show", "erasing.officer"),
}
"""Addresses with something in them that is no part of a case, or another person's own."""


@pytest.fixture(scope="module")
def planted(installed_sqlite_template, tmp_path_factory) -> Iterator[Office]:
    """Play a story in which all that is restricted bears the mark."""
    folder = tmp_path_factory.mktemp("planted")
    told = JIANGSU.read_text(encoding="utf-8")
    told = re.sub(r"(\w+)\.pdf", rf"{MARK}_\1.pdf", told)
    told = re.sub(r"reason: (?=\w)", f"reason: {MARK} ", told)
    person = f"representative: {MARK} da Silva, email: {MARK}@example.org"
    told = re.sub(r"(\{name: Governo Popular.*country: CN)\}", rf"\1, {person}}}", told)
    office = _played(installed_sqlite_template, folder, told, 6)
    _write_more(office)
    _sign(office, folder)
    yield office
    close_office(office)


@pytest.fixture(scope="module")
def travelling(installed_sqlite_template, tmp_path_factory) -> Iterator[Office]:
    """Play a mission whose delegation bears the mark, until each has a task of their own."""
    folder = tmp_path_factory.mktemp("travelling")
    told = re.sub(r"(\w+)\.pdf", rf"{MARK}_\1.pdf", MISSION.read_text(encoding="utf-8"))
    told = re.sub(r"(- \{name: )", rf"\1{MARK} ", told)
    office = _played(installed_sqlite_template, folder, told, before(MISSION, "final_check"))
    yield office
    close_office(office)


def _played(template: Path, folder: Path, told: str, steps: int) -> Office:
    story = folder / "story.yaml"
    story.write_text(told, encoding="utf-8")
    shutil.copyfile(template, folder / "office.sqlite")
    return open_office(f"sqlite:///{folder / 'office.sqlite'}", folder, story=story, steps=steps)


def _sign(office: Office, folder: Path) -> None:
    """Sign for all that happened, so that there are receipts of it."""
    place_events(office.acting("SEDE"))
    sign_head(office.acting("SEDE"), signer_from(folder / "proof_key"))


def _write_more(office: Office) -> None:
    """Correct, comment, ask, hurry and suspend, each with the mark in what is written."""
    number = office.number
    parties = [{**row, "email": f"{MARK}2@example.org"} for row in office.case().data["parties"]]
    coordinator, treasury = office.acting("SEDE"), office.acting("SEF")
    cases.correct(coordinator, number, {"parties": parties}, f"{MARK} corrected", key="1")
    cases.comment(treasury, number, f"{MARK} noted", readers=Readers.AGENCIES, key="2")
    own = office.acting("SEF")
    cases.comment(own, number, f"{OWN} noted", readers=Readers.OWN, key="own")
    tax, budget = office.task("tax_review"), office.task("budget_review")
    tasks.ask_information(
        treasury, number, tax, f"{MARK} asked", of="SEMAD", key="3", knowingly=True
    )
    tasks.prioritise(office.acting("SEPLAG"), number, budget, f"{MARK} hurry", key="4")
    review = datetime.now(LEGAL_ZONE).date() + timedelta(days=20)
    cases.suspend(coordinator, number, f"{MARK} rests", review_on=review, key="5")


def addresses(office: Office) -> Iterator[str]:
    """Go through every address that an officer may ask for, with all that fits in it of a case."""
    view = whole_case(office.acting("SEDE"), office.number).view
    parts = {
        "no": [str(task.no) for task in view.tasks],
        "seq": [str(no) for no in range(1, view.case.seq + 1)],
        "key": [clock.key for clock in all_clocks(view.case)],
        "visit": [str(visit) for visit in rounds(view)],
        "row": ["A15"],
        "what": ["planos", "farois", "meetings", "notices"],
        "provider": ["nada"],
        "register": ["partner"],
        "code": ["ABCD-EFGH-JKLM-N"],
        "field": list(view.case.definition.data),
        "field/version": [f"{d.field.key}/{d.version}" for d in view.documents],
    }
    for rule in office.app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in OF_NO_CASE:
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", rule.rule).replace("<number>", view.case.number)
        path = path.replace("<field>/<version>", "<field/version>")
        found = re.search(r"<([\w/]+)>", path)
        for part in parts[found[1]] if found else [""]:
            filled = path.replace(found[0], part) if found else path
            yield from (filled + query for query in QUERIES.get(rule.endpoint, ("",)))


def read(client: FlaskClient, path: str) -> str:
    """Return the words of an answer, those of a paper too, without what was asked itself."""
    answer = client.get(path)
    if answer.status_code == 303:  # to sign in, and back to what was asked
        return ""
    if answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF"):
        pages = PdfReader(BytesIO(answer.data)).pages
        return "".join("".join(page.extract_text() for page in pages).split())
    headers = " ".join(answer.headers.getlist("Content-Disposition"))
    echoed = rf'value="({MARK}|{OWN})"|<title>Busca: ({MARK}|{OWN})'
    return headers + re.sub(echoed, "", answer.text)


def leaks(client: FlaskClient, office: Office, *, mark: str = MARK) -> list[str]:
    return [path for path in addresses(office) if mark in read(client, path)]


def test_no_address_tells_an_agency_without_a_part_what_is_withheld(planted):
    assert leaks(planted.visit("SES").client, planted) == []


def test_no_address_tells_anybody_what_is_withheld(planted):
    assert leaks(planted.app.test_client(), planted) == []


def test_the_agencies_of_the_case_read_it_all(planted):
    with heard() as log:
        found = leaks(planted.visit("SEDE").client, planted)

    assert MARK not in log.getvalue()
    case = f"/pedidos/{planted.number}"
    tax = f"{case}/tarefas/{planted.task('tax_review')}"
    assert {f"{case}?ver=all", f"{case}/resumo.pdf", tax, f"/busca?q={MARK}"} <= set(found)


def test_no_address_tells_another_agency_of_the_case_what_one_wrote_for_itself(planted):
    assert leaks(planted.visit("SEPLAG").client, planted, mark=OWN) == []
    assert leaks(planted.visit("SES").client, planted, mark=OWN) == []
    assert leaks(planted.app.test_client(), planted, mark=OWN) == []

    case = f"/pedidos/{planted.number}"
    found = leaks(planted.visit("SEF").client, planted, mark=OWN)
    assert {f"{case}?ver=comments", f"{case}/resumo.pdf", f"/busca?q={OWN}"} <= set(found)


def test_no_task_names_those_whom_only_the_agencies_of_the_case_may_know(travelling):
    case = f"/pedidos/{travelling.number}"

    assert leaks(travelling.visit("SES").client, travelling) == []
    assert leaks(travelling.app.test_client(), travelling) == []
    assert {case + "?ver=moves", f"{case}/resumo.pdf"} <= set(
        leaks(travelling.visit("SEDE").client, travelling)
    )


@pytest.mark.parametrize("act", ["", "/conflito"])
def test_who_does_not_work_on_a_task_is_told_nothing_by_its_acts(planted, act):
    stranger, no = planted.visit("SES"), planted.task("budget_review")
    sent = {"seq": "1", "outcome": "favourable", "resolve": "merge", "data.parties.0.name": "x"}

    answer = stranger.post(f"/tarefas/{no}{act}", sent)

    assert answer.status_code in (403, 409, 422)
    assert MARK not in answer.text


def test_no_notice_carries_what_is_withheld(planted):
    with planted.acting("SES").reading() as connection:
        told = [str(row.params) for row in connection.execute(select(NoticeRow.params))]

    assert told
    assert not [params for params in told if MARK in params or OWN in params]


def test_it_is_said_that_something_is_withheld_and_what(planted):
    stranger = planted.visit("SES")
    task = planted.task("budget_review")

    for page in (stranger.case().text, stranger.get(f"/tarefas/{task}").text):
        assert "Acesso restrito: Representante, E-mail." in page
        assert "Governo Popular da Província de Jiangsu" in page
    assert "SEDE juntou Minuta (acesso restrito)" in stranger.case(ver="all").text
    assert "Acessorestrito:Representante" in read(
        stranger.client, f"/pedidos/{planted.number}/resumo.pdf"
    )
    assert "Acesso restrito" not in planted.visit("SEDE").case().text
