"""The tree over a log hashes as RFC 9162 says, and its proofs show what is true and no more."""

from __future__ import annotations

import hashlib
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.counts import count
from workflow.core.merkle import (
    EMPTY,
    consistency_proof,
    grown,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root,
)

LEAVES = [leaf_hash(bytes([n])) for n in range(40)]
WORDS = [
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
    "606162636465666768696a6b6c6d6e6f",
]
"""The leaves by which implementations of the RFC are compared."""


def naive(leaves):
    """Hash a tree word for word as section 2.1.1 defines it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(naive(leaves[:half]), naive(leaves[half:]))


def tree(leaves, *, at_once=7):
    """Grow a tree some leaves at a time, and return what gives its hashes."""
    known = {}

    def hashes(nodes):
        return {node: known[node] for node in nodes}

    for low in range(0, len(leaves), at_once):
        known |= grown(low, leaves[low : low + at_once], hashes)
    return hashes


TREE = tree(LEAVES)


def test_it_hashes_as_others_do():
    leaves = [leaf_hash(bytes.fromhex(word)) for word in WORDS]
    known = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert root(8, tree(leaves)).hex() == known
    assert EMPTY == root(0, TREE) == naive([])


@pytest.mark.parametrize("at_once", [1, 3, 40])
def test_every_tree_is_the_one_of_the_definition_however_it_grew(at_once):
    hashes = tree(LEAVES, at_once=at_once)
    for size in range(len(LEAVES) + 1):
        assert root(size, hashes) == naive(LEAVES[:size])


@pytest.mark.parametrize("size", range(1, 34))
def test_each_leaf_is_proven_at_its_place_and_nowhere_else(size):
    whole = root(size, TREE)
    for place in range(size):
        proof = inclusion_proof(place, size, TREE)
        for other, leaf in product(range(size + 1), (LEAVES[place], LEAVES[place + 1])):
            told = is_included(leaf, other, size, proof, in_=whole)
            assert told == (other == place and leaf == LEAVES[place])
        assert not is_included(LEAVES[place], place, size, [*proof, whole], in_=whole)
        assert not proof or not is_included(LEAVES[place], place, size, proof[1:], in_=whole)


@pytest.mark.parametrize("new", range(34))
def test_a_tree_is_proven_to_have_grown_from_each_before_it(new):
    whole = root(new, TREE)
    for old in range(new + 1):
        before, proof = root(old, TREE), consistency_proof(old, new, TREE)
        assert is_consistent(old, new, proof, old_root=before, new_root=whole)
        assert not is_consistent(old, new, [*proof, whole], old_root=before, new_root=whole)
        assert not is_consistent(old, new, proof, old_root=LEAVES[39], new_root=whole)
        if old:
            assert not is_consistent(old, new, proof, old_root=before, new_root=LEAVES[39])
        if proof:
            assert not is_consistent(old, new, proof[:-1], old_root=before, new_root=whole)


def test_what_cannot_be_is_not_proven():
    with pytest.raises(ValueError, match="no place 3"):
        inclusion_proof(3, 3, TREE)
    with pytest.raises(ValueError, match="never grew"):
        consistency_proof(4, 3, TREE)
    assert not is_included(LEAVES[0], 0, 0, [], in_=EMPTY)
    assert not is_consistent(4, 3, [], old_root=EMPTY, new_root=EMPTY)
    assert not is_consistent(0, 3, [], old_root=LEAVES[1], new_root=root(3, TREE))


@pytest.mark.exhaustive
@settings(max_examples=count(30, exhaustive=5_000), deadline=None)
@given(st.data())
def test_one_bit_more_or_less_in_a_proof_and_it_shows_nothing(data):
    new = data.draw(st.integers(2, 40))
    old = data.draw(st.integers(1, new - 1))
    place, flipped = data.draw(st.integers(0, new - 1)), data.draw(st.integers(0, 255))
    whole, before = root(new, TREE), root(old, TREE)
    paths = inclusion_proof(place, new, TREE), consistency_proof(old, new, TREE)
    forged = []
    for proof in paths:
        at = data.draw(st.integers(0, len(proof) - 1))
        number = int.from_bytes(proof[at]) ^ (1 << flipped)
        forged.append([*proof[:at], number.to_bytes(32), *proof[at + 1 :]])
    assert not is_included(LEAVES[place], place, new, forged[0], in_=whole)
    assert not is_consistent(old, new, forged[1], old_root=before, new_root=whole)
