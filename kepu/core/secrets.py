"""Fields that are encrypted in the database, and blind indexes to find them again.

AES-256-GCM, or SM4-GCM where the deployment asks for national algorithms (KEPU_FIELD_CIPHER). Each value
names its cipher, so that the setting can change while old values stay readable, and is bound to its column
(associated data), so that a value copied into another column does not decrypt. A blind index is an HMAC of
the normalised value: equal values can be found, nothing can be read back. It does not follow the cipher, or
a changed setting would make everybody unfindable.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

_NONCE_BYTES = 12
_TAG_BYTES = 16


class SealingCipher(Protocol):
    """An authenticated cipher: the sealed text carries its tag, and opening a changed one raises InvalidTag."""

    def seal(self, text: bytes, *, nonce: bytes, column: bytes) -> bytes: ...

    def open(self, sealed: bytes, *, nonce: bytes, column: bytes) -> bytes: ...


class _Aes256Gcm:
    def seal(self, text: bytes, *, nonce: bytes, column: bytes) -> bytes:
        return AESGCM(_key("field")).encrypt(nonce, text, column)

    def open(self, sealed: bytes, *, nonce: bytes, column: bytes) -> bytes:
        return AESGCM(_key("field")).decrypt(nonce, sealed, column)


class _Sm4Gcm:
    def seal(self, text: bytes, *, nonce: bytes, column: bytes) -> bytes:
        encryptor = Cipher(self._algorithm(), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(column)
        return encryptor.update(text) + encryptor.finalize() + encryptor.tag

    def open(self, sealed: bytes, *, nonce: bytes, column: bytes) -> bytes:
        text, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
        decryptor = Cipher(self._algorithm(), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(column)
        return decryptor.update(text) + decryptor.finalize()

    def _algorithm(self) -> algorithms.SM4:
        return algorithms.SM4(_key("field:sm4")[:16])


CIPHERS: Mapping[str, SealingCipher] = {"AES-256-GCM": _Aes256Gcm(), "SM4-GCM": _Sm4Gcm()}


@lru_cache(maxsize=64)  # more than there are purposes: deriving one takes 50 ms
def _key(purpose: str) -> bytes:
    return hashlib.scrypt(
        settings.FIELD_KEY.encode(), salt=f"kepu:{purpose}".encode(), n=2**14, r=8, p=1, dklen=32
    )


def encrypt(value: str, *, column: str) -> str:
    """Encrypt a text for one column with the cipher of this deployment."""
    name = settings.FIELD_CIPHER
    nonce = os.urandom(_NONCE_BYTES)
    sealed = cipher(name).seal(value.encode(), nonce=nonce, column=column.encode())
    return f"{name}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, column: str) -> str:
    """Decrypt what `encrypt` wrote for the same column; raises InvalidTag if it was tampered with."""
    name, _, encoded = stored.partition(":")
    raw = base64.b64decode(encoded)
    return cipher(name).open(raw[_NONCE_BYTES:], nonce=raw[:_NONCE_BYTES], column=column.encode()).decode()


def cipher(name: str) -> SealingCipher:
    if name not in CIPHERS:
        raise ImproperlyConfigured(f"KEPU_FIELD_CIPHER={name!r}: use one of {', '.join(CIPHERS)}")
    return CIPHERS[name]


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
