"""Open a zip of XML parts from a stranger: bounded in size and depth, no entities, no network."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from plan_document.readers.source_text import UnreadableDocument, damaged, encrypted, too_large

MOST_UNPACKED = 60 * 1024 * 1024
MOST_MEMBERS = 5_000
_HIGHEST_RATIO = 200
_RATIO_COUNTS_FROM = 2 * 1024 * 1024
_DEEPEST = 200
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    ValueError,
)


class Package:
    """The parts of an office file, by name."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            members = self._archive.infolist()
        except _BROKEN_ZIP as broken:
            raise damaged() from broken
        _check_sizes(members)
        self.names = frozenset(member.filename for member in members)

    def xml(self, name: str) -> Element | None:
        """The part as a tree of local names, None if the package has no such part."""
        if name not in self.names:
            return None
        return parse_xml(self._read(name))

    def _read(self, name: str) -> bytes:
        try:
            with self._archive.open(name) as part:
                # One byte more than is allowed: the sizes in the directory may lie.
                content = part.read(MOST_UNPACKED + 1)
        except RuntimeError as locked:
            raise encrypted() from locked
        except _BROKEN_ZIP as broken:
            raise damaged() from broken
        if len(content) > MOST_UNPACKED:
            raise too_large()
        return content


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    is_suspect = unpacked > _RATIO_COUNTS_FROM and unpacked > _HIGHEST_RATIO * max(packed, 1)
    if is_suspect or len(members) > MOST_MEMBERS:
        raise UnreadableDocument(
            "zip_bomb", "文件的压缩方式异常，为安全起见没有打开，请另存为新的 .docx 文件再上传。"
        )
    if unpacked > MOST_UNPACKED:
        raise too_large()


def parse_xml(content: bytes) -> Element:
    """The tree under local names: the two generations of Office namespaces read the same."""
    builder = _LocalNames()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.tree.data
    # Without a document type there are no entities to expand and nothing to fetch.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(content, True)
        root: Element = builder.tree.close()
    except (expat.ExpatError, AssertionError, LookupError, ValueError) as broken:
        raise damaged() from broken
    return root


def _refuse_doctype(*_: object) -> None:
    raise damaged()


class _LocalNames:
    def __init__(self) -> None:
        self.tree: TreeBuilder = TreeBuilder()
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise damaged()
        self.tree.start(
            name.rpartition("}")[2], {key.rpartition("}")[2]: value for key, value in attributes.items()}
        )

    def end(self, name: str) -> None:
        self._depth -= 1
        self.tree.end(name.rpartition("}")[2])
