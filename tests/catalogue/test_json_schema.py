"""The published JSON Schema: it is up to date, and it judges as the loader does."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import definitions
from tests.catalogue.test_files import GOOD, MALFORMED
from tests.counts import count
from tests.world import shipped
from workflow.catalogue.json_schema import json_schema, write_json_schema
from workflow.catalogue.problems import Marks, Refused
from workflow.catalogue.schema import DEFINITION
from workflow.catalogue.shape import check_shape
from workflow.catalogue.source import Source, compose

PUBLISHED = Path(definitions.__file__).parent / "schema.json"
SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def data_of(path):
    try:
        return compose(path.read_text(encoding="utf-8")).data
    except Refused:
        return None  # no YAML, or not safe to read: no schema is asked


BROKEN = sorted((Path(__file__).parents[1] / "definitions" / "broken").glob("*.yaml"))
"""Ill-behaved, but well written."""
WRITTEN = (*GOOD, *shipped(), *BROKEN)
READ = [(p.stem, data) for p in (*WRITTEN, *MALFORMED) if (data := data_of(p)) is not None]


def verdicts(data):
    shaped = check_shape(Source(data, Marks("type.yaml")), DEFINITION)
    return not shaped.problems, VALIDATOR.is_valid(data)


def test_the_published_schema_is_up_to_date(tmp_path):
    write_json_schema(tmp_path / "schema.json")

    assert PUBLISHED.read_text(encoding="utf-8") == (tmp_path / "schema.json").read_text("utf-8")


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(PUBLISHED.read_text(encoding="utf-8"))["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize(("name", "data"), READ, ids=[name for name, _ in READ])
def test_editor_and_loader_come_to_the_same_verdict(name, data):
    by_loader, by_schema = verdicts(data)

    assert by_loader == by_schema
    if name in {path.stem for path in WRITTEN}:
        assert by_loader


PLACES = st.sampled_from(
    [
        *("", "no", "word", "Word", "SEF", 0, 1, -1, 2.5, True, None, [], {}, ["a"], {"a": 1}),
        *("3 days", "due day", "2 days after", "head", ["holder", "cabinet"]),
        *([{"when": "3 days after", "to": "head"}], {"when": "due day", "to": ["coordinator"]}),
    ]
)


@st.composite
def mutated(draw):
    """Draw a good definition with some of its values replaced, removed or added."""
    data = copy.deepcopy(
        draw(st.sampled_from([d for n, d in READ if n in {"minimal", "consultation"}]))
    )
    for _ in range(draw(st.integers(1, 2))):
        holder = data
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(holder[key], dict | list) and draw(st.integers(0, 4)):
                holder = holder[key]
                continue
            what = draw(st.sampled_from(["replace", "remove", "add"]))
            if what == "replace":
                holder[key] = copy.deepcopy(draw(PLACES))
            elif what == "remove":
                del holder[key]
            elif isinstance(holder, dict):
                names = ["if", "term", "other", "key", "when", "is", "any", "title", "role", "to"]
                holder[draw(st.sampled_from(names))] = copy.deepcopy(draw(PLACES))
            else:
                holder.append(copy.deepcopy(draw(PLACES)))
            break
    return data


@pytest.mark.exhaustive
@given(mutated())
@settings(max_examples=count(150, exhaustive=20_000))
def test_editor_and_loader_agree_on_mutated_definitions(data):
    by_loader, by_schema = verdicts(data)

    assert by_loader == by_schema
