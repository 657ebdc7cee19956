"""The arithmetic of the seals. Source: RFC 9162, sections 2.1.1 to 2.1.3."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.seals.merkle import GENESIS, head_of, leaf_of, path_of, root_from_path, root_of

LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def rfc_root(entries: list[bytes]) -> bytes:
    """The definition of the RFC, word for word: split at the largest power of two below n."""
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    half = 1
    while half * 2 < len(entries):
        half *= 2
    return sha256(b"\x01" + rfc_root(entries[:half]) + rfc_root(entries[half:])).digest()


# The test vectors of certificate transparency: leaves and roots of trees with 1 to 8 entries.
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("count", ROOTS)
def test_root_of_the_published_vectors_is_the_published_root(count: int) -> None:
    leaves = [leaf_of(bytes.fromhex(entry)) for entry in ENTRIES[:count]]
    assert root_of(leaves).hex() == ROOTS[count]


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=70))
def test_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    assert root_of([leaf_of(entry) for entry in entries]) == rfc_root(entries)


@given(LEAVES, st.data())
def test_path_of_every_leaf_leads_to_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    pos = data.draw(st.integers(0, len(leaves) - 1))
    assert root_from_path(leaves[pos], pos, len(leaves), path_of(leaves, pos)) == root_of(leaves)


def flipped(value: bytes, bit: int) -> bytes:
    return (int.from_bytes(value, "big") ^ 1 << bit % (8 * len(value))).to_bytes(len(value), "big")


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=70), st.data())
def test_path_with_any_bit_changed_does_not_lead_to_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    pos = data.draw(st.integers(0, len(leaves) - 1))
    path = path_of(leaves, pos)
    parts = [leaves[pos], *path]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = flipped(parts[which], data.draw(st.integers(0, 255)))
    assert root_from_path(parts[0], pos, len(leaves), parts[1:]) != root_of(leaves)


@given(LEAVES, st.data())
def test_path_of_another_length_is_refused(leaves: list[bytes], data: st.DataObject) -> None:
    pos = data.draw(st.integers(0, len(leaves) - 1))
    path = path_of(leaves, pos)
    with pytest.raises(ValueError, match="too long"):
        root_from_path(leaves[pos], pos, len(leaves), [*path, bytes(32)])
    if path:
        with pytest.raises(ValueError, match="too short"):
            root_from_path(leaves[pos], pos, len(leaves), path[:-1])


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=40, unique=True), st.data())
def test_root_of_another_order_or_number_of_leaves_is_another(leaves: list[bytes], data: st.DataObject) -> None:
    one, other = data.draw(st.lists(st.integers(0, len(leaves) - 1), min_size=2, max_size=2, unique=True))
    swapped = list(leaves)
    swapped[one], swapped[other] = leaves[other], leaves[one]
    roots = {root_of(leaves), root_of(swapped), root_of(leaves[:-1]), root_of([*leaves, leaves[-1]])}
    assert len(roots) == 4


def test_node_cannot_pass_for_a_leaf() -> None:
    one, other = leaf_of(b"a"), leaf_of(b"b")
    assert leaf_of(one + other) != root_of([one, other])


def test_place_outside_the_tree_is_refused() -> None:
    for pos in (-1, 1):
        with pytest.raises(ValueError, match="no leaf stands there"):
            path_of([bytes(32)], pos)
        with pytest.raises(ValueError, match="no leaf stands there"):
            root_from_path(bytes(32), pos, 1, [])
    with pytest.raises(ValueError, match="at least one leaf"):
        root_of([])


def test_head_depends_on_each_of_its_parts() -> None:
    heads = {
        head_of(GENESIS, 1, 2, bytes(32)),
        head_of(b"\x01" * 32, 1, 2, bytes(32)),
        head_of(GENESIS, 2, 2, bytes(32)),
        head_of(GENESIS, 1, 3, bytes(32)),
        head_of(GENESIS, 1, 2, b"\x01" * 32),
    }
    assert len(heads) == 5
