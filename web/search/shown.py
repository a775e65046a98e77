"""The cases found, as the page lists them, with the places in which the words stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from web.words.languages import in_language
from web.words.phrases import phrase
from workflow.core.definition import State
from workflow.core.folding import Piece
from workflow.core.passages import PARTS, field_of, line_of
from workflow.core.world import World
from workflow.services.searching import Excerpt, Found, Hit


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a case a word stands."""

    name: str
    line: int | None
    """The line of history, where it is one."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A case that was found, as a line of the page."""

    hit: Hit
    title: str
    """Of its type."""
    state: State
    opener: str
    """What the agency that opened it was called when it closed, or is now."""
    places: tuple[Place, ...]


def lines_of(found: Found, world: World) -> list[Line]:
    """Return the cases of a page of a search as its lines."""
    return [_line(hit, world) for hit in found.hits]


def _line(hit: Hit, world: World) -> Line:
    return Line(
        hit=hit,
        title=in_language(hit.definition.title),
        state=hit.definition.state(hit.state),
        opener=world.name_at(hit.opener, hit.closed_at),
        places=tuple(_places(hit)),
    )


def _places(hit: Hit) -> Iterator[Place]:
    for excerpt in hit.excerpts:
        yield Place(_name(hit, excerpt), line_of(excerpt.place), excerpt.pieces)


def _name(hit: Hit, excerpt: Excerpt) -> str:
    if excerpt.place == PARTS:
        return phrase("search", "parts")
    key = field_of(excerpt.place)
    field = hit.definition.data.get(key) if key else None
    return in_language(field.title) if field else phrase("search", "history")
