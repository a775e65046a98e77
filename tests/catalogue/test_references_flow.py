"""What the second look refuses in the way of a case: states, transitions, guards and acts."""

from __future__ import annotations

import pytest

from tests.catalogue.faults import TEXT, check, problems_of


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


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: data.subject", "title: data.subjects", "did you mean 'subject'?"),
        ("title: data.subject", "title: data.guests_list.nome", "did you mean 'name'?"),
        ("title: data.subject", "title: data.guests_list.email", "of type email"),
        ("with: {kind: tax}", "with: {title: tax}", "'title' is given twice"),
        ("entry: data.partner", "entry: data.kind", "of type choice, not entry"),
        ("do: update, entry", "do: create, entry", "write `do: update`"),
        ("holder: lead}", "holder: leader}", "did you mean 'lead'?"),
        ("holder: lead}", "holder: guests}", "not held by one agency"),
        ("if: {partner: {present", "if: {partners: {present", "did you mean 'partner'?"),
        ("do: update, entry", "do: alter, entry", "'alter'"),
        ("type: entry, of: partner", "type: entry", "no of"),
        ("type: date_time}", "type: date_time, of: partner}", "says nothing of a field"),
    ],
)
def test_a_state_writes_to_registers_what_the_case_has(old, new, said):
    check(old, new, said)
