"""The tree over a log that only grows: what it hashes to, and short proofs of what is in it.

RFC 9162, section 2.1. A tree is held as the roots of its complete subtrees, `Node`s, so that a
proof in a log of a million leaves reads some forty of them and no leaf but its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

Node: TypeAlias = tuple[int, int]
"""Level and place: the subtree over the leaves from `place << level` up to the next such node."""
Hashes: TypeAlias = Callable[[Collection[Node]], Mapping[Node, bytes]]
"""Gives the hashes of complete subtrees; raises `LookupError` where there is none."""

EMPTY = hashlib.sha256().digest()
"""What a log without leaves hashes to."""


def leaf_hash(data: bytes) -> bytes:
    """Return what a leaf hashes to."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return what two subtrees side by side hash to."""
    return hashlib.sha256(b"\1" + left + right).digest()


# --- Growing -------------------------------------------------------------------------------------


def frontier(size: int) -> tuple[Node, ...]:
    """Return the complete subtrees that a tree is made of, the largest first."""
    return _cover(0, size)


def grown(size: int, leaves: Iterable[bytes], hashes: Hashes) -> dict[Node, bytes]:
    """Return every subtree that becomes complete when these leaf hashes follow on a tree."""
    known = dict(hashes(frontier(size)))
    new: dict[Node, bytes] = {}
    for place, leaf in enumerate(leaves, size):
        node, value = (0, place), leaf
        while True:
            known[node] = new[node] = value
            level, at = node
            if at % 2 == 0:
                break
            value = node_hash(known[level, at - 1], value)
            node = (level + 1, at // 2)
    return new


def root(size: int, hashes: Hashes) -> bytes:
    """Return what the first `size` leaves of a log hash to."""
    return _fold(0, size, hashes(frontier(size))) if size else EMPTY


# --- Proving -------------------------------------------------------------------------------------


def inclusion_proof(place: int, size: int, hashes: Hashes) -> list[bytes]:
    """Return the proof that a leaf stands at a place among the first `size`."""
    if not 0 <= place < size:
        raise ValueError(f"no place {place} in a log of {size}")
    return _read(list(_inclusion(place, 0, size)), hashes)


def consistency_proof(old: int, new: int, hashes: Hashes) -> list[bytes]:
    """Return the proof that the first `old` leaves of a log are still the first of `new`."""
    if not 0 <= old <= new:
        raise ValueError(f"a log of {new} never grew from one of {old}")
    return _read(list(_consistency(old, 0, new, whole=True)), hashes) if old else []


def _inclusion(place: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    if high - low == 1:
        return
    middle = low + _split(high - low)
    if place < middle:
        yield from _inclusion(place, low, middle)
        yield middle, high
    else:
        yield from _inclusion(place, middle, high)
        yield low, middle


def _consistency(old: int, low: int, high: int, *, whole: bool) -> Iterator[tuple[int, int]]:
    if old == high:
        if not whole:
            yield low, high
        return
    middle = low + _split(high - low)
    if old <= middle:
        yield from _consistency(old, low, middle, whole=whole)
        yield middle, high
    else:
        yield from _consistency(old, middle, high, whole=False)
        yield low, middle


def _split(size: int) -> int:
    """Return the largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)


def _cover(low: int, high: int) -> tuple[Node, ...]:
    """Return the complete subtrees over a stretch of leaves that begins where one may."""
    nodes = []
    while low < high:
        level = (high - low).bit_length() - 1
        nodes.append((level, low >> level))
        low += 1 << level
    return tuple(nodes)


def _fold(low: int, high: int, known: Mapping[Node, bytes]) -> bytes:
    *others, value = (known[node] for node in _cover(low, high))
    for other in reversed(others):
        value = node_hash(other, value)
    return value


def _read(stretches: Sequence[tuple[int, int]], hashes: Hashes) -> list[bytes]:
    known = hashes({node for low, high in stretches for node in _cover(low, high)})
    return [_fold(low, high, known) for low, high in stretches]


# --- Verifying -----------------------------------------------------------------------------------


def is_included(leaf: bytes, place: int, size: int, proof: Sequence[bytes], *, in_: bytes) -> bool:
    """Say whether a proof shows the leaf hash at its place in the tree that hashes to `in_`."""
    if not 0 <= place < size:
        return False
    value, at, last = leaf, place, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if at % 2 or at == last:
            value = node_hash(sibling, value)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and value == in_


def is_consistent(
    old: int, new: int, proof: Sequence[bytes], *, old_root: bytes, new_root: bytes
) -> bool:
    """Say whether a proof shows that a tree of `new` leaves begins with the one of `old`."""
    if not 0 <= old <= new:
        return False
    if old in {0, new}:
        return not proof and (old_root == new_root if old else old_root == EMPTY)
    path = list(proof)
    if old & (old - 1) == 0:  # a complete tree is its own first node
        path.insert(0, old_root)
    return bool(path) and _grew(path, old - 1, new - 1) == (old_root, new_root)


def _grew(path: Sequence[bytes], at: int, last: int) -> tuple[bytes, bytes] | None:
    """Return what the tree before and the tree now hash to by a proof, None if it does not fit."""
    while at % 2:
        at, last = at >> 1, last >> 1
    before = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if at % 2 or at == last:
            before, now = node_hash(sibling, before), node_hash(sibling, now)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        at, last = at >> 1, last >> 1
    return (before, now) if last == 0 else None
