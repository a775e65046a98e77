"""What the demo tells of its network: as much as the network told, and playable to its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.installation import powers_of
from tests.world import DEFINITIONS, loaded, world
from web.demo.keeping import keep
from web.demo.people import email_of
from web.demo.playing import Stage
from web.demo.programme import programme
from workflow.core.playing import play
from workflow.services.installation import Installation
from workflow.services.notices import CLOCK_POWERS
from workflow.services.register_lists import exported
from workflow.services.registers import entry_types
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.documents import open_store
from workflow.storage.engine import make_engine

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def of(template, now=NOW):
    told = programme(now, world().zone, world().network)
    return [story.scenario for story in told if story.name.startswith(f"{template}:")]


@pytest.mark.parametrize("later", [0, 40, 300])
def test_every_row_can_be_played_whenever_the_demo_is_made(later):
    told = programme(NOW + timedelta(days=later), world().zone, world().network)
    alone = [one for one in told if not one.name.startswith("held_")]
    for story in alone[later % 3 :: 3] if later else alone:
        definition = loaded(DEFINITIONS / f"{story.scenario.definition}.yaml").definition
        assert play(story.scenario, definition, world()).unmet == (), story.name


def test_who_was_in_a_class_has_a_certificate(installed_sqlite_url, tmp_path):
    engine = make_engine(installed_sqlite_url, lasting=False)
    installation = Installation(engine, world().zone)
    told = programme(NOW, world().zone, world().network)
    names = {f"held_{what}:{n}" for what in ("class", "enrolment") for n in range(2)}
    stories = [one for one in told if one.name in names]
    acting = {step.agency for one in stories for step in one.scenario.steps} | {"SEPLAG"}
    officers = {email_of(agency, "first"): powers_of(agency).officer for agency in acting}
    stage = Stage(installation, officers, open_store(str(tmp_path / "documents")))

    for _ in stage.play(stories, datetime(2024, 7, 1, 12, tzinfo=UTC)):
        pass

    assert stage.halted == []
    uow = UnitOfWork(installation, now=NOW, powers=CLOCK_POWERS)
    issued = [entry.values for entry in exported(uow, "certificate")]
    assert {(one["course"], one["class_name"]) for one in issued} == {
        ("Escrita clara no serviço público", f"Turma {n}/2024") for n in (1, 2)
    }
    engine.dispose()


def test_the_meetings_are_those_that_were_told():
    held = {
        str(scenario.opening.data["held_on"]): scenario.steps[-1 - 3].data["participants"]
        for scenario in of("meeting")
        if scenario.steps[-1].task == "carry_out"
    }
    first = held.pop("2024-03-18")

    assert first == 120
    assert len(held) == 6
    assert sum(held.values()) == 540


def test_each_strategic_unit_has_a_plan():
    sectors = [scenario.opening.roles["sector"] for scenario in of("plan")]

    assert len(sectors) == len(set(sectors)) == 29


def test_there_are_as_many_projects_and_indicators_as_were_told():
    cycles = of("cycle")
    last = {scenario.opening.data["period"] for scenario in cycles if not scenario.steps}
    told = [one for one in cycles if one.opening.data["period"] not in last]

    assert len(last) == 1
    assert len({scenario.opening.data["project"] for scenario in cycles}) == 25
    assert sum(len(scenario.steps[0].data["indicators"]) for scenario in told) == 107


def test_the_registers_hold_what_was_told(installed):
    uow = UnitOfWork(installed, now=NOW, powers=CLOCK_POWERS)
    owners = {one.owner for one in entry_types(uow).values()}
    keep(installed, {email_of(owner, "first"): powers_of(owner).officer for owner in owners}, uow)
    kept = {key: [*exported(uow, key)] for key in entry_types(uow)}
    certified = [entry.values for entry in kept["certificate"]]
    hours = {one["course"]: one["hours"] for one in certified}

    assert all(kept.values())
    assert len(kept["focal_point"]) == 29
    assert len(certified) + len(of("held_enrolment")) == 360
    assert len({(one["course"], one["class_name"]) for one in certified}) == 12
    assert (len(hours), sum(hours.values())) == (6, 48)
