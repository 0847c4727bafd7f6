"""Photos as they may be kept: what they show, without where, when and with what they were taken."""

from __future__ import annotations

import io
import warnings

from django.core.files import File
from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 60_000_000
LONGEST_SIDE = 3000
"""Enough to read handwriting on a sheet of paper."""
FORMAT_OF = {"image/jpeg": "JPEG", "image/png": "PNG"}


class NotAPhoto(Exception):
    """The file calls itself an image and is none that can be opened safely."""


def without_metadata(upload: File[bytes], *, media_type: str) -> ContentFile[bytes]:
    """The picture anew: upright, not larger than needed, and nothing in it but its pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return ContentFile(_drawn_anew(upload, form=FORMAT_OF[media_type]))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPhoto from error
    except Image.DecompressionBombWarning as warning:
        raise NotAPhoto from warning
    finally:
        upload.seek(0)


def _drawn_anew(upload: File[bytes], *, form: str) -> bytes:
    upload.seek(0)
    with Image.open(upload, formats=[form]) as original:
        if original.width * original.height > MOST_PIXELS:
            raise NotAPhoto
        upright = ImageOps.exif_transpose(original).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    out = io.BytesIO()
    plain.save(out, form, quality=85)
    return out.getvalue()
