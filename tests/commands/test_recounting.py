"""Changed calendars and rules on the command line: previewed, applied, resumed, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workflow.catalogue.calendars import read_days
from workflow.services import planning, plans, recounting

COLUMNS = "layer,date,kind,name,source,confidence,closes\n"


@pytest.fixture
def decree(office, tmp_path):
    """Write a decree that closes the third day after today, in a layer of its own year."""
    number = office.open()
    due = office.case(number).tasks[0].clock.due_on
    file = tmp_path / "decree.csv"
    file.write_text(f"{COLUMNS}MG-EXEC,{due},optional_holiday,Luto,Decreto 9/2026,sourced,full\n")
    return file, number, due


def test_what_moves_is_shown_before_it_is_applied(tramita, office, decree):
    file, number, due = decree
    told = tramita.json("calendar", "import", file)
    assert (told["applied"], [m["case"] for m in told["moves"]]) == (False, [number])
    assert office.case(number).tasks[0].clock.due_on == due

    said = tramita("calendar", "import", file)
    assert number in said
    assert f"tramita calendar apply {told['plan'] + 1}" in said
    done = tramita.json("calendar", "apply", told["plan"])
    assert (done["applied"], done["moved"]) == (True, 1)
    assert office.case(number).tasks[0].clock.due_on.isoformat() == told["moves"][0]["to"]
    assert tramita.json("calendar", "plans")[1]["phase"] == "done"
    assert "changed since" in tramita("calendar", "apply", told["plan"] + 1, fails=1)


def test_it_is_applied_at_once_if_so_wished_and_taken_back(tramita, office, decree):
    file, number, due = decree
    said = tramita("calendar", "import", file, "--apply", "--act", "Decreto 9")
    assert "1 cases recounted" in said
    assert office.case(number).tasks[0].clock.due_on > due
    (plan,) = tramita.json("calendar", "plans")[:1]
    assert plan["source"] == "Decreto 9"
    back = tramita.json("calendar", "undo", plan["id"], "--apply")
    assert back["applied"]
    assert office.case(number).tasks[0].clock.due_on == due


def test_what_was_interrupted_goes_on(tramita, office, decree):
    file, number, due = decree
    uow = office.uow()
    plan = planning.plan_days(uow, key="k", source="Decreto", added=read_days(file))
    recounting.finish(office.uow, plan)
    plans.apply_plan(uow, plan.id)
    assert tramita.json("calendar", "apply", plan.id)["moved"] == 1
    assert office.case(number).tasks[0].clock.due_on - due >= timedelta(days=1)


def test_where_nothing_is_open_an_import_is_applied_at_once(filled, tmp_path):
    file = tmp_path / "decree.csv"
    file.write_text(f"{COLUMNS}X,2031-03-04,optional_holiday,Luto,Decreto 9/2031,sourced,full\n")
    assert filled.json("calendar", "import", file)["applied"]
    assert filled.json("calendar", "import", file)["kept"] == 1


def test_a_changed_rule_moves_what_it_counts(tramita, office, tmp_path):
    number = office.open()
    file = tmp_path / "rules.yaml"
    title = "title: {pt-BR: A, en: A, es: A}"
    house = f"key: house, version: 90, {title}, start_moves: internet_publication"
    file.write_text(f"rules:\n  - {{{house}}}\n")
    told = tramita.json("rules", "import", file, "--apply")
    assert [m["case"] for m in told["moves"]] == [number]
    assert told["applied"]
    back = tramita.json("rules", "undo", told["plan"], "--apply")
    assert [m["to"] for m in back["moves"]] == [m["from"] for m in told["moves"]]


def test_it_is_told_whether_days_came_in_or_only_would(tramita, office, decree):
    file, _, _ = decree
    assert "1 entry would be added" in tramita("calendar", "import", file)
    assert "1 entry added" in tramita("calendar", "import", file, "--apply")
