"""The file of officers: every mistake with its line, and nothing taken over from a bad file."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import pytest

from workflow.catalogue.people import Entry, read_people
from workflow.catalogue.problems import Refused

HEADER = "name,email,agency,role,valid_from,valid_to"


class Role(StrEnum):
    OFFICER = "officer"
    HEAD = "head"


@pytest.fixture
def read(tmp_path):
    def read(*lines, header=HEADER):
        path = tmp_path / "people.csv"
        path.write_text("\n".join([header, *lines]), encoding="utf-8")
        return read_people(path, agencies=["SEDE", "SEF"], roles=Role)

    return read


def test_a_line_is_a_person_in_an_agency(read):
    (entry,) = read("Ana Souza,Ana@MG.example,SEDE,head,2026-01-01,2026-12-31")
    assert entry == Entry(
        *("Ana Souza", "ana@mg.example", "SEDE", "head", date(2026, 1, 1), date(2026, 12, 31))
    )


def test_most_cells_may_be_empty(read):
    (entry,) = read("Ana Souza,ana@mg.example,SEDE,,,")
    assert (entry.role, entry.valid_from, entry.valid_to) == ("officer", None, None)
    assert entry.language == "pt_BR"


def test_the_language_may_be_given(read):
    (entry,) = read("Ana,ana@mg.example,SEDE,,,,es", header=f"{HEADER},language")
    assert entry.language == "es"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("Ana,ana@mg.example,SEDO,,,", "no agency has the code 'SEDO'; did you mean 'SEDE'?"),
        ("Ana,ana.example,SEDE,,,", "no e-mail address"),
        (",ana@mg.example,SEDE,,,", "'name' is empty"),
        ("Ana,ana@mg.example,SEDE,boss,,", "'boss' is no role"),
        ("Ana,ana@mg.example,SEDE,,21/04/2026,", "not a date"),
        ("Ana,ana@mg.example,SEDE,,2026-04-21,2026-04-20", "ends before it begins"),
    ],
)
def test_each_mistake_is_told_with_its_line(read, line, what):
    with pytest.raises(Refused) as refused:
        read("Bia,bia@mg.example,SEF,,,", line)
    (problem,) = refused.value.problems
    assert str(problem).startswith("people.csv:3: ")
    assert what in str(problem)


def test_all_mistakes_are_told_at_once(read):
    with pytest.raises(Refused) as refused:
        read("Ana,x,SEDO,boss,,")
    assert len(refused.value.problems) == 3


def test_one_person_has_one_name(read):
    with pytest.raises(Refused, match="is called 'Ana' in line 2"):
        read("Ana,ana@mg.example,SEDE,,,", "Ana Souza,ana@mg.example,SEF,,,")


def test_nothing_is_said_twice(read):
    with pytest.raises(Refused, match="line 2 says so already"):
        read("Ana,ana@mg.example,SEDE,,,", "Ana,ana@mg.example,SEDE,,,")


def test_a_missing_column_is_named(read):
    with pytest.raises(Refused, match="column 'role' is missing"):
        read(header="name,email,agency,valid_from,valid_to")
