"""What a reader gives, and the one way in which it says no."""

from __future__ import annotations

from dataclasses import dataclass

from plan_document.draft import Warning


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a document. `notes` say what was left out or changed; offsets are into `text`.

    `format` is docx, pdf, txt, md or pasted; `encoding` is that of a text file, else empty.
    """

    text: str
    format: str
    encoding: str
    notes: tuple[Warning, ...]


class UnreadableDocument(Exception):
    """A file gives no text; `code` is stable, `message` says in Chinese what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def too_large() -> UnreadableDocument:
    """The refusal of a file beyond the limits, packed or unpacked."""
    return UnreadableDocument("too_large", "文件过大，请删去图片和附件，或只保留方案正文后再上传。")


def damaged() -> UnreadableDocument:
    """The refusal of a file that its own format cannot open."""
    return UnreadableDocument(
        "damaged", "文件已损坏或不完整，请用 Word 或 WPS 打开后另存为 .docx 再上传，也可直接粘贴文字。"
    )


def encrypted() -> UnreadableDocument:
    """The refusal of a file behind a password."""
    return UnreadableDocument("encrypted", "文件设有密码，请先取消密码保护，再重新上传。")
