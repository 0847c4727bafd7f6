"""The code that a participant shows at the door: opaque, short enough to be typed, kept only as a digest.

The digest is a plain SHA-256, not a keyed one: a phone at the door without a network makes the same digest of what
it scans and finds it in its list. Eighty random bits are more than anybody can try.
"""

from __future__ import annotations

import hashlib
import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O or U, so that a code read aloud or copied by hand comes through."""
LENGTH = 16
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[\s\-·.]+")
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def new_code() -> str:
    """A code nobody has; put it into the QR code and forget it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalised(written: str) -> str:
    """What was scanned or typed, as the code it stands for; empty where it is none."""
    code = _SEPARATORS.sub("", written[:64]).upper().translate(_MISREAD)
    return code if _CODE.fullmatch(code) else ""


def in_groups(code: str) -> str:
    """For people: four by four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def digest_of(code: str) -> str:
    """What is kept of a code, and what the list for the door holds. Normalise what was typed first."""
    return hashlib.sha256(f"kepu:participant:{code}".encode()).hexdigest()
