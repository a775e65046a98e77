"""The keys that lead to a place: each is listed, and the menu has the place."""

from __future__ import annotations

import re
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "web" / "static" / "app.js"


def test_every_key_that_leads_somewhere_is_listed_and_has_its_place_in_the_menu(signed_in):
    written = re.search(r"const places = \{(.*?)\}", SCRIPT.read_text(encoding="utf-8"))
    places = dict(re.findall(r"(\w): '(\w+)'", written[1]))
    page = signed_in.get("/caixa/").text

    assert places
    assert set(places.values()) <= set(re.findall(r'data-goes="(\w+)"', page))
    listed = re.findall(r"<kbd>G</kbd> <kbd>(\w)</kbd>", page)
    assert {key.upper() for key in places} == {*listed}
