"""What two versions of a request type differ in, part by part."""

from __future__ import annotations

import pytest

from tests.world import DEFINITIONS
from workflow.catalogue.difference import DifferenceKind, differences
from workflow.catalogue.loader import load_definition

TEXT = (DEFINITIONS / "opinion_request.yaml").read_text(encoding="utf-8")
BEFORE = load_definition(TEXT).normal_form


def changed(*edits):
    text = TEXT.replace("\nversion: 2\n", "\nversion: 3\n")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return [
        (".".join(place.key or place.name for place in one.places), one.kind, one.before, one.after)
        for one in differences(BEFORE, load_definition(text).normal_form)
    ]


def test_the_number_of_a_version_is_no_difference():
    assert changed() == []
    assert changed(("owner: SCC", "# said by nobody\nowner: SCC")) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "{term: 15 days, rule: lei_9784_42}",
            "{term: 20 days, rule: lei_9784_42}",
            ("advice.advise.deadline.term", DifferenceKind.CHANGED, "15 days", "20 days"),
        ),
        ("en: Opinion, ", "en: Advice, ", ("opinion.title.en", "changed", "Opinion", "Advice")),
        ("by: any agency", "by: [SEF]", ("opened_by", "changed", ["any agency"], ["SEF"])),
        (
            "lapse: {outcome: absent,",
            "not_by: [confirm]\n        lapse: {outcome: absent,",
            ("advice.advise.not_by", "changed", [], ["confirm"]),
        ),
    ],
)
def test_a_change_is_told_where_it_is(old, new, found):
    assert changed((old, new)) == [found]


def test_items_come_and_go_by_their_names():
    added = (
        "  - {key: purpose,",
        "  - {key: extra, title: Extra, type: text}\n  - {key: purpose,",
    )
    [(where, kind, before, after)] = changed(added)

    assert (where, kind, before) == ("extra", DifferenceKind.ADDED, None)
    assert after["title"] == {"pt-BR": "Extra"}


def test_another_order_is_told_once():
    lines = TEXT.splitlines(keepends=True)
    contrary, ours = (next(n for n in lines if key in n) for key in ("contrary:", "not_ours:"))

    assert changed((contrary + ours, ours + contrary)) == [
        ("advice.advise.outcomes", DifferenceKind.MOVED, None, None)
    ]
