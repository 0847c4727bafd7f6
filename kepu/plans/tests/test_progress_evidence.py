"""Files as evidence: what is taken, what is refused, and who gets them."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from kepu.core import media
from kepu.core.errors import NotAllowed, WrongState
from kepu.plans.models import Evidence
from kepu.plans.services import progress
from kepu.plans.services.progress.evidence import MAX_FILES
from tests.factories.progress import AT, PDF, make_district, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def draft(district):
    return district.draft()


def package(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def streamed(response):
    """Everything; reading to the end closes the file, and the test's database connection stays open."""
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.PDF", PDF, "application/pdf"),
        ("a.jpg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("a.png", b"\x89PNG\r\n\x1a\nrest", "image/png"),
        ("a.docx", package("word/document.xml"), media.WORD),
        ("a.xlsx", package("xl/workbook.xml"), media.EXCEL),
        ("a.zip", package("照片.jpg"), "application/zip"),
        ("a.txt", "签到表".encode(), "text/plain"),
        ("a.csv", "姓名,单位\n".encode("gb18030"), "text/csv"),
    ],
)
def test_files_of_these_kinds_are_evidence(district, draft, name, content, media_type):
    kept = progress.attach_evidence(draft, upload=upload(name, content), by=district.lead, at=AT)
    assert (kept.name, kept.media_type, kept.size) == (name, media_type, len(content))
    assert kept.digest == hashlib.sha256(content).hexdigest()
    with kept.file.open() as stored:
        assert stored.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90\x00program"),
        ("a.exe", b"MZ\x90\x00program"),
        ("a.jpg", PDF),
        ("a.docx", package("xl/workbook.xml")),
        ("a.docx", b"PK\x03\x04 not a package"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.txt", b"text\x00binary"),
        ("a.txt", b"\x81\xff\xff\xff\xff\xff\xff"),
        ("a", b"text"),
        ("a.txt", b""),
    ],
)
def test_other_files_are_refused_and_nothing_is_stored(district, draft, name, content):
    with pytest.raises(progress.EvidenceRefused) as refused:
        progress.attach_evidence(draft, upload=upload(name, content), by=district.lead, at=AT)
    assert refused.value.field == "files"
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("step", ["Evidence.save", "audit"])
def test_no_file_stays_on_disk_when_its_transaction_fails(district, draft, monkeypatch, step):
    def break_down(*args, **kwargs):
        raise RuntimeError(step)

    monkeypatch.setattr(f"kepu.plans.services.progress.evidence.{step}", break_down)
    before = stored_files()
    with pytest.raises(RuntimeError):
        progress.attach_evidence(draft, upload=upload(), by=district.lead, at=AT)
    assert stored_files() == before
    monkeypatch.undo()
    progress.attach_evidence(draft, upload=upload(), by=district.lead, at=AT)
    assert len(stored_files() - before) == 1


def stored_files():
    return {path for path in Path(default_storage.location).rglob("*") if path.is_file()}


def test_a_long_text_cut_in_the_middle_of_a_character_is_text(district, draft):
    content = ("a" + "签" * 40_000).encode()
    assert progress.attach_evidence(draft, upload=upload("a.txt", content), by=district.lead, at=AT)


def test_a_file_over_the_limit_is_refused(district, draft, settings):
    settings.EVIDENCE_MAX_BYTES = len(PDF) - 1
    with pytest.raises(progress.EvidenceRefused):
        progress.attach_evidence(draft, upload=upload(), by=district.lead, at=AT)
    settings.EVIDENCE_MAX_BYTES = len(PDF)
    assert progress.attach_evidence(draft, upload=upload(), by=district.lead, at=AT).size == len(PDF)


def test_the_same_content_twice_is_refused_whatever_its_name(district, draft):
    progress.attach_evidence(draft, upload=upload("一.pdf"), by=district.lead, at=AT)
    with pytest.raises(progress.EvidenceRefused, match=r"一\.pdf"):
        progress.attach_evidence(draft, upload=upload("二.pdf"), by=district.lead, at=AT)


def test_a_report_takes_a_limited_number_of_files(district, draft):
    for number in range(MAX_FILES):
        progress.attach_evidence(
            draft, upload=upload(f"{number}.txt", str(number).encode()), by=district.lead, at=AT
        )
    with pytest.raises(progress.EvidenceRefused):
        progress.attach_evidence(draft, upload=upload(), by=district.lead, at=AT)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/总结.pdf", "总结.pdf"),
        ("C:\\Users\\李\\总结.pdf", "总结.pdf"),
        ("总\x00\r\n结.pdf", "总结.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
    ],
)
def test_a_typed_name_is_only_shown_and_never_becomes_a_path(district, draft, typed, kept):
    file = upload("x.pdf")
    file.__dict__["name"] = typed
    evidence = progress.attach_evidence(draft, upload=file, by=district.lead, at=AT)
    assert evidence.name == kept
    assert evidence.file.name.split("/")[-1] == f"{evidence.digest[:24]}.pdf"


def test_only_the_unit_attaches_and_removes(district, draft):
    for who in (district.office, district.partner, district.stranger):
        with pytest.raises(NotAllowed):
            progress.attach_evidence(draft, upload=upload(), by=who, at=AT)
    kept = progress.attach_evidence(draft, upload=upload(), by=district.lead, at=AT)
    with pytest.raises(NotAllowed):
        progress.remove_evidence(kept, by=district.office, at=AT)


def test_a_removed_file_is_gone_from_the_disk(district, draft, django_capture_on_commit_callbacks):
    kept = progress.attach_evidence(draft, upload=upload(), by=district.lead, at=AT)
    stored = kept.file.name
    with django_capture_on_commit_callbacks(execute=True):
        progress.remove_evidence(kept, by=district.lead, at=AT)
    assert not default_storage.exists(stored)
    assert not draft.evidence.exists()


def test_a_file_on_which_an_earlier_version_rests_stays_on_the_disk(
    district, draft, django_capture_on_commit_callbacks
):
    kept = progress.attach_evidence(draft, upload=upload(), by=district.lead, at=AT)
    accepted = progress.accept_report(
        progress.submit_report(draft, by=district.lead, at=AT), by=district.office, at=AT
    )
    amended = progress.amend_report(accepted, reason="x", by=district.lead, at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        progress.remove_evidence(amended.evidence.get(), by=district.lead, at=AT)
    assert default_storage.exists(kept.file.name)
    assert [one.pk for one in accepted.evidence.all()] == [kept.pk]


def test_nothing_is_attached_to_or_removed_from_what_is_handed_in(district, draft):
    kept = progress.attach_evidence(draft, upload=upload(), by=district.lead, at=AT)
    progress.submit_report(draft, by=district.lead, at=AT)
    with pytest.raises(WrongState):
        progress.attach_evidence(draft, upload=upload("b.txt", b"b"), by=district.lead, at=AT)
    with pytest.raises(WrongState):
        progress.remove_evidence(kept, by=district.lead, at=AT)


def test_the_file_is_streamed_as_a_download_to_those_who_may_see_the_report(district, draft, client):
    kept = progress.attach_evidence(draft, upload=upload("总结.pdf"), by=district.lead, at=AT)
    address = reverse("plans:evidence", args=[kept.pk])
    assert client.get(address).status_code == 302
    client.force_login(district.office)
    assert client.get(address).status_code == 404
    progress.submit_report(draft, by=district.lead, at=AT)
    for who, status in [(district.lead, 200), (district.office, 200), (district.partner, 404)]:
        client.force_login(who)
        response = client.get(address)
        assert response.status_code == status
        if response.streaming:
            streamed(response)
    client.force_login(district.office)
    response = client.get(address)
    assert streamed(response) == PDF
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E6%80%BB%E7%BB%93.pdf"
    assert (response["X-Content-Type-Options"], response["Content-Type"]) == ("nosniff", "application/pdf")
