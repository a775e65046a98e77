"""What the pages over registers gather: partners, calls for funds, agreements that end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.installation import acting_as
from tests.services.test_panels import REGISTERS, STORIES, WEDNESDAY, play
from tests.storage.counting import counted
from tests.world import loaded, shipped, world
from workflow.catalogue.register_panels import register_panels
from workflow.catalogue.registers import load_register
from workflow.core.partnering import last_contact, talkers, unanswered
from workflow.core.registers.errors import UnknownEntry
from workflow.services.funding import funding_calendar
from workflow.services.installation import Installation
from workflow.services.partners import partner_view
from workflow.services.registers import create
from workflow.services.terms_ahead import endings_ahead
from workflow.storage.engine import make_engine

pytestmark = pytest.mark.at_work

TODAY = WEDNESDAY.date()
FEW = 16
"""Statements of a page over registers: one for each register that names a partner, and some."""


@pytest.fixture
def here(installed_url):
    """An installation whose registers know the University of Porto."""
    engine = make_engine(installed_url)
    made = Installation(engine, world().zone)
    yield made
    engine.dispose()


@pytest.fixture
def porto(here):
    return fill(here)


def fill(here, *, times=1):
    """Enter a partner with letters, an agreement and a call; return its number."""
    sede, scc = (acting_as(here, code, now=WEDNESDAY) for code in ("SEDE", "SCC"))
    values = {"name": "Universidade do Porto", "kind": "university", "country": "PT"}
    number = create(sede, "partner", values, key="porto").number
    for n in range(times):
        written = {
            "subject": "Visita da reitoria",
            "partner": number,
            "date": day(-20),
            "direction": "received",
            "language": "pt",
            "answer_by": day(3),
            "next_action": "Marcar a reunião",
        }
        create(scc, "correspondence", written, key=f"letter {n}")
    met = {"subject": "Reunião", "partner": number, "date": day(-5), "direction": "meeting"}
    create(sede, "correspondence", {**met, "language": "pt"}, key="met")
    agreement = {
        "name": "Acordo com a Universidade do Porto",
        "instrument": "cooperation",
        "partner": number,
        "partner_name": "Universidade do Porto",
        "signed_on": "2024-05-02",
        "ends_on": day(60),
    }
    create(sede, "agreement", agreement, key="agreement")
    call = {
        "name": "Edital de clima",
        "kind": "call",
        "fund": "Fundo do Clima",
        "closes_on": day(40),
        "who_may_apply": "Estados e municípios.",
    }
    create(scc, "funding_call", call, key="call")
    return number


def day(n):
    return (TODAY + timedelta(days=n)).isoformat()


def test_every_name_of_the_panels_is_one_of_a_shipped_register_or_type():
    panels = register_panels()
    types = {one.definition.key: one.definition for one in map(loaded, shipped())}
    kinds = {path.stem: load_register(path).entry_type for path in REGISTERS.glob("*.yaml")}
    letters, funding = panels.letters, panels.funding

    assert {panels.partners, panels.agreements, *panels.endings} <= kinds.keys()
    named = {letters.on, letters.answer_by, letters.answered_on, letters.next_action}
    assert named <= kinds[letters.register].fields.keys()
    assert {funding.opens_on, funding.closes_on} <= kinds[funding.register].fields.keys()
    assert all(kinds[key].ends_on for key in (funding.register, *panels.endings))
    assert all(one.on in types[one.type].data for one in panels.cases)


def test_who_is_about_to_meet_a_partner_is_in_touch_with_it(here, porto):
    visit = {"what": "Visita ao Porto", "kind": "visit", "country": "PT", "partner": porto}
    days = {"from_day": day(20), "until": day(22), "partner_name": "Universidade do Porto"}
    create(acting_as(here, "SEE", now=WEDNESDAY), "international_action", visit | days, key="v")

    seen = partner_view(acting_as(here, "SES", now=WEDNESDAY), porto).touches
    assert [one.agency for one in talkers(seen)] == ["SEE", "SEDE", "SCC"]
    assert last_contact(seen, TODAY).agency == "SEDE"


def test_a_partner_tells_letters_agreements_and_who_is_in_touch(here, porto):
    view = partner_view(acting_as(here, "SES", now=WEDNESDAY), porto)

    last = last_contact(view.touches, TODAY)
    assert (last.on, last.agency) == (TODAY - timedelta(days=5), "SEDE")
    told = [(one.agency, one.n) for one in talkers(view.touches)]
    assert told == [("SEDE", 2), ("SCC", 1)]
    assert [one.ends_on for one in view.agreements] == [TODAY + timedelta(days=60)]
    waiting = [by for touch in view.touches if (by := unanswered(touch, view.panels.letters))]
    assert waiting == [TODAY + timedelta(days=3)]
    with pytest.raises(UnknownEntry):
        partner_view(acting_as(here, "SES", now=WEDNESDAY), view.agreements[0].number)


def test_the_page_of_a_partner_costs_the_same_however_much_there_is_to_tell(here):
    number = fill(here, times=9)
    uow = acting_as(here, "SES", now=WEDNESDAY)
    assert len(partner_view(uow, number).touches) == 11

    with counted(here.engine) as statements:
        partner_view(uow, number)
    assert len(statements) <= FEW


def test_calls_and_dates_of_cases_stand_in_one_calendar(here, porto):
    play(here, STORIES / "grant_application" / "straight_way.yaml", until=date(2026, 3, 10))
    calendar = funding_calendar(acting_as(here, "SEDE", now=WEDNESDAY))

    assert [one.values["name"] for one in calendar.calls] == ["Edital de clima"]
    assert all(one.field == "closes_on" for one in calendar.cases)
    with counted(here.engine) as statements:
        funding_calendar(acting_as(here, "SEDE", now=WEDNESDAY))
    assert len(statements) <= FEW


def test_an_agreement_of_the_register_ends_too_and_its_keeper_is_named(here, porto):
    ahead = endings_ahead(acting_as(here, "SES", now=WEDNESDAY))

    [one] = ahead.entries
    assert (one.on, one.entry.holder) == (TODAY + timedelta(days=60), "SEDE")
    assert one.decided_from == one.on - timedelta(days=180)
