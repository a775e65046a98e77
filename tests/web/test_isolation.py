"""What may run from right to left turns round nothing that stands beside it, and stays as it is."""

from __future__ import annotations

import pytest
from flask import render_template_string

from web.words.isolation import closed, isolated
from web.words.phrases import phrase

RLO, PDF, FSI, PDI, RLI = "\u202e", "\u202c", "\u2068", "\u2069", "\u2067"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ata da reunião", "Ata da reunião"),
        (f"{RLO}agap", f"{RLO}agap{PDF}"),
        (f"{RLO}agap{PDF}", f"{RLO}agap{PDF}"),
        (f"{RLI}{RLO}a", f"{RLI}{RLO}a{PDF}{PDI}"),
        (f"{RLI}{RLO}a{PDI}b", f"{RLI}{RLO}a{PDI}b"),
        (f"{PDI}{RLO}a", f"{FSI}{PDI}{RLO}a{PDF}"),
        (f"{PDF}a", f"{PDF}a"),
        (f"{RLO}a\nb{RLI}", f"{RLO}a{PDF}\nb{RLI}{PDI}"),
    ],
)
def test_what_a_line_opens_it_closes(typed, shown):
    assert closed(typed) == shown
    assert closed(shown) == shown


def test_a_text_from_right_to_left_stands_by_itself_in_a_sentence(speaking):
    assert isolated("Ana") == "Ana"
    with speaking("pt-BR"):
        said = render_template_string(
            '{{ _("Vez de %(agency)s", agency=name) }}|{{ name }}|<input value="{{ name|e }}">',
            name=f"{RLO}<b>",
        )
        hebrew = render_template_string('{{ _("Vez de %(agency)s", agency="אב 12") }}')

    shown = f"{RLO}&lt;b&gt;"
    assert said == f'Vez de {FSI}{shown}{PDF}{PDI}|{shown}{PDF}|<input value="{shown}">'
    assert hebrew == f"Vez de {FSI}אב 12{PDI}"


def test_a_page_that_imports_a_sentence_escapes_what_stands_in_it(speaking):
    names = {"AGE": "<b>Advocacia & Cia</b>"}
    with speaking("pt-BR"):
        who = '{% from "wording/public.jinja" import who %}{{ who("AGE", names) }}'
        assert render_template_string(who, names=names) == (
            "&lt;b&gt;Advocacia &amp; Cia&lt;/b&gt; (AGE)"
        )
        assert phrase("public", "who", "AGE", names) == "<b>Advocacia & Cia</b> (AGE)"


def test_fixed_words_are_said_in_each_language_and_stay_safe_beside_what_was_typed(speaking):
    page = '{{ _("Caixa") }}|{{ _("Caixa") ~ name }}|{{ _("Caixa")|upper }}'
    for tongue, word in (("pt-BR", "Caixa"), ("en", "Inbox"), ("pt-BR", "Caixa")):
        with speaking(tongue):
            said = render_template_string(page, name="<b>")
        assert said == f"{word}|{word}&lt;b&gt;|{word.upper()}"


def test_facts_are_escaped_in_the_words_around_them_in_each_language(speaking):
    page = (
        '{{ _("Caixa de %(agency)s", agency=name) }}|'
        '{% set said = _("Caixa de %(agency)s", agency=name) %}{{ said }}|'
        '{{ _("Caixa de %(agency)s", agency=name|e) }}|{{ _("Caixa de %(agency)s", agency=3) }}'
    )
    for tongue, words in (
        ("pt-BR", "Caixa de {}"),
        ("en", "Inbox of {}"),
        ("pt-BR", "Caixa de {}"),
    ):
        with speaking(tongue):
            said = render_template_string(page, name="<A & B>")
        assert said.split("|") == [*[words.format("&lt;A &amp; B&gt;")] * 3, words.format(3)]


def test_a_value_is_shown_escaped_whatever_it_is(speaking):
    page = (
        "{% macro sign() %}<i>{{ 1 }}</i>{% endmacro %}{{ v }}|{{ 'x' if v is none }}|{{ sign() }}"
    )
    shown = {
        """<&>"'""": "&lt;&amp;&gt;&#34;&#39;",
        "plain": "plain",
        f"{RLO}é": f"{RLO}é{PDF}",
        5: "5",
        True: "True",
        ("<",): "(&#39;&lt;&#39;,)",
    }
    with speaking("pt-BR"):
        for value, written in shown.items():
            assert render_template_string(page, v=value) == f"{written}||<i>1</i>"
        assert render_template_string(page, v=None) == "None|x|<i>1</i>"
        assert render_template_string("{{ nobody }}{{ nobody.name if nobody }}") == ""
