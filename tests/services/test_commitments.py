"""Commitments made in a case: each a case of its own, with a task for whoever promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.installation import acting_for, deploy, employ
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.world import DEFINITIONS
from workflow.core.acts.answers import Answers
from workflow.core.acts.commitments import COMMITMENT, MOST, Commitment
from workflow.core.errors import AnswersRefused, NotAssigned, UnknownCase
from workflow.core.events import Kind
from workflow.core.fields import Access
from workflow.services import cases, children, commitments, inbox, tasks
from workflow.services.case_view import case_view
from workflow.services.inbox import Reader, View, Wanted
from workflow.services.installation import UnknownDefinition
from workflow.services.verification import verify_all

DRAFT = Commitment("SEDE", "Enviar a minuta traduzida", date(2026, 3, 20), "Combinado na reunião.")
SEAT = Commitment("SES", "Emprestar a sala", date(2026, 3, 10))


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    deploy(made.uow(), [DEFINITIONS / "commitment.yaml"])
    made.host = employ(made.uow(), "sofia@example.org", SES="officer")
    made.number = made.open()
    return made


def promise(office, *wanted, by=None, key=None):
    uow = by or office.as_doer()
    return commitments.record(uow, office.number, wanted, key=key or office.key())


def made(office, by=None):
    return commitments.made_in(case_view(by or office.as_doer(), office.number))


def tray(office, officer, agency):
    uow = acting_for(office.uow(), officer, agency)
    reader = Reader(officer, agency)
    return inbox.task_page(uow, reader, Wanted(View.AGENCY), after=None, limit=9)


def test_each_becomes_a_task_of_whoever_promised_due_on_its_day(office):
    promise(office, DRAFT, SEAT)

    seat, draft = made(office)
    assert (draft.agency, draft.until, draft.is_open) == ("SEDE", DRAFT.until, True)
    assert (seat.agency, seat.case.subject) == ("SES", SEAT.what)
    child = office.case(draft.case.number)
    (task,) = child.tasks
    assert (task.key, task.agency, task.clock.due_on) == ("fulfil", "SEDE", DRAFT.until)
    assert child.opener == "SEF"
    assert child.data["description"] == DRAFT.why
    history = [e.head.kind for e in case_view(office.as_doer(), office.number).story.entries]
    assert history.count(Kind.COMMITMENTS_RECORDED) == 1
    office.turn()
    assert ("task_opened", office.host) in office.told()
    assert office.how_many_cases() == 3
    assert verify_all(office.uow()).is_sound


def test_done_twice_or_half_done_each_is_opened_once(office):
    promise(office, DRAFT, SEAT, key="same")
    assert promise(office, DRAFT, SEAT, key="same").repeated
    office.turn()
    assert len(made(office)) == 2

    act = commitments.record_commitments
    uow = office.as_doer()
    uow.act(office.number, lambda case, now: act(case, [DRAFT], now=now), key="died in between")
    assert len(made(office)) == 2
    office.turn()
    office.turn()
    assert len(made(office)) == 3


def test_what_cannot_be_kept_is_refused_row_by_row_and_nothing_is_opened(office):
    wrong = Commitment("NADA", "x", NOON.date() - timedelta(days=1), "y" * 3_000)

    with pytest.raises(AnswersRefused) as refused:
        promise(office, DRAFT, wrong, Commitment("", "", None))

    assert refused.value.particulars["problems"] == {
        "2.agency": "unknown_agency",
        "2.what": "unfit_text",
        "2.until": "past_day",
        "2.why": "unfit_text",
        "3.agency": "missing",
        "3.what": "missing",
        "3.until": "not_a_date",
    }
    with pytest.raises(AnswersRefused):
        promise(office)
    with pytest.raises(AnswersRefused):
        promise(office, *[DRAFT] * (MOST + 1))
    with pytest.raises(NotAssigned):
        promise(office, DRAFT, by=acting_for(office.uow(), office.host, "SES"))
    assert (made(office), office.how_many_cases()) == ([], 1)


def test_without_the_type_nothing_is_written_down(installation):
    bare = Office(installation, NOON)
    bare.number = bare.open()

    with pytest.raises(UnknownDefinition):
        promise(bare, DRAFT)


def test_a_commitment_outlives_the_case_it_was_made_in(office):
    promise(office, SEAT)
    office.complete(office.number)
    assert not office.case(office.number).is_open
    promise(office, DRAFT)

    seat, draft = made(office)
    assert (seat.is_open, draft.is_open) == (True, True)
    host, number = acting_for(office.uow(), office.host, "SES"), seat.case.number
    said = Answers(data={"account": "Sala reservada."})
    tasks.complete_task(host, number, 1, "fulfilled", answers=said, key=office.key())
    tasks.complete_task(
        office.as_doer(), number, 2, "accepted", answers=Answers(), key=office.key()
    )
    assert [(one.agency, one.is_open) for one in made(office)] == [("SEDE", True), ("SES", False)]


def test_the_inbox_says_which_case_a_commitment_comes_from(office):
    promise(office, SEAT)

    (task,) = tray(office, office.host, "SES")

    promised_in = (office.number, office.case(office.number).data["subject"])
    assert (task.parent, task.subject) == (promised_in, SEAT.what)
    own = [item.parent for item in tray(office, office.doer, "SEF")]
    assert own == [None]


def test_the_commitments_of_a_secret_case_are_as_secret(office):
    owner = acting_for(office.uow(), office.coordinator, "SCC")
    ground = "documento_preparatorio"
    cases.change_access(owner, office.number, Access.RESTRICTED, ground, "Estudo.", key="close")

    promise(office, SEAT)

    (one,) = made(office)
    child = office.case(one.case.number)
    assert (child.access, child.ground) == (Access.RESTRICTED, ground)
    stranger = employ(office.uow(), "zeno@example.org", SEE="officer")
    with pytest.raises(UnknownCase):
        acting_for(office.uow(), stranger, "SEE").load(one.case.number)
    (task,) = tray(office, office.host, "SES")
    assert task.parent is None
    office.turn()
    assert len(made(office)) == 1


def test_what_could_not_be_opened_at_once_is_left_to_the_clock(office):
    uow = office.as_doer()
    change = uow.act(
        office.number,
        lambda case, now: commitments.record_commitments(case, [SEAT], now=now),
        key="asked",
    ).change
    (job,) = [job for job in change.jobs if job.kind == "open_child"]
    nowhere = replace(change, jobs=(replace(job, payload={**job.payload, "type": "nothing"}),))

    children.open_at_once(uow, nowhere)

    assert made(office) == []
    office.turn()
    assert [one.case.definition_key for one in made(office)] == [COMMITMENT]
