"""What changed between versions of a text, and what became of contributions to it."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.counts import count
from workflow.core.contributions import Fate, Given, Hearing, contributions
from workflow.core.text_difference import Change, compared

WORDS = st.lists(st.sampled_from(["Art.", "1º", "rede", "acordo,", "\n", "plano"]), max_size=12)
HEARING = Hearing("t", "contribute", "said", "rows", "agency", "text", "verdict", "why", "refused")


def at(hour):
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


def said(pieces):
    return "".join(one.text for one in pieces)


def test_words_that_changed_are_told_and_the_rest_is_left_alone():
    found = compared("Art. 1º Um.\nFica.", "Art. 1º Dois e três.\nFica.\nNovo.")
    assert [one.is_changed for one in found] == [True, False, True]
    first = [(one.change, one.text) for one in found[0].pieces]
    assert first == [
        (Change.SAME, "Art. 1º "),
        (Change.REMOVED, "Um"),
        (Change.ADDED, "Dois e três"),
        (Change.SAME, "."),
    ]
    assert said(found[2].after) == "Novo."


@settings(max_examples=count(60, exhaustive=2_000), deadline=None)
@given(WORDS.map(" ".join), WORDS.map(" ".join))
def test_both_versions_can_be_read_back_from_what_is_told(before, after):
    found = compared(before, after)
    kept = [[line for line in text.splitlines() if line.strip()] for text in (before, after)]
    told = [[said(one.before) for one in found], [said(one.after) for one in found]]
    assert [[line for line in text if line.strip()] for text in told] == kept


def test_a_text_made_to_be_compared_for_ever_is_told_as_written_anew():
    lines = [*"ab" * 2_000]
    found = compared("\n".join(["x", *lines]), "\n".join([*lines, "y"]))
    assert [one.is_changed for one in found] == [True] * 4_001

    words = " ".join("ab" * 480)  # of four paragraphs there are as many pairs as are looked at
    before, after = ("\n".join(f"{n}{words}{end}" for n in range(8)) for end in ("x", "y"))
    told = [len(one.pieces) for one in compared(before, after)]
    assert (told[0], told[-1]) == (3, 2)
    assert said(compared(before, after)[-1].after) == f"7{words}y"


def test_each_contribution_is_decided_open_or_awaited():
    asked = [
        Given("SES", 1, Fate.OPEN, "Incluir hospitais.", "contributed", at(9)),
        Given("SEF", 2, Fate.OPEN, "Incluir custos.", "contributed", at(9)),
        Given("SEE", 3, Fate.NOTHING, "", "agrees", at(9)),
        Given("SEDE", 4, Fate.AWAITED, "", "", None),
    ]
    rows = [{"agency": "SES", "text": "Hospitais", "verdict": "refused", "why": "Já está."}]

    before = contributions(asked, [], HEARING, decided_at=None)
    assert {(one.agency, one.fate) for one in before} == {(one.agency, one.fate) for one in asked}
    after = {one.agency: one for one in contributions(asked, rows, HEARING, decided_at=at(10))}
    assert (after["SES"].fate, after["SES"].why, after["SES"].no) == (Fate.DECIDED, "Já está.", 1)
    assert [after[code].fate for code in ("SEF", "SEE", "SEDE")] == [
        Fate.OPEN,
        Fate.NOTHING,
        Fate.AWAITED,
    ]
    again = contributions(asked, rows, HEARING, decided_at=at(8))
    assert [one.fate for one in again if one.agency == "SES"] == [Fate.DECIDED, Fate.OPEN]
