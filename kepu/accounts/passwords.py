"""Password rules whose refusals are not in Django's Chinese catalogue."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """At least so many characters."""

    def get_error_message(self) -> str:
        return ngettext(
            "密码太短，至少要 %(min_length)d 个字符。",
            "密码太短，至少要 %(min_length)d 个字符。",
            self.min_length,
        ) % {"min_length": self.min_length}

    def get_help_text(self) -> str:
        return ngettext(
            "密码至少要 %(min_length)d 个字符。", "密码至少要 %(min_length)d 个字符。", self.min_length
        ) % {"min_length": self.min_length}
