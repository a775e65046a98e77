"""What people type into forms made from definitions, and what is said of what does not fit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workflow.catalogue.form_values import Fault
from workflow.catalogue.forms import doubts, fill, form_schema, unknown_agencies
from workflow.core.fields import Choice, Field, FieldType


def asked(kind, **about):
    return Field(key="x", title={"pt-BR": "X"}, type=FieldType(kind), **about)


def read(kind, typed, **about):
    filled = fill(form_schema([asked(kind, **about)]), {"x": typed})
    return filled.faults["x"][0].code if filled.faults else filled.values.get("x")


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "  uma\n linha ", "uma linha"),
        ("long_text", "duas\r\nlinhas\x0b", "duas\nlinhas"),
        ("long_text", "uma\x0coutra\x0be\t\x85outra", "uma\noutra\ne\t\x85outra"),
        ("integer", "1250", 1250),
        ("decimal", "1.250,50", "1250.50"),
        (
            "money",
            {"amount": "R$ 1.234,5", "currency": "brl"},
            {"amount": "1234.50", "currency": "BRL"},
        ),
        ("date", "12/03/2026", "2026-03-12"),
        ("date", "2026-03-12", "2026-03-12"),
        ("yes_no", "no", False),
        ("agency", " sef ", "SEF"),
        ("agencies", ["SEF", ""], ["SEF"]),
        ("country", "cn", "CN"),
        ("cpf", "529.982.247-25", "52998224725"),
        ("email", "ana@example.org", "ana@example.org"),
        ("url", "https://example.org/a", "https://example.org/a"),
        ("term", {"amount": "60", "unit": "months"}, "60 months"),
        ("text", "", None),
        ("choices", [], None),
    ],
)
def test_what_fits_is_read(kind, typed, value):
    assert read(kind, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed", "about", "fault"),
    [
        ("text", "ab", {"length": (3, 9)}, "too_short"),
        ("text", "a" * 10, {"length": (3, 9)}, "too_long"),
        ("text", "parecer\x07", {}, "control_character"),
        ("text", "\x1fparecer", {}, "control_character"),
        ("long_text", "a\x7f", {}, "control_character"),
        ("integer", "doze", {}, "not_a_number"),
        ("integer", "1,5", {}, "not_whole"),
        ("integer", "1" + "0" * 15, {}, "too_large"),
        ("decimal", "1e30", {}, "not_a_number"),
        ("money", "1e999999999", {}, "not_a_number"),
        ("decimal", "nan", {}, "not_a_number"),
        ("money", {"amount": "-1"}, {"minimum": Decimal(0)}, "too_small"),
        ("money", {"amount": "1", "currency": "XXY"}, {}, "unknown_currency"),
        ("date", "31/02/2026", {}, "not_a_date"),
        ("date", "2025-12-31", {"minimum": "2026-01-01"}, "too_early"),
        ("date_time", {"date": "2026-03-12", "time": "25:00"}, {}, "not_a_time"),
        ("choice", "c", {"choices": (Choice("a", {"pt-BR": "A"}),)}, "not_a_choice"),
        ("yes_no", "talvez", {}, "not_a_choice"),
        ("country", "XX", {}, "unknown_country"),
        ("cpf", "529.982.247-52", {}, "not_a_cpf"),
        ("email", "ana@", {}, "not_an_email"),
        ("url", "javascript:alert(1)", {}, "not_an_address"),
        ("term", {"amount": "0", "unit": "days"}, {}, "not_a_term"),
    ],
)
def test_what_does_not_fit_is_told(kind, typed, about, fault):
    assert read(kind, typed, **about) == fault


def test_a_table_is_told_row_by_row_and_blank_rows_are_left_out():
    columns = (
        Field(key="name", title={"pt-BR": "Nome"}, type=FieldType.TEXT, required=True),
        Field(key="country", title={"pt-BR": "País"}, type=FieldType.COUNTRY),
    )
    table = asked("table", columns=columns)
    rows = [{"name": "A", "country": "br"}, {}, {"name": "", "country": "XX"}]

    filled = fill(form_schema([table]), {"x": rows})

    assert set(filled.faults["x"]) == {1}
    assert {k: v[0].code for k, v in filled.faults["x"][1].items()} == {
        "name": "missing",
        "country": "unknown_country",
    }
    good = fill(form_schema([table]), {"x": rows[:2]})
    assert good.values["x"] == [{"name": "A", "country": "BR"}]


@pytest.mark.parametrize(
    ("kind", "untouched"),
    [
        ("money", {"amount": "", "currency": "BRL"}),
        ("term", {"amount": "", "unit": "days"}),
        ("date_time", {"date": "", "time": "", "zone": "America/Sao_Paulo"}),
    ],
)
def test_a_row_is_blank_in_which_only_stands_what_a_form_offers(kind, untouched):
    columns = (
        Field(key="name", title={"pt-BR": "Nome"}, type=FieldType.TEXT, required=True),
        Field(key="said", title={"pt-BR": "Dito"}, type=FieldType(kind)),
    )
    schema = form_schema([asked("table", columns=columns)])
    blank, typed = {"name": "", "said": untouched}, {"name": "A", "said": untouched}

    assert fill(schema, {"x": [blank, typed, blank]}).values == {"x": [{"name": "A"}]}
    wrong = fill(schema, {"x": [blank, {**blank, "said": dict.fromkeys(untouched, "1")}]})
    assert list(wrong.faults["x"]) == [0]


def test_wrong_check_digits_of_sei_are_a_doubt_and_no_fault():
    number = asked("sei_number")

    assert read("sei_number", "1500.01.0509677/2024-52") == "1500.01.0509677/2024-52"
    assert doubts([number], {"x": "1500.01.0509677/2024-52"}) == {
        "x": Fault("check_digits", written="1500.01.0509677/2024-52")
    }
    assert doubts([number], {"x": "1500.01.0509677/2024-51"}) == {}


def test_an_agency_that_is_not_there_is_told():
    found = unknown_agencies([asked("agencies")], {"x": ["SEF", "NADA"]}, {"SEF"})

    assert found == {"x": Fault("unknown_agency")}
