"""Which characters the typefaces of a paper can draw, and how the others are spelled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
_BLANKS = str.maketrans({"\t": " ", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n"})
_INVISIBLE = frozenset({"Cc", "Cf"})


def drawable(value: Any, *, plainly: bool = False) -> Any:  # noqa: ANN401 - any plain value
    """Return a value with every text in it such that the typefaces can draw it.

    A paper for keeping may hold no empty boxes (PDF/A, ISO 19005-2, 6.2.11): a character without
    a shape is spelled by its number, as [U+6C5F]. `plainly` keeps to the letters of the West.
    """
    if isinstance(value, str):
        return _drawable(value, plainly)
    if isinstance(value, Mapping):
        return {key: drawable(one, plainly=plainly) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [drawable(one, plainly=plainly) for one in value]
    return value


def _drawable(text: str, plainly: bool) -> str:
    known = _shapes()
    shown = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_BLANKS))
    seen = "".join(c for c in shown if c == "\n" or unicodedata.category(c) not in _INVISIBLE)
    most = 0x17F if plainly else 0x10FFFF
    spelled = (
        c if c == "\n" or (ord(c) in known and ord(c) <= most) else f"\0{ord(c):04X}\0"
        for c in seen
    )
    return re.sub(r"(?:\0[0-9A-F]+\0)+", _as_numbers, "".join(spelled))


def _as_numbers(run: re.Match[str]) -> str:
    return "[" + " ".join(f"U+{number}" for number in run[0].split("\0") if number) + "]"


@cache
def _shapes() -> frozenset[int]:
    """Read the code points that the bundled typefaces and those inside typst can draw."""
    lines = (FONTS / "coverage.txt").read_text("ascii").split()
    ranges = (line.split("-") for line in lines)
    return frozenset(
        code for first, *last in ranges for code in range(int(first, 16), _last(first, last) + 1)
    )


def _last(first: str, last: list[str]) -> int:
    return int(last[0] if last else first, 16)
