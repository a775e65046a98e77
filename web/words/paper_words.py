"""What the papers of a case are called."""

from __future__ import annotations

from web.words.case_words import CaseWords
from web.words.phrases import phrase
from workflow.core.papers import PaperKind, read_paper


def paper_words(key: str, words: CaseWords) -> str:
    """Return the title of a paper by the word that history names it by."""
    paper = read_paper(key)
    if paper is None:
        return key
    known = words.task_keys.get(paper.no) if paper.kind is PaperKind.OPINION else None
    facts = {"task": words.task(*known), "agency": words.holder(known[1])} if known else {}
    return phrase("papers", paper.kind.value, facts)
