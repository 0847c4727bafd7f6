"""Files that prove a report: checked by content, kept under a name of our own, streamed only to those who may see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePath

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.accounts.models import User
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.core.media import recognise
from kepu.plans import rules
from kepu.plans.models import Evidence, ProgressReport
from kepu.plans.services.progress.life import EDITABLE, lock_report, require_open

MAX_FILES = 20


class EvidenceRefused(BadInput):
    code = "evidence_refused"


def attach_evidence(report: ProgressReport, *, upload: File[bytes], by: User, at: datetime) -> Evidence:
    """Add a file to a draft. The type is what the content says, not what the name says."""
    with _files_of_a_transaction() as stored:
        report = lock_report(report)
        require(rules.can_change_report(by, report))
        _require_editable(report)
        evidence = _recognised(upload, report=report)
        evidence.added_by, evidence.added_at = by, at
        stored.append(_store(upload, evidence=evidence))
        evidence.save()
        audit(
            "attach_evidence",
            of=report,
            by=by,
            at=at,
            organisation=str(report.organisation),
            changes={"file": evidence.name, "digest": evidence.digest},
        )
    return evidence


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User, at: datetime) -> ProgressReport:
    """Take a file off a report that is not handed in. The stored file goes when nothing else rests on it."""
    report = lock_report(evidence.report)
    require(rules.can_change_report(by, report))
    _require_editable(report)
    changes = {"file": evidence.name, "digest": evidence.digest}
    stored_as = evidence.file.name or ""
    evidence.delete()
    if not Evidence.objects.filter(file=stored_as).exists():
        # The row is gone only once the transaction is through; a file deleted earlier could not come back.
        transaction.on_commit(lambda: default_storage.delete(stored_as))
    audit("remove_evidence", of=report, by=by, at=at, organisation=str(report.organisation), changes=changes)
    return report


@contextmanager
def _files_of_a_transaction() -> Iterator[list[str]]:
    """A transaction to which stored files belong: if it fails, up to its commit, no file stays without its row."""
    stored: list[str] = []
    try:
        with transaction.atomic():
            yield stored
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise


def _recognised(upload: File[bytes], *, report: ProgressReport) -> Evidence:
    """What the row will say of a file that can be evidence; nothing is stored yet."""
    name = _clean_name(upload.name or "")
    _require_size(upload, name=name)
    media_type = recognise(upload, name=name)
    if media_type is None:
        raise EvidenceRefused(
            _("“%(name)s”不能作为佐证：请上传 PDF、Word、Excel、图片、文本或压缩包。") % {"name": name},
            field="files",
        )
    digest = _digest(upload)
    _require_new(report, digest=digest, name=name)
    return Evidence(report=report, name=name, digest=digest, size=upload.size, media_type=media_type)


def _require_editable(report: ProgressReport) -> None:
    require_open(report.period)
    if report.state not in EDITABLE:
        raise WrongState


def _clean_name(name: str) -> str:
    """The last part of the path, without control characters, short enough, the ending kept."""
    plain = "".join(
        character for character in PurePath(name.replace("\\", "/")).name if character.isprintable()
    )
    path = PurePath(plain.strip() or "file")
    return path.stem[: 200 - len(path.suffix[:20])] + path.suffix[:20]


def _require_size(upload: File[bytes], *, name: str) -> None:
    if not upload.size:
        raise EvidenceRefused(_("“%(name)s”是空文件。") % {"name": name}, field="files")
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        most = settings.EVIDENCE_MAX_BYTES // (1024 * 1024)
        raise EvidenceRefused(
            _("“%(name)s”太大，单个文件不超过 %(most)d MB。") % {"name": name, "most": most}, field="files"
        )


def _digest(upload: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(upload):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(upload: File[bytes]) -> Iterator[bytes]:
    upload.seek(0)
    yield from upload.chunks()
    upload.seek(0)


def _require_new(report: ProgressReport, *, digest: str, name: str) -> None:
    attached = list(report.evidence.all())
    same = next((one for one in attached if one.digest == digest), None)
    if same is not None:
        raise EvidenceRefused(
            _("“%(name)s”和已经上传的“%(same)s”内容相同，不用再传。") % {"name": name, "same": same.name},
            field="files",
        )
    if len(attached) >= MAX_FILES:
        raise EvidenceRefused(
            _("一份填报最多 %(most)d 个文件，请合并成压缩包。") % {"most": MAX_FILES}, field="files"
        )


def _store(upload: File[bytes], *, evidence: Evidence) -> str:
    """Put the file on disk, under a name of ours, so that no typed name ever becomes a path; return that name."""
    ending = PurePath(evidence.name).suffix.lower()
    evidence.file.save(f"{evidence.digest[:24]}{ending}", upload, save=False)
    return evidence.file.name or ""
