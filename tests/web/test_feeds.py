"""What falls due, in calendars outside, as programs read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import vobject

from tests.servers.nodejs import read_calendar
from tests.web.limits import in_one_window
from tests.web.office import change
from tests.web.pages import token_of
from workflow.services import cases
from workflow.services.feeds import FETCHES, WINDOW


@pytest.fixture
def subscriber(office):
    """Give the head of an agency that has a task, with the calendar of the agency."""
    return Subscriber(office, "SEPLAG")


class Subscriber:
    """Somebody who subscribes to the deadlines of an agency."""

    def __init__(self, office, agency):
        self.office, self.agency = office, agency
        self.client = office.visit(agency).client
        self.program = office.app.test_client()
        self.path = self.renew()

    def post(self, path):
        token = token_of(self.client.get("/prazos/agenda").text)
        return self.client.post(path, data={"csrf": token, "agency": self.agency})

    def renew(self):
        """Ask for a new address and return its path."""
        page = self.post("/prazos/agenda").text
        return re.search(r'value="http://localhost(/prazos/ical/[^"]+\.ics)"', page)[1]

    def fetch(self, **headers):
        return self.program.get(self.path, headers=headers)

    def events(self):
        """Return the events by what both parsers read of them, alike."""
        text = self.fetch().text
        by_one = {
            event.uid.value: (event.status.value, event.dtstart.value, int(event.sequence.value))
            for event in vobject.readOne(text, validate=True).vevent_list
        }
        events = read_calendar(text)["events"]
        by_other = {e["uid"]: (e["status"], e["start"], e["sequence"]) for e in events}
        assert {uid: (s, d.isoformat(), n) for uid, (s, d, n) in by_one.items()} == by_other
        return by_one


def test_two_parsers_read_the_same_deadlines_without_a_complaint(subscriber):
    office = subscriber.office
    events = subscriber.events()
    due = {
        f"task-{task.no}.{office.number}@localhost": ("CONFIRMED", task.clock.due_on, 0)
        for task in office.case().tasks
        if task.clock and task.agency == subscriber.agency
    }

    assert due
    assert due.items() <= events.items()


def test_a_calendar_is_written_as_the_standard_has_it(subscriber):
    answer = subscriber.fetch()
    whole = answer.get_data()

    assert answer.content_type == "text/calendar; charset=utf-8"
    lines = whole.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert lines[0] == b"BEGIN:VCALENDAR"
    for line in (b"VERSION:2.0", b"METHOD:PUBLISH", b"REFRESH-INTERVAL;VALUE=DURATION:PT1H"):
        assert line in lines
    assert b"BEGIN:VTIMEZONE" in lines
    assert b"BEGIN:VALARM" not in lines
    unfolded = whole.replace(b"\r\n ", b"").decode()
    assert f"URL:http://localhost/pedidos/{subscriber.office.number}/tarefas/" in unfolded
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_an_empty_calendar_is_one_all_the_same(office):
    subscriber = Subscriber(office, "SEE")

    assert read_calendar(subscriber.fetch().text)["events"] == []
    assert vobject.readOne(subscriber.fetch().text, validate=True)


def test_a_program_that_knows_it_all_is_told_that_nothing_is_new(subscriber):
    first = subscriber.fetch()

    assert first.headers["Cache-Control"] == "private, no-cache"
    again = subscriber.fetch(**{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    dated = subscriber.fetch(**{"If-Modified-Since": first.headers["Last-Modified"]})
    assert dated.status_code == 304


def test_a_deadline_that_stands_still_and_one_that_is_over_say_so(subscriber):
    office = subscriber.office
    before = subscriber.events()
    known = {uid for uid in before if uid.startswith("task-")}
    acting = office.acting(office.case().opener)
    day = (datetime.now(UTC) + timedelta(days=20)).date()
    cases.suspend(acting, office.number, "Espera-se o decreto.", review_on=day, key="rest")
    paused = subscriber.events()
    assert {paused[uid] for uid in known} == {("TENTATIVE", before[u][1], 1) for u in known}

    cases.withdraw(acting, office.number, "Não é mais preciso.", key="over")
    over = subscriber.events()
    assert {over[uid] for uid in known} == {("CANCELLED", before[u][1], 2) for u in known}
    text = read_calendar(subscriber.fetch().text)["events"][0]
    assert text["summary"] == f"Prazo encerrado — {office.number}"
    assert text["description"] is None


def test_of_a_restricted_case_only_the_number_leaves_the_house(subscriber):
    office = subscriber.office
    subject = office.case().data["subject"]
    assert subject in subscriber.fetch().text.replace("\r\n ", "").replace("\\,", ",")
    restrict(office)
    text = subscriber.fetch().text.replace("\r\n ", "")

    assert subject not in text
    assert f"SUMMARY:Vence um prazo — {office.number}" in text
    assert "DESCRIPTION" not in text


def restrict(office):
    with office.acting("SCC").writing() as connection:
        connection.exec_driver_sql("UPDATE \"case\" SET access = 'restricted'")


def test_a_renewed_or_revoked_address_is_gone(subscriber):
    first, subscriber.path = subscriber.path, subscriber.renew()
    assert subscriber.program.get(first).status_code == 404
    assert subscriber.fetch().status_code == 200

    assert subscriber.post("/prazos/agenda/revogar").status_code == 303
    assert subscriber.fetch().status_code == 404


def test_the_address_is_shown_once(subscriber):
    assert subscriber.path not in subscriber.client.get("/prazos/agenda").text


def test_fetching_without_end_is_put_off(subscriber):
    in_one_window(WINDOW)
    for _ in range(FETCHES):
        subscriber.fetch()
    answer = subscriber.fetch()

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_calendar_speaks_the_language_of_its_officer(office):
    subscriber = Subscriber(office, "SCC")
    spoken = read_calendar(subscriber.fetch().text)["name"]

    assert spoken.startswith("Prazos de SCC")


def test_a_deadline_that_ends_at_an_hour_is_placed_in_the_time_zone_of_the_law(subscriber):
    at = "2026-03-04T21:00:00+00:00"
    change(subscriber.office, "UPDATE task SET clock = json_set(clock, '$.due_at', ?)", at)
    subscriber.fetch()
    whole = subscriber.fetch().text

    assert "DTSTART;TZID=America/Sao_Paulo:20260304T180000" in whole
    event = next(e for e in read_calendar(whole)["events"] if e["uid"].startswith("task-"))
    assert (event["start"], event["zone"]) == ("2026-03-04T18:00:00", "America/Sao_Paulo")
    read = vobject.readOne(whole, validate=True)
    tasks = [e for e in read.vevent_list if e.uid.value.startswith("task-")]
    assert {e.dtstart.value.astimezone(UTC).isoformat() for e in tasks} == {at}


def test_whatever_a_subject_holds_both_parsers_read_it_back(subscriber):
    subject = "Ação; com, vírgulas\\ e “aspas”: " + "çãõé🖼️" * 40 + "\nEND:VEVENT"
    change(subscriber.office, 'UPDATE "case" SET subject = ?', subject)
    whole = subscriber.fetch()
    events = read_calendar(whole.text)["events"]

    assert max(map(len, whole.get_data().split(b"\r\n"))) <= 75
    assert all(f"Assunto: {' '.join(subject.split())}" in e["description"] for e in events)
    read = vobject.readOne(whole.text, validate=True).vevent_list
    assert [e.description.value for e in read] == [e["description"] for e in events]
