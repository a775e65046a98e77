"""Cases under way brought in from a file: all or nothing, without a word of what is past."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.core.errors import ImportActedOn
from workflow.core.events import Kind
from workflow.services import batches, importing
from workflow.services.batches import ImportNotReady, UnknownImport
from workflow.services.import_preview import preview
from workflow.services.notices import CLOCK_POWERS
from workflow.services.purging import purge
from workflow.services.verification import verify_all
from workflow.storage.jobs import claim
from workflow.storage.jobs import fail as give_up
from workflow.storage.queries.batches import BatchPhase
from workflow.storage.queries.events import events_of

pytestmark = pytest.mark.at_work

HEADER = "Número externo;Assunto;Descrição;Órgão que pediu;Situação atual;Aberto em;"
HEADER += "Na situação desde;Com quem está\n"
FIRST = "A-1;Um recado;Para já;SEDE;Em análise;02/01/2026;26/02/2026;dario@example.org\n"
SECOND = "A-2;Outro recado;Sem pressa;SEPLAG;doing;2026-01-05;2026-02-02;SEF\n"
WRONG = "A-3;Mais um;Já;SEDE;Em exame;02/01/2026;26/02/2026;dario@example.org\n"


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def looked_at(office, *lines, key="file", type_key="errand"):
    content = (HEADER + "".join(lines)).encode()
    return preview(office.uow(), type_key, content, file_name="recados.csv", key=key)


def brought_in(office, *lines, **more):
    batch = batches.begin(office.uow(), looked_at(office, *lines, **more))
    office.work()
    return batches.batch_named(office.uow(), batch.id)


def lines_of(office, batch, **which):
    return batches.lines_page(office.uow(), batch, after=0, limit=100, **which)


def numbers(office, batch):
    return [line.number for line in lines_of(office, batch)]


def faults_of(office, batch):
    return [(line.line, f["code"]) for line in lines_of(office, batch) for f in line.faults]


def kinds(office, number):
    loaded = office.uow().as_powers(CLOCK_POWERS).load(number)
    with office.uow().reading() as connection:
        return [event.kind for event in events_of(connection, loaded.case_id)]


def test_a_file_becomes_cases_and_nobody_hears_of_what_is_past(office):
    batch = brought_in(office, FIRST, SECOND)
    assert batch.phase is BatchPhase.APPLIED
    first, second = (office.case(number) for number in numbers(office, batch))
    assert first.data["external_number"] == "A-1"
    assert [(t.assignee, t.clock.due_on) for t in first.tasks] == [(office.doer, date(2026, 3, 12))]
    assert [(t.agency, t.assignee, t.clock.due_on) for t in second.tasks] == [
        ("SEF", None, date(2026, 2, 19))
    ]
    office.sweep()
    office.work()
    assert (office.told(), office.courier.letters) == ([], [])
    assert verify_all(office.uow()).is_sound
    assert [line.body for line in lines_of(office, batch)] == [None, None]


def test_what_falls_due_later_is_told_as_ever(office):
    brought_in(office, FIRST)
    office.turn(datetime(2026, 3, 12, 15, 0, tzinfo=UTC))
    assert ("due_today", office.doer) in office.told()


def test_one_fault_keeps_the_whole_file_out_and_is_told_with_its_cell(office):
    batch = looked_at(office, FIRST, WRONG)
    assert (batch.phase, batch.total, batch.faulty) == (BatchPhase.FAULTY, 2, 1)
    assert faults_of(office, batch) == [(3, "no_such_choice")]
    assert [line.line for line in lines_of(office, batch, faulty=True)] == [3]
    with pytest.raises(ImportNotReady):
        batches.begin(office.uow(), batch)
    assert office.how_many_cases() == 0
    batches.drop(office.uow(), batch)
    with pytest.raises(UnknownImport):
        batches.batch_named(office.uow(), batch.id)


def test_what_somebody_has_just_begun_is_not_forgotten_by_another(office):
    seen = looked_at(office, FIRST)
    batches.begin(office.uow(), seen)
    with pytest.raises(ImportNotReady):
        batches.drop(office.uow(), seen)
    assert batches.batch_named(office.uow(), seen.id).phase is BatchPhase.APPLYING


def test_what_the_rules_refuse_is_the_fault_of_a_cell(office):
    elsewhere = FIRST.replace("dario@example.org", "SEPLAG")
    ahead = SECOND.replace("2026-02-02", "2026-03-09")
    nameless = FIRST.replace("Um recado", "Um").replace("A-1", "A-4")
    found = faults_of(office, looked_at(office, elsewhere, ahead, nameless))
    assert found == [(2, "place_holder"), (3, "place_future"), (4, "too_short")]


def test_deadlines_that_are_past_and_what_time_will_do_are_foretold(office):
    batch = looked_at(office, SECOND)
    [line] = lines_of(office, batch)
    assert [note["code"] for note in line.notes] == ["overdue"]
    assert line.shown["tasks"][0]["due_on"] == "2026-02-19"
    silent = looked_at(office, SECOND, key="other", type_key="silence")
    [line] = lines_of(office, silent)
    assert [note["code"] for note in line.notes] == ["time_moves_on", "overdue"]


def test_a_number_that_is_here_already_is_not_brought_in_again(office):
    first = looked_at(office, FIRST)
    other = looked_at(office, FIRST, key="twice")
    batches.begin(office.uow(), first)
    batches.begin(office.uow(), other)
    office.work()
    phases = [batches.batch_named(office.uow(), b.id).phase for b in (first, other)]
    assert phases == [BatchPhase.APPLIED, BatchPhase.FAILED]
    assert office.how_many_cases() == 1
    assert faults_of(office, looked_at(office, FIRST, key="again")) == [(2, "number_known")]


def test_an_import_is_undone_whole_and_can_be_done_again(office):
    batch = brought_in(office, FIRST, SECOND)
    office.turn(datetime(2026, 3, 12, 15, 0, tzinfo=UTC))
    assert office.told()
    office.courier.letters.clear()
    batches.begin_undoing(office.uow(), batch)
    office.work()
    assert batches.batch_named(office.uow(), batch.id).phase is BatchPhase.UNDONE
    for number in numbers(office, batch):
        assert office.case(number).result == "cancelled"
        assert Kind.IMPORT_UNDONE in kinds(office, number)
    assert (office.told(), office.courier.letters) == ([], [])
    assert verify_all(office.uow()).is_sound
    assert brought_in(office, FIRST, key="again").phase is BatchPhase.APPLIED


def test_what_somebody_acted_on_stays_and_is_named(office):
    batch = brought_in(office, FIRST, SECOND)
    _, second = numbers(office, batch)
    office.claim(second)
    with pytest.raises(ImportActedOn) as acted:
        batches.begin_undoing(office.uow(), batch)
    assert acted.value.particulars == {"numbers": (second,), "count": 1}
    assert office.case(second).is_open


def test_what_is_done_twice_happens_once(office):
    batch = brought_in(office, FIRST)
    assert looked_at(office, FIRST).id == batch.id
    with pytest.raises(ImportNotReady):
        batches.begin(office.uow(), batch)
    with pytest.raises(ImportNotReady):
        importing.bring_in(office.uow(), batch)
    assert office.how_many_cases() == 1


def test_what_nobody_brings_in_is_forgotten(office):
    undecided, kept = looked_at(office, WRONG), brought_in(office, FIRST, key="kept")
    office.now += timedelta(days=31)
    purge(office.uow())
    assert batches.batch_named(office.uow(), kept.id).phase is BatchPhase.APPLIED
    with pytest.raises(UnknownImport):
        batches.batch_named(office.uow(), undecided.id)


def test_work_that_was_given_up_is_told_and_tried_again(office):
    batch = batches.begin(office.uow(), looked_at(office, FIRST))
    assert not batches.is_left(office.uow(), batch)
    with pytest.raises(ImportNotReady):
        batches.again(office.uow(), batch)
    with office.uow().writing() as connection:
        [job] = claim(connection, "one")
        give_up(connection, job, error="the disk is full", final=True)
    assert batches.is_left(office.uow(), batch)
    office.now += timedelta(minutes=1)
    batches.again(office.uow(), batch)
    assert not batches.is_left(office.uow(), batch)
    office.work()
    assert batches.batch_named(office.uow(), batch.id).phase is BatchPhase.APPLIED
