"""The link by which somebody without an account sees, changes and cancels a sign-up.

The token is a keyed digest of the sign-up's number, so a text sent weeks later can carry it again; the database keeps only a digest of
the token, and whoever reads the database cannot make one.
"""

from __future__ import annotations

import hashlib
import secrets

from kepu.core.secrets import blind_index

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are taken for one another."""
TOKEN_LENGTH = 32


def new_number() -> str:
    """Eight signs to read out on the phone; who knows a number can do nothing with it."""
    return "".join(secrets.choice(SIGNS) for _sign in range(8))


def link_token(number: str) -> str:
    return blind_index(number, purpose="sign-up link")[:TOKEN_LENGTH]


def digest_of_link(token: str) -> str:
    return hashlib.sha256(f"kepu:sign-up:{token}".encode()).hexdigest()
