"""Named people read a case until a day; who has read a restricted one is kept, once a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.installation import acting_for, employ
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.storage.counting import counted
from workflow.core.errors import (
    ActNotAllowed,
    AnswersRefused,
    NotAssigned,
    ReasonMissing,
    UnknownCase,
)
from workflow.core.fields import Access
from workflow.core.powers import Powers
from workflow.services import cases
from workflow.services.people import UnknownOfficer
from workflow.services.purging import READINGS_KEPT, purge
from workflow.services.reading_log import Reading, grant_access, note, readers_of, revoke_access
from workflow.services.verification import verify
from workflow.storage.queries.cases import cases_page, known_to
from workflow.storage.watching import ReadingRow

GROUND = "sigilo_fiscal"
UNTIL = date(2026, 3, 20)


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    made.stranger = employ(made.uow(), "nadia@example.org", SEE="officer")
    return made


@pytest.fixture
def number(office):
    """Open a case and restrict it."""
    opened = office.open()
    cases.change_access(
        coordinating(office), opened, Access.RESTRICTED, GROUND, "Sigilo.", key=office.key()
    )
    return opened


def coordinating(office):
    return acting_for(office.uow(), office.coordinator, "SCC")


def stranger(office, *, after=timedelta()):
    office.now += after
    return acting_for(office.uow(), office.stranger, "SEE")


def admit(office, number, until=UNTIL, reason="Perícia."):
    grant_access(
        coordinating(office),
        number,
        "nadia@example.org",
        until=until,
        reason=reason,
        key=office.key(),
    )


def listed(uow):
    with uow.reading() as connection:
        return [row.number for row in cases_page(connection, visible=known_to(uow.powers))]


def test_whoever_is_let_in_by_name_reads_the_case_until_the_day_has_passed(office, number):
    with pytest.raises(UnknownCase):
        stranger(office).load(number)
    assert number not in listed(stranger(office))
    admit(office, number)

    assert stranger(office).load(number).snapshot.readers == {office.stranger: UNTIL}
    assert number in listed(stranger(office))
    stranger(office, after=UNTIL - NOON.date()).load(number)  # the last day
    with pytest.raises(UnknownCase):
        stranger(office, after=timedelta(days=1)).load(number)
    assert number not in listed(stranger(office))


def test_reading_by_name_is_no_part_in_the_case(office, number):
    admit(office, number)
    with pytest.raises(NotAssigned):
        cases.comment(stranger(office), number, "Olá.", readers="agencies", key=office.key())
    with pytest.raises(NotAssigned):
        readers_of(stranger(office), number)


def test_access_ends_at_once_when_it_is_taken_back_and_comes_back_when_that_is_undone(
    office, number
):
    admit(office, number)
    revoke_access(coordinating(office), number, office.stranger, "Concluída.", key=office.key())
    with pytest.raises(UnknownCase):
        stranger(office).load(number)
    assert number not in listed(stranger(office))

    cases.undo(coordinating(office), number, key=office.key())
    assert stranger(office).load(number).snapshot.readers == {office.stranger: UNTIL}


def test_undoing_a_grant_ends_it_or_brings_back_the_day_before(office, number):
    admit(office, number)
    cases.undo(coordinating(office), number, key=office.key())
    assert office.case(number).readers == {}

    admit(office, number)
    admit(office, number, until=date(2026, 4, 30))
    assert office.case(number).readers == {office.stranger: date(2026, 4, 30)}
    cases.undo(coordinating(office), number, key=office.key())
    assert office.case(number).readers == {office.stranger: UNTIL}
    assert verify(office.uow().as_powers(Powers(auditor=True)), number).is_sound


def test_who_is_let_in_is_told_unless_it_was_taken_back_meanwhile(office, number):
    office.work()
    admit(office, number)
    office.work()
    assert ("access_granted", office.stranger) in office.told()
    assert [letter.kind for letter in office.courier.letters if letter.name == "Nadia"] == []
    office.hurry()
    office.work()
    kinds = [letter.kind for letter in office.courier.letters if letter.name == "Nadia"]
    assert kinds == ["access_granted"]

    admit(office, number, until=date(2026, 4, 1))
    revoke_access(coordinating(office), number, office.stranger, "Engano.", key=office.key())
    office.work()
    assert office.told().count(("access_granted", office.stranger)) == 1


@pytest.mark.parametrize("until", [date(2026, 3, 1), date(2027, 3, 3)])
def test_a_day_that_has_passed_or_is_too_far_off_is_refused(office, number, until):
    with pytest.raises(ActNotAllowed):
        admit(office, number, until=until)


def test_no_reason_no_account_no_power_no_access(office, number):
    with pytest.raises(ReasonMissing):
        admit(office, number, reason=" ")
    about = {"until": UNTIL, "reason": "x", "key": office.key()}
    with pytest.raises(UnknownOfficer):
        grant_access(coordinating(office), number, "nobody@example.org", **about)
    with pytest.raises(NotAssigned):
        grant_access(office.as_doer(), number, "nadia@example.org", **about)
    with pytest.raises(UnknownCase):
        grant_access(stranger(office), number, "nobody@example.org", **about)
    with pytest.raises(ActNotAllowed):
        revoke_access(coordinating(office), number, office.stranger, "x", key=office.key())


@pytest.mark.parametrize("ground", [None, "because"])
def test_a_case_is_restricted_on_a_legal_ground_only(office, ground):
    number = office.open()
    with pytest.raises(AnswersRefused):
        cases.change_access(
            coordinating(office), number, Access.RESTRICTED, ground, "x", key=office.key()
        )


def test_a_reading_is_kept_once_a_day_and_sort_in_one_statement(office, number):
    reader = office.as_doer()
    loaded = reader.load(number)
    assert reader.sealed == {loaded.case_id}
    with counted(office.installation.engine) as statements:
        assert note(reader, reader.sealed, Reading.PAGE) == 1
    assert len(statements) == 1
    assert note(reader, reader.sealed, Reading.PAGE) == 0
    assert note(reader, reader.sealed, Reading.DOCUMENT) == 1
    office.now += timedelta(days=1)
    assert note(office.as_doer(), reader.sealed, Reading.PAGE) == 1

    found = readers_of(coordinating(office), number)
    assert [(line.name, line.agency, line.kind, line.day.day) for line in found.lines] == [
        ("Dario", "SEF", "page", 3),
        ("Dario", "SEF", "page", 2),
        ("Dario", "SEF", "document", 2),
    ]
    first = readers_of(coordinating(office), number, limit=1)
    rest = readers_of(coordinating(office), number, after=first.following)
    assert (*first.lines, *rest.lines) == found.lines


def test_of_a_case_that_the_network_knows_nothing_is_kept(office):
    uow = office.as_doer()
    uow.load(office.open())
    assert uow.sealed == set()
    assert note(uow, uow.sealed, Reading.PAGE) == 0


def test_auditors_see_the_log_and_agencies_of_the_case_do_not(office, number):
    auditor = office.uow().as_powers(Powers(officer=office.head, auditor=True))
    assert readers_of(auditor, number).lines == ()
    with pytest.raises(NotAssigned):
        readers_of(office.as_doer(), number)


def test_readings_are_forgotten_when_nobody_can_be_held_to_account_for_them(office, number):
    reader = office.as_doer()
    note(reader, {reader.load(number).case_id}, Reading.PAGE)
    office.now += READINGS_KEPT
    purge(office.uow())
    assert len(kept(office)) == 1
    office.now += timedelta(days=1)
    purge(office.uow())
    assert kept(office) == []


def kept(office):
    with office.uow().reading() as connection:
        return list(connection.execute(select(ReadingRow.day)).scalars())
