"""What the panels gather: days of use with who still owes, and ends with the decision pending."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from tests.installation import acting_as, deploy, keep_registers
from tests.storage.counting import counted
from tests.stories import play_through
from tests.world import DEFINITIONS, loaded, shipped, world
from workflow.catalogue.hearings import hearings
from workflow.catalogue.network_panel import network_panel
from workflow.catalogue.registers import load_register
from workflow.catalogue.scenarios import read_scenario
from workflow.core.errors import NotAssigned
from workflow.core.network_panel import Owing
from workflow.core.terms_ahead import Decision
from workflow.services.installation import Installation
from workflow.services.network_panel import panel_list, panel_view
from workflow.services.network_targets import set_targets
from workflow.services.registers import create
from workflow.services.terms_ahead import endings_ahead
from workflow.services.text_versions import written_again
from workflow.services.week_ahead import weeks_ahead
from workflow.storage.case import Case
from workflow.storage.engine import make_engine

pytestmark = pytest.mark.at_work

REGISTERS = DEFINITIONS / "registers"
STORIES = DEFINITIONS / "scenarios"
ADVICE = STORIES / "governor_advice" / "absent_contribution.yaml"
AMENDED = STORIES / "agreement_review" / "amended_and_terminated.yaml"
FEW = 6
"""Statements of a panel once the types are known, however many cases there are."""
WEDNESDAY = datetime(2026, 4, 8, 15, tzinfo=UTC)


@pytest.fixture
def here(installed_url):
    """An installation where advice is being prepared, and an agreement ends in September."""
    engine = make_engine(installed_url)
    made = Installation(engine, world().zone)
    play(made, ADVICE, until=date(2026, 4, 1))
    yield made
    engine.dispose()


def chief(installation):
    """Look at the network as the one who coordinates it, and acts for none of its registers."""
    uow = acting_as(installation, "GOV", now=WEDNESDAY)
    return uow.as_powers(replace(uow.powers, coordinates=frozenset({"GOV"})))


def play(installation, story, *, until, file=""):
    told = read_scenario(story, zone=world().zone)
    steps = tuple(step for step in told.steps if step.at.date() <= until)
    return play_through(replace(told, steps=steps, file=file or told.file), installation)


def test_the_weeks_of_the_governor_tell_the_day_of_use_and_who_still_owes(here):
    ahead = weeks_ahead(acting_as(here, "SCC", now=WEDNESDAY))

    assert ahead.first == date(2026, 4, 6)
    assert [(line.use.on, line.use.field) for line in ahead.due] == [(date(2026, 4, 16), "used_on")]
    owed = [(task.agency, task.key, task.opened_at.date()) for task in ahead.due[0].owed]
    assert owed == [("SEAPA", "contribute", date(2026, 3, 31))]
    assert ahead.on(date(2026, 4, 16)) == ahead.due
    assert len(ahead.days) == 10

    play(here, ADVICE, until=date(2026, 4, 1), file="again")
    with counted(here.engine) as statements:
        assert len(weeks_ahead(acting_as(here, "SCC", now=WEDNESDAY)).due) == 2
    assert len(statements) <= FEW


def test_advice_that_is_restricted_is_for_its_own_agencies_alone(here):
    uow = acting_as(here, "SCC", now=WEDNESDAY)
    assert weeks_ahead(uow).due
    assert len(uow.sealed) == 1

    assert not weeks_ahead(acting_as(here, "SES", now=WEDNESDAY)).due
    assert not weeks_ahead(acting_as(here, "GOV", now=WEDNESDAY)).due


def test_what_ends_is_told_with_who_is_to_decide(here):
    play(here, AMENDED, until=date(2026, 3, 24))
    endings_ahead(acting_as(here, "SES", now=WEDNESDAY))
    with counted(here.engine) as statements:
        ahead = endings_ahead(acting_as(here, "SES", now=WEDNESDAY))
    term = ahead.endings[0].term

    assert len(statements) <= FEW
    assert (term.on, term.field, term.decision) == (date(2026, 9, 18), "ends_on", Decision.PENDING)
    assert (term.task, term.agency, term.since.date()) == ("decide_end", "SEE", date(2026, 3, 23))

    text = (DEFINITIONS / "agreement_review.yaml").read_text(encoding="utf-8")
    later = re.sub(r"(?<!status: )\bin_force\b", "being_in_force", text)
    later = re.sub(r"(?m)^version: (\d+)$", "version: 90", later)
    deploy(acting_as(here, "SCC", now=WEDNESDAY), [later])
    after = endings_ahead(acting_as(here, "SES", now=WEDNESDAY))
    assert [one.term for one in after.endings] == [term]  # a case goes by its own version


def test_a_decision_taken_or_not_yet_due_is_told_as_such(here):
    play(here, AMENDED, until=date(2026, 5, 5))
    later = STORIES / "agreement_review" / "straight_way.yaml"
    play(here, later, until=date(2026, 3, 31))
    at = datetime(2027, 6, 1, 15, tzinfo=UTC)
    found = {
        one.term.decision: one.term for one in endings_ahead(acting_as(here, "SES", now=at)).endings
    }

    assert found[Decision.TAKEN].outcome == "amend"
    assert found[Decision.LATER].opens_on == date(2027, 9, 20)


# --- The network ---------------------------------------------------------------------------------


def test_every_name_of_the_panel_of_the_network_is_one_of_a_shipped_type():
    panel = network_panel()
    types = {one.definition.key: one.definition for one in map(loaded, shipped())}

    registers = {path.stem: load_register(path).entry_type for path in REGISTERS.glob("*.yaml")}
    for counter in panel.counters:
        fields = {counter.filled, counter.on, *filter(None, [counter.sum])}
        kind = counter.register and registers[counter.register].fields
        assert not counter.after or counter.after in types[counter.type].states
        assert fields <= (kind or types[counter.type].data).keys(), counter.key
    choices = registers[panel.targets].fields["counter"].choices
    assert {one.key for one in panel.counters} <= {choice.key for choice in choices}
    for missing in panel.missing:
        assert types[missing.type].task(missing.task).each or missing.type == "project_cycle"
    assert panel.plans.role in types[panel.plans.type].roles
    assert types[panel.lights.type].data[panel.lights.light].choices
    assert panel.lights.project in types[panel.lights.type].data


def test_every_name_of_the_hearings_is_one_of_a_shipped_type():
    types = {one.definition.key: one.definition for one in map(loaded, shipped())}
    for key, hearing in hearings().items():
        columns = {column.key: column for column in types[key].data[hearing.table].columns}
        assert {hearing.agency, hearing.text, hearing.verdict, hearing.why} <= columns.keys()
        assert hearing.refusal in {choice.key for choice in columns[hearing.verdict].choices}
        form = types[key].task(hearing.task).form
        assert hearing.answer in {getattr(item, "key", None) for item in form}
        assert written_again(types[key]) >= {"text"}


def test_who_coordinates_knows_how_many_certificates_there_are_and_not_whose(here):
    keep_registers(acting_as(here, "SEPLAG", now=WEDNESDAY))
    for hours in ("8", "12.5"):
        about = {"agency": "SES", "course": "Libras", "hours": hours, "finished_on": "2026-03-02"}
        office = acting_as(here, "SEPLAG", now=WEDNESDAY)
        create(office, "certificate", {"person": f"Ana {hours} (fictícia)", **about}, key=hours)
    own, above = acting_as(here, "SEPLAG", now=WEDNESDAY), chief(here)
    view = panel_view(above, 2026)

    assert not view.in_part
    assert (view.counted["certificates"], view.counted["hours"]) == (2, 20)
    found, whole = panel_list(above, view, "certificates"), panel_list(own, view, "certificates")
    assert (found.n, found.seen, found.lines) == (2, 0, ())
    assert (whole.n, whole.seen) == (2, 2)
    assert {line.agency for line in whole.lines} == {"SEPLAG"}


def test_the_panel_of_the_network_counts_what_was_done_and_who_owes(here):
    play(here, STORIES / "network_meeting" / "held_with_actions.yaml", until=date(2026, 5, 20))
    play(here, STORIES / "network_notice" / "silence_is_shown.yaml", until=date(2026, 12, 31))
    play(here, STORIES / "project_cycle" / "not_told.yaml", until=date(2026, 3, 10))
    play(here, STORIES / "project_cycle" / "not_told.yaml", until=date(2026, 3, 13), file="again")
    play(here, STORIES / "sector_plan" / "agreed_and_kept.yaml", until=date(2026, 3, 10))
    uow = acting_as(here, "SEPLAG", now=datetime(2026, 6, 1, 15, tzinfo=UTC))
    view = panel_view(uow, 2026)

    with counted(here.engine) as statements:
        again = panel_view(uow, 2025)
    assert len(statements) <= FEW + 2
    assert (view.counted["meetings"], view.counted["participants"]) == (1, 118)
    assert not again.counted["meetings"]
    assert again.years == (2026, 2025)
    assert {(one.of, one.owing) for one in view.owed} == {
        ("notices", Owing.SILENT),
        ("cycles", Owing.SILENT),
    }
    assert [(one.light, one.outdated) for one in view.lights] == [("yellow", False)]
    assert [case.state for case in view.plans.values()] == ["diagnosis"]
    assert len(view.unplanned) == 28
    assert not uow.sealed
    with uow.writing() as connection:
        plans = update(Case).where(Case.definition_key == "sector_plan")
        connection.execute(plans.values(access="restricted"))
    assert panel_view(uow, 2026).plans
    assert len(uow.sealed) == 1

    told = [panel_list(uow, view, key) for key in ("meetings", "participants", "classes")]
    assert [(one.n, one.seen, len(one.lines)) for one in told] == [(1, 1, 1), (1, 1, 1), (0, 0, 0)]
    assert told[1].lines[0].value == 118

    set_targets(uow, 2026, {"meetings": 7, "participants": 660}, key="once")
    set_targets(uow, 2026, {"meetings": 6, "participants": None}, key="twice")
    set_targets(uow, 2026, {"meetings": 6, "participants": None}, key="twice")
    meant = panel_view(uow, 2026).targets
    assert {key: one.values["target"] for key, one in meant.items()} == {"meetings": 6}
    with pytest.raises(NotAssigned):
        set_targets(
            acting_as(here, "SES", now=WEDNESDAY), 2026, {"classes": 3, "hours": 1}, key="x"
        )
    with pytest.raises(NotAssigned):
        panel_view(acting_as(here, "SES", now=WEDNESDAY), 2026)
