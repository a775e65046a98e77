"""Reading YAML: what is refused before anything is made of it, and what words mean."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalogue.test_files import GOOD
from tests.counts import count
from workflow.catalogue.loader import load_definition
from workflow.catalogue.problems import Refused
from workflow.catalogue.source import MAX_BYTES, compose, read_text

SECONDS = 10
"""Of the processor, for what would take for ever if it were read; far more than is needed."""

GOOD_TEXTS = [path.read_text(encoding="utf-8") for path in GOOD]


def problems_of(text):
    """Load a text and return what it is refused for; anything but a refusal is a fault."""
    try:
        load_definition(text, agencies={"SCC", "SEF"}, rules={"house"})
    except Refused as refused:
        return refused.problems
    return ()


def refused(text):
    with pytest.raises(Refused) as refused:
        compose(text, file="type.yaml")
    return str(refused.value)


def test_words_mean_what_yaml_1_2_says():
    text = (
        "{a: no, b: on, c: NO, d: true, e: null, f: 010, g: 12:30:45, h: 1.50, i: 'true', y: 0x1f}"
    )

    assert compose(text).data == {
        "a": "no",
        "b": "on",
        "c": "NO",
        "d": True,
        "e": None,
        "f": 10,
        "g": "12:30:45",
        "h": 1.5,
        "i": "true",
        "y": "0x1f",
    }


def test_every_value_has_its_place():
    marks = compose("a:\n  - b: 1\n    c: 2\n  - word\n").marks

    assert marks.at(("a", 0, "c")) == (3, 5)
    assert marks.at(("a", 1)) == (4, 5)
    assert marks.at(("a", "word")) == (4, 5)
    assert marks.at(("a", 0, "missing")) == (2, 5)


def test_every_duplicate_key_is_told_at_once():
    assert refused("a: 1\na: 2\nb: {c: 1, c: 2}").splitlines() == [
        "type.yaml:2: 'a' is written twice; keep it here or on line 1",
        "type.yaml:3: 'c' is written twice; keep it here or on line 3",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "nested deeper"),
        ("{a: " * 100_000, "nested deeper"),
        ("- " * 50_000, "nested deeper"),
        ("[" + "a, " * 60_000 + "]", "more than 50000 values"),
        ("a: \x00", "YAML does not allow"),
        ("a: \ud800", "YAML does not allow"),
        ("a: *b", "aliases"),
        ("\ta: b", "not YAML"),
    ],
)
def test_hostile_text_is_refused_at_once(text, said):
    start = time.process_time()

    assert said in refused(text)
    assert time.process_time() - start < SECONDS


def test_a_file_of_five_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "big.yaml"
    path.write_bytes(b"a: " + b"x" * 5 * MAX_BYTES)
    start = time.process_time()

    with pytest.raises(Refused, match=r"big\.yaml:1: the file is larger than 1 MB"):
        read_text(path)
    assert time.process_time() - start < SECONDS


def test_a_file_that_is_not_text_or_not_there_is_refused(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes("key: a\ntitle: Afastação".encode("latin-1"))

    with pytest.raises(Refused, match=r"latin\.yaml:2: the text is not UTF-8"):
        load_definition(path)
    with pytest.raises(Refused, match="no such file"):
        load_definition(tmp_path / "missing.yaml")


@pytest.mark.exhaustive
@given(st.text(alphabet=st.sampled_from(list("ab:-,[]{}#&*!|>'\"\n %?<@`~01é")), max_size=60))
@settings(max_examples=count(300, exhaustive=20_000))
def test_any_text_is_read_or_refused(text):
    assert problems_of(text) is not None


@st.composite
def mutated(draw):
    """Draw a good text with a piece cut out, doubled, or put elsewhere."""
    text = draw(st.sampled_from(GOOD_TEXTS))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        other = draw(st.integers(0, len(text)))
        piece = draw(
            st.sampled_from([text[start:end], "", "no", "[", "{}", ": ", "- ", "null", "3"])
        )
        cut = draw(st.booleans())
        text = text[:start] + text[end:] if cut else text[:other] + piece + text[other:]
    return text


@pytest.mark.exhaustive
@given(mutated())
@settings(max_examples=count(300, exhaustive=20_000))
def test_any_mutated_definition_is_read_or_refused(text):
    assert all(p.line >= 1 and p.what and p.mend for p in problems_of(text))
