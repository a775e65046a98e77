"""Words without accents, case or endings, so that whoever searches need not spell as the writer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from operator import itemgetter
from string import digits
from typing import Final, NamedTuple

MOST_WORDS: Final = 8
"""How many words of a search are looked at."""
_LONGEST: Final = 60
_cut = itemgetter(slice(_LONGEST))
_SHORTEST: Final = 2

_WORD = re.compile(r"[^\W_]+")
_ASCII_WORDS = "".join(c if c.isalnum() else " " for c in map(chr, range(128)))
"""Takes words apart where small letters are all there is, as once accents are gone: four times as
fast."""
_NUMBER = re.compile(r"\d\d*(?:[./-]\d+)+")  # begun with one digit, it is searched much faster
_SPAN = re.compile(rf"{_NUMBER.pattern}|{_WORD.pattern}")
_SMALL = frozenset(
    {
        *("da", "das", "de", "do", "dos", "em", "na", "nas", "no", "nos", "os", "as"),
        *("um", "uma", "ao", "aos", "com", "por", "para", "que", "the", "of", "el", "la", "los"),
    }
)
"""Words that nearly every text has, so that they tell none apart."""
_ENDINGS = (
    *(("coes", "c"), ("cao", "c"), ("soes", "s"), ("sao", "s"), ("agens", "age")),
    *(("agem", "age"), ("ais", "a"), ("eis", "e"), ("ois", "o"), ("al", "a"), ("s", "")),
)
"""Endings that change in the plural, and what is left of them: a word is found by its beginning."""
_INFLECTED: Final = 6
"""How long a word is at least whose ending is left out."""


class Piece(NamedTuple):
    """A part of a text, and whether it is what was searched for."""

    text: str
    found: bool


def plain(text: str) -> str:
    """Return a text without accents and in small letters."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(part for part in parts if not unicodedata.combining(part))
    return kept.casefold()  # letters of mathematics become capitals first now


def words_of(text: str) -> frozenset[str]:
    """Return the words by which a text is found; a number with its signs is a word without them."""
    folded = plain(unicodedata.normalize("NFC", text))
    simple = folded.isascii()
    found = folded.translate(_ASCII_WORDS).split() if simple else _WORD.findall(folded)
    if not simple or any(digit in folded for digit in digits):  # to look for numbers takes long
        found.extend(map(_digits, _NUMBER.findall(folded)))
    return frozenset(map(_cut, found))


def searched_words(typed: str) -> tuple[str, ...]:
    """Return the beginnings of words that a search is for, without those that tell nothing."""
    folded = plain(unicodedata.normalize("NFC", typed))
    asked = (_digits(span) if _NUMBER.fullmatch(span) else span for span in _SPAN.findall(folded))
    telling = (word for word in asked if len(word) >= _SHORTEST and word not in _SMALL)
    return tuple(dict.fromkeys(_root(word[:_LONGEST]) for word in telling))[:MOST_WORDS]


def excerpt(text: str, words: Collection[str], *, length: int = 180) -> tuple[Piece, ...]:
    """Return the stretch of a text around the first word that was searched for."""
    one_line = " ".join(unicodedata.normalize("NFC", text).split())
    first = next(_found(one_line, words), None)
    start = _word_start(one_line, first[0] - length // 3) if first else 0
    end = _word_end(one_line, start + length)
    cut = one_line[start:end]
    pieces = _pieces(cut, words)
    before = [Piece("… ", False)] if start > 0 else []
    after = [Piece(" …", False)] if end < len(one_line) else []
    return (*before, *pieces, *after)


def _pieces(text: str, words: Collection[str]) -> Iterator[Piece]:
    at = 0
    for start, end in _found(text, words):
        if start > at:
            yield Piece(text[at:start], False)
        yield Piece(text[start:end], True)
        at = end
    if at < len(text):
        yield Piece(text[at:], False)


def _found(text: str, words: Collection[str]) -> Iterator[tuple[int, int]]:
    for match in _SPAN.finditer(text):
        if any(word.startswith(tuple(words)) for word in words_of(match.group())):
            yield match.span()


def _word_start(text: str, at: int) -> int:
    return text.rfind(" ", 0, at) + 1 if at > 0 else 0


def _word_end(text: str, at: int) -> int:
    end = text.find(" ", at)
    return len(text) if end < 0 or at >= len(text) else end


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _root(word: str) -> str:
    if len(word) < _INFLECTED or not word.isalpha():
        return word
    for ending, left in _ENDINGS:
        if word.endswith(ending):
            return word.removesuffix(ending) + left
    return word
