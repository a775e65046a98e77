"""No address asks a database for a row with a number that it cannot hold."""

from __future__ import annotations

import pytest
from werkzeug.exceptions import NotFound

from web.row_numbers import MOST, row_number


def test_an_address_with_too_large_a_number_leads_nowhere(app):
    known = app.url_map.bind("localhost")
    address = "/pedidos/2026-000001-16/tarefas/{}"

    assert known.match(address.format(MOST))[1]["no"] == MOST
    with pytest.raises(NotFound):
        known.match(address.format(MOST + 1))


def test_every_number_in_an_address_is_held_to_it(app):
    numbers = [
        converter
        for rule in app.url_map.iter_rules()
        for converter in rule._converters.values()
        if converter.__class__.__name__ in {"IntegerConverter", "RowNumber"}
    ]

    assert numbers
    assert {converter.max for converter in numbers} == {MOST}


@pytest.mark.parametrize("typed", ["-1", str(MOST + 1), "x", ""])
def test_what_is_no_number_of_a_row_is_refused(typed):
    with pytest.raises(ValueError, match=r"invalid literal|^-?\d+$"):
        row_number(typed)
