"""What is wrong with a file that is imported, in the language of the reader, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from web.words.languages import in_language
from web.words.phrases import has_phrase, phrase
from web.words.wording import full_day

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def fault_text(fault: Mapping[str, Any]) -> str:
    """Say what is wrong with a cell and how to mend it, with the line and the column."""
    within = fault.get("within") or {}
    about = {key: _words(value) for key, value in within.items()}
    facts = {"line": fault["line"], "column": _words(fault["column"]), **about}
    return phrase("imports", "place", Facts({**facts, "fault": bare_text(fault)}))


def bare_text(fault: Mapping[str, Any]) -> str:
    """Say what is wrong with a cell, without where it stands."""
    code = fault["code"]
    about = Facts({key: _words(value) for key, value in fault["about"].items()})
    for collection in ("imports", "faults"):
        if has_phrase(collection, code):
            return phrase(collection, code, about)
    return phrase("faults", "unreadable", about)


class Facts(dict[str, Any]):
    """Facts for a sentence; what a fault does not have is nothing."""

    def __missing__(self, key: str) -> str:
        """Return nothing for a fact that there is not."""
        return ""


def _words(value: Any) -> Any:  # noqa: ANN401 - whatever a fault knows
    """Return a title in the reader's language, several with commas, a day as people write it."""
    if isinstance(value, Mapping):
        return in_language(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(_words(one)) for one in value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return full_day(date.fromisoformat(value))
    return "" if value is None else value
