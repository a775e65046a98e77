"""The longest files of tests come first."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.order import APART, LONGEST, LONGEST_IN_FULL, goes_together, place


@pytest.mark.parametrize("names", [LONGEST, LONGEST_IN_FULL, APART])
def test_every_file_that_is_named_is_there(names):
    missing = [name for name in names if not (Path(__file__).parent / name).is_file()]
    assert not missing


@pytest.mark.parametrize(("names", "in_full"), [(LONGEST, False), (LONGEST_IN_FULL, True)])
def test_files_come_in_their_order_and_before_all_others(names, in_full):
    named = [f"tests/{name}" for name in names]
    rank = partial(place, in_full=in_full)
    assert sorted(["tests/test_order.py", *reversed(named)], key=rank)[:-1] == named


def test_only_files_that_come_apart_are_handed_out_test_by_test():
    apart = ["tests/web/test_matrix.py::test_a[postgresql]", "tests/web/test_matrix.py::test_b"]
    assert [*map(goes_together, apart)] == apart
    together = ["tests/web/test_load.py::test_a", "tests/web/test_load.py::test_b"]
    assert {*map(goes_together, together)} == {"tests/web/test_load.py"}
