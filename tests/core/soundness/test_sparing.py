"""Which required fields a case may lack once an outcome on its way has spared the form."""

from __future__ import annotations

import pytest

from workflow.catalogue.loader import load_definition
from workflow.core.soundness.sparing import may_lack

TEXT = """\
key: study
version: 1
title: Estudo
summary: Um estudo que um órgão faz, ou outro.
owner: SEPLAG
roles:
  proponent: {title: Quem pede, bind: opener}
  board: {title: Quem opina, bind: [SEF, SES], many: true}
data:
  - {key: found, title: Achado, type: text, required: true}
  - {key: seen, title: Visto, type: text, required: true}
  - {key: asked, title: Pedido, type: text, required: true}
opening: [asked]
states:
  - key: writing
    title: Redação
    tasks:
      - key: write
        title: Escrever
        role: proponent
        outcomes: {written: Escrito, not_ours: {title: Não é nosso, form: optional}}
        form: [data.found, data.asked]
      - key: look
        title: Olhar
        each: board
        outcomes: {looked: {title: Olhado}}
        form: [data.seen]
  - key: elsewhere
    title: Em outro órgão
    tasks:
      - {key: take, title: Assumir, role: proponent, outcomes: [taken, dropped], form: [data.found]}
  - {key: done, title: Feito, final: completed}
  - {key: refused, title: Recusado, final: refused}
  - {key: withdrawn, title: Retirado, final: withdrawn}
transitions:
  - {source: writing, target: done, when: all written or looked}
  - {source: writing, target: elsewhere, when: any not_ours}
  - {source: elsewhere, target: done, when: any taken}
  - {source: elsewhere, target: refused, when: any dropped}
acts:
  withdraw: {by: proponent, to: withdrawn}
"""


def lacking(key="found", *edits):
    text = TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    definition = load_definition(text).definition
    return {state for state in definition.states if may_lack(definition, key, state)}


def test_what_was_spared_may_be_lacking_until_another_form_asks_it():
    assert lacking() == {"writing", "elsewhere", "withdrawn"}


def test_what_opening_asks_and_what_no_outcome_spares_is_there():
    assert lacking("asked") == set()
    assert lacking("seen") == set()


DROPPING = ("outcomes: [taken, dropped]", "outcomes: {taken: A, dropped: {title: B, stays: true}}")


@pytest.mark.parametrize(
    ("edits", "more"),
    [
        ([("taken, dropped], form: [data.found]", "taken, dropped]")], {"done", "refused"}),
        (
            [("[taken, dropped]", "{taken: A, dropped: {title: B, form: optional}}")],
            {"refused"},
        ),
        ([DROPPING, ("refused, when: any dropped", "refused, after: 30 days")], {"refused"}),
        ([("when: all written or looked", "when: any written or looked")], {"done"}),
        ([("when: any taken", "when: any answered")], set()),
        (
            [("[data.found]}", "[data.found], deadline: {term: 5 days}, lapse: taken}")],
            {"done"},
        ),
        ([("title: Escrever", "title: Escrever\n        needed_if: {asked: {is: x}}")], {"done"}),
    ],
)
def test_a_way_fills_it_in_only_if_nobody_goes_it_without(edits, more):
    assert lacking("found", *edits) == {"writing", "elsewhere", "withdrawn"} | more
