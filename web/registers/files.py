"""Entries of registers as files: a table in words, and data by the names of fields."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from flask import Response, stream_with_context

from web.downloads import disposition
from web.registers.sheet import HEAD, sheet
from web.spreadsheets import written
from web.words.languages import language_tag
from web.words.phrases import phrase
from workflow.core.registers.entries import Standing
from workflow.core.registers.types import EntryType
from workflow.services.register_lists import Narrowing, exported, spelled
from workflow.services.unit_of_work import UnitOfWork

INSIDE: Final = ("source", "case", "ended_on", "end_reason", "replaced_by")
"""What of an entry only officers are told."""


def sheet_file(
    uow: UnitOfWork, kind: EntryType, narrowing: Narrowing, *, inside: bool = True
) -> Response:
    """Answer with the entries of a list as a table for spreadsheets, in words."""
    found = exported(uow, kind.key, narrowing)
    table = sheet(
        kind,
        found if inside else (replace(entry, source="") for entry in found),
        uow.world().network,
        on=uow.today,
        language=language_tag(),
        head={key: phrase("registers", key) for key in HEAD},
        standings={one.value: phrase("registers", one.value) for one in Standing},
    )
    rows = stream_with_context(written(table))
    response = Response(rows, mimetype="text/csv")
    return _named(response, f"{kind.key}-{uow.today.isoformat()}.csv")


def data_file(
    uow: UnitOfWork, kind: EntryType, narrowing: Narrowing, *, inside: bool = True
) -> Response:
    """Answer with the entries of a list as data; what is told inside only is left out else."""
    told = [spelled(entry, uow.today) for entry in exported(uow, kind.key, narrowing)]
    if not inside:
        told = [
            {k: v for k, v in one.items() if k not in INSIDE}
            | {"values": {k: v for k, v in one["values"].items() if k in kind.fields}}
            for one in told
        ]
    whole = {"register": kind.key, "version": kind.version, "entries": told}
    response = Response(
        json.dumps(whole, ensure_ascii=False, default=str), mimetype="application/json"
    )
    return _named(response, f"{kind.key}-{uow.today.isoformat()}.json")


def _named(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = disposition(name, attached=True)
    response.headers["Cache-Control"] = "no-store"
    return response
