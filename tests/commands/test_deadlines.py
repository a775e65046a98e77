"""Deadlines counted on the command line, without an installation and with one."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.commands.conftest import CommandLine
from web.commands import main
from web.commands.manuals import COUNTING
from workflow.catalogue.shipped import shipped
from workflow.core.deadlines.checker import rebuild
from workflow.core.deadlines.values import Step, Why

CASES = json.loads(
    (Path(__file__).parents[1] / "core" / "deadlines" / "worked_cases.json").read_text("utf-8")
)
COUNT = ("deadline", "count")
WEEK = (*COUNT, "--from", "2026-03-09", "--term", "5 days", "--calendar", "BH")


@pytest.fixture(scope="module")
def alone():
    """Run commands where no settings name an installation."""
    return CommandLine({})


def asked(case):
    """Write a worked case as a line of JSON asks it."""
    question = {**case, "expected": case["due"]}
    for name, part in (("extended_by", "extensions"), ("pause", "pauses"), ("outage", "outages")):
        if name in question:
            question[part] = [question.pop(name)]
    return {k: v for k, v in question.items() if k not in ("due", "provisional", "on_time")}


def answers(lines, *options, fails=0):
    """Ask lines of JSON, or of anything, through the standard input."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    done = CliRunner().invoke(main, [*COUNT, "--jsonl", "-", *options], input=text, env={})
    assert done.exit_code == fails, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def answered():
    """Ask all worked cases in one call."""
    return {answer["id"]: answer for answer in answers(asked(case) for case in CASES)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}: {case['description']}")
def test_a_worked_case_is_answered_as_worked_by_hand(case, answered):
    answer = answered[case["id"]]

    assert answer["due"] == answer["expected"] == case["due"]
    assert answer["provisional"] is case["provisional"]
    assert answer.get("on_time") is case.get("on_time")
    steps = tuple(
        Step(
            date.fromisoformat(step["day"]),
            Why(step["why"]),
            step.get("n", 0),
            kind=step.get("kind", ""),
        )
        for step in answer["trace"]
    )
    assert rebuild(steps).isoformat() == case["due"]


@pytest.mark.parametrize(
    ("case", "more", "due"),
    [
        (27, {"rule": "lei_14133", "settings": {"pf_closes": False}}, "2026-02-23"),
        (34, {"settings": {"roll_before": "none"}}, "2026-04-18"),
        (36, {"settings": {"clear_days": True}}, "2026-04-14"),
        (41, {"rule": "lai", "settings": {"start_moves": "next_open_first_day"}}, "2026-03-02"),
        (46, {"settings": {"outage": "next_open_day"}}, "2026-02-27"),
        (46, {"settings": {"least_outage_minutes": 1440}}, "2026-02-26"),
        (47, {"settings": {"outage": "after_resolution"}}, "2026-03-02"),
        (52, {"settings": {"resumption_counts": False}}, "2020-09-25"),
        (54, {"settings": {"roll": "none"}}, "2026-05-24"),
        (
            44,
            {"rule": "lei_9784", "settings": {"start_moves": "next_open_first_day"}},
            "2026-03-13",
        ),
        (2, {"settings": {"pf_closes": "no"}}, "2026-02-16"),
        (23, {"rule": "lei_9784", "settings": {"roll": "none"}}, "2029-09-27"),
    ],
)
def test_what_is_silent_or_contested_can_be_set_otherwise(case, more, due):
    [answer] = answers([{**asked(CASES[case - 1]), **more}])

    assert answer["due"] == due


def examples():
    """Take the commands and their output from the manual."""
    blocks = re.findall(r"^  \$ tramita (.*?)(?=^  \$|^$)", COUNTING, re.MULTILINE | re.DOTALL)
    for block in blocks:
        command, *output = re.sub(r"\\\n\s+", "", block).splitlines()
        if "jsonl" not in command:
            yield pytest.param(shlex.split(command), output, id=command)


@pytest.mark.parametrize(("command", "output"), list(examples()))
def test_the_manual_shows_what_is_true(alone, command, output):
    assert alone(*command).splitlines() == [line.removeprefix("  ") for line in output]


def test_the_manual_is_laid_out(alone):
    said = alone(*COUNT, "--help")

    assert len(list(examples())) >= 9
    assert "2026-03-30 Mon  Day 1\n" in said
    assert all(f"--{name}" in said for name in ("event", "pause", "jsonl", "explain", "json"))


def test_a_script_is_answered_in_json(alone):
    answer = alone.json(*WEEK, "--rule", "lei_14184")

    assert (answer["due"], answer["raw"]) == ("2026-03-16", "2026-03-14")
    assert answer["due_at"] == "2026-03-16T23:59:59-03:00"
    assert answer["rule_source"].startswith("Lei MG 14.184/2002")
    assert answer["trace"][0]["words"] == "Start of 5 days: this day is not counted"
    assert answer["trace"][-1]["why"] == "due"


def test_a_provisional_date_says_so_everywhere(alone):
    count = (*COUNT, "--from", "2027-02-01", "--term", "8 days", "--calendar", "BH")

    assert alone.json(*count)["provisional_years"] == [2027]
    assert alone(*count, "--explain").count("Provisional: no official list of 2027") == 2
    assert "Provisional" not in alone(*WEEK, "--explain")


@pytest.mark.parametrize(
    ("term", "due"),
    [
        ("10 dias úteis", "2026-03-23"),
        ("10 DIAS  UTEIS", "2026-03-23"),
        ("10 business days", "2026-03-23"),
        ("1 dia útil", "2026-03-10"),
        ("10 dias corridos", "2026-03-19"),
        ("1 mês", "2026-04-09"),
        ("2 meses", "2026-05-11"),
        ("1 ano", "2027-03-09"),
        ("5 dias antes", "2026-03-04"),
    ],
)
def test_terms_are_written_in_english_or_portuguese(term, due):
    [answer] = answers([{"from": "2026-03-09", "term": term, "calendar": "BH"}])

    assert answer["due"] == due


def test_hours_run_from_instant_to_instant():
    hours = {"from": "2026-03-06T15:00", "term": "48 horas", "calendar": "BH"}
    [answer, paused] = answers([hours, {**hours, "pause": "2026-03-07..2026-03-07"}])

    assert answer["due_at"] == "2026-03-08T15:00:00-03:00"
    assert paused["due_at"] == "2026-03-09T15:00:00-03:00"


def test_a_calendar_is_a_file_or_a_list_of_closed_days(alone, tmp_path):
    file = tmp_path / "closed.txt"
    file.write_text("# ours\n2026-03-16 Padroeira # by law\n2026-03-17 half\n", "utf-8")
    week = (*COUNT, "--from", "2026-03-09", "--term", "5 days", "--explain", "--calendar")

    said = alone(*week, file)
    listed = answers(
        [{"from": "2026-03-09", "term": "5 days", "calendar": ["2026-03-16", "2026-03-17 half"]}]
    )

    assert said.startswith("Wednesday, 2026-03-18")
    assert "Padroeira (agency closing)" in said
    assert listed[0]["due"] == "2026-03-18"
    assert (
        answers([{"from": "2026-03-09", "term": "5 days"}], "--calendar", str(file))[0]["due"]
        == "2026-03-18"
    )


def test_an_agency_counts_on_its_own_calendar():
    question = {"from": "2026-11-17", "term": "20 days", "agency": "SEF"}
    [answer, received] = answers([question, {**question, "from": None, "received": "2026-11-17"}])

    assert answer["due"] == received["due"] == "2026-12-09"


@pytest.mark.parametrize(
    "pauses",
    [
        "2026-03-05..2026-03-12",
        ["2026-03-05..2026-03-12"],
        ["2026-03-05", "2026-03-12"],
        [["2026-03-05", "2026-03-12"]],
        [{"first": "2026-03-05", "last": "2026-03-12"}],
        [{"start": "2026-03-05", "end": "2026-03-12"}],
        [{"from": "2026-03-05", "to": "2026-03-12", "ground": "decree", "reason": "Decreto 1"}],
        ["2026-03-05..2026-03-08", "2026-03-07..2026-03-12"],
        "2026-03-05..2026-03-12 decree remaining",
    ],
)
def test_a_pause_may_be_written_in_several_ways(pauses):
    question = {"from": "2026-03-02", "term": "10 working days", "calendar": "BH"}
    [answer] = answers([{**question, "pauses": pauses}])

    assert answer["due"] == "2026-03-24"


def test_a_bad_line_is_told_and_the_others_are_answered():
    good = {"id": 1, "from": "2026-03-09", "term": "5 days", "calendar": "BH"}
    bad = ["{", "[]", {**good, "from": "soon"}, {**good, "ruel": "house"}, '{"id": NaN}']

    found = answers([*bad, "", good], fails=1)

    assert [answer.get("line") for answer in found] == [1, 2, 3, 4, 5, None]
    assert found[2]["error"].startswith("from: 'soon' cannot be read; write")
    assert found[3]["error"] == "question: 'ruel' cannot be read; did you mean 'rule'?"
    assert found[-1]["due"] == "2026-03-16"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("--rule", "lei_9748"), "no rule is called 'lei_9748'; did you mean 'lei_9784'?"),
        (("--calendar", "HB"), "no calendar is called 'HB'; write one of: BH, BR, MG"),
        (("--agency", "SEFF", "--calendar", ""), "no agency is called 'SEFF'"),
        (("--term", "ten days"), "write a number and days, working days"),
        (("--from", "09/03/2026"), "write a day, or an instant as in 2026-04-21"),
        (("--from", "2026-02-30"), "write year-month-day"),
        (("--pause", "2026-03-10"), "write two days, as in 2026-03-05..2026-03-12"),
        (("--pause", "2026-03-10..2026-03-01"), "lies before the beginning"),
        (("--pause", "2026-03-10.."), "the clock stands still since 2026-03-10"),
        (("--pause", "2026-03-10..2026-03-11 rain"), "write one of: decree"),
        (("--outage", "2026-03-16..noon"), "write a day, or an instant"),
        (("--event", "2026-03-10"), "give either 'from' or 'event', not both"),
        (("--set", "pf_close=no"), "did you mean 'pf_closes'?"),
        (("--set", "pf_closes=maybe"), "write true or false"),
        (("--set", "due_time=noon"), "write hours and minutes"),
        (("--rule", "lai", "--extend", "11 days"), "longer than the 10 days allowed"),
        (("--rule", "lai", "--extend", "5 days", "--extend", "5 days"), "allows 1 extension"),
        (("--term", "2 hours"), "hours are counted from an instant"),
        (("--term", "99999 years"), "ends beyond any calendar"),
    ],
)
def test_what_cannot_be_read_says_what_may_be_written(alone, wrong, told):
    assert told in alone(*WEEK, *wrong, fails=1)


def test_what_is_missing_is_asked_for(alone):
    assert "name a calendar (BR, MG, BH)" in alone(
        *COUNT, "--term", "1 day", "--from", "2026-03-09", fails=1
    )
    assert "rule house gives none" in alone(
        *COUNT, "--from", "2026-03-09", "--calendar", "BH", fails=1
    )
    assert "say the day" in alone(*COUNT, "--term", "1 day", "--calendar", "BH", fails=1)


def test_an_installation_counts_by_its_own_calendars_and_rules(tramita, filled, tmp_path):
    assert tramita(*WEEK).startswith("Monday, 2026-03-16")
    file = tmp_path / "decree.csv"
    file.write_text(
        "layer,date,kind,name,source,confidence,closes\n"
        "BH,2026-03-16,agency_closing,Enchente,Decreto 1/2026,,\n",
        "utf-8",
    )
    tramita("calendar", "import", file, "--apply")

    assert tramita(*WEEK).startswith("Tuesday, 2026-03-17")
    assert tramita(*WEEK, "--shipped").startswith("Monday, 2026-03-16")
    assert tramita.json("calendar", "list")[2]["version"] > 1


def test_an_installation_without_calendars_says_so(tramita):
    assert "there is none to name" in tramita(*WEEK, fails=1)


def test_calendars_and_rules_are_listed_for_scripts(alone):
    found = {one["key"]: one for one in alone.json("calendar", "list")}
    rules = {one["key"]: one for one in alone.json("rules", "list")}

    assert found["BH"]["layers"] == ["BR", "MG-EXEC", "BH", "MG-EXEC-BH"]
    assert found["BH"]["provisional_years"][:2] == [2021, 2027]
    assert 2026 in found["BH"]["official_years"]
    assert rules["lai"]["source"] == "Lei 12.527/2011, art. 11, §§1 e 2"
    assert "2021, 2027–2035" in alone("calendar", "list", COLUMNS="120")
    assert "Lei 9.784/1999, art. 42, 15 days" in alone("rules", "list")


def test_a_draft_year_is_no_calendar(alone, tramita, tmp_path):
    file = tmp_path / "mg_2027.csv"
    assert "This is a DRAFT by holidays" in alone(
        "calendar", "draft", 2027, "--state", "MG", "--to", file
    )
    assert "exists already" in alone("calendar", "draft", 2027, "--to", file, fails=1)
    assert "write one of AC" in alone("calendar", "draft", 2027, "--state", "XX", fails=1)
    assert "this day is a draft" in tramita("calendar", "import", file, fails=1)
    assert ",draft," in alone("calendar", "draft", 2036)


def test_the_shipped_rules_are_those_of_the_file(alone):
    assert len(alone.json("rules", "list")) == shipped("rules.yaml").read_text("utf-8").count(
        "- key:"
    )
