"""Marks and lists are drawn as a template would write them, whoever they were first drawn for."""

from __future__ import annotations

from flask import render_template_string
from jinja2 import DictLoader, Environment

from web.words.marks import Listed, options
from web.words.spoken import SpokenTemplates

HOSTILE = (("a&b", "<i>Ana</i>"), ("7", 'Bia "B"'))
LOOP = """
{%- for key, words in options %}<option value="{{ key }}"
{%- if key|string == value|string %} selected{% endif %}>{{ words }}</option>{% endfor -%}
"""
PIECES = {
    "frame": "<{% block head %}a{% endblock %}|{% block page %}{% endblock %}>",
    "page": "{% extends 'frame' %}{% set known = 'k' %}{% block page %}"
    "{% for n in (1, 2) %}{% block line scoped %}{{ n }}{% endblock %}"
    "{% include 'part' %}{% endfor %}{% include 'none' ignore missing %}{% endblock %}"
    "{% block head %}{{ super() }}b{% endblock %}",
    "part": "({{ n }}{{ given }}{% set inside %}{% include 'leaf' %}{% endset %}{{ inside }})",
    "leaf": "<b>{{ n }}</b>",
}


def test_a_list_is_drawn_as_a_loop_would_draw_it(speaking):
    with speaking("pt-BR"):
        for choices in (HOSTILE, list(HOSTILE), Listed(HOSTILE), Listed(), ((7, "sete"),)):
            for chosen in ("", "a&b", "7", 7, "none of them"):
                wanted = render_template_string(LOOP, options=choices, value=chosen)
                assert options(choices, chosen) == wanted


def test_what_was_chosen_once_is_not_chosen_for_the_next(speaking):
    lasting = Listed(HOSTILE)
    with speaking("pt-BR"):
        before = options(lasting, "")
        assert " selected" in options(lasting, "7")
        assert options(lasting, "") == before
        assert " selected" not in before


def test_blocks_and_parts_that_are_written_whole_say_what_they_would_piece_by_piece(app):
    ours = SpokenTemplates(app, loader=DictLoader(PIECES), autoescape=True)
    theirs = Environment(loader=DictLoader(PIECES), autoescape=True)

    said = ours.get_template("page").render(given="<g>")

    assert said == theirs.get_template("page").render(given="<g>")
    assert said == "<ab|1(1&lt;g&gt;<b>1</b>)2(2&lt;g&gt;<b>2</b>)>"
