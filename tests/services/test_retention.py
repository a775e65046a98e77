"""What ended cases tell of persons goes when their type says so, unless somebody holds it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.installation import acting_for, deploy
from tests.services.conftest import NOON
from tests.services.errands import DATA, ERRAND, KEPT, SOURCE, Office
from workflow.core.acts.answers import Answers
from workflow.core.change import JobKind
from workflow.core.errors import ReasonMissing, UnknownCase
from workflow.core.events import Kind
from workflow.core.offices import NotInCharge
from workflow.core.offices import Office as Charge
from workflow.core.passages import Readers
from workflow.services import cases
from workflow.services.clock import health, retry
from workflow.services.erasing import CaseHeld, erasable, erase
from workflow.services.notices import CLOCK_POWERS
from workflow.services.purging import purge
from workflow.services.retention import hold, keeping, lift, running_out
from workflow.services.verification import verify_all
from workflow.storage.case import Case
from workflow.storage.jobs import note_given_up
from workflow.storage.queries.events import events_of
from workflow.storage.retention import AT_TERM, Due, telling_of_persons

PASSING = ERRAND.replace("key: errand", "key: passing").replace(
    "states:",
    "data:\n  - {key: need, title: Apoio, type: text, personal: true, erased_at_end: Já serviu.}\n"
    "opening: [need]\nstates:",
)

pytestmark = pytest.mark.at_work
TERM = timedelta(days=731)
"""From noon of 2 March 2026 to noon of 2 March 2028, past the 29th of February."""


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    deploy(made.uow(), [KEPT])
    return made


def ended(office, kind):
    """Open a case in which somebody tells of a person, and end it."""
    number = office.open(kind)
    tell(office, number)
    office.complete(number)
    return number


def tell(office, number):
    said = acting_for(office.uow(), office.opener, "SEDE")
    told = "Falei com Zulmira."
    cases.comment(said, number, told, readers=Readers.AGENCIES, key=office.key())


def tells(office, number):
    return bool(erasable(office.uow(), number, office=None).parts)


def ahead(office, **how):
    return running_out(office.uow(), office=None, **how)


def test_it_goes_on_the_day_that_the_type_says_and_everything_stays_verifiable(office):
    kept, forever, held = (ended(office, kind) for kind in ("kept", "errand", "kept"))
    office.now += TERM - timedelta(days=31)
    assert ahead(office).listed == ()
    office.now += timedelta(days=1)
    (first, second) = ahead(office).listed
    assert (first.number, first.source, first.held) == (kept, SOURCE, None)
    assert (first.on - first.ended, first.on) == (TERM, office.uow().today + timedelta(days=30))
    hold(office.uow(), held, "Há uma ação na Justiça.", office=None)
    hold(office.uow(), held, "Há duas ações na Justiça.", office=None)
    assert second.number == held
    assert ahead(office).listed[1].held == "Há duas ações na Justiça."

    office.now += timedelta(days=29)
    purge(office.uow())
    assert tells(office, kept)
    office.now += timedelta(days=1)
    purge(office.uow())
    assert [tells(office, one) for one in (kept, forever, held)] == [False, True, True]
    last = lines(office, kept)[-1]
    assert (last.kind, last.body["reason"]) == (Kind.PERSONAL_ERASED, SOURCE)
    purge(office.uow())
    assert office.case(kept).seq == last.seq
    assert verify_all(office.uow()).is_sound

    assert lift(office.uow(), held, office=None)
    assert not lift(office.uow(), held, office=None)
    purge(office.uow())
    assert not tells(office, held)
    tell(office, held)
    purge(office.uow())
    assert not tells(office, held)
    assert ahead(office).listed == ()


def test_what_could_not_be_erased_is_told_until_it_is(office):
    broken, whole, third = (ended(office, "kept") for _ in range(3))
    office.now += TERM
    (one,), more = ahead(office, most=1).listed, ahead(office, most=1).more
    assert (one.number, one.failed_at, more) == (broken, None, 2)

    of_no_version = update(Case).where(Case.number == broken)
    with office.uow().writing() as connection:
        connection.execute(of_no_version.values(definition_version=99))
    purge(office.uow())
    purge(office.uow())
    assert [tells(office, number) for number in (whole, third)] == [False, False]
    (left,) = ahead(office).listed
    assert (left.number, left.failed_at is not None) == (broken, True)
    (failure,) = health(office.uow()).failures
    assert (failure.number, failure.attempts, failure.kind) == (broken, 2, JobKind.ERASE)

    retry(office.uow(), failure.id)
    with office.uow().writing() as connection:
        connection.execute(of_no_version.values(definition_version=1))
    office.work()
    assert not tells(office, broken)
    assert (ahead(office).listed, health(office.uow()).failed) == ((), 0)


def test_a_page_of_what_has_run_out_goes_on_behind_the_one_before(office):
    numbers = [ended(office, "kept") for _ in range(3)]
    uow, pages, after = office.uow(), [], None
    with uow.reading() as connection:
        for _ in numbers:
            due = Due("kept", office.now + TERM)
            (row,) = telling_of_persons(connection, due, after=after, limit=1)
            after = row.closed_at, row.id
            pages.append(row.number)
        assert telling_of_persons(connection, due, after=after, limit=1) == []
    assert pages == numbers


def test_what_was_mended_meanwhile_is_not_told_as_failed(office):
    number = ended(office, "kept")
    office.now += TERM
    case_id = office.uow().as_powers(CLOCK_POWERS).load(number).case_id
    key = f"{number}{AT_TERM}"
    with office.uow().writing() as connection:
        told = {"key": key, "number": number, "case_id": case_id, "error": "TypeError"}
        note_given_up(connection, JobKind.ERASE, **told)
    assert health(office.uow()).failed == 1
    purge(office.uow())
    assert (tells(office, number), health(office.uow()).failed) == (False, 0)


def test_what_somebody_holds_is_not_erased_by_hand_either(office):
    number = ended(office, "errand")
    keeper = acting_for(office.uow(), office.coordinator, "SCC")
    hold(keeper, number, "Há uma ação na Justiça.", office=None)

    def erase_it(key):
        keys = {part.key for part in erasable(office.uow(), number, office=None).parts}
        erase(office.uow(), number, keys, reason="A pessoa pediu.", office=None, key=key)

    with pytest.raises(CaseHeld) as refused:
        erase_it("first")
    told = refused.value.particulars
    assert (told["reason"], told["by"]) == (
        "Há uma ação na Justiça.",
        keeping(office.uow(), number, office=None).held.name,
    )
    assert told["by"]
    assert tells(office, number)
    lift(keeper, number, office=None)
    erase_it("second")
    assert lines(office, number)[-1].kind == Kind.PERSONAL_ERASED


def lines(office, number):
    with office.uow().reading() as connection:
        return events_of(connection, office.uow().as_powers(CLOCK_POWERS).load(number).case_id)


def test_what_serves_until_the_end_only_goes_then_unless_it_is_held(office):
    deploy(office.uow(), [PASSING])
    passes, held = open_with_a_need(office), open_with_a_need(office)
    hold(office.uow(), held, "Há uma ação na Justiça.", office=None)
    for number in (passes, held):
        office.complete(number)
    office.work()
    assert [tells(office, one) for one in (passes, held)] == [False, True]
    lift(office.uow(), held, office=None)
    office.work()
    assert not tells(office, held)


def open_with_a_need(office):
    said = acting_for(office.uow(), office.opener, "SEDE")
    answers = Answers(data={**DATA, "need": "Intérprete de Libras"})
    return cases.open_case(said, "passing", opener="SEDE", answers=answers, key=office.key()).number


def test_the_keeper_is_told_how_long_and_of_nothing_that_is_not_to_be_known(office):
    number, open_one = ended(office, "kept"), office.open("kept")
    keeper = acting_for(office.uow(), office.coordinator, "SCC")
    with pytest.raises(NotInCharge):
        running_out(keeper, office=Charge(keeper.powers, keeper.world().network))
    with pytest.raises(ReasonMissing):
        hold(office.uow(), number, " ", office=None)
    with pytest.raises(UnknownCase):
        hold(office.uow(), "2026-000009-99", "x", office=None)
    found = keeping(office.uow(), number, office=None)
    assert (found.term.years, found.on.year, found.held) == (2, 2028, None)
    assert keeping(office.uow(), open_one, office=None).on is None
    assert keeping(office.uow(), office.open(), office=None).term is None
