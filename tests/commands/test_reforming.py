"""Reforms of agencies by command: refused with their lines, previewed, applied, resumed."""

from __future__ import annotations

from datetime import timedelta

import pytest

FILE = """
source: Lei 25.000/2026
day: {day}
changes:
  - {{create: NOVA, name: Secretaria Nova, kind: secretaria, parent: GOV, calendar: BH}}
  - {{merge: [SEF], into: NOVA, units: along, people: {{helena@example.org: out}}}}
  - {{rename: SEDE, name: Secretaria de Economia}}
"""
WRONG = """
source: Lei 25.000/2026
day: {day}
changes:
  - {{rename: SEFF, name: Fazenda}}
  - merge: [SEF, SEPLAG]
    into: NOVA
"""


@pytest.fixture
def written(office, tmp_path):
    def write(text, *, days=0):
        file = tmp_path / "reform.yaml"
        day = office.uow().today + timedelta(days=days)
        file.write_text(text.format(day=day))
        return file

    return write


def test_it_is_shown_before_it_is_applied(tramita, office, written):
    number = office.open()
    said = tramita("network", "reform", written(FILE))
    assert all(word in said for word in (number, "NOVA", "1 open tasks", "cannot be undone"))
    assert "'errand' names SEF: in doer" in said
    assert office.case(number).tasks[0].agency == "SEF"
    told = tramita.json("network", "reform", "--plan", 1, "--apply")
    assert (told["phase"], told["moved"], told["failed"]) == ("done", 1, [])
    assert ("task", number) in {(line["kind"], line["number"]) for line in told["lines"]}
    assert office.case(number).tasks[0].agency == "NOVA"
    assert "Applied as plan 1" in tramita("network", "reform", "--plan", 1, "--apply")


def test_a_day_to_come_is_kept_for_the_clock(tramita, written):
    said = tramita("network", "reform", written(FILE, days=3), "--apply")
    assert "the clock applies it on" in said


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (WRONG, 5, "no agency has the code 'SEFF'"),
        (WRONG, 6, "no agency has the code 'NOVA'"),
        (FILE.replace("helena@", "nobody@"), 6, "no officer has the address"),
        (FILE.replace("calendar: BH", "calendar: XX"), 5, "no calendar is called 'XX'"),
        (FILE.replace("rename:", "renames:"), 7, "what is meant is not said"),
        (FILE.replace("{day}", "2026-02-31"), 3, "is no day of the calendar"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tramita, written, text, line, what):
    said = tramita("network", "reform", written(text), fails=1)
    assert f"reform.yaml:{line}: " in said
    assert what in said


def test_one_thing_is_asked_at_a_time(tramita, written):
    tramita("network", "reform", fails=2)
    tramita("network", "reform", written(FILE), "--preview", "--apply", fails=2)
