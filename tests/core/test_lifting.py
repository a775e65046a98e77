"""What was found by few is found by all once a state is entered that lifts its restriction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.world import DEFINITIONS, loaded
from workflow.core.change import Change
from workflow.core.passages import Readership, texts_of
from workflow.core.snapshot import CaseSnapshot

DEFINITION = loaded(DEFINITIONS / "priority_project.yaml").definition
OFFER = "Um terreno junto à estrada, com água e energia."
BEFORE = CaseSnapshot(
    number="2026-000001-16",
    definition=DEFINITION,
    opener="SEDE",
    opened_by=1,
    opened_at=datetime(2026, 2, 12, tzinfo=UTC),
    data={"subject": "Um projeto", "offer": OFFER},
    access=DEFINITION.access,
    agencies=frozenset({"SEDE", "SCC"}),
)


def test_a_move_that_changes_no_value_has_what_it_lifts_found_anew():
    after = replace(BEFORE, entered=BEFORE.entered | {"published"})
    (text,) = texts_of(Change(before=BEFORE, after=after, events=()))
    assert (text.place, text.readers, text.text) == ("data.offer", Readership.NETWORK, OFFER)


def test_a_move_that_lifts_nothing_has_nothing_found_anew():
    after = replace(BEFORE, entered=BEFORE.entered | {"elsewhere"})
    assert texts_of(Change(before=BEFORE, after=after, events=())) == ()
