"""Where the time of an act of ours goes in the client, by part of the program."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections import Counter
from pathlib import Path
from typing import Final

from benchmarks.contestants import ours
from benchmarks.work import do_case

CASES: Final = 40
_HERE: Final = str(Path(__file__).parents[1])
_PARTS: Final = (
    ("/sqlalchemy/", "SQLAlchemy"),
    ("/psycopg", "psycopg"),
    ("/transitions/", "transitions"),
    ("/json/", "JSON"),
    ("dataclasses.py", "copies of values (dataclasses)"),
)


def where_time_goes(url: str) -> dict[str, float]:
    """Profile cases on an empty database; return each part's share, the greatest first.

    A part is a file of ours, such as ``workflow/core/history.py``, or a library.
    """
    contestant = ours.Contestant(url)
    contestant.prepare()
    contestant.connect()
    for i in range(5):
        do_case(contestant, i, note=_nothing)
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for i in range(5, 5 + CASES):
        do_case(contestant, i, note=_nothing)
    profile.disable()
    contestant.close()
    return _shares(pstats.Stats(profile))


def _nothing(_kind: str, _seconds: float) -> None:
    """Take no note of how long an act takes."""


def _shares(stats: pstats.Stats) -> dict[str, float]:
    """Add up the own time of functions; what is built in counts for whoever called it."""
    spent: Counter[str] = Counter()
    entries = stats.stats.items()  # type: ignore[attr-defined]
    for (file, _line, name), (_, _, own, _, callers) in entries:
        if file != "~":
            spent[_part(file)] += own
        elif "sqlite3" in name or "psycopg" in name:
            spent["the driver and the database inside it"] += own
        else:
            for (caller, _, _), (_, _, share, _) in callers.items():
                spent[_part(caller)] += share
    whole = sum(spent.values())
    return {part: seconds / whole for part, seconds in spent.most_common()}


def _part(file: str) -> str:
    if file.startswith(f"{_HERE}/workflow/"):
        return file.removeprefix(f"{_HERE}/")
    return next((name for sign, name in _PARTS if sign in file), "everything else")
