"""The file of a register: what is wrong with one, told with its line and how to mend it."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from workflow.catalogue.json_schema import register_schema, write_json_schema
from workflow.catalogue.problems import Refused
from workflow.catalogue.registers import load_register, register_files
from workflow.catalogue.shipped import shipped
from workflow.catalogue.source import compose
from workflow.core.fields import Access

GOOD = """key: thing
version: 1
prefix: THG
title: Coisa
plural: Coisas
summary: O que é.
owner: SCC
access: public
name: name
ends_on: until
warn: [90 days before]
renewal: {every: 1 year}
fields:
  - {key: name, title: Nome, type: text, required: true}
  - {key: until, title: Até, type: date}
  - {key: mail, title: E-mail, type: email}
"""
FAULTS = [
    ("prefix: THG", "prefix: thing", 3, "three capital letters"),
    ("owner: SCC", "owner: SCCC", 7, "did you mean 'SCC'"),
    ("name: name", "name: nome", 9, "not a field of the entry"),
    ("name: name", "name: until", 9, "may be empty"),
    ("ends_on: until", "ends_on: name", 10, "name a field of type date"),
    ("ends_on: until", "country: mail", 10, "name a field of type country"),
    ("ends_on: until\n", "", 10, "nothing ends, so nothing warns of it"),
    ("{every: 1 year}", "{every: 1 year, each: year}", 12, "each"),
    ("{every: 1 year}", "{every: 1 year before}", 12, "cannot hold backwards"),
    ("type: email", "type: document", 16, "an entry holds no documents"),
    ("type: email", "type: text, computed: {}", 16, "computed"),
    ("key: until", "key: name", 15, "two entry fields are named 'name'"),
    ("type: text, req", "type: text, access: network, req", 9, "leave out `access`"),
    ("access: public", "access: public\nexpects: {by: mail, met_by: name}", 9, "holds no day"),
    ("access: public", "access: public\nexpects: {by: until, met_by: other}", 9, "not a field"),
    ("access: public", "access: restricted", 8, "needs its legal ground"),
    ("access: public", "access: public\npublic_check: [name]", 9, "add `checked: true`"),
    ("access: public", "access: public\ntells_apart: [more]", 9, "not a field"),
    ("access: public", "access: public\nfound_by: [until]", 9, "no text that everybody"),
]


@pytest.mark.parametrize(("good", "bad", "line", "told"), FAULTS)
def test_every_fault_is_told_where_it_stands(good, bad, line, told):
    assert good in GOOD
    with pytest.raises(Refused) as refused:
        load_register(GOOD.replace(good, bad, 1), agencies={"SCC", "SES"}, name="thing.yaml")
    problems = refused.value.problems
    assert any(p.line == line and told in str(p) for p in problems), str(refused.value)


def test_fields_are_as_open_as_their_register_but_what_is_personal_is_not_public_by_silence():
    fields = load_register(GOOD).entry_type.fields
    assert (fields["until"].access, fields["mail"].access) == (Access.PUBLIC, Access.NETWORK)
    opened = GOOD.replace("type: email", "type: email, access: public")
    assert load_register(opened).entry_type.fields["mail"].access is Access.PUBLIC


def test_the_order_of_keys_does_not_make_another_register():
    lines = GOOD.splitlines()
    moved = "\n".join([*lines[1:2], *lines[:1], *lines[2:]])
    assert load_register(moved).entry_type.hash == load_register(GOOD).entry_type.hash


def test_the_schema_for_editors_is_up_to_date_and_knows_what_is_shipped(tmp_path):
    write_json_schema(tmp_path / "schema.json", register_schema())
    published = shipped("registers", "schema.json").read_text(encoding="utf-8")
    assert published == (tmp_path / "schema.json").read_text(encoding="utf-8")
    validator = Draft202012Validator(register_schema())
    for path in register_files([shipped("registers")]):
        assert validator.is_valid(compose(path.read_text("utf-8")).data), path.name
    assert not validator.is_valid(compose(GOOD.replace("owner", "holder")).data)
