"""Chinese is the source, English is complete: every id has a text, placeholders agree, nothing is fuzzy."""

from __future__ import annotations

import pathlib
import re

import polib
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CATALOGUES = [ROOT / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po" for domain in ("django", "djangojs")]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w+)\}")


def catalogues():
    return [pytest.param(path, id=path.stem) for path in CATALOGUES if path.exists()]


def placeholders(text):
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(text))


@pytest.mark.parametrize("path", catalogues())
def test_every_text_has_its_english(path):
    missing = [
        entry.msgid for entry in polib.pofile(str(path)) if not entry.translated() and not entry.obsolete
    ]
    assert missing == []


@pytest.mark.parametrize("path", catalogues())
def test_placeholders_agree(path):
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(path))
        if entry.msgstr and set(placeholders(entry.msgid)) != set(placeholders(entry.msgstr))
    ]
    assert wrong == []


@pytest.mark.parametrize("path", catalogues())
def test_the_compiled_catalogue_is_the_one_in_the_source(path):
    source = {_key(entry): entry.msgstr for entry in polib.pofile(str(path)) if entry.translated()}
    compiled = {_key(entry): entry.msgstr for entry in polib.mofile(str(path.with_suffix(".mo")))}
    assert {key: compiled.get(key) for key in source} == source


def _key(entry):
    """Some words stand twice, told apart by their context."""
    return entry.msgctxt or "", entry.msgid


def test_every_text_in_the_code_is_in_the_catalogue(tmp_path):
    """Collects anew and compares, so that a forgotten `make messages` is noticed."""
    from tools.messages import collect  # noqa: PLC0415 - the tool calls Django's command line when imported

    known = {entry.msgid for entry in polib.pofile(str(CATALOGUES[0])) if not entry.obsolete}
    assert collect(tmp_path) - known == set()
