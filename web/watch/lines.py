"""The log as lines of JSON that say what happened and name nobody.

A line holds words of ours, numbers and keys. What others wrote never reaches it: not the message
of an error, which may quote a form, nor an address, which may hold a token; so no line can be
made up by whoever is logged, either.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
OURS: Final = ("web", "workflow")
TALKATIVE: Final = ("apscheduler", "transitions", "alembic", "sqlalchemy", "authlib", "urllib3")
"""Libraries that tell of every step."""
FRAMES: Final = 30
FACTS: Final = "facts"
"""Under what a record carries more than its words."""

_KEY: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_:.+, /-]{0,159}")
_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,}::?")
_WORDS: Final = re.compile(r"[A-Za-z ,.'()-]*")
_HIDDEN: Final = "…"


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "at": f"{_second(int(record.created))}.{int(record.msecs):03}+00:00",
            "level": record.levelname.lower(),
            "from": record.name,
            "said": said(record),
            **getattr(record, FACTS, {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


@lru_cache(maxsize=4)
def _second(at: int) -> str:
    """Return a second as lines have it, of which a busy server writes many."""
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None).isoformat()


def said(record: logging.LogRecord) -> str:
    """Return what a record says, with what it was told filled in as far as it names nobody."""
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    if not record.args:
        ours = record.name.partition(".")[0] in OURS
        words = _WORDS.match(record.msg)
        return record.msg if ours or words is None else words[0].strip()
    given = record.args if isinstance(record.args, tuple) else ()
    try:
        return record.msg % tuple(map(_shown, given))
    except (TypeError, ValueError):
        return record.msg


def _shown(given: object) -> object:
    """Return a number or a key of ours as it is, and of anything else only that it was there."""
    if isinstance(given, int | float):
        return given
    if isinstance(given, BaseException):
        return type(given).__name__
    text = str(given)
    plain = _KEY.fullmatch(text) and not _ADDRESS.search(text)
    return text if plain else _HIDDEN


def told(error: BaseException) -> dict[str, Any]:
    """Tell an error by its kind, what caused it and where; its message may quote what was typed."""
    because: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(because) < FRAMES:
        because.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return {
        "kind": type(error).__name__,
        **({"because": because} if because else {}),
        **({"sqlstate": state} if isinstance(state, str) else {}),
        "where": [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _place(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(ROOT):
        return str(path.relative_to(ROOT))
    return "/".join(path.parts[-2:])


def log_to_stderr(*, as_json: bool, level: int = logging.INFO, words: str = "") -> None:
    """Have this process log to its standard error: lines for a machine, or words for a person."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else logging.Formatter(words or None))
    # Who wrote a record, and in which thread, is asked for each of them and told by none of ours.
    logging._srcfile = None  # as the manual of `logging` has it
    logging.logThreads = logging.logMultiprocessing = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
