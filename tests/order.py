"""Which files of tests come first: the longest, so that none is left alone at the end.

A file whose browser works stands beside one that only computes, for they run at the same time.
"""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadFileScheduling

from tests.counts import EXHAUSTIVE

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

LONGEST_IN_FULL: Final = (
    "services/test_recounting_many.py",
    "web/test_matrix.py",
    "services/test_manipulations.py",
    "services/test_duties.py",
    "faults/test_against_reference.py",
    "web/test_pages_in_chromium.py",
    "definitions/test_proof_against_play.py",
    "web/test_turns_in_chromium.py",
    "fuzzing/test_fuzzing.py",
    "services/test_reforms_drawn.py",
    "services/test_recounting_drawn.py",
    "web/test_administration_in_chromium.py",
    "services/test_clock_cost.py",
    "services/test_interleavings.py",
    "services/test_liveness.py",
    "catalogue/test_json_schema.py",
    "web/test_extremes_in_chromium.py",
    "services/test_who_is_told.py",
    "catalogue/test_source.py",
    "web/test_malformed.py",
    "core/test_recounting.py",
    "web/test_forms_in_chromium.py",
)
"""The same where properties are tried in full."""
APART: Final = (
    "catalogue/test_source.py",
    "definitions/test_proof_against_play.py",
    "faults/test_against_reference.py",
    "services/test_cases.py",
    "services/test_clock_cost.py",
    "services/test_interleavings.py",
    "services/test_liveness.py",
    "services/test_manipulations.py",
    "services/test_recounting_drawn.py",
    "services/test_recounting_many.py",
    "services/test_reforms_drawn.py",
    "services/test_who_is_told.py",
    "web/test_matrix.py",
)
"""Files of tests that are long in full and share little: any process takes the next of them."""


def place(path: str, *, in_full: bool = EXHAUSTIVE) -> int:
    """Say where a file comes: by its rank among the longest, or after them all."""
    longest = LONGEST_IN_FULL if in_full else LONGEST
    ranks = [rank for rank, name in enumerate(longest) if path == f"tests/{name}"]
    return ranks[0] if ranks else len(longest)


def goes_together(test: str) -> str:
    """Name what a test is handed out with at full counts: its file, or itself where that may be."""
    path = test.partition("::")[0]
    return test if path.removeprefix("tests/") in APART else path


class InFull(LoadFileScheduling):
    """Hands out the files of tests, and those that come apart test by test."""

    def _split_scope(self, nodeid: str) -> str:
        return goes_together(nodeid)
