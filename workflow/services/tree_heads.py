"""Signing for the log each minute in which it grew and at midnight, and telling that outside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Row

from workflow.core.change import JobKind
from workflow.core.merkle import root
from workflow.core.tree_heads import TreeHead, notes_in, read_note
from workflow.services.couriers import Courier, hand_over
from workflow.services.mail import HeadLetter
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
from workflow.storage.jobs import PATIENCE, ClaimedJob, enqueue

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


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is sent the first head of each day."""

    address: str
    language: str


def sign_head(uow: UnitOfWork, signer: Signer, *, to: Recipient | None = None) -> str | None:
    """Sign for the log if it grew since the last minute, or on a new day; return the note.

    The first head of a day is sent to whoever is to keep it.
    """
    with uow.writing() as connection:
        size = lock(connection)
        if size is None:
            return None
        last = last_head(connection)
        new_day = last is None or _day_of(uow, last.at) < uow.today
        if last is not None and not new_day and not _is_time(uow, last, size):
            return None
        at = uow.now.replace(microsecond=0)
        head = TreeHead(signer.public.name, size, root(size, hashes_from(connection)), at)
        note = signer.sign(head)
        add_head(connection, size, note, at=at)
        if new_day and to is not None:
            payload = {"note": note, "address": to.address, "language": to.language}
            key = f"head:{uow.today.isoformat()}"
            enqueue(connection, JobKind.SEND_HEAD, key=key, payload=payload)
        return note


def send_head(uow: UnitOfWork, job: ClaimedJob, courier: Courier) -> None:
    """Send the first head of a day to whoever is to keep it."""
    note = job.payload["note"]
    head, _, _ = read_note(note)
    whom = {name: job.payload[name] for name in ("address", "language")}
    letter = HeadLetter(**whom, note=note, size=head.size, at=head.at)
    hand_over(uow, job, courier, letter, patience=PATIENCE)


def _day_of(uow: UnitOfWork, at: datetime) -> date:
    return at.astimezone(uow.installation.zone).date()


def _is_time(uow: UnitOfWork, last: Row[int, datetime], size: int) -> bool:
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
        """Go through what was written, the oldest first; raise `ValueError` with the line.

        Mails of heads may lie beside it as `.txt`.
        """
        for mail in sorted(self.path.glob("*.txt")):
            yield from (Published(note, 0, ()) for note in notes_in(mail.read_text("utf-8")))
        for file in sorted(self.path.glob("heads-*.jsonl")):
            for no, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                try:
                    told = json.loads(line)
                    yield Published(told["note"], int(told["first"]), tuple(told["seals"]))
                except (ValueError, KeyError, TypeError):
                    raise ValueError(f"line {no} of {file} is no head") from None
