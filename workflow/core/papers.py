"""The papers that a case gives to other systems: which there are, and their numbers in SEI."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_PAPER = re.compile(r"(summary)|(opinion|answers):([1-9]\d{0,8})")
_DOCUMENT = re.compile(r"\d{5,12}")


class PaperKind(StrEnum):
    """What a paper tells of a case."""

    SUMMARY = "summary"
    """Where it stands and all that led there."""
    OPINION = "opinion"
    """How one task ended."""
    ANSWERS = "answers"
    """What several agencies answered at the same time."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a case."""

    kind: PaperKind
    no: int = 0
    """Of an opinion its task, of answers their visit."""

    @property
    def key(self) -> str:
        """The word by which history names it."""
        return f"{self.kind}:{self.no}" if self.no else self.kind.value


def read_paper(key: str) -> Paper | None:
    """Read the word by which history names a paper; None if it names none."""
    found = _PAPER.fullmatch(key)
    if not found:
        return None
    return Paper(PaperKind(found[1] or found[2]), int(found[3] or 0))


def is_document_number(typed: str) -> bool:
    """Say whether SEI may have given a document this number (five to twelve digits)."""
    return bool(_DOCUMENT.fullmatch(typed) and typed.isascii())
