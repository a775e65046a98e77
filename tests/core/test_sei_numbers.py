"""The numbers that SEI gives: to a case, and to what was saved of it."""

from __future__ import annotations

import pytest

from tests.core.desk import Desk
from workflow.core.acts.record import record_document, record_process
from workflow.core.acts.undo import undo
from workflow.core.errors import AnswersRefused, NotAssigned
from workflow.core.events import Kind
from workflow.core.numbers import check_pair, read_sei_number
from workflow.core.papers import Paper, PaperKind, is_document_number, read_paper

PROCESS = f"1500.01.0012345/2026-{check_pair('15000100123452026')}"
SUMMARY = Paper(PaperKind.SUMMARY)


@pytest.fixture
def desk():
    return Desk()


def test_a_case_is_known_by_its_process_whoever_of_its_agencies_says_so(desk):
    change = desk.do(record_process, PROCESS.replace(".", "").replace("/", ""), by="AGE")

    assert desk.case.data["external_number"] == PROCESS
    assert desk.case.data["external_number_kind"] == "sei_mg"
    assert [event.kind for event in change.events] == [Kind.NUMBER_RECORDED]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "not_a_sei_process"),
        ("12345", "not_a_sei_process"),
        ("1500.01.0012345/2026", "not_a_sei_process"),
        ("١٥٠٠.01.0012345/2026-11", "not_a_sei_process"),
        (PROCESS[:-2] + f"{(int(PROCESS[-2:]) + 1) % 98:02d}", "check_digits"),
    ],
)
def test_a_process_that_sei_cannot_have_given_is_refused_with_the_fault(desk, typed, fault):
    with pytest.raises(AnswersRefused) as refused:
        desk.do(record_process, typed, by="SCC")

    assert refused.value.particulars["problems"] == {"number": fault}


def test_wrong_check_digits_are_taken_knowingly(desk):
    typed = "1500.01.0012345/2026-00"

    desk.do(record_process, typed, by="SCC", knowingly=True)

    assert desk.case.data["external_number"] == typed


def test_a_document_of_sei_is_kept_with_its_paper(desk):
    desk.do(record_document, SUMMARY, " 98765432 ", by="SCC")

    assert desk.case.filed == {"summary": "98765432"}


@pytest.mark.parametrize("typed", ["1234", "1234567890123", "12a45", "", "١٢٣٤٥"])
def test_a_document_number_is_five_to_twelve_digits(desk, typed):
    assert not is_document_number(typed)
    with pytest.raises(AnswersRefused):
        desk.do(record_document, SUMMARY, typed, by="SCC")


def test_the_same_number_twice_says_so(desk):
    desk.do(record_process, PROCESS, by="SCC")
    desk.do(record_document, SUMMARY, "12345", by="SCC")

    for act in ((record_process, PROCESS), (record_document, SUMMARY, "12345")):
        with pytest.raises(AnswersRefused) as refused:
            desk.do(*act, by="SCC")
        assert refused.value.particulars["problems"] == {"number": "unchanged"}


def test_a_paper_of_a_task_or_a_round_that_never_was_takes_no_number(desk):
    for paper in (Paper(PaperKind.OPINION, 99), Paper(PaperKind.ANSWERS, 99)):
        with pytest.raises(AnswersRefused):
            desk.do(record_document, paper, "12345", by="SCC")


def test_an_agency_without_a_part_records_nothing(desk):
    with pytest.raises(NotAssigned):
        desk.do(record_process, PROCESS, by="SES")


def test_a_number_recorded_by_mistake_is_taken_back(desk):
    desk.do(record_document, SUMMARY, "12345", by="SCC")
    second = desk.do(record_document, SUMMARY, "67890", by="SCC").events[-1]

    desk.do(undo, second, by="SCC")

    assert desk.case.filed == {"summary": "12345"}


@pytest.mark.parametrize("act", [(record_process, PROCESS), (record_document, SUMMARY, "12345")])
def test_the_first_number_taken_back_leaves_none(desk, act):
    recorded = desk.do(*act, by="SCC").events[-1]

    desk.do(undo, recorded, by="SCC")

    assert desk.case.filed == {}
    assert desk.case.data.get("external_number") is None
    assert desk.case.data.get("external_number_kind") is None


@pytest.mark.parametrize(
    ("key", "paper"),
    [
        ("summary", SUMMARY),
        ("opinion:7", Paper(PaperKind.OPINION, 7)),
        ("answers:2", Paper(PaperKind.ANSWERS, 2)),
        ("opinion", None),
        ("opinion:0", None),
        ("summary:1", None),
        ("x", None),
    ],
)
def test_a_paper_is_named_and_read_back(key, paper):
    assert read_paper(key) == paper
    assert paper is None or paper.key == key


def test_a_process_is_spelled_as_sei_spells_it():
    assert read_sei_number("1500010012345202611").number == "1500.01.0012345/2026-11"
