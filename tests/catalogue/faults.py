"""A good definition text, and the way to put one fault into it and find it told."""

from __future__ import annotations

import pytest

from tests.catalogue.test_files import GOOD
from workflow.catalogue.loader import load_definition
from workflow.catalogue.problems import Refused

AGENCIES = {"SCC", "SEPLAG", "SEF", "AGE"}
RULES = {"house", "contract_term"}
TEXT = next(p for p in GOOD if p.stem == "consultation").read_text(encoding="utf-8")


def problems_of(text):
    with pytest.raises(Refused) as refused:
        load_definition(text, agencies=AGENCIES, rules=RULES)
    return refused.value.problems


def check(old, new, said):
    """Put a fault into the good text and find it told on its line."""
    assert old in TEXT
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    told = [(p.line, f"{p.what}; {p.mend}") for p in problems_of(TEXT.replace(old, new, 1))]
    assert any(number == line and said in text for number, text in told), told
