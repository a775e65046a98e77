"""The longest files of tests come first."""

from __future__ import annotations

from pathlib import Path

from tests.order import LONGEST, place


def test_every_file_that_comes_first_is_there():
    missing = [name for name in LONGEST if not (Path(__file__).parent / name).is_file()]
    assert not missing


def test_files_come_in_their_order_and_before_all_others():
    named = [f"tests/{name}" for name in LONGEST]
    assert sorted(["tests/test_order.py", *reversed(named)], key=place)[:-1] == named
