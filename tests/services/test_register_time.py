"""What time and reforms do to register entries: warnings, ends, and who keeps them next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.installation import acting_as, employ, furnish, keep_registers
from tests.services.conftest import NOON
from tests.services.test_registers import PORTO
from workflow.core.errors import NotAssigned
from workflow.core.reform import Create, End, Ending, Reform
from workflow.core.registers.warning import owed
from workflow.services import recounting, reforms
from workflow.services.register_clock import wake_entries
from workflow.services.register_lists import Narrowing, awaiting, count, to_confirm
from workflow.services.registers import change, create, entry_types, renew, transfer
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.work import JobRow


@pytest.fixture
def office(installation, uow):
    furnish(uow, types=())
    keep_registers(uow)

    def begin(agency="SEDE", **later):
        return acting_as(installation, agency, now=NOON + timedelta(**later))

    return begin


def _told(work):
    with work.reading() as connection:
        rows = connection.execute(select(JobRow.payload).where(JobRow.kind == "tell_person"))
        return [row.payload for row in rows]


def test_keepers_are_told_at_work_and_once_before_an_entry_goes_stale(office, uow):
    officer = employ(uow, "ana@example.org", SEDE="officer")
    made = create(office(), "partner", PORTO, key="a")

    def at(*moment):
        wake_entries(lambda: UnitOfWork(uow.installation, now=datetime(*moment, tzinfo=UTC)))
        return [(told["kind"], told["params"]["when"]) for told in _told(uow)]

    # Due on 2 March 2027: thirty days before is a Sunday, so it is told on the Friday.
    assert at(2027, 1, 29, 10, 59) == []
    once = [("entry_due", "reminder")]
    assert at(2027, 1, 29, 11) == at(2027, 1, 29, 12) == once
    # The clock stood still until the Saturday: it waits for Monday, and tells the last only.
    assert at(2027, 2, 27, 15) == at(2027, 3, 1, 10) == once
    assert at(2027, 3, 1, 11) == [*once, *once]
    assert at(2027, 3, 2, 11)[2:] == [("entry_due", "due_today")]
    told = _told(uow)[-1]
    assert (told["officer"], told["params"]["number"]) == (officer, made.number)
    renew(office(days=365), made.number, key="b")
    assert len(at(2027, 6, 1, 12)) == 3
    assert len(at(2028, 2, 10, 12)) == 4


def test_an_answer_that_is_owed_is_told_until_it_is_given(office, uow):
    employ(uow, "ana@example.org", SEDE="officer")
    partner = create(office(), "partner", PORTO, key="p").number
    letter = {"subject": "Visita", "date": "2026-03-01", "direction": "received"}
    letter |= {"partner": partner, "answer_by": "2026-03-16"}
    made = create(office(), "correspondence", letter, key="l").number
    create(office(), "correspondence", {**letter, "subject": "x", "answer_by": None}, key="m")

    def at(day, month=3):
        when = datetime(2026, month, day, 12, tzinfo=UTC)
        wake_entries(lambda: UnitOfWork(uow.installation, now=when))
        return [told["params"]["when"] for told in _told(uow)]

    assert at(11) == []
    assert at(12) == ["reminder"]
    assert at(16)[1:] == ["due_today"]
    assert at(23)[2:] == ["overdue"]
    assert [one.number for one in awaiting(office(days=20))] == [made]
    assert count(office(), "correspondence", Narrowing(awaiting=True)) == 1
    assert awaiting(office("SES")) == []
    change(office(days=22), made, {"answered_on": "2026-03-24"}, key="n")
    assert len(at(30)) == 3
    assert awaiting(office(days=30)) == []


def test_an_end_is_warned_of_but_by_the_case_that_writes_it_while_that_is_open(office, uow):
    employ(uow, "ana@example.org", SEDE="officer")
    deal = {"name": "Acordo", "instrument": "memorando_entendimento", "partner_name": "Porto"}
    signed = {**deal, "signed_on": "2026-01-01", "ends_on": "2026-12-31"}
    create(office(), "agreement", signed, key="a")
    fed = create(office(), "agreement", signed, key="b", case="2026-000001-16", holder="SEDE")
    assert fed.fed
    kind = entry_types(uow)["agreement"]
    span = {"since": NOON, "until": NOON + timedelta(days=400)}
    assert owed(kind, fed, uow.world(), **span) == []
    [warned] = owed(kind, replace(fed, fed=False), uow.world(), **span)
    assert (warned.rung.name, warned.day) == ("due_day", date(2026, 12, 31))
    project = {"project": "Porto seco", "offer": "Concessão do pátio", "model": "concession"}
    project |= {"maturity": "ready", "municipalities": "Varginha", "contact": "a@x.br"}
    made = create(office(), "priority_project", project, key="c")
    kind = entry_types(uow)["priority_project"]
    assert owed(kind, made, uow.world(), **span)
    assert owed(kind, replace(made, fed=True), uow.world(), **span) == []
    # 180 days before is 4 July, a Saturday.
    work = UnitOfWork(uow.installation, now=datetime(2026, 7, 3, 12, tzinfo=UTC))
    wake_entries(lambda: work)
    assert {told["kind"] for told in _told(uow)} == {"entry_due", "entry_ends"}


def test_after_a_reform_whoever_comes_after_keeps_what_an_agency_kept(office, uow):
    made = create(office("SCC"), "partner", PORTO, key="a")
    new = Create("NOVA", "Secretaria Nova", "secretaria", parent="GOV", calendar="BH")
    ends = End("SCC", Ending.MERGED, "NOVA", units_along=True)
    plan = reforms.plan_reform(uow, Reform(date(2026, 3, 2), (new, ends)), key="p", source="Lei 1")
    plan = recounting.finish(lambda: uow, plan)
    told = {
        line.key: (line.agency, line.heir, line.about["entries"])
        for line in reforms.lines_page(uow, plan.id, kinds=("register",))
    }
    assert told["partner"] == ("SCC", "NOVA", 1)
    assert told["agreement"] == ("SCC", "NOVA", 0)
    assert "solution" not in told
    recounting.finish(lambda: uow, reforms.apply_reform(uow, plan.id))

    later = {"days": 360}
    assert [one.number for one in to_confirm(office("NOVA", **later))] == [made.number]
    assert renew(office("NOVA", **later), made.number, key="b").holder == "SCC"
    assert count(office("NOVA", **later), "partner", Narrowing(holder="NOVA")) == 1
    with pytest.raises(NotAssigned):
        renew(office("SCC", **later), made.number, key="c")
    assert transfer(office("NOVA", **later), made.number, "NOVA", key="d").holder == "NOVA"
