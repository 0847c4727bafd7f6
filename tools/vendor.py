"""Copy the third-party browser files we serve from node_modules into kepu/static/vendor/, with licences and hashes.

    make vendor

It installs what frontend/package-lock.json names and then copies. Only whoever changes a version needs Node; the copies are committed, and a test hashes them again.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "frontend" / "node_modules"
TARGET = ROOT / "kepu" / "static" / "vendor"
MANIFEST = TARGET / "MANIFEST.json"
FILES = {
    "bootstrap": ("dist/css/bootstrap-reboot.min.css", "dist/css/bootstrap-grid.min.css", "LICENSE"),
    "htmx.org": ("dist/htmx.min.js", "LICENSE"),
    "qr-scanner": ("qr-scanner.min.js", "qr-scanner-worker.min.js", "LICENSE"),
    "echarts": ("dist/echarts.common.min.js", "LICENSE", "NOTICE", "licenses/LICENSE-d3"),
}
# WhiteNoise stops collectstatic when a file names a source map that is not there.
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ ?\*/)\s*$")


def copy_all() -> dict[str, dict[str, object]]:
    """Copy every named file; what is returned is what the manifest says."""
    return {package: _copy_package(package, names) for package, names in FILES.items()}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _copy_package(package: str, names: tuple[str, ...]) -> dict[str, object]:
    described = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))
    copies = [_copy_file(package, name) for name in names]
    return {
        "version": described["version"],
        "license": described["license"],
        "files": {path.name: digest(path) for path in copies},
    }


def _copy_file(package: str, name: str) -> Path:
    copy = TARGET / package / Path(name).name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(SOURCE_MAP.sub(b"\n", (MODULES / package / name).read_bytes()))
    return copy


if __name__ == "__main__":
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=MODULES.parent, check=True
    )
    manifest = copy_all()
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(f"{MANIFEST.relative_to(ROOT)}: {sum(len(one['files']) for one in manifest.values())} files")  # type: ignore[arg-type]
    subprocess.run([sys.executable, str(ROOT / "tools" / "styles.py")], check=True)
