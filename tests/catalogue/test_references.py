"""What the second look refuses: names that do not exist, parts that do not fit together."""

from __future__ import annotations

import pytest

from tests.catalogue.faults import AGENCIES, RULES, TEXT, check, problems_of
from workflow.catalogue.loader import load_definition


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
        ("{term: 20 working days,", "{term: 20 days, from: row.date,", "no row here"),
        ("{term: 20 working days,", "{term: 20 days, rule: law,", "not a counting rule"),
        ("[coordinator, holder]", "[head, holder, head]", "write each once: head, holder"),
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


def test_mistakes_of_shape_and_of_reference_are_told_at_once():
    text = TEXT.replace("version: 2", "version: two").replace("needs: [note]", "needs: [nota]")

    assert [p.what for p in problems_of(text)] == [
        "'two' cannot stand here",
        "'nota' is not a field",
    ]
