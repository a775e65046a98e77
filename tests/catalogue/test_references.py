"""What the second look refuses: names that do not exist, parts that do not fit together."""

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


def test_the_good_text_is_good():
    load_definition(TEXT, agencies=AGENCIES, rules=RULES)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("owner: SEPLAG", "owner: SEPLA", "did you mean 'SEPLAG'?"),
        ("opened_by: [secretaria, SCC]", "opened_by: [XYZ]", "no agency has the code 'XYZ'"),
        ("ground: documento_preparatorio\n", "ground: secrecy\n", "not a legal ground"),
        ("require: [event_date]", "require: [event]", "did you mean 'event_date'?"),
        ("hide: [sdgs, themes]", "hide: [subject]", "needed by every page"),
        ("hide: [sdgs, themes]", "hide: [priority]", "hide 'priority_reason' too"),
        ("hide: [sdgs, themes]", "hide: [event_date]", "both hidden and required"),
    ],
)
def test_the_head_names_what_exists(old, new, said):
    check(old, new, said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bind: [SEF, SEPLAG]", "bind: [SEF, TREASURY]", "no agency has the code 'TREASURY'"),
        ("bind: [SEF, SEPLAG], many: true", "bind: [SEF, SEPLAG]", "many: true"),
        ("bind: data.agencies, many: true", "bind: data.agencies", "many: true"),
        ("bind: data.leading}", "bind: data.kind}", "type choice, not agency or agencies"),
        ("of: lead, otherwise: AGE", "of: leader, otherwise: AGE", "did you mean 'lead'?"),
        ("of: lead, otherwise: AGE", "of: lead, otherwise: AGU", "did you mean 'AGE'?"),
        ("of: lead}}", "of: aest}}", "unit of its own agency"),
        ("{by: kind,", "{by: urgent,", "of type yes_no, not choice"),
        ("cases: {tax: SEF,", "cases: {taxes: SEF,", "not a choice of 'kind'"),
        ("other: opener}, otherwise: SEPLAG", "other: XX}, otherwise: SEPLAG", "code 'XX'"),
        ("external: true, many: true, ", "many: true, external: false, ", "external: true"),
        ("{rows: guests_list,", "{rows: kind,", "not table"),
        ("where: {email: {present: true}}", "where: {mail: {present: true}}", "'email'?"),
        ("recorded_by: opener_agency", "recorded_by: opener", "not a role"),
        (
            "  lead: {title: Órgão",
            "  chosen: {title: A, bind: opener}\n  lead: {title: Órgão",
            "bindings",
        ),
    ],
)
def test_a_role_can_be_bound(old, new, said):
    check(old, new, said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("choices: [tax, {key: other", "choices: [tax, tax, {key: other", "two choices"),
        (
            "{key: urgent, title",
            "{key: count, title: A, type: yes_no}\n  - {key: urgent, title",
            "two",
        ),
        (
            "{key: urgent, title",
            "{key: subject, title: A, type: text}\n  - {key: urgent, title",
            "common",
        ),
        (
            "{key: urgent, title",
            "{key: any, title: A, type: text}\n  - {key: urgent, title",
            "a word of",
        ),
        (
            "{key: urgent, title",
            "{key: x, title: A, type: choice}\n  - {key: urgent, title",
            "choices",
        ),
        (
            "{key: urgent, title",
            "{key: x, title: A, type: table}\n  - {key: urgent, title",
            "columns",
        ),
        ("type: yes_no, default: false", "type: yes_no, default: 0", "true or false"),
        ("type: yes_no, default: false", "type: yes_no, min: 1", "says nothing"),
        ("default: [health]", "default: [culture]", "not a choice"),
        ("default: [health]", "default: health", "write a list"),
        ("max: 10, default: 2", "max: 10, default: 2.5", "whole number"),
        ("min: 1, max: 10", "min: 11, max: 10", "swap"),
        ("min: 2026-01-01", "min: 3", "write a date"),
        ("default: 6 months", "default: six", "write a term"),
        ("rows: [0, 9]", "rows: [9, 0]", "least first"),
        (
            "versions: true, access: restricted",
            "versions: true, access: network",
            "restricts nothing",
        ),
        ("released_on: closed", "released_on: close", "did you mean 'closed'?"),
        (
            "{key: site, title: Página, type: url,",
            "{key: site, title: A, type: url, versions: true,",
            "only doc",
        ),
        ("shown_if: {urgent: {is: true}", "shown_if: {urgently: {is: true}", "'urgent'?"),
        ("{key: amount, type: money}", "{key: amount, type: document}", "column cannot"),
    ],
)
def test_a_field_is_possible(old, new, said):
    check(old, new, said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "computed: {date: starts_on, plus: span}",
            "computed: {date: kind, plus: span}",
            "not date",
        ),
        ("plus: span", "plus: count", "not term"),
        ("rule: house}}\n  - {key: days", "rule: houses}}\n  - {key: days", "counting rule"),
        ("[starts_on, ends_on]", "[starts_on, end]", "'ends_on'?"),
        ("column: amount", "column: sum", "not a column"),
        ("column: amount", "column: name", "give both the same type"),
        ("count_rows: guests_list", "count_rows: guest_list", "'guests_list'?"),
        ("last_completed: [answer]", "last_completed: [answers]", "'answer'?"),
        ("type: date, computed: {last", "type: text, computed: {last", "gives date, not text"),
        (
            "type: date, computed: {last",
            "type: date, required: true, computed: {last",
            "never asked",
        ),
    ],
)
def test_a_computed_field_follows_from_what_fits(old, new, said):
    check(old, new, said)


def test_a_computed_field_never_follows_from_itself():
    problems = problems_of(
        TEXT.replace("{date: starts_on, plus: span}", "{date: review_on, plus: span}")
    )

    assert ["computed from itself" in p.what for p in problems] == [True, True]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("opening: [kind, data.leading,", "opening: [kinds, kind, data.leading,", "'kind'?"),
        ("opening: [kind, data.leading,", "opening: [ends_on, kind, data.leading,", "computed"),
        (
            "opening: [kind, data.leading,",
            "opening: [roles.lead, kind, data.leading,",
            "bound already",
        ),
    ],
)
def test_opening_asks_what_can_be_given(old, new, said):
    check(old, new, said)


def test_what_is_required_or_chosen_is_asked_somewhere():
    text = TEXT.replace("starts_on, agencies, roles.consulted]", "agencies]").replace(
        ", data.leading", ""
    )
    told = [p.what for p in problems_of(text)]

    assert told == [
        "role 'consulted' is chosen, but nobody is asked to choose",
        "'leading' is required, but nothing asks it",
        "'starts_on' is required, but nothing asks it",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: Redigir, role: opener_agency,", "title: Redigir, role: opener,", "not a role"),
        ("title: Redigir, role: opener_agency,", "title: Redigir,", "nobody is told"),
        ("title: Redigir, role: opener_agency,", "title: R, role: lead, each: lead,", "exclude"),
        ("title: Redigir, role: opener_agency,", "title: R, role: consulted,", "each: consulted"),
        (
            "title: Redigir, role: opener_agency,",
            "title: R, role: lead, to: row.agency,",
            "each row",
        ),
        ("to: row.agency,", "to: row.agencies,", "did you mean 'agency'?"),
        ("to: row.agency,", "to: row.name,", "of type agency"),
        ("each: data.guests_list, role: opener_agency,", "each: data.guests_list,", "not clear"),
        ("form: [data.*, data.note,", "form: [data.*, data.notes,", "'note'?"),
        ("form: [data.*, data.note,", "form: [data.*, data.days,", "computed"),
        ("{key: remark,", "{key: kind,", "write data.kind"),
        ("needs: [note]", "needs: [kind]", "not document"),
        ("not_by: [draft]", "not_by: [drafts]", "'draft'?"),
        ("not_by: [draft]", "not_by: [answer]", "kept from itself"),
        (
            "{outcome_of: {task: draft, is: sent}}",
            "{outcome_of: {task: drft, is: sent}}",
            "'draft'?",
        ),
        (
            "{outcome_of: {task: draft, is: sent}}",
            "{outcome_of: {task: draft, is: go}}",
            "not an outcome",
        ),
        ("of: row.date}", "of: row.day}", "not a column"),
        ("of: row.date}", "of: data.kind}", "not date"),
        ("{term: 5 days before, of: row.date}", "{term: 5 days before}", "before what"),
        ("{term: 5 days before, of: row.date}", "{term: 5 days, of: row.date}", "`before`"),
        ("{term: 20 working days}", "{term: 20 days, from: row.date}", "no row here"),
        ("{term: 20 working days}", "{term: 20 days, rule: law}", "not a counting rule"),
        ("of: data.starts_on}, outcomes", "of: data.count}, outcomes", "not date"),
        ("{again: {stays: true, opens", "{answered: {stays: true, opens", "word of joins"),
        ("with: {kind: tax, urgent: true}", "with: {kind: taxes}", "not a choice"),
        ("copies: [starts_on]", "copies: [start_on]", "'starts_on'?"),
        ("{completed: {stays: true}, refused", "{finished: {stays: true}, refused", "no result"),
    ],
)
def test_a_task_can_be_done(old, new, said):
    check(old, new, said)


def test_time_answers_only_by_a_deadline():
    old = TEXT[TEXT.index("        deadline: {term: 10 working") : TEXT.index("        lapse:")]
    (problem,) = problems_of(TEXT.replace(old, ""))

    assert problem.what == "time answers only where there is a deadline"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("initial: drafting", "initial: draft", "did you mean 'drafting'?"),
        ("initial: drafting", "initial: closed", "end in 'closed' at once"),
        ("waits_for: guests\n    review_every: 15 days", "waits_for: guests", "review_every"),
        ("waits_for: guests", "waits_for: lead", "not outside"),
        ("phase: answers\n", "phase: answer\n", "did you mean 'answers'?"),
        ("stops_on_entering: [closed,", "stops_on_entering: [close,", "'closed'?"),
        ("pauses_in: [waiting]", "pauses_in: [wait]", "'waiting'?"),
        ("target: waiting, when: any wait", "target: wait, when: any wait", "'waiting'?"),
        ("source: waiting, target: answering", "source: closed, target: answering", "final"),
        ("when: any wait of draft", "when: any wait or stop of draft", "ends with 'stop'"),
        ("when: any wait of draft", "when: any wait of answer", "'answer' is not a task"),
        ("at least 2 answered", "at least 0 answered", "at least 1"),
        ("at: data.ends_on", "at: data.cost", "not date"),
        ("after: {term: 90 days, rule: house}", "after: {term: 90 days, rule: x}", "counting rule"),
        ("after: {term: 90 days, rule: house}", "after: 90 days before", "drop `before`"),
        ("if: {all: [{urgent: {is: false}}", "if: {all: [{urgent: {is: 0}}", "true or false"),
        ("{starts_on: {after: 2026-01-01}}", "{starts_on: {over: 3}}", "cannot be asked"),
        ("outcomes: [sent], hold_if", "outcomes: [send], hold_if", "did you mean 'sent'?"),
        ("{task: draft, outcomes: [sent]", "{task: draf, outcomes: [sent]", "'draft'?"),
        ("{topics: {contains: health}", "{topics: {contains: food}", "not a choice"),
        ("before_entering: answering", "before_entering: answer", "'answering'?"),
        ("cancel: {to: cancelled}", "cancel: {to: drafting}", "name a final state"),
        ("cancel: {to: cancelled}", "cancel: {by: lead}", "does not say where"),
        ("reopen: {to: [drafting],", "reopen: {to: [closed],", "not final"),
        ("extend: {times: 2}", "extend: {times: 2, to: drafting}", "never moves"),
        ("announce: {by: lead}", "announce: {by: leader}", "did you mean 'lead'?"),
    ],
)
def test_a_case_finds_its_way(old, new, said):
    check(old, new, said)


def test_an_outcome_moves_the_case_or_says_that_it_stays():
    check("outcomes: [sent], review_every", "outcomes: [sent, stop], review_every", "leads nowhere")
    check("wait: {title:", "wait: {stays: true, title:", "says it stays")


def test_one_mistake_is_told_once():
    for old, new in (("owner: SEPLAG", "owner: SEP"), ("needs: [note]", "needs: [paper]")):
        assert len(problems_of(TEXT.replace(old, new))) == 1


def test_only_what_is_unannounced_is_announced():
    (problem,) = problems_of(TEXT.replace("unannounced: true", "unannounced: false"))

    assert problem.mend == "write `unannounced: true`"


def test_phases_come_in_the_order_of_their_states():
    (problem,) = problems_of(
        TEXT.replace(
            "[received, {key: answers, title: Respostas}, done]",
            "[{key: answers, title: Respostas}, received, done]",
        )
    )

    assert "same order" in problem.mend


def test_mistakes_of_shape_and_of_reference_are_told_at_once():
    text = TEXT.replace("version: 2", "version: two").replace("needs: [note]", "needs: [nota]")

    assert [p.what for p in problems_of(text)] == [
        "'two' cannot stand here",
        "'nota' is not a field",
    ]
