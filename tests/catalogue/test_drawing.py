"""Maps and outlines: every state and every way, in every language, with nothing left unescaped."""

from __future__ import annotations

import json
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from workflow.catalogue.drawing import lay_out
from workflow.catalogue.labelling import Box, place_labels
from workflow.catalogue.loader import load_definition
from workflow.catalogue.map import render_map
from workflow.catalogue.outline import outline
from workflow.catalogue.shipped import definition_files, shipped

SVG = "{http://www.w3.org/2000/svg}"
FILES = list(definition_files([shipped()]))


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def definition(request):
    return load_definition(request.param).definition


@pytest.fixture
def layout(definition):
    return lay_out(definition)


def test_every_state_and_every_way_is_drawn(definition, layout):
    drawn = ET.fromstring(render_map(layout))
    pairs = {(t.source, t.target) for t in definition.transitions if t.source != t.target}
    assert len(drawn.findall(f"{SVG}g")) == len(definition.states)
    assert len([p for p in drawn.findall(f"{SVG}path") if p.get("class") != "tip"]) == len(pairs)


def test_states_stand_apart_and_inside_the_picture(layout):
    left, top, width, height = layout["box"]
    boxes = [Box(n["x"], n["y"], n["width"], n["height"]) for n in layout["nodes"]]
    assert not any(a.meets(b) for a, b in combinations(boxes, 2))
    for box in boxes:
        assert left <= box.x - box.width / 2 <= box.x + box.width / 2 <= left + width
        assert top <= box.y - box.height / 2 <= box.y + box.height / 2 <= top + height


def test_ways_begin_and_end_at_their_states(layout):
    nodes = {n["key"]: n for n in layout["nodes"]}
    for edge in layout["edges"]:
        for key, (x, y) in (
            (edge["source"], edge["points"][0]),
            (edge["target"], edge["points"][-1]),
        ):
            node = nodes[key]
            assert abs(x - node["x"]) <= node["width"] / 2 + 1
            assert abs(y - node["y"]) <= node["height"] / 2 + 1


def test_a_layout_survives_being_stored(definition, layout):
    assert json.loads(json.dumps(layout)) == layout
    assert layout == lay_out(definition)


def test_a_case_colours_its_way(definition, layout):
    first, second = list(definition.states)[:2]
    drawn = render_map(layout, visited=[first], current=second)
    assert drawn.count('class="now') == 1
    assert 'class="done"' in drawn
    assert 'class="done"' not in render_map(layout)


@pytest.mark.parametrize("language", ["pt-BR", "pt_BR", "en", "es"])
def test_a_map_tells_itself_to_those_who_do_not_see_it(definition, layout, language):
    drawn = ET.fromstring(render_map(layout, language=language))
    assert drawn.get("role") == "img"
    title, told = drawn.find(f"{SVG}title").text, drawn.find(f"{SVG}desc").text
    assert definition.title[language.replace("_", "-")] in title
    assert len(told) > 40


def test_the_outline_names_every_state_and_task(definition):
    told = outline(definition, "en")
    assert all(f"({key})" in told for key in definition.states)
    assert all(task.title["en"] in told for _, task in definition.tasks())


def test_texts_are_escaped(layout):
    layout["nodes"][0]["title"]["en"] = ["<b>&"]
    layout["title"]["en"] = "<script>"
    drawn = render_map(layout, language="en", standalone=True)
    assert "<script>" not in drawn
    assert "&lt;b&gt;&amp;" in drawn
    ET.fromstring(drawn)


def test_nothing_in_a_page_is_styled_in_place(layout):
    assert "style" not in render_map(layout)


def test_labels_keep_clear_of_what_is_there():
    way = [(0, 0), (0, 100)]
    wall = Box(-30, 50, 40, 60)
    (label,) = place_labels([way], [(40, 12)], [wall])
    assert not label.meets(wall)


def test_two_labels_never_share_a_place():
    ways = [[(0, 0), (0, 60)], [(10, 60), (10, 0)]]
    one, other = place_labels(ways, [(40, 12), (40, 12)], [])
    assert not one.meets(other)
