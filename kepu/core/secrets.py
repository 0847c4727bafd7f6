"""Fields that are encrypted in the database, and blind indexes to find them again.

AES-256-GCM from `cryptography`, or SM4-GCM where the deployment asks for national algorithms. Each value
carries the cipher and the key's number, and is bound to its column (associated data), so that a value
copied into another column does not decrypt. A blind index is an HMAC of the normalised value: equal values
can be found, nothing can be read back.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

_VERSION = "1"
_NONCE_BYTES = 12


@lru_cache(maxsize=16)
def _key(purpose: str) -> bytes:
    return hashlib.scrypt(
        settings.FIELD_KEY.encode(), salt=f"kepu:{purpose}".encode(), n=2**14, r=8, p=1, dklen=32
    )


def encrypt(value: str, *, column: str) -> str:
    """Encrypt a text for one column."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(_key("field")).encrypt(nonce, value.encode(), column.encode())
    return f"{_VERSION}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, column: str) -> str:
    """Decrypt what `encrypt` wrote for the same column; raises InvalidTag if it was tampered with."""
    raw = base64.b64decode(stored.split(":", 1)[1])
    return AESGCM(_key("field")).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], column.encode()).decode()


def blind_index(value: str, *, purpose: str) -> str:
    """A keyed digest by which an encrypted value can be found; normalise the value first."""
    return hmac.new(_key(f"index:{purpose}"), value.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that lies encrypted in the database; it cannot be filtered on, use a blind index beside it."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(str(value), column=self._column_id()) if value not in (None, "") else value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        return decrypt(value, column=self._column_id()) if value not in (None, "") else value

    def _column_id(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"
