"""What a reform of agencies does to cases, people and what they arranged, and who may do it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from tests.installation import acting_for, deploy, employ
from tests.services.conftest import NOON
from tests.services.errands import DATA, ERRAND, Office
from tests.services.test_reforms_drawn import ROUND
from workflow.catalogue.common import common
from workflow.core.acts.answers import Answers
from workflow.core.fields import Access
from workflow.core.offices import NotInCharge
from workflow.core.offices import Office as Rights
from workflow.core.powers import Powers
from workflow.core.reform import Create, End, Ending, Move, Reform, Rename
from workflow.core.reforming import ReformUnsound
from workflow.services import cases, plans, recounting, reforms, snoozing, tasks
from workflow.services.plans import PlanNotReady, PlanOutdated, UnknownPlan
from workflow.services.reforms import CannotBeUndone
from workflow.services.standing import standing_of
from workflow.services.verification import verify_all
from workflow.storage.desk import SavedFilter, TaskSnooze
from workflow.storage.people import Membership, Substitution
from workflow.storage.queries.people import HeldRole, officers_of
from workflow.storage.queries.plans import Phase

TODAY = date(2026, 3, 2)
LAW = "Lei 25.000/2026"
NEW = Create("NOVA", "Secretaria Nova", "secretaria", parent="GOV", calendar="BH")

BY_SEDE = """opened_by: [SEDE]
deadlines:
  - {key: whole, title: Tudo, term: 60 days, rule: lei_14184, from: opened}
"""


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def merged(*codes, into="NOVA", **more):
    return [End(code, Ending.MERGED, into, units_along=True, **more) for code in codes]


def planned(office, *steps, day=TODAY, key="plan"):
    plan = reforms.plan_reform(office.uow(), Reform(day, tuple(steps)), key=key, source=LAW)
    return recounting.finish(office.uow, plan)


def applied(office, plan):
    return recounting.finish(office.uow, reforms.apply_reform(office.uow(), plan.id))


def lines(office, plan, *kinds):
    return [line for line in reforms.lines_of(office.uow(), plan.id) if line.kind in kinds]


def fair(office, **more):
    uow = acting_for(office.uow(), office.opener, "SEDE")
    answers = Answers(data={**DATA, "held_on": "2026-04-01"}, **more)
    return cases.open_case(uow, "round", opener="SEDE", answers=answers, key=office.key()).number


def test_the_work_of_a_merged_agency_goes_to_who_comes_after_it(office):
    one, other = office.open(), office.open()
    office.claim(one)
    plan = planned(office, NEW, *merged("SEF"))
    assert (plan.phase, plan.cases, plan.moves) == (Phase.COUNTED, 2, 4)
    due = office.case(one).tasks[0].clock.due_on
    told = [(t.number, t.agency, t.heir, t.due_to, t.stays) for t in lines(office, plan, "task")]
    assert told == [(one, "SEF", "NOVA", due, True), (other, "SEF", "NOVA", due, False)]
    assert office.case(one).tasks[0].agency == "SEF"

    done = applied(office, plan)
    assert (done.phase, done.moved) == (Phase.DONE, 2)
    task = office.case(one).tasks[0]
    assert (task.agency, task.slot, task.assignee) == ("NOVA", "NOVA", office.doer)
    assert office.case(one).participants["doer"] == ("NOVA",)
    assert office.case(other).tasks[0].assignee is None
    assert verify_all(office.uow()).is_sound
    doer = acting_for(office.uow(), office.doer, "NOVA")
    tasks.complete_task(doer, one, 1, "completed", answers=Answers(), key="end")
    assert not office.case(one).is_open


def test_people_go_along_with_what_they_arranged(office):
    stand_in = employ(office.uow(), "sara@example.org", SEF="officer")
    number = office.open()
    office.claim(number)
    snoozing.snooze(office.as_doer(), number, 1, TODAY + timedelta(days=3))
    with office.uow().writing() as connection:
        lent = {"substitute_id": stand_in, "agency": "SEF", "created_by": office.head}
        days = {"valid_from": TODAY - timedelta(days=5), "valid_to": TODAY + timedelta(days=5)}
        connection.execute(
            insert(Substitution).values(
                absent_id=None, role="head", reason="férias", **lent, **days
            )
        )
        mine = {"officer_id": office.doer, "query": "", "is_shared": False, "at": NOON}
        connection.execute(insert(SavedFilter).values(agency="SEF", name="Meus", **mine))
    plan = planned(office, NEW, *merged("SEF", people={str(stand_in): ""}))
    told = {(m.officer_id, m.heir, m.key) for m in lines(office, plan, "member")}
    assert {(office.head, "NOVA", "head"), (stand_in, None, "officer")} <= told
    assert [m.heir for m in lines(office, plan, "substitution", "filter")] == ["NOVA", "NOVA"]

    applied(office, plan)
    with office.uow().reading() as connection:
        there = officers_of(connection, "NOVA", today=TODAY)
        assert [(p.id, p.role) for p in there] == [
            (office.doer, "officer"),
            (office.head, "head"),
        ]
        assert officers_of(connection, "SEF", today=TODAY) == []
        rows = select(Substitution.agency, Substitution.valid_from, Substitution.valid_to)
        spans = [tuple(row) for row in connection.execute(rows.order_by(Substitution.id))]
        assert [(agency, str(first), str(last)) for agency, first, last in spans] == [
            ("SEF", "2026-02-25", "2026-03-01"),
            ("NOVA", "2026-03-02", "2026-03-07"),
        ]
        assert connection.execute(select(SavedFilter.agency)).scalar_one() == "NOVA"
        assert connection.execute(select(TaskSnooze.agency)).scalar_one() == "NOVA"
        left = select(Membership.valid_to).where(Membership.agency == "SEF")
        assert set(connection.execute(left).scalars()) == {TODAY - timedelta(days=1)}


def test_a_split_shares_out_by_type_and_by_case(office):
    one, other = office.open(), office.open()
    parts = [Create(code, code, "secretaria", parent="GOV") for code in ("SEFA", "SEFB")]
    share = {"errand": "SEFB", f"{one}:1": "SEFA"}
    people = {str(office.head): "SEFA"}
    end = End("SEF", Ending.SPLIT, "SEFB", share=share, people=people, units_along=True)
    applied(office, planned(office, *parts, end))
    assert office.case(one).tasks[0].agency == "SEFA"
    assert office.case(one).participants["doer"] == ("SEFB",)
    assert office.case(other).tasks[0].agency == "SEFB"
    with office.uow().reading() as connection:
        assert [p.id for p in officers_of(connection, "SEFA", today=TODAY)] == [office.head]


def test_two_of_a_round_that_merge_still_answer_apart(office):
    deploy(office.uow(), [ROUND])
    employ(office.uow(), "ana@example.org", AGE="officer")
    number = fair(office)
    first = next(task for task in office.case(number).tasks if task.agency == "AGE")
    by_age = acting_for(office.uow(), office.doer, "AGE")
    tasks.complete_task(by_age, number, first.no, "wrong", answers=Answers(), key="wrong")
    applied(office, planned(office, NEW, *merged("SEF", "AGE")))
    case = office.case(number)
    assert case.participants["asked"] == ("NOVA", "SCC")
    assert [(t.agency, t.slot) for t in case.tasks] == [("NOVA", "NOVA"), ("SCC", "SCC")]
    assert case.latest == {("opine", "NOVA"): "wrong"}

    other = fair(office)
    applied(office, planned(office, End("SCC", heir="NOVA", units_along=True), key="two"))
    case = office.case(other)
    assert [(t.agency, t.slot) for t in case.tasks] == [("NOVA", "NOVA"), ("NOVA", "SCC")]


def test_whoever_was_asked_is_asked_where_they_are_now(office):
    one, other = office.open(), office.open()
    tasks.ask_information(office.as_doer(), one, 1, "Quando?", of="SCC", key="ask")
    tasks.ask_information(office.as_doer(), other, 1, "Onde?", of=None, key="ask too")
    plan = planned(office, NEW, *merged("SCC", "SEDE"))
    told = [(q.number, q.agency, q.heir) for q in lines(office, plan, "question")]
    assert told == [(one, "SCC", "NOVA"), (other, "SEDE", "NOVA")]
    applied(office, plan)
    office.work()
    assert ("information_redirected", office.coordinator) in office.told()
    asked = acting_for(office.uow(), office.coordinator, "NOVA")
    tasks.answer_information(asked, one, 1, "Amanhã.", key="answer")
    assert office.case(one).tasks[0].request is None


def test_a_body_that_moves_counts_on_the_calendar_of_its_place(office):
    office.now = NOON.replace(month=12, day=1)  # the 8th is a holiday of the capital alone
    number, today = office.open(), office.uow().today
    due = office.case(number).tasks[0].clock.due_on
    steps = Move("SEF", calendar="MG"), Rename("SEF", "Fazenda")
    plan = planned(office, *steps, day=today)
    assert "SEF" in {line.agency for line in lines(office, plan, "calendar")}
    [(was, earlier)] = [(line.due_from, line.due_to) for line in lines(office, plan, "deadline")]
    assert was == due > earlier
    applied(office, plan)
    assert office.case(number).tasks[0].clock.due_on == earlier
    network = office.uow().world().network
    assert network.agency("SEF").name == "Fazenda"
    assert network.name_on("SEF", today - timedelta(days=1)) == "Secretaria de Estado de Fazenda"

    office.now += timedelta(days=1)
    undoing = reforms.plan_undoing(office.uow(), plan.id, key="undo", source="Erro")
    with pytest.raises(PlanNotReady):
        reforms.plan_undoing(office.uow(), undoing.id, key="again", source="Erro")
    applied(office, recounting.finish(office.uow, undoing))
    assert office.case(number).tasks[0].clock.due_on == due


def test_a_day_to_come_is_left_to_the_clock(office):
    number = office.open()
    day = TODAY + timedelta(days=7)
    plan = planned(office, NEW, *merged("SEF"), day=day)
    assert reforms.apply_reform(office.uow(), plan.id).phase is Phase.WAITING
    assert office.uow().world().network.get("NOVA") is None
    assert recounting.advance(office.uow(), plan.id).phase is Phase.WAITING
    new = office.open()
    office.now = NOON + timedelta(days=7)
    office.hurry()
    office.work()
    done = reforms.reform_plan(office.uow(), plan.id)
    assert (done.phase, done.moved) == (Phase.DONE, 2)
    assert {office.case(n).tasks[0].agency for n in (number, new)} == {"NOVA"}
    later = office.open()
    assert office.case(later).participants["doer"] == ("NOVA",)
    assert office.case(later).tasks[0].agency == "NOVA"


def test_the_same_act_makes_one_plan_and_agencies_that_changed_make_it_old(office):
    plan = planned(office, Rename("SEF", "Fazenda"))
    assert planned(office, Rename("SEF", "Fazenda")).id == plan.id
    other = planned(office, Rename("AGE", "Advocacia"), key="other")
    employ(office.uow(), "nina@example.org", SEF="officer")
    assert not reforms.is_outdated(office.uow(), plan)
    applied(office, plan)
    assert reforms.is_outdated(office.uow(), other)
    with pytest.raises(PlanOutdated):
        reforms.apply_reform(office.uow(), other.id)
    again = recounting.finish(office.uow, reforms.preview_anew(office.uow(), other.id))
    assert applied(office, again).phase is Phase.DONE
    with pytest.raises(UnknownPlan):
        plans.plan_named(office.uow(), plan.id)


def test_what_was_ended_stays_so(office):
    done = applied(office, planned(office, NEW, *merged("SEF")))
    assert not reforms.can_be_undone(office.uow(), done)
    with pytest.raises(CannotBeUndone):
        reforms.plan_undoing(office.uow(), done.id, key="undo", source="Erro")


def test_request_types_that_name_who_is_no_more_are_told(office):
    plan = planned(office, NEW, *merged("SEF"))
    told = {
        line.key: (line.heir, line.about["places"]) for line in lines(office, plan, "definition")
    }
    assert told == dict.fromkeys(("errand", "household", "silence"), ("NOVA", ["doer"]))
    with pytest.raises(ReformUnsound, match="name an heir"):
        planned(office, End("SCC", units_along=False), key="two")


def test_only_the_coordinator_of_the_network_reforms_it(office):
    network = office.uow().world().network
    head = Rights(Powers(officer=office.head, coordinates=frozenset({"SEF"})), network)
    chief = Rights(Powers(officer=office.head, coordinates=frozenset({network.root})), network)
    reform = Reform(TODAY, (Rename("SEF", "Fazenda"),))
    with pytest.raises(NotInCharge):
        reforms.plan_reform(office.uow(), reform, key="one", source=LAW, office=head)
    plan = reforms.plan_reform(office.uow(), reform, key="one", source=LAW, office=chief)
    for act in (reforms.reform_plan, reforms.apply_reform, reforms.drop_reform):
        with pytest.raises(NotInCharge):
            act(office.uow(), plan.id, office=head)
    reforms.drop_reform(office.uow(), plan.id, office=chief)
    with pytest.raises(UnknownPlan):
        reforms.reform_plan(office.uow(), plan.id, office=chief)


def test_a_case_that_only_few_may_know_of_is_only_counted(office):
    number = office.open()
    owner = acting_for(office.uow(), office.coordinator, "SCC")
    ground = next(iter(common().grounds))
    cases.change_access(owner, number, Access.RESTRICTED, ground, "sigilo", key="seal")
    plan = planned(office, NEW, *merged("SEF"))
    stranger = acting_for(office.uow(), employ(office.uow(), "z@example.org", AGE="officer"), "AGE")
    shown = reforms.lines_page(stranger, plan.id, kinds=("task", "role"))
    assert [(line.readable, line.named) for line in shown] == [(False, False)] * 2
    counted = {(c.kind, c.n) for c in reforms.line_counts(stranger, plan.id) if c.agency == "SEF"}
    assert {("task", 1), ("role", 1)} <= counted


def test_whoever_comes_after_answers_for_types_and_reads_the_archive(office):
    errand = ERRAND.replace("key: errand", "key: by_sede")
    deploy(office.uow(), [errand.replace("summary:", f"{BY_SEDE}summary:")])
    number, sealed = office.open("by_sede"), office.open()
    owner = acting_for(office.uow(), office.coordinator, "SCC")
    ground = next(iter(common().grounds))
    cases.change_access(owner, sealed, Access.RESTRICTED, ground, "sigilo", key="seal")
    applied(office, planned(office, NEW, *merged("SCC", "SEDE")))
    network = office.uow().world().network
    held = [HeldRole("NOVA", "coordinator", office.coordinator)]
    standing = standing_of(held, network, today=TODAY)
    assert {"NOVA", "SCC", "SEDE"} <= standing.agencies
    after = office.uow().as_powers(Powers(office.coordinator, "NOVA", standing))
    assert after.load(sealed).snapshot.opener == "SEDE"
    cases.change_access(after, sealed, Access.NETWORK, None, "já pode", key="open")
    uow = acting_for(office.uow(), office.opener, "NOVA")
    kept = {"opener": "NOVA", "answers": Answers(data=DATA)}
    new = cases.open_case(uow, "by_sede", **kept, key="new").number
    assert {clock.agency for n in (number, new) for clock in office.case(n).clocks} == {"NOVA"}
