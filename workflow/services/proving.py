"""Whether the log of all events is the one that was signed for, and what was done to it if not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from workflow.core.tree_heads import PublicKey, TreeHead, UnreadableError
from workflow.services.regrowing import Flaw, Regrown, flaw_at, regrow
from workflow.services.signing import NotSignedError, verified_head
from workflow.services.tree_heads import Published
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import log_audit
from workflow.storage.engine import observing


@dataclass(frozen=True, slots=True)
class LogVerified:
    """What came of verifying the log."""

    events: int
    """How many have a place."""
    of_entries: int
    """How many of these are of register entries, the others being of cases."""
    heads: int
    outside: int
    """How many heads came from outside the database."""
    flaws: tuple[Flaw, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.flaws


def verify_log(
    uow: UnitOfWork, *, keys: Collection[PublicKey], outside: Iterable[Published] = ()
) -> LogVerified:
    """Grow the log anew from its leaves and compare events, nodes and heads with it.

    Heads that were kept outside the database tell most: nobody who only has the database can
    have changed them.
    """
    kept_outside = list(outside)
    with observing(uow.installation.engine, uow.sight) as connection:
        kept = log_audit.heads(connection)
        inside = [(head, _opened(head.note, keys)) for head in kept]
        beyond = [_opened(one.note, keys) for one in kept_outside]
        told = [head for head in (*(h for _, h in inside), *beyond) if isinstance(head, TreeHead)]
        tree = regrow(connection, {head.size for head in told})
        flaws = [
            *tree.flaws,
            *_badly_kept(inside),
            *_left_out(kept),
            *(head for head in beyond if isinstance(head, Flaw)),
            *_exchanged(connection, kept_outside),
            *_lost(kept_outside, beyond, {head.note for head in kept}),
            *_signed_otherwise(connection, tree, told),
        ]
    return LogVerified(tree.leaves, tree.of_entries, len(kept), len(kept_outside), tuple(flaws))


def _opened(note: str, keys: Collection[PublicKey]) -> TreeHead | Flaw:
    try:
        return verified_head(note, keys)
    except (UnreadableError, NotSignedError) as error:
        return Flaw(str(error))
    except UnicodeEncodeError:
        return Flaw("the head is no text")


def _badly_kept(heads: Iterable[tuple[log_audit.KeptHead, TreeHead | Flaw]]) -> Iterator[Flaw]:
    """Name the heads in the database that say nothing, or are not those of their size and time."""
    for kept, head in heads:
        if isinstance(head, Flaw):
            yield Flaw(head.what, kept.size if isinstance(kept.size, int) else None)
        elif head.size != kept.size:
            yield Flaw(f"its head is kept as one of {kept.size!r} events", head.size)
        elif log_audit.spelled(head.at) != kept.at:
            yield Flaw(f"its head is kept as signed at {kept.at!r}", head.size)


def _left_out(heads: Iterable[log_audit.KeptHead]) -> Iterator[Flaw]:
    """Name the heads before which one is gone, whether or not it was known outside.

    Whether the last ones of all are, only those who got them can tell.
    """
    for no, kept in enumerate(heads, 1):
        if kept.number != no:
            what = "heads that were signed before this one are gone"
            yield Flaw(what, kept.size if isinstance(kept.size, int) else None)
            return


def _signed_otherwise(
    connection: Connection, tree: Regrown, heads: Iterable[TreeHead]
) -> Iterator[Flaw]:
    """Compare the log with what was signed; only the first head that differs says where."""
    sound = 0
    for head in sorted(heads, key=lambda head: head.size):
        if head.size > tree.size:
            what = (
                f"{head.size} events were signed for at {head.at.isoformat()},"
                f" {tree.size} are left in one piece"
            )
            yield Flaw(what, tree.size)
            return
        if tree.roots[head.size] != head.root:
            what = (
                f"the events from here to place {head.size - 1} are not those that were"
                f" signed for at {head.at.isoformat()}"
            )
            yield flaw_at(connection, what, sound)
            return
        sound = head.size


def _exchanged(connection: Connection, outside: Iterable[Published]) -> Iterator[Flaw]:
    """Compare the log event by event with what had left the machine."""
    for first, seals in _stretches(outside):
        found = log_audit.seals_from(connection, first, len(seals))
        for place, seal in enumerate(seals, first):
            if place in found and found[place] != seal:
                what = "another event was in this place when it was signed for"
                yield flaw_at(connection, what, place)


def _stretches(outside: Iterable[Published]) -> Iterator[tuple[int, list[str]]]:
    """Put the seals of heads that follow on each other together, so that many are read at once."""
    first, seals = 0, list[str]()
    for told in outside:
        if told.first != first + len(seals) or len(seals) >= log_audit.PAGE:
            yield first, seals
            first, seals = told.first, []
        seals += told.seals
    yield first, seals


def _lost(
    outside: Sequence[Published], opened: Sequence[TreeHead | Flaw], kept: Collection[str]
) -> Iterator[Flaw]:
    """Name the heads that are known outside and no longer inside."""
    for one, head in zip(outside, opened, strict=True):
        if one.note not in kept and isinstance(head, TreeHead):
            yield Flaw("a head that is known outside is gone", head.size)
