"""What a paper says, part by part, before anything is set in type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, one below the other."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    """How much room each column takes of the whole."""


@dataclass(frozen=True, slots=True)
class Prose:
    """What somebody wrote, line by line."""

    text: str


@dataclass(frozen=True, slots=True)
class Steps:
    """The way of a case: how far each step is, its name, and who had it."""

    steps: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """A long word that proves something, which may be broken anywhere."""

    name: str
    word: str


@dataclass(frozen=True, slots=True)
class Square:
    """The picture of an address, for a telephone, with the address beside it."""

    said: str
    """What the picture is, for whoever does not see it, and what it is for."""
    address: str
    svg: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a paper."""

    name: str
    media_type: str
    said: str
    """What the file is."""
    text: str


Block: TypeAlias = Facts | Table | Prose | Steps | Seal | Square


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper under its own title."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole paper."""

    title: str
    about: str
    """What sort of paper it is, and of which case."""
    author: str
    language: str
    """As HTML names it: `pt-BR`."""
    at: datetime
    """The instant that the paper tells of."""
    foot: str
    page: str
    """What comes before and between the numbers of a page and of all pages: `Página {} de {}`."""
    warning: str
    """Who alone may read it, where that is not everybody; else nothing."""
    sections: tuple[Section, ...]


def section(title: str, *blocks: Block | None) -> Iterable[Section]:
    """Yield a section of those blocks that say something, or nothing where none does."""
    said = tuple(block for block in blocks if block is not None and _says(block))
    if said:
        yield Section(title, said)


def _says(block: Block) -> bool:
    return bool(block.rows) if isinstance(block, Facts | Table) else True


def plain(sheet: Sheet) -> dict[str, Any]:
    """Return a paper in plain values, each block with the name of its kind."""
    return {
        **{name: getattr(sheet, name) for name in ("title", "about", "author", "foot", "warning")},
        "language": sheet.language.split("-"),
        "page": sheet.page.split("{}"),
        "at": list(sheet.at.timetuple()[:5]),
        "sections": [
            {"title": one.title, "blocks": [_plain_block(block) for block in one.blocks]}
            for one in sheet.sections
        ],
    }


def _plain_block(block: Block) -> dict[str, Any]:
    return {"kind": type(block).__name__.lower(), **asdict(block)}


def facts(rows: Sequence[tuple[str, str]]) -> Facts:
    """Return those facts that say something."""
    return Facts(tuple((name, value) for name, value in rows if value))
