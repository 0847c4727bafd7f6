"""Put the stylesheet together: frontend/styles/*.css and two files of Bootstrap become one kepu/static/css/kepu.css.

Bootstrap goes into a cascade layer of its own, below ours; that is only possible inside one file.
Run after every change of a style: `python tools/styles.py`. A test fails when the result is stale.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "frontend" / "styles"
VENDOR = ROOT / "kepu" / "static" / "vendor" / "bootstrap"
RESULT = ROOT / "kepu" / "static" / "css" / "kepu.css"
BOOTSTRAP = ("bootstrap-reboot.min.css", "bootstrap-grid.min.css")
LAYERS = "@layer vendor, tokens, base, components, shell, pages, modes;\n"
NOTICE = "/* Made by tools/styles.py from frontend/styles/: change it there. */\n"


def stylesheet() -> str:
    """The whole stylesheet, vendor layer first."""
    vendor = "".join(_bootstrap(name) for name in BOOTSTRAP)
    own = "".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.css")))
    return f"{NOTICE}{LAYERS}@layer vendor {{\n{vendor}}}\n{own}"


def _bootstrap(name: str) -> str:
    """A charset rule is only allowed at the top of a file, and ours is UTF-8 anyway."""
    return (VENDOR / name).read_text(encoding="utf-8").replace('@charset "UTF-8";', "").strip() + "\n"


if __name__ == "__main__":
    RESULT.write_text(stylesheet(), encoding="utf-8")
    print(f"{RESULT.relative_to(ROOT)}: {RESULT.stat().st_size:,} bytes")
