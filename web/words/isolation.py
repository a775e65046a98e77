"""Keeps what people typed from turning round the words that stand beside it.

Characters that steer the direction of text (Unicode, UAX 9) act until the end of a line, wherever
they were typed. What opens is closed again where a text ends, and a text that may run from right
to left stands by itself in our sentences. The text itself stays as it was typed.
"""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Flask
from markupsafe import Markup

_OPEN, _CLOSE = "\u2068", "\u2069"
_POP: Final = "\u202c"
_ISOLATES: Final = frozenset("\u2066\u2067\u2068")
_STEERS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TURNS: Final = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefe"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LINE_ENDS: Final = re.compile("([\n\r\x1c-\x1e\x85\u2029]+)")
"""Where steering ends by itself."""


def install_isolation(app: Flask) -> None:
    """Let no template be turned round by a value."""
    app.jinja_env.finalize = _shown


def closed(text: str) -> str:
    """Return a text in which each line closes what it opens, and closes nothing else."""
    if text.isascii() or not _STEERS.search(text):
        return text
    parts = _LINE_ENDS.split(text)
    return "".join(part if n % 2 else _closed_line(part) for n, part in enumerate(parts))


def isolated(text: str) -> str:
    """Return a text that stands by itself inside a sentence, if it may run from right to left."""
    if text.isascii() or not _TURNS.search(text):
        return text
    whole = f"{_OPEN}{closed(text)}{_CLOSE}"
    return Markup(whole) if isinstance(text, Markup) else whole  # noqa: S704 - it was one before


def _closed_line(line: str) -> str:
    opened: list[str] = []
    strays = 0
    for sign in _STEERS.findall(line):
        if sign == _CLOSE:
            strays += _close(opened)
        elif sign != _POP:
            opened.append(_CLOSE if sign in _ISOLATES else _POP)
        elif opened and opened[-1] == _POP:
            opened.pop()
    return _OPEN * strays + line + "".join(reversed(opened))


def _close(opened: list[str]) -> int:
    """Close the last isolate with all that was opened in it; say whether there was none: 1."""
    if _CLOSE not in opened:
        return 1
    while opened.pop() != _CLOSE:
        pass
    return 0


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template shows
    return closed(value) if type(value) is str else value
