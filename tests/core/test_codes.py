"""Codes that anybody may check: drawn wide apart, read as people type them, slips told at once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.counts import count
from workflow.core.registers.codes import ALPHABET, draw_code, read_code, spelled_code

SEEDS = st.binary(min_size=32, max_size=32)


@settings(max_examples=count(50, exhaustive=5000), deadline=None)
@given(SEEDS, st.integers(0, 12), st.sampled_from(ALPHABET))
def test_a_code_is_read_back_and_any_one_wrong_letter_is_told(seed, place, letter):
    code = draw_code(seed)
    assert read_code(code) == code
    assert read_code(f" {spelled_code(code).lower()} ") == code
    wrong = code[:place] + letter + code[place + 1 :]
    assert read_code(wrong) == (code if wrong == code else None)


def test_what_cannot_be_a_code_is_none():
    code = draw_code(b"x")
    assert [read_code(t) for t in ("", code[:-1], code + "A", "O" * 13, "ACO-000001")] == [None] * 5
    assert spelled_code("ABCDEFGHJKLMN") == "ABCD-EFGH-JKLM-N"
