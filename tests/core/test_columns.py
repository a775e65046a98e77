"""Who may read the columns of a table: whoever reads the table, unless a column is restricted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.world import DEFINITIONS, loaded
from workflow.core.access import readable_data, readable_value
from workflow.core.history import ERASED
from workflow.core.playing import powers_of
from workflow.core.powers import REQUESTER, Powers
from workflow.core.snapshot import CaseSnapshot

DEFINITION = loaded(DEFINITIONS / "agreement_review.yaml").definition
WHOLE = {"name": "Jiangsu", "country": "CN", "representative": "Li Wei", "email": "li@example.org"}
OPEN = {"name": "Jiangsu", "country": "CN"}
CASE = CaseSnapshot(
    number="2026-000001-16",
    definition=DEFINITION,
    opener="SEDE",
    opened_by=1,
    opened_at=datetime(2026, 2, 12, tzinfo=UTC),
    data={"parties": [WHOLE]},
    access=DEFINITION.access,
    agencies=frozenset({"SEDE", "SCC"}),
)
NUMBER = CASE.number
STRANGER = replace(powers_of("SES"), officer=7, on=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("powers", "row"),
    [
        (powers_of("SCC"), WHOLE),
        (replace(STRANGER, auditor=True), WHOLE),
        (STRANGER, OPEN),
        (None, OPEN),
        (Powers(guest=REQUESTER, guest_of=NUMBER), OPEN),
        (Powers(guest="row:1", guest_of=NUMBER), OPEN),
    ],
)
def test_a_restricted_column_is_read_by_the_agencies_of_the_case_alone(powers, row):
    assert readable_data(CASE, powers)["parties"] == [row]


@pytest.mark.parametrize(("until", "row"), [(date(2026, 3, 1), WHOLE), (date(2026, 2, 28), OPEN)])
def test_who_is_let_in_reads_it_until_that_day(until, row):
    case = replace(CASE, readers={7: until})

    assert readable_data(case, STRANGER)["parties"] == [row]


def test_a_column_is_open_to_all_once_the_state_that_lifts_its_restriction_is_entered():
    columns = tuple(
        replace(column, released_on="publication")
        for column in CASE.definition.data["parties"].columns
    )
    table = replace(CASE.definition.data["parties"], columns=columns)
    there = replace(CASE, entered=frozenset({"publication"}))

    assert readable_value(CASE, table, [WHOLE], powers=STRANGER) == [OPEN]
    assert readable_value(there, table, [WHOLE], powers=STRANGER) == [WHOLE]


def test_what_is_no_table_and_what_was_erased_is_read_as_it_is():
    assert readable_value(CASE, DEFINITION.data["parties"], ERASED, powers=STRANGER) == ERASED
    assert readable_value(CASE, DEFINITION.data["object"], "Sol", powers=None) == "Sol"
    assert readable_value(CASE, DEFINITION.data["draft"], {"name": "x"}, powers=STRANGER) is None
