"""What a page asked when it was last looked at, asked ahead when it is looked at again.

Who comes back to a page asks again what was asked for it before. Sent along with the question who
they are, as one statement, it costs PostgreSQL one way instead of one for each. Such an answer
counts only where the page then asks the same words with the same values, and sees the same.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple, TypeAlias

Asked: TypeAlias = tuple[str, tuple[bytes | None, ...]]
"""A statement with its values as PostgreSQL reads them."""
_PLACE: Final = re.compile(r"\$(\d+)")


class Ahead(NamedTuple):
    """What a page asked, and what whoever looked at it saw of cases."""

    sight: Any
    """A `Sight`; see `workflow.storage.sight`."""
    asked: tuple[Asked, ...]


class Foresight:
    """What one request asks ahead, and what it asks in the end."""

    def __init__(self, ahead: Ahead | None) -> None:
        self.ahead = ahead
        self._sight: Hashable = None
        self._answers: dict[Asked, str | None] = {}
        self._asked: list[Asked] = []
        self._planned: tuple[Asked, ...] = ()

    def hear(self, asked: Sequence[Asked], answers: Sequence[str | None]) -> None:
        """Keep what was answered, by one statement, to that which is going to be asked."""
        self._answers = dict(zip(asked, answers, strict=True))

    def seeing(self, sight: Hashable) -> Foresight:
        """Go on for whoever sees this: nothing counts that was asked for another sight."""
        if self.ahead is None or self.ahead.sight != sight:
            self._answers.clear()
        self._sight = sight
        return self

    @property
    def is_ready(self) -> bool:
        """Whether any answer lies ready."""
        return bool(self._answers)

    def note(self, asked: Asked) -> bool:
        """Note what the page asks, and say whether the answer lies ready."""
        self._asked.append(asked)
        return asked in self._answers

    def take(self, asked: Asked) -> str | None:
        """Return an answer that lies ready, once: who asks again wants to know anew."""
        return self._answers.pop(asked)

    def peek(self, asked: Asked) -> str | None:
        """Return an answer that lies ready, or None, of what is asked in no other way."""
        return self._answers.get(asked)

    def holds(self, asked: Iterable[Asked]) -> bool:
        """Say whether answers lie ready to all of it, which one statement told."""
        return all(one in self._answers for one in asked)

    def plan(self, *asked: Asked) -> None:
        """Have this asked ahead when the page is looked at again, and not what it asked now."""
        self._planned = asked

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What the page asked so far."""
        return tuple(self._asked)

    @property
    def for_next_time(self) -> Ahead | None:
        """What to ask ahead when the page is looked at again, if it asked anything."""
        asked = self._planned or self.asked
        return Ahead(self._sight, asked) if asked else None


@lru_cache(maxsize=256)  # the words of statements only
def together(texts: tuple[str, ...]) -> str:
    """Write statements that answer with one value each as one that answers with all."""
    parts, before = [], 0
    for text in texts:
        places = [int(found[1]) for found in _PLACE.finditer(text)]
        parts.append(f"({_PLACE.sub(partial(_moved, by=before), text)})")
        before += max(places, default=0)
    return "SELECT " + ", ".join(parts)


def _moved(place: re.Match[str], *, by: int) -> str:
    return f"${int(place[1]) + by}"
