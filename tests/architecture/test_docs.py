"""The documentation is complete where completeness can be checked: settings, commands, roles, decisions."""

from __future__ import annotations

import pathlib
import re

import pytest
import yaml

from kepu.accounts.models import Role

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
VARIABLE = re.compile(r'env_\w+\(\s*"([A-Z_]+)"')


def variables():
    return sorted(
        set(VARIABLE.findall((ROOT / "kepu" / "config" / "settings.py").read_text(encoding="utf-8")))
    )


def commands():
    return sorted(
        path.stem for path in (ROOT / "kepu").glob("*/management/commands/*.py") if path.stem != "__init__"
    )


@pytest.mark.parametrize("name", variables())
def test_every_setting_is_documented(name):
    assert f"`{name}`" in (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", commands())
def test_every_command_is_documented(name):
    assert f"manage.py {name}" in (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("role", Role.values)
def test_every_role_is_documented(role):
    assert f"`{role}`" in (DOCS / "reference" / "roles.md").read_text(encoding="utf-8")


def test_every_decision_is_in_the_index_and_in_the_navigation():
    pages = {path.name for path in (DOCS / "adr").glob("0*.md")}
    index = (DOCS / "adr" / "index.md").read_text(encoding="utf-8")
    navigation = yaml.safe_dump(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    assert {page for page in pages if page not in index or page not in navigation} == set()
