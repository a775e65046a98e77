"""The articles of the help, read once from Markdown, and found by words, accents aside."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

KEYS: Final = (
    "comecar",
    "caixa",
    "pedir",
    "prazos",
    "perguntar",
    "chefia",
    "coordenacao",
    "registros",
    "avisos",
    "acesso",
    "administracao",
    "reformas",
    "importacoes",
)
"""In the order in which they are listed; also their addresses."""

_FIGURE = re.compile(r"^\[figure: (\w+)\]$", re.MULTILINE)
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class Article:
    """One page of help."""

    key: str
    title: str
    summary: str
    parts: tuple[tuple[str, Markup | str], ...]
    """In order: (`text`, HTML) or (`figure`, its name)."""
    words: str
    """All it says, folded, for the search."""


@cache
def articles(language: str) -> tuple[Article, ...]:
    """Return the articles of a language in their order."""
    return tuple(_read(key, language) for key in KEYS)


def article(key: str, language: str) -> Article | None:
    """Return an article by its key, or None."""
    return next((one for one in articles(language) if one.key == key), None)


def search(text: str, language: str) -> list[Article]:
    """Return the articles that say all the words, or their beginnings; those of the title first."""
    wanted = _fold(text).split()
    found = [one for one in articles(language) if all(f" {word}" in one.words for word in wanted)]
    return sorted(found, key=lambda one: not any(word in _fold(one.title) for word in wanted))


def _read(key: str, language: str) -> Article:
    source = (files("web.help") / "articles" / language / f"{key}.md").read_text("utf-8")
    title, summary, body = source.split("\n\n", 2)
    return Article(
        key=key,
        title=title.removeprefix("# "),
        summary=summary,
        parts=tuple(_parts(body)),
        words=f" {' '.join(re.findall(r'[a-z0-9]+', _fold(source)))}",
    )


def _parts(body: str) -> list[tuple[str, Markup | str]]:
    """Split at the figures: every other piece is the name of one."""
    return [
        ("figure", piece) if n % 2 else ("text", Markup(_MARKDOWN.render(piece)))  # noqa: S704 - ours
        for n, piece in enumerate(_FIGURE.split(body))
        if piece.strip()
    ]


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
