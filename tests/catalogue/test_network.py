"""The network as its file tells it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from workflow.catalogue.network import COLUMNS, read_network
from workflow.catalogue.problems import Refused
from workflow.core.network import Network

FILE = Path(__file__).parents[2] / "definitions" / "network" / "agencies.csv"
TODAY = date(2026, 3, 9)


@pytest.fixture(scope="module")
def network():
    return Network(read_network(FILE, calendars={"BR", "MG", "BH"}))


@pytest.fixture
def written(tmp_path):
    def write(*agencies):
        path = tmp_path / "agencies.csv"
        lines = [",".join(agency.get(column, "") for column in COLUMNS) for agency in agencies]
        path.write_text("\n".join([",".join(COLUMNS), *lines]), encoding="utf-8")
        return path

    return write


def agency(code, **values):
    return {"code": code, "name": code.title(), "kind": "secretaria", **values}


def test_the_network_has_its_78_bodies_today(network):
    bodies = [a for a in network.active(TODAY) if not a.unit_role]

    assert len(bodies) == 78
    assert Counter(body.kind for body in bodies)["secretaria"] == 15
    assert network.root == "GOV"


def test_29_strategic_units_are_known_and_all_but_one_only_illustrate(network):
    units = [a for a in network if a.unit_role == "strategic"]

    assert len(units) == 29
    assert [unit.code for unit in units if unit.strategic == "sourced"] == ["SES/AEST"]


def test_whoever_signs_agreements_has_a_legal_unit(network):
    kinds = {"secretaria", "autarquia", "fundacao"}

    for body in network.active(TODAY):
        if body.kind in kinds:
            assert network.unit("legal", body.code, TODAY).code == f"{body.code}/JUR"


def test_a_unit_counts_on_the_calendar_of_its_body(network):
    assert network.calendar_of("SEDE/JUR") == "BH"
    assert network.calendar_of("UNIMONTES/JUR") == "MG"
    assert network.calendar_of("MRE") == "BR"


def test_an_old_name_leads_to_its_successor(network):
    old = network.agency("SETOP")

    assert not network.is_active("SETOP", TODAY)
    assert network.agency(old.successor).code == "SEINFRA"


def test_nobody_is_written_to_outside_the_example_domain(network):
    assert all(a.email.endswith("@tramita.example") for a in network.active(TODAY))


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"code": "sede"}, "'sede' is no code"),
        ({"code": "GOV"}, "code 'GOV' is used twice; see line 2"),
        ({"name": ""}, "'name' is empty"),
        ({"kind": "Secretaria"}, "'Secretaria' is no kind"),
        ({"parent": "GOVE"}, "the parent 'GOVE' is not in the file; did you mean 'GOV'?"),
        ({"successor": "GOV"}, "it has a successor and no end"),
        ({"unit_role": "legal"}, "a unit stands alone"),
        ({"valid_from": "2026-02-30"}, "'2026-02-30' is not a date"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "it ends before it begins"),
        ({"email": "nobody"}, "'nobody' is no email"),
        ({"requires_release": "maybe"}, "'maybe' is neither yes nor no"),
        ({"strategic": "surely"}, "'surely' is no strategic"),
        ({"calendar": "BHH"}, "no calendar is called 'BHH'; did you mean 'BH'?"),
        ({"parent": "SEDE"}, "'SEDE' is its own parent, in the end"),
    ],
)
def test_a_faulty_agency_is_refused_with_its_line(written, wrong, complaint):
    path = written(agency("GOV"), {**agency("SEDE"), **wrong})

    with pytest.raises(Refused, match=r"^agencies\.csv:3: ") as refused:
        read_network(path, calendars={"BH"})
    assert complaint in str(refused.value)


def test_two_units_of_one_role_in_a_body_are_refused(written):
    unit = {"parent": "GOV", "unit_role": "legal"}

    with pytest.raises(Refused, match="'GOV' has two units for 'legal'; keep one; see line 3"):
        read_network(written(agency("GOV"), agency("GOV/A", **unit), agency("GOV/B", **unit)))


def test_bodies_above_each_other_in_a_circle_are_refused(written):
    circle = written(agency("A", parent="B"), agency("B", parent="C"), agency("C", parent="A"))

    with pytest.raises(Refused) as refused:
        read_network(circle)
    assert [problem.line for problem in refused.value.problems] == [2, 3, 4]
