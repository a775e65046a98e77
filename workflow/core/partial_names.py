"""Names of persons told in part, where anybody may read: enough to know one's own, no more."""

from __future__ import annotations

from typing import Final

_SMALL: Final = frozenset({"da", "das", "de", "do", "dos", "e", "di", "del", "la", "van", "von"})


def in_part(name: str) -> str:
    """Return the first name whole and the first letter of each other: `Ana M. S.`.

    What stands in brackets is a remark, not a name, and is left out.
    """
    first, *others = name.partition("(")[0].split() or [""]
    letters = (f"{word[0]}." for word in others if word.casefold() not in _SMALL)
    return " ".join([first, *letters])
