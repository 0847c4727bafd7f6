"""The evidence of a quarter: only what the person may see, every file checked, nothing lost on the way."""

import csv
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from kepu.audit.models import Entry
from kepu.reports import services
from kepu.reports.tests.district import AT
from tests.factories.plans import make_report


def pack(district, role="district_office"):
    exported = services.export_evidence(district.period, by=district.people[role], at=AT)
    return ZipFile(BytesIO(b"".join(exported.parts)))


def listed(found):
    text = found.read("清单.csv").decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_files_lie_under_their_unit_and_measure(district):
    found = pack(district)
    assert found.testzip() is None
    folder = district.lead.name
    assert found.namelist() == [
        f"{folder}/1.1 专家进校园/名单.txt",
        f"{folder}/1.2 =1+1 校外实践/照片.txt",
        "清单.csv",
    ]
    assert found.read(found.namelist()[0]).decode() == "一二三"


def test_the_list_names_every_file_with_its_digest_and_that_it_is_unchanged(district):
    rows = listed(pack(district))
    assert [(row["原文件名"], row["核实"], row["校验"]) for row in rows] == [
        ("名单.txt", "已核实", "一致"),
        ("照片.txt", "待核实", "一致"),
    ]
    assert rows[0]["登记的SHA-256"] == district.first.evidence.get().digest


def test_a_file_that_was_changed_or_is_gone_is_named(district):
    first, second = district.first.evidence.get(), district.second.evidence.get()
    Path(first.file.path).write_bytes(b"changed")
    Path(second.file.path).unlink()
    found = pack(district)
    assert [row["校验"] for row in listed(found)] == ["与登记不一致", "文件缺失"]
    assert len(found.namelist()) == 2


def test_a_unit_gets_its_own_files_and_those_of_the_measures_it_leads(district):
    district.evidence(district.third, "讲堂.txt", b"lecture")
    assert [row["原文件名"] for row in listed(pack(district, "partner_unit"))] == ["讲堂.txt"]
    assert {row["原文件名"] for row in listed(pack(district, "lead_unit"))} == {"名单.txt", "照片.txt"}


@pytest.mark.parametrize("role", ["township", "resident", "nobody"])
def test_who_may_see_nothing_gets_nothing(district, role):
    with pytest.raises(services.NoEvidence):
        pack(district, role)


def test_the_files_of_a_draft_are_left_out(district):
    draft = make_report(district.silent, organisation=district.partner, period=district.period)
    district.evidence(draft, "草稿.txt", b"draft")
    assert "草稿.txt" not in [row["原文件名"] for row in listed(pack(district))]


def test_the_same_name_twice_keeps_both_files(district):
    district.evidence(district.first, "名单.txt", b"second")
    names = pack(district).namelist()
    assert [name.rsplit("/")[-1] for name in names[:2]] == ["名单.txt", "名单 (2).txt"]


@pytest.mark.parametrize(
    ("name", "safe"), [("../../etc/passwd", "_.._etc_passwd"), ("a\\b:c.txt", "a_b_c.txt"), ("..", "_")]
)
def test_a_name_cannot_climb_out_of_its_folder(district, name, safe):
    district.evidence(district.first, "x.txt", b"1").__class__.objects.filter(name="x.txt").update(name=name)
    names = [entry.rsplit("/", 1)[-1] for entry in pack(district).namelist()]
    assert safe in names
    assert not any(".." in Path(entry).parts for entry in pack(district).namelist())


def test_a_cell_of_the_list_does_not_run(district):
    district.lead.name = "=HYPERLINK()"
    district.lead.save()
    assert listed(pack(district))[0]["单位"] == "'=HYPERLINK()"


def test_what_was_taken_is_written_down(district):
    pack(district)
    entry = Entry.objects.get(deed="export_evidence")
    assert entry.changes == {"year": 2025, "quarter": 3, "files": 2}


def test_the_pack_is_made_while_it_is_sent(district):
    district.evidence(district.first, "大.bin", b"x" * 2_000_000)
    exported = services.export_evidence(district.period, by=district.people["district_office"], at=AT)
    sizes = [len(part) for part in exported.parts]
    assert max(sizes) < 600_000
