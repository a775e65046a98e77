"""Every column that can tell of a person is explained in docs/privacy.md, and no other is."""

from __future__ import annotations

import re
from pathlib import Path

from workflow.storage.models import METADATA

TABLE = Path(__file__).parents[2] / "docs" / "privacy.md"
PERSONAL = re.compile(
    r"name$|e?mail|address|agent|phone|cpf|person$|guest|officer|assignee|substitute_id|absent_id"
    r"|on_behalf_of|_by$|^by$|password|token|secret|credential|csrf|code_hash|account|salt"
    r"|^(value|data|body|text|words|reason|end_reason|facts|params|detail|query|payload|moves)$"
    r"|^(proposal|request|subject|last_event|last_error)$"
)


def test_every_column_that_looks_personal_says_why_it_is_kept():
    named = set(re.findall(r"`(\w+\.\w+)`", TABLE.read_text(encoding="utf-8")))
    there = {f"{t.name}.{c.name}" for t in METADATA.sorted_tables for c in t.columns}
    asked = {column for column in there if PERSONAL.search(column.partition(".")[2])}
    assert asked - named == set()
    assert {one for one in named if not one.endswith(".md")} - there == set()
