"""Hostile text in every field: on no page does it act, lose a part or turn round its neighbours."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from tests.counts import EXHAUSTIVE
from tests.installation import let_coordinate
from tests.stories import SCENARIOS, pass_time, play_through
from tests.web.filled import PASSWORD
from tests.web.filling import Form, forms_of
from tests.web.hostile_text import (
    MARK,
    Planter,
    calendar_faults,
    cuts,
    faults_of,
    json_faults,
    mail_faults,
    table_faults,
)
from tests.web.office import JIANGSU, Office, close_office, reopen_office
from tests.web.test_administration_in_chromium import FOR_KEEPERS
from tests.web.test_pages_in_chromium import FOR_OFFICERS
from tests.web.test_withheld import addresses
from tests.world import world
from web.notices.personal import written
from workflow.catalogue.scenarios import read_scenario
from workflow.core.deadlines.values import LEGAL_ZONE
from workflow.core.playing import powers_of
from workflow.core.story import Readers
from workflow.services import cases, clock, registers, tasks
from workflow.services.feeds import give_address
from workflow.services.history_log import place_events
from workflow.services.mail import AnyLetter
from workflow.services.passwords import hash_password
from workflow.services.signing import signer_from
from workflow.services.tree_heads import sign_head
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import writing
from workflow.storage.network import AgencyRow
from workflow.storage.people import Officer
from workflow.storage.work import JobRow


@dataclass(slots=True)
class Planted:
    """An office where all that people wrote is hostile."""

    office: Office
    planter: Planter

    @property
    def texts(self) -> dict[str, str]:
        return self.planter.planted


@pytest.fixture(scope="module")
def planted(installed_sqlite_template, tmp_path_factory) -> Iterator[Planted]:
    """Play a story with hostile texts, among people and agencies of hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copyfile(installed_sqlite_template, folder / "office.sqlite")
    planter = Planter(Random("planted"))
    office = reopen_office(f"sqlite:///{folder / 'office.sqlite'}", folder, "")
    scenario = read_scenario(JIANGSU, zone=world().zone)
    definition = office.installation.newest(scenario.definition)
    told = planter.told(replace(scenario, steps=scenario.steps[:6]), definition)
    office.number = play_through(told, office.installation)
    name_anew(office, planter)
    write_more(office, planter)
    place_events(office.acting("SEDE"))
    sign_head(office.acting("SEDE"), signer_from(folder / "proof_key"))
    yield Planted(office, planter)
    close_office(office)


def name_anew(office: Office, planter: Planter) -> None:
    """Give some agencies and people hostile names, and everybody a password."""
    with writing(office.installation.engine) as connection:
        connection.execute(update(Officer).values(password_hash=hash_password(PASSWORD)))
        for code in ("SEDE", "SEF", "SEPLAG", "SEMAD"):
            name = planter.one_line(200)
            agency = update(AgencyRow).where(AgencyRow.code == code)
            connection.execute(agency.values(name=name))
            whom = update(Officer).where(Officer.id == powers_of(code).officer)
            connection.execute(whom.values(name=planter.one_line(120)))


def write_more(office: Office, planter: Planter) -> None:
    """Correct, comment, ask, hurry, attach and suspend, each with hostile words."""
    number, coordinator = office.number, office.acting("SEDE")
    subject = {"subject": planter.one_line()}
    cases.correct(coordinator, number, subject, planter.one_line(), key="1")
    for n in range(12):
        said = planter.one_line(380)
        cases.comment(office.acting("SEF"), number, said, readers=Readers.AGENCIES, key=f"c{n}")
    tax, budget = office.task("tax_review"), office.task("budget_review")
    asked = {"of": "SEMAD", "key": "3", "knowingly": True}
    tasks.ask_information(office.acting("SEF"), number, tax, planter.one_line(), **asked)
    tasks.prioritise(office.acting("SEPLAG"), number, budget, planter.one_line(), key="4")
    partner = {"name": planter.one_line(), "kind": "university", "country": "CN"}
    registers.create(office.acting("SEDE"), "partner", partner, key="5")
    review = datetime.now(LEGAL_ZONE).date() + timedelta(days=20)
    cases.suspend(office.acting("SEDE"), number, planter.one_line(), review_on=review, key="6")


def found_wrong(answer, texts: dict[str, str]) -> list[str]:
    """List what hostile texts did to an answer, whatever its kind."""
    match answer.mimetype:
        case "text/html":
            return faults_of(answer.text, texts)
        case "text/csv":
            return table_faults(answer.text, texts)
        case "text/calendar":
            return calendar_faults(answer.data, texts)
        case "application/json":
            return json_faults(answer.text, texts)
        case "text/plain":
            return cuts([answer.text], texts)
    return []


def test_no_page_that_shows_it_is_harmed(planted, random, record_property):
    visitor = planted.office.visit("SEDE").client
    paths = [path for path in addresses(planted.office) if path != "/saude"]  # no clock runs here
    fullest = f"/pedidos/{planted.office.number}?ver=all"
    chosen = paths if EXHAUSTIVE else [fullest, *random.sample(paths, 70)]
    wrong, seen = {}, set[str]()
    for path in chosen:
        answer = visitor.get(path)
        assert answer.status_code < 500, path
        seen.update(MARK.findall(answer.data.decode("utf-8", "replace")))
        if bad := found_wrong(answer, planted.texts):
            wrong[path] = bad[:4]
    record_property("pages read", len(chosen))
    record_property("texts seen", f"{len(seen)} of {len(planted.texts)}")
    assert wrong == {}
    assert len(seen) > (len(planted.texts) / 2 if EXHAUSTIVE else 5)


class Letterbox:
    """Keeps the letters that it was to take away."""

    def __init__(self) -> None:
        self.letters: list[AnyLetter] = []

    def deliver(self, letter: AnyLetter) -> None:
        self.letters.append(letter)


def test_no_mail_and_no_calendar_is_harmed(planted, tmp_path, record_property):
    with copied(planted, tmp_path) as office:
        box, wrong = Letterbox(), {}
        begin = partial(UnitOfWork, office.installation, now=datetime.now(UTC), keeper=True)
        clock.work_off(begin, owner="tests", courier=box)
        with writing(office.installation.engine) as connection:  # what waits for office hours
            connection.execute(update(JobRow).values(run_at=datetime(2020, 1, 1, tzinfo=UTC)))
        clock.work_off(begin, owner="tests", courier=box)
        for no, letter in enumerate(box.letters):
            message = written(office.app, letter)
            html = message.get_body(("html",)).get_content()
            plain = message.get_body(("plain",)).get_content()
            wrong[no] = [*mail_faults(html, planted.texts), *cuts([plain], planted.texts)]
            wrong[no] += [f"header {name}" for name, v in message.items() if set(v) & set("\r\n")]
        for agency in ("SEF", "SEPLAG"):
            address = give_address(office.acting(agency), "")
            answer = office.app.test_client().get(f"/prazos/ical/{address}.ics")
            assert answer.mimetype == "text/calendar"
            assert MARK.search(answer.text)
            wrong[agency] = calendar_faults(answer.data, planted.texts)
    record_property("mails read", len(box.letters))
    assert {where: found[:3] for where, found in wrong.items() if found} == {}
    assert len(box.letters) > 2


def test_no_story_of_any_type_is_harmed(planted, tmp_path, random, record_property):
    """Plays each type's longest story with hostile words, and reads its case and its tasks."""
    stories = longest_stories()
    chosen = stories if EXHAUSTIVE else random.sample(sorted(stories), 1)
    with copied(planted, tmp_path) as office:
        wrong, planter = {}, Planter(random, dict(planted.texts))
        visitor = office.visit("SCC").client
        for name in chosen:
            scenario = read_scenario(stories[name], zone=world().zone)
            told = planter.told(scenario, office.installation.newest(scenario.definition))
            number = play_through(told, office.installation)
            pages = [f"/pedidos/{number}?ver=all", f"/pedidos/novo/{scenario.definition}"]
            for path in pages:
                answer = visitor.get(path)
                wrong[path] = found_wrong(answer, planter.planted)
                if answer.status_code == 200:
                    for form in forms_at(visitor, path):
                        wrong[path] += sent_wrong(visitor, path, form, planter)
    record_property("types", len(chosen))
    assert {path: found[:3] for path, found in wrong.items() if found} == {}


def test_no_form_of_a_task_of_any_type_is_harmed(planted, tmp_path, random, record_property):
    """Plays a type's longest story up to each of its tasks, and fills its form with such words."""
    every = [
        (path, n)
        for path in longest_stories().values()
        for n, step in enumerate(read_scenario(path, zone=world().zone).steps)
        if step.task and step.outcome and not step.refused
    ]
    chosen, wrong, tried = every if EXHAUSTIVE else random.sample(every, 2), [], 0
    with copied(planted, tmp_path) as office:
        planter = Planter(random, dict(planted.texts))
        for path, n in chosen:
            scenario = read_scenario(path, zone=world().zone)
            before = replace(scenario, steps=scenario.steps[:n], file=f"{path.stem} {n}")
            told = planter.told(before, office.installation.newest(scenario.definition))
            number, step = play_through(told, office.installation), scenario.steps[n]
            pass_time(office.installation, until=step.at)
            then = office.acting(step.agency).load(number).snapshot.tasks
            mine = [t.no for t in then if (t.key, t.agency) == (step.task, step.agency)]
            visitor = office.visit(step.agency, step.officer).client
            for page in (f"/pedidos/{number}/tarefas/{no}" for no in mine[-1:]):
                tried += 1
                for form in forms_at(visitor, page):
                    wrong += sent_wrong(visitor, page, form, planter)
    record_property("tasks", f"{tried} of {len(every)}")
    assert wrong == []


def test_no_form_is_harmed_and_none_forgets_what_was_typed(planted, tmp_path, random):
    with copied(planted, tmp_path) as office:
        visitor = office.visit("SCC").client
        names = {"jiangsu": office.number, "colleague": powers_of("SCC", "second").officer}
        pages = [path.format(**names) for path in (*FOR_OFFICERS, *FOR_KEEPERS)]
        pages += addresses(office)
        wrong, planter = [], Planter(random, dict(planted.texts))
        for path in pages if EXHAUSTIVE else random.sample(pages, 40):
            for form in forms_at(visitor, path):
                wrong += sent_wrong(visitor, path, form, planter)
    assert wrong == []


def longest_stories() -> dict[str, Path]:
    """Return the longest story of each type but the one that is tried in all its parts."""
    stories = {}
    for path in sorted(SCENARIOS, key=lambda path: path.stat().st_size):
        stories[path.parent.name] = path
    del stories[JIANGSU.parent.name]
    return stories


NOT_FOR_ALL = {"/sair", "/entrar"}
SHORTEST = 20
NEVER_SHOWN_AGAIN = {"amount", "code", "password", "password_code", "password_key"}
"""What proves who somebody is, and how many days: a refusal gives back words, no numbers."""


@contextmanager
def copied(planted, folder) -> Iterator[Office]:
    """Open a copy of the office, in which anything may be done."""
    there = planted.office.app.extensions["settings"].database_url.removeprefix("sqlite:///")
    with sqlite3.connect(there) as held, sqlite3.connect(folder / "office.sqlite") as copy:
        held.backup(copy)
    office = reopen_office(f"sqlite:///{folder / 'office.sqlite'}", folder, planted.office.number)
    with writing(office.installation.engine) as connection:
        whom = Officer.id == powers_of("SCC").officer
        connection.execute(update(Officer).where(whom).values(administrator=True))
    let_coordinate(office.acting("SCC"), powers_of("SCC").officer)
    yield office
    close_office(office)


def forms_at(visitor, path) -> list[Form]:
    """Return the forms of a page in which something may be written."""
    page = visitor.get(path)
    if page.mimetype != "text/html":
        page.get_data()  # to its end, as browsers read it
        return []
    return [form for form in forms_of(page.text) if form.written and form.action not in NOT_FOR_ALL]


def sent_wrong(visitor, path, form, planter) -> list[tuple[str, str, str]]:
    """Type a hostile text wherever a form takes one, send it, and list what became of it."""
    wide = [name for name in sorted(form.written) if form.longest.get(name, 2000) >= SHORTEST]
    typed = {name: planter.sendable(most=form.longest.get(name, 2000)) for name in wide}
    sent = {**form.held, **typed}
    where = form.action or path
    if form.method == "get":
        answer = visitor.get(where.partition("?")[0], query_string=sent)
    else:
        answer = visitor.post(where, data=sent, headers={"Sec-Fetch-Site": "same-origin"})
    said = f"{path} -> {where} {answer.status_code}"
    if answer.status_code >= 500 or answer.status_code == 400:
        return [(said, "status", ascii(typed)[:300])]
    wrong = [(said, "page", one) for one in found_wrong(answer, planter.planted)]
    if answer.status_code == 422:
        marks = {name: MARK.findall(text)[-1] for name, text in typed.items()}
        wrong += [
            (said, "lost", name)
            for name, mark in marks.items()
            if mark not in answer.text and name not in NEVER_SHOWN_AGAIN
        ]
    return wrong
