"""Reads terms as people write them, in English or in Portuguese."""

from __future__ import annotations

import re

from workflow.core.errors import Refusal
from workflow.core.terms import Direction, Term, Unit

_UNITS = {
    Unit.WORKING_DAYS: r"(?:working|business)[ -]days?|dias?[ -](?:[uú]t(?:il|eis))",
    Unit.DAYS: r"(?:running |calendar )?days?|dias?(?: corridos?)?",
    Unit.MONTHS: r"months?|m[eê]s(?:es)?",
    Unit.YEARS: r"years?|anos?",
    Unit.HOURS: r"hours?|horas?",
}
_DIRECTIONS = {Direction.BEFORE: "before|antes", Direction.AFTER: "after|depois"}
_WRITTEN = re.compile(
    r"(?P<amount>[0-9]{1,5})\s+(?:"
    + "|".join(f"(?P<{unit.name}>{words})" for unit, words in _UNITS.items())
    + r")(?:\s+(?:"
    + "|".join(f"(?P<{way.name}>{words})" for way, words in _DIRECTIONS.items())
    + "))?",
    re.IGNORECASE,
)


class UnreadableTerm(Refusal):
    """A text is no term in any of the languages known."""

    def __init__(self, text: str) -> None:
        shown = text if len(text) < 60 else f"{text[:57]}…"
        super().__init__(
            f"'{shown}' is not a term; write a number and days, working days, months, years or"
            " hours (dias, dias úteis, meses, anos, horas), as in '10 working days',"
            " '10 dias úteis' or '30 days before'",
            text=text,
        )


def read_term(text: str) -> Term:
    """Read a term such as `10 working days`, `10 dias úteis` or `2 meses antes`.

    Raise `UnreadableTerm`.
    """
    written = _WRITTEN.fullmatch(" ".join(text.split()))
    if not written:
        raise UnreadableTerm(text)
    [unit] = (unit for unit in Unit if written[unit.name])
    way = Direction.BEFORE if written[Direction.BEFORE.name] else Direction.AFTER
    return Term(int(written["amount"]), unit, way)
