"""Every shipped type has a template, and a line of it is placed in any state that does not end."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.world import facts, loaded, shipped, world
from workflow.catalogue.case_lines import Known, case_table, read_lines
from workflow.catalogue.cells import names_of
from workflow.catalogue.columns import ROLES, case_columns, is_cell, is_done_on, row_columns
from workflow.catalogue.row_sheets import linked_columns, sheet_name, table_columns
from workflow.catalogue.sheet_writing import headings, workbook_template
from workflow.catalogue.sheets import read_sheet
from workflow.core import conditions
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.importing import import_case
from workflow.core.conditions import FieldTest, Op
from workflow.core.events import By
from workflow.core.fields import FieldType
from workflow.core.history import rebuild
from workflow.core.playing import powers_of
from workflow.core.soundness.model import opener_of

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
PDF = {"sha256": "0" * 64, "name": "anexo.pdf", "media_type": "application/pdf", "size": 9}
NAMES = names_of(world().network, lambda _register, _typed: "PAR-000001", lambda _spec, _name: PDF)
KNOWN = Known(NAMES, {})
TYPED = {
    FieldType.TEXT: "Um texto qualquer",
    FieldType.LONG_TEXT: "Um texto qualquer, comprido o bastante para caber em toda parte",
    FieldType.DECIMAL: "3,5",
    FieldType.MONEY: "1.000,00",
    FieldType.DATE: "2026-12-01",
    FieldType.DATE_TIME: "2026-12-01 10:00",
    FieldType.YES_NO: "sim",
    FieldType.AGENCY: "SEF",
    FieldType.AGENCIES: "SEF; SEPLAG",
    FieldType.COUNTRY: "China",
    FieldType.CPF: "52998224725",
    FieldType.CNPJ: "11222333000181",
    FieldType.SEI_NUMBER: "1500.01.0000001/2026-11",
    FieldType.EMAIL: "alguem@example.org",
    FieldType.URL: "https://example.org",
    FieldType.TERM: "12 meses",
    FieldType.ENTRY: "Um parceiro",
    FieldType.CASE: "2026-000001-16",
}
FIXED = {"external_number": "A-1", "opened_on": "12/01/2026", "entered_on": "20/02/2026"}
DONE_ON = "2026-02-01"
ABSENT = (Op.PRESENT, False)


def typed(column, definition, state):
    known = {**FIXED, "state": state.title["pt-BR"], "opener": opener_of(definition, facts())}
    spec = column.spec
    if column.choices and column.key != "state":
        return column.choices[0][1]["pt-BR"]
    if column.key.startswith(ROLES):
        return "SEF"
    if spec is None or column.key in known:
        return known.get(column.key, "")
    return typed_field(spec, definition, state)


def typed_field(spec, definition, state):
    if spec.type is FieldType.TABLE:
        row = " | ".join(typed(part, definition, state) for part in row_columns(spec))
        return "\n".join([row] * (spec.rows or (1, 1))[0] or [row])
    if spec.type is FieldType.DOCUMENT:
        return f"anexos/{spec.key}.pdf"
    number = spec.type is FieldType.INTEGER
    return (
        DONE_ON if is_done_on(spec) else str(spec.maximum or 2026) if number else TYPED[spec.type]
    )


def wanted_yet(state):
    """Name the fields whose absence is what a state waits for."""
    asked = [conditions.tests_in(task.needed_if) for task in state.tasks.values()]
    fields = [one for tests in asked for one in tests if isinstance(one, FieldTest)]
    return {one.field for one in fields if (one.op, one.value) == ABSENT}


def brought(definition, state):
    columns, left = case_columns(definition), wanted_yet(state)
    cells = ["" if c.key in left else typed(c, definition, state) for c in columns]
    lines = [headings(columns, "pt-BR"), cells]
    text = "\n".join(";".join(f'"{cell}"' for cell in line) for line in lines)
    table = case_table(definition, read_sheet(text.encode()))
    assert table.faults == ()
    [line] = read_lines(table, KNOWN)
    assert line.faults == ()
    now = Circumstances(powers_of("SCC"), AT, world(), b"seed")
    return import_case(definition, "2026-000009-20", line.wish, batch=1, by=By(1, "SCC"), now=now)


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_a_case_is_placed_in_each_state_with_its_rows_and_documents(path):
    definition = loaded(path).definition
    for state in definition.states.values():
        if state.final:
            continue
        change = brought(definition, state)
        again = rebuild(change.number, definition, change.events)
        assert (again.state, again.tasks) == (state.key, change.after.tasks)
        assert (again.clocks, again.data) == (change.after.clocks, change.after.data)
        lacking = {
            f.key for f in definition.data.values() if is_cell(f) and f.key not in again.data
        }
        assert lacking == wanted_yet(state)


def test_an_agreement_in_force_ends_when_it_would_have():
    """Signed on 1 February for twelve months; the decision on its end opens 180 days before."""
    [path] = (one for one in shipped() if one.stem == "agreement_review")
    definition = loaded(path).definition
    case = brought(definition, definition.states["in_force"]).after
    assert (case.data["signed_on"], case.data["ends_on"]) == ("2026-02-01", "2027-02-01")
    assert [one.key for one in case.scheduled] == ["decide_end"]


def test_the_workbook_of_a_type_offers_its_choices():
    definition = loaded(shipped()[0]).definition
    columns = case_columns(definition)
    book = load_workbook(BytesIO(workbook_template(columns, "es", agencies=world().network)))
    tables = table_columns(columns)
    lines, *apart, told, lists = book.worksheets
    assert [cell.value for cell in lines[1]] == headings(
        [c for c in columns if c not in tables], "es"
    )
    assert [sheet.title for sheet in apart] == [sheet_name(table, "es") for table in tables]
    parts = [column for table in tables for column in linked_columns(table)]
    assert told.max_row == len(columns) + len(parts) + 1
    assert [lists.cell(1, n).value for n in (1, 2)] == ["Tipo de pedido", "Estado actual"]
    assert lines.data_validations.count > 0
