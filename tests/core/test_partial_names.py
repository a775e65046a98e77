"""A person's name in part: enough to know one's own, no more."""

from __future__ import annotations

import pytest

from workflow.core.partial_names import in_part


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Ana Maria da Silva", "Ana M. S."),
        ("Ana", "Ana"),
        ("", ""),
        ("Úrsula Buriti (pessoa fictícia)", "Úrsula B."),
    ],
)
def test_only_the_first_name_is_told_whole(name, told):
    assert in_part(name) == told
