"""The word that makes a form optional with an outcome: where it may stand, and what it is."""

from __future__ import annotations

import pytest

from workflow.catalogue.difference import differences
from workflow.catalogue.loader import load_definition
from workflow.catalogue.problems import Refused

TEXT = """\
key: leave
version: 1
title: Afastamento
summary: Pedido de afastamento, decidido em uma etapa.
owner: SEPLAG
roles:
  proponent: {title: Órgão, bind: opener}
  adviser: {title: Quem opina, bind: chosen}
data:
  - {key: term, title: Prazo, type: text, required: true}
  - {key: note, title: Nota, type: text}
  - {key: paper, title: Parecer, type: document}
opening: [roles.adviser]
states:
  - key: open
    title: Em análise
    tasks:
      - key: decide
        title: Decidir
        role: proponent
        outcomes:
          approve: Aprovar
          deny: {title: Devolver, form: optional}
        form: [data.term]
  - {key: done, title: Concluído, final: completed}
transitions:
  - {source: open, target: done, when: any approve or deny}
"""
FORM = "form: [data.term]"
LINE = TEXT[: TEXT.index("deny:")].count("\n") + 1


def problems(text):
    with pytest.raises(Refused) as refused:
        load_definition(text)
    return [(problem.line, f"{problem.what}; {problem.mend}") for problem in refused.value.problems]


def test_it_is_kept_with_its_outcome_alone():
    outcomes = load_definition(TEXT).definition.task("decide").outcomes

    assert {key: one.form_optional for key, one in outcomes.items()} == {
        "approve": False,
        "deny": True,
    }


def test_the_normal_form_says_it_only_where_the_file_does():
    loaded = load_definition(TEXT)
    approve, deny = loaded.normal_form["states"][0]["tasks"][0]["outcomes"]

    assert "form" not in approve
    assert deny["form"] == "optional"


def test_it_is_a_difference_between_versions():
    before, after = TEXT.replace(", form: optional", ""), TEXT
    found = differences(load_definition(before).normal_form, load_definition(after).normal_form)

    assert [(one.places[-1].name, one.kind, one.before, one.after) for one in found] == [
        ("form", "added", None, "optional")
    ]


@pytest.mark.parametrize(
    "form",
    [
        "form: [data.term]",
        "form: [data.*, data.term]",
        "form: [data.note, roles.adviser]",
        "form: [data.term, {key: why, title: Por quê, type: text, required: true}]",
        "form: [data.term]\n        needs: [paper]",
    ],
)
def test_it_may_stand_where_something_is_demanded(form):
    text = TEXT.replace(FORM, form)
    if "data.term" not in form:
        text = text.replace("type: text, required: true}", "type: text}", 1)

    load_definition(text)


@pytest.mark.parametrize(
    "form", ["form: [data.note]", "form: [data.note, {key: why, title: A, type: text}]", "form: []"]
)
def test_where_nothing_is_required_it_is_refused_with_its_line(form):
    text = TEXT.replace(FORM, form).replace("[roles.adviser]", "[term, roles.adviser]")

    assert problems(text) == [
        (LINE, "nothing has to be filled in with 'deny' anyway; remove `form`, or require a field")
    ]


def test_where_no_outcome_asks_for_the_whole_form_it_is_refused():
    found = problems(TEXT.replace("approve: Aprovar", "approve: {title: A, form: optional}"))

    assert [line for line, _ in found] == [LINE - 1, LINE]
    assert all("leave `form` out of one of them" in text for _, text in found)


def test_it_is_one_word():
    [(line, said)] = problems(TEXT.replace("form: optional", "form: blank"))

    assert line == LINE
    assert "'blank' is not among what may stand here" in said


def test_another_case_fills_in_no_form():
    found = problems(
        TEXT.replace("approve: Aprovar", "completed: Aprovar")
        .replace("deny:", "refused:")
        .replace("any approve or deny", "any completed or refused")
        .replace(FORM, FORM + "\n        child: {type: other}")
    )

    assert found == [(LINE, "another case gives 'refused', so 'form' says nothing; remove it")]


def test_what_does_not_exist_is_told_once():
    found = problems(
        TEXT.replace(FORM, "form: [data.trem]").replace("[roles.adviser]", "[term, roles.adviser]")
    )

    assert [said for _, said in found] == ["'trem' is not a field; did you mean 'term'?"]
