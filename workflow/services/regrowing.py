"""The log grown anew from its leaves, a piece at a time, and whatever is not as it grew."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from workflow.core.merkle import EMPTY, Node, frontier, grown, root
from workflow.core.receipts import leaf_of
from workflow.storage import log_audit
from workflow.storage.log_audit import PAGE, Logged

CASE: Final = "case"
ENTRY: Final = "register entry"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing in the log that is not as it was, and where."""

    what: str
    place: int | None = None
    """The place in the log, or the size of the head, that it is about."""
    number: str | None = None
    """The case or the register entry, where it is known."""
    seq: int | None = None
    of: str = CASE
    """What the number is of: a `case`, or a `register entry`."""

    def __str__(self) -> str:
        where = [] if self.place is None else [f"place {self.place} of the log"]
        where += [] if self.number is None else [f"{self.of} {self.number}"]
        where += [] if self.seq is None else [f"event {self.seq}"]
        return f"{', '.join(where) or 'the log'}: {self.what}"


@dataclass(slots=True)
class Regrown:
    """What growing the log anew came to."""

    wanted: Collection[int]
    """The sizes at which one wants to know what it hashes to."""
    size: int = 0
    """How many leaves it has in one piece from the first on."""
    leaves: int = 0
    of_entries: int = 0
    """How many of the leaves are of register entries."""
    roots: dict[int, bytes] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    edge: dict[Node, bytes] = field(default_factory=dict)
    inner: dict[Node, bytes] = field(default_factory=dict)
    """Subtrees above the leaves that have not been compared yet."""

    def note_root(self) -> None:
        """Keep what it hashes to, if that is wanted at this size."""
        if self.size in self.wanted:
            self.roots[self.size] = root(self.size, self.known)

    def known(self, nodes: Collection[Node]) -> dict[Node, bytes]:
        """Return the subtrees at its growing edge."""
        return {node: self.edge[node] for node in nodes}


def regrow(connection: Connection, wanted: Collection[int]) -> Regrown:
    """Go through the log once, comparing events, leaves and nodes; note the roots wanted."""
    tree = Regrown(frozenset(wanted), roots={0: EMPTY})
    piece: list[Logged] = []
    following = 0
    for leaf in log_audit.leaves(connection):
        tree.flaws += _unlike(leaf)
        tree.flaws += (Flaw("its leaf is gone", gone) for gone in range(following, leaf.place))
        if leaf.place == tree.size + len(piece):
            piece.append(leaf)
        following = leaf.place + 1
        tree.leaves += 1
        tree.of_entries += leaf.entry_id is not None
        if len(piece) >= PAGE or tree.size + len(piece) in tree.wanted:
            _grow(tree, piece)
            piece = []
        if len(tree.inner) >= PAGE:
            _compare(connection, tree)
    _grow(tree, piece)
    _compare(connection, tree)
    tree.flaws += _surplus(connection, tree, following)
    return tree


def _grow(tree: Regrown, piece: list[Logged]) -> None:
    if not piece:
        return
    new = grown(tree.size, (_hashed(leaf.seal) for leaf in piece), tree.known)
    tree.size += len(piece)
    tree.edge = {
        node: (new[node] if node in new else tree.edge[node]) for node in frontier(tree.size)
    }
    tree.note_root()
    tree.inner |= {node: value for node, value in new.items() if node[0]}


def _compare(connection: Connection, tree: Regrown) -> None:
    """Compare what has grown with the nodes that are kept."""
    stored = log_audit.nodes_among(connection, tree.inner)
    for (level, place), value in tree.inner.items():
        if stored.get((level, place)) != value.hex():
            what = f"the hash of the {1 << level} events from here is wrong or gone"
            tree.flaws.append(Flaw(what, place << level))
    tree.inner.clear()


def _hashed(seal: str) -> bytes:
    """Hash a leaf; what somebody made of it otherwise is none, and equals none."""
    try:
        return leaf_of(seal)
    except (UnicodeEncodeError, AttributeError):  # SQLite keeps anything
        return EMPTY


def what_of(leaf: Logged) -> str:
    """Return what the event in a place is of."""
    return CASE if leaf.entry_id is None else ENTRY


def flaw_at(connection: Connection, what: str, place: int) -> Flaw:
    """Return what is wrong at a place, with the event that has it now as far as it is known."""
    there = log_audit.event_at(connection, place)
    if there is None:
        return Flaw(what, place)
    return Flaw(what, place, there.number, there.seq, what_of(there))


def _unlike(leaf: Logged) -> Iterator[Flaw]:
    of = what_of(leaf)
    gone = leaf.case_id if leaf.entry_id is None else leaf.entry_id
    at = (leaf.place, leaf.number or f"(its id was {gone})", leaf.seq, of)
    if leaf.number is None:
        yield Flaw(f"the {of} of the event is gone", *at)
    if leaf.kept is None:
        yield Flaw("the event is gone", *at)
    elif leaf.kept != leaf.seal:
        yield Flaw("the event has another seal than when it was placed", *at)


def _surplus(connection: Connection, tree: Regrown, following: int) -> Iterator[Flaw]:
    """Name what there is beyond the log, and events that should be in it and are not."""
    if not log_audit.says_its_size(connection, following):
        yield Flaw("it has another number of events than it says", following)
    if tree.size == following:
        for place in log_audit.nodes_beyond(connection, tree.size):
            yield Flaw("a hash of events that are not there", place)
    for number, seq in log_audit.strays(connection):
        yield Flaw("it has no place in the log", None, number, seq)
    for number, seq in log_audit.stray_entries(connection):
        yield Flaw("it has no place in the log", None, number, seq, ENTRY)
    for number in log_audit.miscounted_entries(connection):
        yield Flaw("other events of it have places than it says", None, number, None, ENTRY)
