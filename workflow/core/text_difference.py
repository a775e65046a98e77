"""What changed between two versions of a text: paragraph beside paragraph, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Final

MOST_PAIRS: Final = 4_000_000
"""Beyond so many pairs of paragraphs or words in all, the rest is told as written anew: each is
looked at, and somebody waits (house rule)."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text of which the same is to be said."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it was and became, in pieces in the order of reading."""

    pieces: tuple[Piece, ...]

    @property
    def before(self) -> tuple[Piece, ...]:
        """What stood there."""
        return tuple(one for one in self.pieces if one.change is not Change.ADDED)

    @property
    def after(self) -> tuple[Piece, ...]:
        """What stands there now."""
        return tuple(one for one in self.pieces if one.change is not Change.REMOVED)

    @property
    def is_changed(self) -> bool:
        """Whether anything of it changed."""
        return any(one.change is not Change.SAME for one in self.pieces)


def compared(before: str, after: str) -> list[Paragraph]:
    """Return the paragraphs of two versions of a text, each with what changed in it."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Paragraph] = []
    left = MOST_PAIRS - len(old) * len(new)
    for tag, a, b, c, d in _matched(old, new, most=MOST_PAIRS):
        if tag == "equal":
            found += [Paragraph((Piece(Change.SAME, line),)) for line in old[a:b]]
            continue
        for was, became in zip_longest(old[a:b], new[c:d], fillvalue=""):
            words = _WORDS.findall(was), _WORDS.findall(became)
            found.append(Paragraph(tuple(_pieces(*words, most=left))))
            left -= len(words[0]) * len(words[1])
    return [one for one in found if any(piece.text.strip() for piece in one.pieces)]


def _pieces(old: list[str], new: list[str], *, most: int) -> Iterator[Piece]:
    for tag, a, b, c, d in _matched(old, new, most=most):
        if tag == "equal":
            yield Piece(Change.SAME, "".join(old[a:b]))
        else:
            yield from _said(old[a:b], new[c:d])


def _matched(
    old: list[str], new: list[str], *, most: int
) -> Sequence[tuple[str, int, int, int, int]]:
    """Say which stretches stand in both, unless there are more pairs to be looked at."""
    if old == new:
        return [("equal", 0, len(old), 0, len(new))]
    if len(old) * len(new) > most:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()


def _said(removed: Sequence[str], added: Sequence[str]) -> Iterator[Piece]:
    if removed:
        yield Piece(Change.REMOVED, "".join(removed))
    if added:
        yield Piece(Change.ADDED, "".join(added))
