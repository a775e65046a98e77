"""Registers on the command line: checked, deployed once, listed and exported."""

from __future__ import annotations

import json

from sqlalchemy import update

from tests.installation import acting_for
from workflow.catalogue.shipped import shipped
from workflow.services.registers import create
from workflow.storage.registers import RegisterEntry

FAULTY = """key: thing
version: 1
prefix: thg
title: Coisa
plural: Coisas
summary: O que é.
owner: NADA
name: nome
fields: []
"""


def test_registers_are_checked_deployed_listed_and_exported(tramita, office, tmp_path):
    folder = shipped("registers")
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(FAULTY, encoding="utf-8")
    told = tramita.json("registers", "check", faulty, folder, fails=1)
    assert len(told["sound"]) == len(list(folder.glob("*.yaml")))
    assert "faulty.yaml:3" in tramita("registers", "check", faulty, fails=1)

    assert all(one["new"] for one in tramita.json("registers", "deploy", folder))
    assert not any(one["new"] for one in tramita.json("registers", "deploy", folder))
    values = {"name": "=Porto", "kind": "university", "country": "PT"}
    made = create(acting_for(office.uow(), office.opener, "SEDE"), "partner", values, key="a")

    listed = {one["key"]: one for one in tramita.json("registers", "list")}
    assert (listed["partner"]["entries"], listed["partner"]["stale"]) == (1, 0)
    assert made.number in tramita("registers", "list", "partner")
    path = tmp_path / "partners.csv"
    tramita("registers", "export", "partner", "--to", path, "--language", "en")
    head, line = path.read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith("number;holder;standing")
    assert f"{made.number};SEDE;current" in line
    assert ";'=Porto;;University;PT;" in line
    [entry] = json.loads(tramita("registers", "export", "partner", "--format", "json"))
    assert entry["values"] == {"name": "=Porto", "kind": "university", "country": "PT"}
    assert tramita.json("registers", "verify") == {"entries": 1, "unsound": []}
    with office.uow().writing() as connection:
        connection.execute(update(RegisterEntry).values(holder="SES"))
    [wrong] = tramita.json("registers", "verify", fails=1)["unsound"]
    assert wrong == {"number": made.number, "what": "differs from its history: holder"}
    assert "nothing" in tramita("registers", "export", "nothing", fails=1)
