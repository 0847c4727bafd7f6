"""Collect the Chinese texts into locale/en and compile them: `make messages`. Needs GNU gettext to collect."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

import polib

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDER = ROOT / "locale" / "en" / "LC_MESSAGES"
IGNORED = ["tests", "benchmarks", "tools", ".venv", "var", "docs", "frontend", "site", "kepu/static/vendor"]


def main() -> None:
    _need_gettext()
    _makemessages("django", cwd=ROOT)
    if any((ROOT / "kepu" / "static" / "js").rglob("*.js")):
        _makemessages("djangojs", cwd=ROOT)
    for path in FOLDER.glob("*.po"):
        catalogue = polib.pofile(str(path))
        for entry in [*catalogue.obsolete_entries(), *_fuzzy(catalogue)]:
            _settle(catalogue, entry)
        catalogue.save()
        catalogue.save_as_mofile(str(path.with_suffix(".mo")))
        print(f"{path.name}: {len(catalogue.untranslated_entries())} of {len(catalogue)} without English")


def collect(folder: pathlib.Path) -> set[str]:
    """Every text id that the code uses now, collected into a copy, so that nothing in the tree changes."""
    _need_gettext()
    for name in ("kepu", "plan_document"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    (folder / "locale").mkdir()
    _makemessages("django", cwd=folder)
    catalogue = polib.pofile(str(folder / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    return {entry.msgid for entry in catalogue}


def _fuzzy(catalogue: polib.POFile) -> list[polib.POEntry]:
    return list(catalogue.fuzzy_entries())


def _settle(catalogue: polib.POFile, entry: polib.POEntry) -> None:
    """What is no longer used goes; what gettext only guessed is asked for again."""
    if entry.obsolete:
        catalogue.remove(entry)
        return
    entry.msgstr = ""
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]


def _makemessages(domain: str, *, cwd: pathlib.Path) -> None:
    ignored = [part for name in IGNORED for part in ("--ignore", f"{name}/*")]
    command = [sys.executable, "-m", "django", "makemessages", "-l", "en", "-d", domain, "--no-location"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "", "PYTHONPATH": ""}
    environment.pop("DJANGO_SETTINGS_MODULE")
    subprocess.run(
        [*command, *ignored, "--no-wrap"], check=True, cwd=cwd, env=environment, stdout=subprocess.DEVNULL
    )


def _need_gettext() -> None:
    if shutil.which("xgettext") is None:
        sys.exit("GNU gettext is needed to collect texts. On Debian: apt-get install gettext")


if __name__ == "__main__":
    main()
