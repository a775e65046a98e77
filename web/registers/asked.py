"""What the address of a list of entries asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import request

from workflow.core.fields import FieldType
from workflow.core.registers.entries import Standing
from workflow.core.registers.types import EntryType
from workflow.services.register_lists import Narrowing
from workflow.storage.queries.registers import Order

RUNNING: Final = (Standing.CURRENT, Standing.STALE)
STANDINGS: Final[Mapping[str, tuple[Standing, ...]]] = {
    "": RUNNING,
    "confirmar": (Standing.STALE,),
    "encerrados": (Standing.ENDED,),
    "todos": (*RUNNING, Standing.ENDED),
}
ORDERS: Final[Mapping[str, Order]] = {
    "": Order.NAME,
    "confirmar": Order.DUE,
    "termina": Order.ENDS,
    "novos": Order.NEWEST,
}
WHERE: Final = "campo."
"""What the narrowings by a field of the register begin with, in an address."""
LONGEST: Final = 100
_NARROWING: Final = (FieldType.CHOICE, FieldType.ENTRY, FieldType.AGENCY)


def narrowing_of(kind: EntryType) -> Narrowing:
    """Read what a list is narrowed to; what is mistyped narrows nothing."""
    args = request.args
    where = {
        key: args[f"{WHERE}{key}"].strip()[:LONGEST]
        for key, field in kind.fields.items()
        if args.get(f"{WHERE}{key}", "").strip() and field.type in _NARROWING
    }
    return Narrowing(
        text=args.get("q", "").strip()[:LONGEST],
        holder=args.get("orgao", "").strip().upper()[:LONGEST] or None,
        country=args.get("pais", "").strip().upper()[:2] or None,
        standings=STANDINGS.get(args.get("situacao", ""), RUNNING),
        where=where,
    )


def asked() -> dict[str, str]:
    """Return what the address narrows and orders, without the place in the list."""
    return {key: value for key, value in request.args.items() if value and key != "apos"}
