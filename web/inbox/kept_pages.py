"""Whole pages of an inbox, kept for the visitor who comes back to one in which nothing has changed.

Such a visitor is recognised as ever, and the database is asked: what it answers is compared word by
word with what it had answered when the page was written, or, where PostgreSQL has told of which
versions of rows that was, these versions with those that there are now. A page is found by the
officer who was recognised, which is another one as soon as anything of it differs, so that nobody
ever finds the page of somebody else, nor of another session. Of each look alone are the keys of its
forms, the instant at which it was taken and the hour that it tells: these are put in each time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from sys import getsizeof
from typing import Final, NamedTuple

from flask import Flask, Response, session

from web.here import this_app, this_request
from web.inbox.visit import Told, Visit
from web.preferences import theme
from web.security import page_key
from web.settings import current_settings
from web.words.languages import language
from web.words.wording import hour
from workflow.services.inbox import Reader
from workflow.services.memory import Memory
from workflow.services.sign_in import Principal

KEPT: Final = "inbox_pages"
"""Under which name an application keeps them."""
MOST: Final = 256
MOST_BYTES: Final = 16 * 1024 * 1024
MADE: Final = b"made"
HOUR: Final = b"hour"
_KEY: Final = b"key"


class Circumstances(NamedTuple):
    """All that a page follows from besides what the database tells of it."""

    officer: Principal
    """Who reads, in which session, with which powers, absences, unread notices and form token,
    and in which versions of the world; the same one only while nothing of it has changed."""
    day: date
    method: str
    root: str
    address: str
    """What the address asks for, as it was spelled."""
    language: str
    theme: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page but for what is of each look alone."""

    pieces: tuple[bytes, ...]
    """Its texts, and between each two of them the name of what goes there."""

    @classmethod
    def written(cls, text: str) -> Page:
        """Return a page that was just written with `page_key` and with marks of `mark`."""
        first, *others = text.encode().split(page_key().encode())
        found = [first]
        for piece in others:
            if piece.startswith(b"_"):
                found += piece[1:].split(b"_", 1)
            else:
                found += (_KEY, piece)
        return cls(tuple(found))

    def answered(self, now: datetime) -> Response:
        """Return the page as a look at an instant finds it."""
        told = {_KEY: page_key(), MADE: now.isoformat().replace("+", "%2B"), HOUR: hour(now)}
        ready = {name: said.encode() for name, said in told.items()}
        parts = list(self.pieces)
        parts[1::2] = [ready[name] for name in parts[1::2]]
        # At once: the page is long, and to copy it costs more than all that is put into it.
        return Response(b"".join(parts), content_type="text/html; charset=utf-8")

    @property
    def size(self) -> int:
        """How many bytes its texts take."""
        return sum(map(getsizeof, self.pieces))


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page with all that it was written from."""

    page: Page
    told: Told
    who: Reader
    since: datetime
    until: datetime | None
    """When what it says of the time that has passed turns, if it does so on the same day."""

    def again(self, visit: Visit) -> KeptPage | None:
        """Ask the database what it was asked for the page; return None unless it would be alike."""
        now = visit.uow.now
        if now < self.since or (self.until is not None and now >= self.until):
            return None
        told = self.told.told_again(visit)
        if told is None or told is self.told:
            return self if told else None
        return replace(self, told=told)

    @property
    def size(self) -> int:
        """How many bytes it takes to keep, about."""
        return self.page.size + self.told.size


def install_kept_pages(app: Flask) -> None:
    """Keep some pages of inboxes."""
    app.extensions[KEPT] = Memory[KeptPage](MOST, MOST_BYTES)


def kept_pages() -> Memory[KeptPage]:
    """Return the pages that this application keeps."""
    kept: Memory[KeptPage] = this_app().extensions[KEPT]
    return kept


def circumstances(officer: Principal, day: date) -> Circumstances | None:
    """Return what the page now asked for follows from; None where it is told once only."""
    if "_flashes" in session or current_settings().practice:
        return None
    asked = this_request()
    address = asked.environ["QUERY_STRING"]
    return Circumstances(
        officer, day, asked.method, asked.script_root, address, language(), theme()
    )


def mark(name: bytes) -> str:
    """Return what stands on a page where something of each look goes.

    It begins with `page_key`, which nobody knows before, so that nothing typed is ever a mark.
    """
    return f"{page_key()}_{name.decode()}_"
