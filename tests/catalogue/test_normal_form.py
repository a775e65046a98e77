"""The normal form: what is stored of a definition, and what its hash stands for."""

from __future__ import annotations

import json
import time

import pytest
import yaml

from tests.catalogue.test_files import GOOD
from workflow.catalogue.build import definition_from_normal_form
from workflow.catalogue.loader import load_definition
from workflow.core.audience import Audience
from workflow.core.conditions import FieldTest, Group, Op, OutcomeTest, Quantity
from workflow.core.definition import DataItem, Reminder, Result, RoleItem
from workflow.core.fields import Access, Computation, Field
from workflow.core.joins import Quantifier
from workflow.core.terms import Direction, Term, Unit

CONSULTATION = next(path for path in GOOD if path.stem == "consultation")


@pytest.fixture(scope="module")
def loaded():
    return load_definition(CONSULTATION)


def turned(value):
    """Turn the keys of every mapping round, save where their order is seen."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(item) for item in value] if isinstance(value, list) else value


def test_comments_and_the_order_of_keys_change_nothing(loaded):
    text = CONSULTATION.read_text(encoding="utf-8")
    plain = yaml.safe_load(text.replace("2026-01-01", '"2026-01-01"'))
    roles, states = plain["roles"], plain["states"]
    rewritten = turned(plain)
    rewritten["roles"] = {key: turned(roles[key]) for key in roles}
    for state, other in zip(states, rewritten["states"], strict=True):
        for task, again in zip(state.get("tasks", ()), other.get("tasks", ()), strict=True):
            again["outcomes"] = task["outcomes"]
    again = load_definition(yaml.safe_dump(rewritten, allow_unicode=True, sort_keys=False))

    assert again.definition.hash == loaded.definition.hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Redigir", "Escrever"),
        ("version: 2", "version: 3"),
        ("10 working days", "11 working days"),
        ("[favourable, contrary,", "[contrary, favourable,"),
    ],
)
def test_what_readers_or_officers_meet_changes_the_hash(loaded, old, new):
    again = load_definition(CONSULTATION.read_text(encoding="utf-8").replace(old, new, 1))

    assert again.definition.hash != loaded.definition.hash


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_stored_definition_is_the_one_that_was_loaded(path):
    loaded = load_definition(path)
    stored = json.loads(json.dumps(loaded.normal_form, sort_keys=True))

    again = definition_from_normal_form(stored)
    assert again.hash == loaded.definition.hash
    assert list(again.states) == list(loaded.definition.states)
    assert list(again.roles) == list(loaded.definition.roles)
    assert again.transitions[0].when == loaded.definition.transitions[0].when


def test_a_stored_definition_is_read_fast(loaded):
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        definition_from_normal_form(loaded.normal_form)
        best = min(best, time.perf_counter() - start)

    assert best < 0.005


def test_common_data_comes_first_as_the_type_wants_it(loaded):
    data = loaded.definition.data

    assert list(data)[:3] == ["subject", "description", "interested"]
    assert "sdgs" not in data
    assert data["event_date"].required
    assert data["interested"].personal


def test_opening_asks_the_common_fields_first(loaded):
    asked = loaded.definition.opening

    assert asked[0] == DataItem("subject")
    assert DataItem("event_date") in asked
    assert DataItem("sdgs") not in asked
    assert asked[-5:] == (
        DataItem("kind"),
        DataItem("leading"),
        DataItem("starts_on"),
        DataItem("agencies"),
        RoleItem("consulted"),
    )


def test_a_form_may_ask_all_that_opening_asked(loaded):
    form = loaded.definition.task("draft").form

    assert DataItem("leading") in form
    assert DataItem("ends_on") not in form
    assert [item.key for item in form if isinstance(item, Field)] == ["remark", "why"]


def test_names_without_a_title_have_common_words(loaded):
    task = loaded.definition.task("answer")

    assert task.outcomes["favourable"].title["pt-BR"] == "Favorável"
    assert loaded.definition.deadlines["whole"].title["en"] == "Term of the request"
    assert loaded.definition.data["guests_list"].columns[3].title["pt-BR"] == "Órgão"
    assert task.lapse_title == {"pt-BR": "Sem resposta"}
    assert task.endings == ("favourable", "contrary", "not_applicable", "silent")


def test_columns_are_as_open_as_their_table():
    example = load_definition(
        CONSULTATION.read_text(encoding="utf-8").replace(
            "type: table, rows", "type: table, access: public, rows"
        )
    )

    columns = example.definition.data["guests_list"].columns
    assert {column.access for column in columns} == {Access.PUBLIC}


def test_conditions_hold_all_their_lines_together(loaded):
    assert loaded.definition.guards[0].hold_if == Group(
        Quantity.ALL,
        (FieldTest("topics", Op.CONTAINS, "health"), FieldTest("weight", Op.AT_MOST, 0.5)),
    )
    assert loaded.definition.task("answer").needed_if == OutcomeTest(
        Quantity.ANY, ("draft",), frozenset({"sent"})
    )


def test_terms_and_reminders_are_values(loaded):
    deadline = loaded.definition.task("answer").deadline

    assert deadline.start == "received"
    assert deadline.remind == (
        Reminder(Term(3, Unit.WORKING_DAYS, Direction.BEFORE)),
        Reminder(),
        Reminder(Term(7, Unit.DAYS), every=True),
        Reminder(Term(1, Unit.DAYS)),
    )
    assert loaded.definition.deadlines["whole"].deadline.remind == ()
    assert loaded.definition.deadlines["event"].deadline.remind is None


def test_who_hears_of_a_deadline_is_written_out_in_one_order(loaded):
    coordinator, holder = Audience.COORDINATOR, Audience.HOLDER
    state = loaded.definition.state("drafting").deadline
    [written] = [s["deadline"] for s in loaded.normal_form["states"] if s["key"] == "drafting"]

    assert state.remind == (
        Reminder(Term(5, Unit.WORKING_DAYS, Direction.BEFORE), to=(holder, coordinator)),
        Reminder(),
    )
    assert state.escalate == (
        Reminder(Term(1, Unit.WORKING_DAYS)),
        Reminder(Term(3, Unit.DAYS), every=True, to=(Audience.FOCAL_POINT,)),
    )
    assert written["remind"][0] == {
        "when": "5 working days before",
        "to": ["holder", "coordinator"],
    }
    assert written["escalate"][1] == {"when": "every 3 days after", "to": ["focal_point"]}


def test_transitions_know_their_joins(loaded):
    transitions = loaded.definition.leaving("answering")

    assert (transitions[0].when.quantifier, transitions[0].when.count) == (Quantifier.AT_LEAST, 2)
    assert transitions[3].by_time


def test_states_without_public_words_show_their_title(loaded):
    closed = loaded.definition.state("closed")

    assert closed.final is Result.COMPLETED
    assert closed.public.label == closed.title
    assert closed.public.status == "completed"


def test_computed_fields_and_money_are_as_case_data_holds_them(loaded):
    data = loaded.definition.data

    assert data["ends_on"].computed.kind is Computation.DATE_PLUS
    assert data["ends_on"].computed.plus_field == "span"
    assert data["review_on"].computed.plus == Term(30, Unit.DAYS)
    assert data["total"].computed.fields == ("guests_list", "amount")
    assert data["cost"].default == {"amount": "10", "currency": "USD"}
    assert str(data["cost"].maximum) == "1000.5"
    assert data["weight"].default == "1.5"


def test_every_part_knows_its_line(loaded):
    lines = CONSULTATION.read_text(encoding="utf-8").splitlines()

    def line(part):
        return lines[loaded.problem(part, "is wrong", "mend it").line - 1]

    assert "key: answering" in line(("state", "answering"))
    assert "key: answer" in line(("task", "answer"))
    assert "favourable, contrary" in line(("outcome", "answer.contrary"))
    assert "key: urgent" in line(("field", "urgent"))
    assert line(("role", "lead")).startswith("  lead:")
    assert "any wait of draft" in line(("transition", 0))
    assert "extend:" in line(("act", "extend"))
    assert loaded.problem(("field", "subject"), "is common", "see there").line == 3
