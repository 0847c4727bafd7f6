"""Encrypted values say which cipher made them, stay readable when the setting changes, and show tampering."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured

from kepu.core.secrets import CIPHERS, blind_index, decrypt, encrypt

COLUMN = "accounts.person.phone"
both = pytest.mark.parametrize("cipher", CIPHERS)


@both
def test_a_value_comes_back_and_names_its_cipher(settings, cipher):
    settings.FIELD_CIPHER = cipher
    stored = encrypt("+8613800138000", column=COLUMN)
    assert stored.startswith(f"{cipher}:")
    assert "13800138000" not in stored
    assert b"13800138000" not in base64.b64decode(stored.partition(":")[2])
    assert decrypt(stored, column=COLUMN) == "+8613800138000"


@both
def test_the_same_value_is_stored_differently_each_time(settings, cipher):
    settings.FIELD_CIPHER = cipher
    assert encrypt("同一个值", column=COLUMN) != encrypt("同一个值", column=COLUMN)


@both
@pytest.mark.parametrize("position", [0, 12, -1], ids=["nonce", "text", "tag"])
def test_a_changed_byte_raises(settings, cipher, position):
    settings.FIELD_CIPHER = cipher
    raw = bytearray(base64.b64decode(encrypt("身份证号", column=COLUMN).partition(":")[2]))
    raw[position] ^= 1
    with pytest.raises(InvalidTag):
        decrypt(f"{cipher}:{base64.b64encode(raw).decode()}", column=COLUMN)


@both
def test_a_value_copied_into_another_column_raises(settings, cipher):
    settings.FIELD_CIPHER = cipher
    stored = encrypt("+8613800138000", column=COLUMN)
    with pytest.raises(InvalidTag):
        decrypt(stored, column="accounts.person.id_number")


def test_values_of_the_former_cipher_stay_readable_after_the_setting_changes(settings):
    settings.FIELD_CIPHER = "AES-256-GCM"
    stored = encrypt("旧值", column=COLUMN)
    settings.FIELD_CIPHER = "SM4-GCM"
    assert decrypt(stored, column=COLUMN) == "旧值"


def test_an_unknown_cipher_is_refused_by_name(settings):
    settings.FIELD_CIPHER = "ROT13"
    with pytest.raises(ImproperlyConfigured, match="KEPU_FIELD_CIPHER='ROT13'"):
        encrypt("值", column=COLUMN)


def test_a_blind_index_is_the_same_for_both_ciphers_and_differs_by_purpose(settings):
    settings.FIELD_CIPHER = "AES-256-GCM"
    before = blind_index("+8613800138000", purpose="phone")
    settings.FIELD_CIPHER = "SM4-GCM"
    assert blind_index("+8613800138000", purpose="phone") == before
    assert blind_index("+8613800138000", purpose="id_number") != before
