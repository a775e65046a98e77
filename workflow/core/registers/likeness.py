"""Whether two entries may be the same thing: accents, case, punctuation and short forms aside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

from workflow.core.fields import Field, FieldType
from workflow.core.folding import plain, searched_words
from workflow.core.registers.types import EntryType

ALIKE: Final = 0.6
"""From how much on two names are told to be alike (house rule)."""
_SHORT_FORM: Final = 0.9
_LEAST: Final = 3
"""How many letters of a word at least stand for the whole of it, as in `Univ.`."""
_INITIALS: Final = re.compile(r"\b(\w)\.(?=\w\b)")
_TEXTS: Final = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.URL)


def likeness(one: str, other: str) -> float:
    """Say how much two names are alike, from 0 to 1."""
    ours, theirs = _words(one), _words(other)
    if not ours or not theirs:
        return 0.0
    if set(ours) == set(theirs):
        return 1.0
    if _is_short_for(one, theirs) or _is_short_for(other, ours):
        return _SHORT_FORM
    return max(_trigrams_shared(" ".join(ours), " ".join(theirs)), _words_shared(ours, theirs))


def likeness_of(entry_type: EntryType, one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Say how much two entries of a register are alike: by their names, and by what tells apart.

    Texts are alike by degrees; anything else, as a date or another entry, is the same or is not.
    What one of them does not say tells nothing.
    """
    names = [entry_type.name, *entry_type.also_called]
    ours = [str(one[key]) for key in names if one.get(key)]
    theirs = [str(other[key]) for key in names if other.get(key)]
    named = max((likeness(a, b) for a, b in product(ours, theirs)), default=0.0)
    pairs = [(key, one.get(key), other.get(key)) for key in entry_type.tells_apart]
    said = (_agree(entry_type.fields[key], a, b) for key, a, b in pairs if a and b)
    return min((named, *said))


def _agree(field: Field, one: object, other: object) -> float:
    if one == other or field.type not in _TEXTS:
        return float(one == other)
    return likeness(str(one), str(other))


def beginnings(text: str) -> tuple[str, ...]:
    """Return the beginnings of words by which names that may be alike are looked for."""
    return tuple(dict.fromkeys(word[: _LEAST + 1] for word in _words(text)))


def _words(text: str) -> tuple[str, ...]:
    """Return the words that tell a name apart; initials with points are one word."""
    return searched_words(_INITIALS.sub(r"\1", text))


def _is_short_for(text: str, words: tuple[str, ...]) -> bool:
    """Say whether a text is made of the first letters of some words, as UFMG."""
    letters = re.sub(r"[\W_]+", "", plain(text))
    return len(words) > 1 and letters == "".join(word[0] for word in words)


def _words_shared(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """Return the share of words that stand for one of the other name, whole or cut short."""
    few, many = sorted((ours, theirs), key=len)
    shared = sum(any(_stands_for(a, b) for b in many) for a in few)
    return 2 * shared / (len(few) + len(many))


def _stands_for(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _LEAST and long.startswith(short))


def _trigrams_shared(one: str, other: str) -> float:
    ours, theirs = set(_trigrams(one)), set(_trigrams(other))
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


def _trigrams(text: str) -> Iterator[str]:
    padded = f"  {text} "
    return (padded[at : at + 3] for at in range(len(padded) - 2))
