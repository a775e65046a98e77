"""The place of an agency among those that are asked one after another, in words."""

from __future__ import annotations

from web.words.phrases import phrase
from workflow.core.turns import Turn


def turn_words(turn: Turn) -> str:
    """Say the how manieth an agency is, and after whom."""
    return phrase("case", "turn", {"place": turn.place, "after": turn.after})
