"""To whom a part falls when the agency it is for is extinct or has nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from tests.core.desk import Desk
from tests.world import world
from workflow.catalogue.loader import load_definition
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.opening import open_case
from workflow.core.acts.routing import reassign
from workflow.core.acts.tasks import complete_task
from workflow.core.network import Agency, Network
from workflow.core.playing import powers_of

DAY = date(2026, 3, 2)
ALWAYS = [(date(2020, 1, 1), None)]
AGENCIES = (
    Agency("SCC", "Casa Civil"),
    Agency("SEF", "Fazenda"),
    Agency("SEF/JUR", "Jurídico", kind="unit", parent="SEF", unit_role="legal"),
    Agency("SEF/AEST", "Estratégia", kind="unit", parent="SEF", unit_role="strategic"),
)


def heir(code, *, gone=(), staffed=None):
    ended = date(2026, 2, 28)
    agencies = [replace(a, valid_to=ended) if a.code in gone else a for a in AGENCIES]
    staff = None if staffed is None else dict.fromkeys(staffed, ALWAYS)
    return Network(agencies, staff=staff).heir(code, owner="SCC", day=DAY)


@pytest.mark.parametrize(
    ("gone", "staffed", "falls_to"),
    [
        ((), None, "SEF/JUR"),
        (("SEF/JUR",), None, "SEF/AEST"),
        (("SEF/JUR", "SEF/AEST"), None, "SEF"),
        (("SEF/JUR", "SEF/AEST", "SEF"), None, "SCC"),
        ((), ("SEF/JUR", "SEF/AEST", "SEF", "SCC"), "SEF/JUR"),
        ((), ("SEF/AEST", "SEF", "SCC"), "SEF/AEST"),
        ((), ("SEF", "SCC"), "SEF"),
        ((), ("SCC",), "SCC"),
        (("SEF/AEST",), ("SEF/AEST", "SEF", "SCC"), "SEF"),
        ((), ("SES",), "SEF/JUR"),
    ],
)
def test_the_work_of_a_unit_falls_to_aest_then_to_its_agency_then_to_the_coordinator(
    gone, staffed, falls_to
):
    assert heir("SEF/JUR", gone=gone, staffed=staffed) == falls_to


def test_the_work_of_an_agency_nobody_knows_falls_to_the_coordinator():
    assert heir("OLD") == "SCC"


def test_officers_count_on_the_days_of_their_membership():
    spans = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 3, 3), None)]
    network = Network(AGENCIES, staff={"SEF": spans, "SCC": ALWAYS})
    days = (date(2026, 1, 31), DAY, date(2026, 3, 3))
    assert [network.heir("SEF", owner="SCC", day=day) for day in days] == ["SEF", "SCC", "SEF"]


class Reformed(Desk):
    """A desk in a world where some agencies have ended, or have nobody."""

    def __init__(self, *, gone=(), unstaffed=(), **more):
        self.gone, self.unstaffed = gone, unstaffed
        super().__init__(**more)

    def now(self, powers):
        agencies = [
            replace(a, valid_to=date(2026, 1, 31)) if a.code in self.gone else a
            for a in world().network
        ]
        staff = {a.code: ALWAYS for a in agencies if a.code not in self.unstaffed}
        seed = str(len(self.changes)).encode()
        here = replace(world(), network=Network(agencies, staff=staff))
        return Circumstances(powers, self.at, here, seed)


@pytest.mark.parametrize("missing", ["gone", "unstaffed"])
def test_a_part_for_a_lost_agency_is_the_coordinators_and_its_task_reaches_an_inbox(missing):
    lost = ("AGE", *(u.code for u in world().network.units("AGE") if u.unit_role))
    desk = Reformed(**{missing: lost}).drafted()
    assert desk.case.participants["legal"] == ("SCC",)
    assert desk.task("legal_opinion").agency == "SCC"


def test_of_several_asked_each_stays_named_and_the_coordinator_records_for_who_has_nobody():
    desk = Reformed(unstaffed=("SEF", *_units("SEF"), "SES", *_units("SES")), asked=("SEF", "SES"))
    desk.drafted()
    assert desk.case.participants["asked"] == ("SEF", "SES")
    assert sorted(desk.open())[1:] == [("opinion", "SEF"), ("opinion", "SES")]
    tasks = [t for t in desk.case.tasks if t.key == "opinion"]
    assert {t.agency for t in tasks} == {"SCC"}
    for task, outcome in zip(tasks, ("favourable", "contrary"), strict=True):
        desk.do(complete_task, task.no, outcome, answers=Answers(), by="SCC")
    assert desk.case.latest["opinion", "SEF"] == "favourable"
    assert desk.case.latest["opinion", "SES"] == "contrary"


def test_a_task_that_opens_after_a_reform_falls_though_its_part_was_bound_before():
    desk = Reformed()
    assert desk.case.participants["legal"] == ("AGE",)
    desk.gone = ("AGE", *_units("AGE"))
    desk.drafted()
    assert desk.task("legal_opinion").agency == "SCC"


def test_the_coordinator_moves_an_open_task_of_an_agency_that_has_ended():
    desk = Reformed().drafted()
    task = desk.task("legal_opinion")
    assert task.agency == "AGE"
    desk.gone = ("AGE", *_units("AGE"))
    desk.do(reassign, task.no, "SEGOV", "A AGE foi extinta.", by=powers_of("SCC"))
    assert desk.task("legal_opinion").agency == "SEGOV"


def _units(code):
    return tuple(u.code for u in world().network.units(code) if u.unit_role)


ROWS = """
key: visit
version: 1
title: Visita
summary: Uma visita com paradas.
owner: SCC
roles:
  host: {title: Quem recebe, bind: SEF}
data:
  - key: stops
    title: Paradas
    type: table
    rows: [1, 9]
    required: true
    columns: [{key: place, title: Onde, type: text, required: true}]
opening: [stops]
states:
  - key: open
    title: Em curso
    tasks:
      - {key: visit, title: Visitar, each: data.stops, role: host, outcomes: [done]}
  - {key: closed, title: Encerrada, final: completed}
transitions: [{source: open, target: closed, when: all done}]
"""


def test_a_task_for_each_row_falls_to_its_role_where_the_row_names_no_agency():
    definition = load_definition(ROWS).definition
    at = datetime.combine(DAY, time(15), tzinfo=UTC)
    now = Circumstances(powers_of("SES", "first"), at, world(), b"seed")
    stops = [{"place": "Ouro Preto"}, {"place": "Sabará"}]
    answers = Answers(data={"subject": "Visita", "description": "Duas.", "stops": stops})

    case = open_case(definition, "2026-000001-16", opener="SES", answers=answers, now=now).after

    assert [(task.slot, task.agency) for task in case.tasks] == [("row:1", "SEF"), ("row:2", "SEF")]
