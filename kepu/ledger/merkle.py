"""Merkle trees as RFC 6962, section 2.1, defines them for certificate transparency, with SHA-256.

Everything works on the hashes of leaves, so that a caller with millions of entries keeps 32 bytes of each at most. A tree over
the roots of equal, full pieces of 2^k leaves (the last one may be shorter) is the tree over all leaves; see `root`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(entry: bytes) -> bytes:
    """A leaf is marked by a zero byte, so that no entry can pose as an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The tree hash of these leaves, or of the roots of pieces; of nothing it is the hash of the empty text."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    row = list(hashes)
    while len(row) > 1:
        odd = [row[-1]] if len(row) % 2 else []
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)] + odd
    return row[0]


def path(hashes: Sequence[bytes], *, index: int) -> list[bytes]:
    """The hashes beside the way from a leaf up to the root, lowest first (the audit path of section 2.1.1)."""
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    row, found = list(hashes), []
    while len(row) > 1:
        beside = index ^ 1
        if beside < len(row):
            found.append(row[beside])
        odd = [row[-1]] if len(row) % 2 else []
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)] + odd
        index //= 2
    return found


def is_included(leaf: bytes, *, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from this leaf, at this place among so many, to this root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(beside, found)
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            found = node_hash(found, beside)
        place, last = place // 2, last // 2
    return last == 0 and found == root
