"""What the browser gets: vendored files are the published ones, one fresh stylesheet, readable colours, no inline code."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import pathlib
import re

import pytest
from django.core.management import call_command

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENDOR = ROOT / "kepu" / "static" / "vendor"
TOKENS = (ROOT / "frontend" / "styles" / "00-tokens.css").read_text(encoding="utf-8")
TEMPLATES = sorted((ROOT / "kepu").glob("**/templates/**/*.html"))
INLINE = re.compile(r"\sstyle=|<style|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)", re.IGNORECASE)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)
TEXT_ON = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("ink-2", "surface"),
    ("ink-2", "sunken"),
    ("ink-3", "paper"),
    ("ink-3", "surface"),
    ("ink-3", "sunken"),
    ("brand", "paper"),
    ("brand", "surface"),
    ("brand", "brand-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("accent", "surface"),
    ("accent", "accent-soft"),
    ("good", "surface"),
    ("good", "good-soft"),
    ("warn", "surface"),
    ("warn", "warn-soft"),
    ("bad", "surface"),
    ("bad", "bad-soft"),
]


def tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def block(selector):
    """The custom properties of the first rule with this selector."""
    start = TOKENS.index(selector + " {")
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", TOKENS[start : TOKENS.index("}", start)]))


def palettes():
    light = block(":root")
    dark = block(':root[data-theme="dark"]')
    elder = block(':root[data-mode="elder"]:not([data-theme="dark"])')
    elder_dark = block(':root[data-mode="elder"][data-theme="dark"]')
    return {
        "light": light,
        "dark": light | dark,
        "elder": light | elder,
        "elder dark": light | dark | elder_dark,
    }


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_vendored_files_are_the_ones_in_the_manifest():
    manifest = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))
    named = {
        f"{package}/{name}": digest
        for package, described in manifest.items()
        for name, digest in described["files"].items()
    }
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "MANIFEST.json"
    }
    assert found == named


def test_every_vendored_package_brings_its_licence():
    assert [
        folder.name for folder in VENDOR.iterdir() if folder.is_dir() and not (folder / "LICENSE").exists()
    ] == []


def test_the_versions_copied_are_the_versions_locked():
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    manifest = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))
    copied = {name: described["version"] for name, described in manifest.items()}
    assert copied == {name: lock[f"node_modules/{name}"]["version"] for name in manifest}


def test_the_lock_has_hashes_and_names_no_server():
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = [entry for name, entry in packages.items() if name]
    assert [entry for entry in installed if "resolved" in entry or "integrity" not in entry] == []


def test_the_stylesheet_is_made_from_its_sources():
    served = (ROOT / "kepu" / "static" / "css" / "kepu.css").read_text(encoding="utf-8")
    assert served == tool("styles").stylesheet(), "run: python tools/styles.py"


def test_the_dark_colours_are_the_same_by_system_and_by_choice():
    assert block(':root:not([data-theme="light"], [data-mode="elder"])') == block(':root[data-theme="dark"]')


@pytest.mark.parametrize("look", ["light", "dark", "elder", "elder dark"])
def test_text_can_be_read_on_its_ground(look):
    colours = palettes()[look]
    weak = {
        f"{text} on {ground}": round(contrast(colours[text], colours[ground]), 2)
        for text, ground in TEXT_ON
        if contrast(colours[text], colours[ground]) < 4.5
    }
    assert weak == {}


def test_running_text_in_elder_mode_has_a_contrast_of_seven():
    colours = palettes()["elder"]
    weak = [
        (text, ground)
        for text in ("ink", "ink-2", "ink-3", "brand")
        for ground in ("paper", "surface", "sunken")
        if contrast(colours[text], colours[ground]) < 7
    ]
    assert weak == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_templates_hold_no_inline_style_or_script(template):
    markup = COMMENT.sub("", template.read_text(encoding="utf-8"))
    assert INLINE.findall(markup) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_comment_of_several_lines_uses_the_comment_tag(template):
    """Django prints a brace comment that runs over the end of its line."""
    lines = template.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.count("{#") != line.count("#}")] == []


def test_static_files_can_be_collected_with_hashed_names(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads(
        (pathlib.Path(settings.STATIC_ROOT) / "staticfiles.json").read_text(encoding="utf-8")
    )
    assert {"css/kepu.css", "js/kepu.js", "js/chart.js", "vendor/echarts/echarts.common.min.js"} <= set(
        manifest["paths"]
    )
