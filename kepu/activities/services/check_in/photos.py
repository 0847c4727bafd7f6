"""The photo or scan of a paper sheet: checked by content, stripped of what a camera adds, kept under a name of our own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePath

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.accounts.models import User
from kepu.activities.models import Session, SignInSheet
from kepu.core.errors import BadInput
from kepu.core.media import recognise
from kepu.core.photos import FORMAT_OF, NotAPhoto, without_metadata

PDF = "application/pdf"
_ENDING_OF = {"image/jpeg": ".jpg", "image/png": ".png", PDF: ".pdf"}


class PhotoRefused(BadInput):
    code = "photo_refused"


@contextmanager
def kept_photo(
    upload: File[bytes] | None, *, session: Session, by: User, at: datetime
) -> Iterator[Callable[[], SignInSheet | None]]:
    """A transaction and, in it, a way to keep the photo when it is needed. If the transaction fails no file stays behind.

    The picture is looked at before the transaction begins: that takes longer than anybody should hold the database.
    """
    ready = _checked(upload) if upload else None
    stored: list[str] = []

    def keep() -> SignInSheet | None:
        if ready is None:
            return None
        sheet = _saved(ready, session=session, by=by, at=at)
        stored.append(sheet.photo.name or "")
        return sheet

    try:
        with transaction.atomic():
            yield keep
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise


def _checked(upload: File[bytes]) -> tuple[str, str, File[bytes]]:
    """Name, type and content that may be kept."""
    name = PurePath((upload.name or "photo").replace("\\", "/")).name
    if not upload.size or upload.size > settings.EVIDENCE_MAX_BYTES:
        most = settings.EVIDENCE_MAX_BYTES // (1024 * 1024)
        raise PhotoRefused(_("照片是空的或超过 %(most)d MB。") % {"most": most}, field="photo")
    media_type = recognise(upload, name=name)
    if media_type == PDF:
        return name, media_type, upload
    if media_type not in FORMAT_OF:
        raise PhotoRefused(_("请上传 JPG、PNG 照片或 PDF 扫描件。"), field="photo")
    try:
        return name, media_type, without_metadata(upload, media_type=media_type)
    except NotAPhoto as error:
        raise PhotoRefused(_("照片打不开，请重新拍一张。"), field="photo") from error


def _saved(ready: tuple[str, str, File[bytes]], *, session: Session, by: User, at: datetime) -> SignInSheet:
    name, media_type, content = ready
    content.seek(0)
    digest = hashlib.sha256(content.read()).hexdigest()
    content.seek(0)
    sheet = SignInSheet(
        session=session,
        name="".join(one for one in name if one.isprintable())[-200:],
        digest=digest,
        media_type=media_type,
        size=content.size,
        added_by=by,
        added_at=at,
    )
    sheet.photo.save(f"{digest[:24]}{_ENDING_OF[media_type]}", content, save=False)
    sheet.save()
    return sheet
