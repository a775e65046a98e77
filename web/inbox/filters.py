"""The address of an inbox: a view and what it is narrowed to, read from it and spelled back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from web.row_numbers import typed_number
from workflow.services.inbox import View, Wanted
from workflow.storage.queries.desk import Back
from workflow.storage.queries.inbox import GROUPS, PAGE, Cursor

_NAMED: Final[Mapping[str, View]] = {
    view.value: view for view in View if view not in (View.ASKED, View.CONFIRM)
}
LONGEST_TEXT = 100
LONG_PAGE = 100
"""Lines of a long page: as many as one act may be done on."""


def read_view(args: Mapping[str, str]) -> View | None:
    """Return the view that an address names, or None; some have pages of their own."""
    return _NAMED.get(args.get("ver", ""))


def read_wanted(args: Mapping[str, str], view: View) -> Wanted:
    """Read what a view is narrowed to; what is mistyped narrows nothing."""
    group = args.get("prazo", "")
    return Wanted(
        view,
        type=args.get("tipo") or None,
        opener=args.get("de", "").strip().upper() or None,
        text=args.get("q", "").strip()[:LONGEST_TEXT] or None,
        group=group if group in GROUPS and view is not View.DONE else None,
        label=read_id(args.get("rotulo", "")),
        own=view is View.DONE and args.get("quem") == "eu",
    )


def read_id(typed: str) -> int | None:
    """Read what is named by a number; a mistyped one names nothing."""
    return int(typed) if typed.isdecimal() and len(typed) < 19 else None


def read_size(args: Mapping[str, str]) -> int:
    """Return how many lines a page has: the usual few, or many where the address asks for them."""
    return LONG_PAGE if args.get("por") == str(LONG_PAGE) else PAGE


def spell_size(size: int) -> dict[str, str]:
    """Return the part of the address that asks for long pages, if it does."""
    return {"por": str(size)} if size == LONG_PAGE else {}


def spell_wanted(wanted: Wanted) -> dict[str, str]:
    """Return the parts of the address of a view."""
    parts = {
        "ver": wanted.view.value,
        "q": wanted.text,
        "tipo": wanted.type,
        "de": wanted.opener,
        "prazo": wanted.group,
        "rotulo": str(wanted.label) if wanted.label else None,
        "quem": "eu" if wanted.own else None,
    }
    return {name: part for name, part in parts.items() if part}


def spell_cursor(cursor: Cursor) -> str:
    """Write where a page of tasks ends."""
    return f"{cursor.order_at.isoformat()}_{cursor.case_id}_{cursor.no}_{cursor.rank}"


def read_cursor(text: str) -> Cursor | None:
    """Read where the page before ended; a mistyped one begins at the beginning."""
    at, rest = _place(text, 3)
    return Cursor(rest[2], at, rest[0], rest[1]) if at else None


def spell_back(back: Back) -> str:
    """Write where a page of what is past ends."""
    return f"{back.at.isoformat()}_{back.case_id}_{back.no}"


def read_back(text: str) -> Back | None:
    """Read where the page before ended; a mistyped one begins at the beginning."""
    at, rest = _place(text, 2)
    return Back(at, rest[0], rest[1]) if at else None


def _place(text: str, numbers: int) -> tuple[datetime | None, list[int]]:
    at, *rest = text.split("_")
    found = [no for part in rest if (no := typed_number(part)) is not None]
    if not len(rest) == len(found) == numbers:
        return None, []
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None, []
    return (instant if instant.tzinfo else None), found
