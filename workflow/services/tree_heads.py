"""Signing for the log each minute in which it grew and at midnight, and telling that outside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Row

from workflow.core.merkle import root
from workflow.core.tree_heads import TreeHead
from workflow.services.signing import Signer
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.history_log import (
    add_head,
    hashes_from,
    last_head,
    lock,
    note_published,
    seals_between,
    unpublished,
)

EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Published:
    """A head as it left the machine, with the seals of the events it is the first to cover."""

    note: str
    first: int
    """The place of the first of these events."""
    seals: tuple[str, ...]


class Outlet(Protocol):
    """A place outside the database that keeps heads."""

    def keep(self, head: Published, at: datetime) -> None:
        """Keep a head for good; raise `OSError` if that cannot be done now."""


def sign_head(uow: UnitOfWork, signer: Signer) -> str | None:
    """Sign for the log if it grew since the last minute, or on a new day; return the note."""
    with uow.writing() as connection:
        size = lock(connection)
        if size is None:
            return None
        last = last_head(connection)
        if last is not None and not _is_time(uow, last, size):
            return None
        at = uow.now.replace(microsecond=0)
        head = TreeHead(signer.public.name, size, root(size, hashes_from(connection)), at)
        note = signer.sign(head)
        add_head(connection, size, note, at=at)
        return note


def _is_time(uow: UnitOfWork, last: Row[int, datetime], size: int) -> bool:
    zone = uow.installation.zone
    if last.at.astimezone(zone).date() < uow.today:
        return True
    grew: bool = size > last.size
    return grew and uow.now - last.at >= EVERY


def publish_heads(uow: UnitOfWork, outlets: Sequence[Outlet]) -> int:
    """Give the outlets every head that they have not got yet; return how many."""
    published = 0
    while True:
        with uow.reading() as connection:
            found = unpublished(connection)
            if found is None:
                return published
            seals = seals_between(connection, found.before, found.size)
        for outlet in outlets:
            outlet.keep(Published(found.note, found.before, tuple(seals)), found.at)
        with uow.writing() as connection:
            note_published(connection, found.id, at=uow.now)
        published += 1


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, best on another machine, with a file of heads for each day."""

    path: Path

    def keep(self, head: Published, at: datetime) -> None:
        """Write a head at the end of the file of its day."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / f"heads-{at.date()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(head), ensure_ascii=False) + "\n")

    def heads(self) -> Iterator[Published]:
        """Go through what was written, the oldest first; raise `ValueError` with the line."""
        for file in sorted(self.path.glob("heads-*.jsonl")):
            for no, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                try:
                    told = json.loads(line)
                    yield Published(told["note"], int(told["first"]), tuple(told["seals"]))
                except (ValueError, KeyError, TypeError):
                    raise ValueError(f"line {no} of {file} is no head") from None
