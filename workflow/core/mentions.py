"""Who is called by name in a comment: an @ and a name, as people write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workflow.core.folding import plain

MOST: Final = 30
"""People whom one comment may call."""
_MOST_WORDS: Final = 5
"""Words of a name that are looked at."""
_SHORTEST: Final = 3
"""Letters that one word alone must have to be a name."""
_CALL = re.compile(r"(?<![\w.@/-])@([^\W\d_]+(?:[ '.-][^\W\d_]+)*)")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Call:
    """A name written after an @, and the people it may mean."""

    written: str
    people: tuple[int, ...]

    @property
    def key(self) -> str:
        """What tells it from other names, however it is spelt."""
        return plain(self.written)


def calls(text: str, people: Mapping[int, str]) -> tuple[Call, ...]:
    """Return the names that a text calls, each once, with whom of `people` (names) it may mean.

    The longest run of words counts that somebody bears: in "@Ana Reis viu" it is "Ana Reis". A
    name that nobody bears is its first word.
    """
    borne = {person: _words(name) for person, name in people.items()}
    found = (_call(match.group(1), borne) for match in _CALL.finditer(text))
    return tuple({call.key: call for call in found if call}.values())


def bears(name: str, written: str) -> bool:
    """Say whether somebody of a name may be meant by the words of it that were written."""
    return _has_run(_words(name), _words(written))


def _call(written: str, borne: Mapping[int, list[str]]) -> Call | None:
    spans = [match.span() for match in _WORD.finditer(written)][:_MOST_WORDS]
    for start, end in ((0, last) for _, last in reversed(spans)):
        words = _words(written[start:end])
        meant = tuple(person for person, name in borne.items() if _has_run(name, words))
        if meant and (len(words) > 1 or len(words[0]) >= _SHORTEST):
            return Call(written[start:end], meant)
    first = written[slice(*spans[0])]
    return Call(first, ()) if len(first) >= _SHORTEST else None


def _has_run(name: list[str], words: list[str]) -> bool:
    return any(run == words for run in _runs(name, len(words)))


def _runs(name: list[str], length: int) -> Iterator[list[str]]:
    return (name[start : start + length] for start in range(len(name) - length + 1))


def _words(text: str) -> list[str]:
    return _WORD.findall(plain(text))


def settled(found: Iterable[Call], answered: Iterable[str]) -> tuple[list[int], list[Call]]:
    """Return who is certainly called, and the names that are still to be asked about.

    `answered` are the keys of those that were asked about before: whoever is meant was chosen.
    """
    known, sure, unclear = set(answered), [], []
    for call in found:
        if call.key in known:
            continue
        if len(call.people) == 1:
            sure.append(call.people[0])
        else:
            unclear.append(call)
    return sure, unclear
