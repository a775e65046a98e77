"""Which files of tests come first: the longest, so that none is left alone at the end.

A file whose browser works stands beside one that only computes, for they run at the same time.
"""

from __future__ import annotations

from typing import Final

LONGEST: Final = (
    "web/test_pages_in_chromium.py",
    "services/test_cases.py",
    "web/test_jiangsu_in_chromium.py",
    "web/test_page_quality.py",
    "web/test_journeys_in_chromium.py",
    "faults/test_against_reference.py",
    "services/test_recounting_many.py",
    "web/test_extremes_in_chromium.py",
    "faults/test_killed_clocks.py",
    "web/test_administration_in_chromium.py",
    "services/test_liveness.py",
    "web/test_forms_in_chromium.py",
    "commands/test_demo.py",
    "web/test_case_page.py",
    "web/test_turns_in_chromium.py",
    "services/test_digest.py",
    "web/test_new_case.py",
    "web/test_matrix.py",
    "web/test_withheld.py",
)


def place(path: str) -> int:
    """Say where a file comes: by its rank among the longest, or after them all."""
    ranks = [rank for rank, name in enumerate(LONGEST) if path == f"tests/{name}"]
    return ranks[0] if ranks else len(LONGEST)
