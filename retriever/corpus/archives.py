"""The files inside a .zip, each handed on like one in a folder; nothing is ever written to disk."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from retriever.corpus import limits
from retriever.corpus.content import Budget, Content, OnProblem, legible_bytes
from retriever.corpus.formats import ARCHIVES, BESIDE_ARTICLES, suffix_of
from retriever.corpus.unpacking import measured
from retriever.errors import UnreadableFile

_NESTED = "压缩包里的压缩包，请先解开 (an archive inside an archive: unpack it first)"
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UNIX, _LINK, _FILE_TYPE = 3, 0o120000, 0o170000
# Where an archive states the size of its table of contents: signature, offset of the size, its struct format.
_DIRECTORY_SIZES = ((b"PK\x05\x06", 12, "<L"), (b"PK\x06\x06", 40, "<Q"))
# What zipfile raises, besides BadZipFile, for numbers that make no sense.
_ODD = (RuntimeError, ValueError, OverflowError, struct.error)
_TAIL_BYTES = (1 << 16) + 128
_UNKNOWN_32 = 0xFFFFFFFF


class Archive:
    """An open .zip within its limits. Raises UnreadableFile, BadZipFile."""

    def __init__(self, content: Content) -> None:
        self.name = content.name
        _check_directory(content)
        try:
            self._zip = ZipFile(content.stream)
        except _ODD as error:
            raise BadZipFile(str(error)) from error
        self._members = {_name(member): member for member in self._files()}
        self._budget = content.budget
        # Overlapping members promise more than they could ever hold; a liar is stopped while it unpacks.
        promised = sum(member.file_size for member in self._files())
        Budget(content.size).spend(promised, content.name)

    def files(self, on_problem: OnProblem) -> Iterator[Content]:
        """The readable members, by name; why others are left out goes to ``on_problem``, one line a reason."""
        left_out: dict[str, list[str]] = {}
        for inner, member in sorted(self._members.items()):
            if reason := _unsafe(inner) or _not_packed_plainly(member):
                left_out.setdefault(reason, []).append(inner)
            elif suffix := _readable(inner):
                if suffix in ARCHIVES:
                    left_out.setdefault(_NESTED, []).append(inner)
                else:
                    yield self._content(inner, member)
        for reason, names in left_out.items():
            on_problem(UnreadableFile(file=f"{self.name}/{_shown(names[0])}", detail=_counted(reason, len(names))))

    def parts(self) -> Iterator[Content]:
        """All members as they are, for a document that is an archive inside."""
        return (self._content(_shown(_name(member)), member) for member in self._files())

    def _files(self) -> list[ZipInfo]:
        return [member for member in self._zip.infolist() if member.filename and not member.is_dir()]

    def beside(self, inner: str) -> Content | None:
        """A file that stands beside the members' top level, such as a sidecar."""
        member = self._members.get(inner)
        return self._content(inner, member) if member and not _not_packed_plainly(member) else None

    def _content(self, inner: str, member: ZipInfo) -> Content:
        name = f"{self.name}/{inner}"
        return measured(name, _Member(self._zip, member), member.file_size, self._budget)


class _Member:
    """Opened when it is first read, so that a damaged member fails like any damaged file."""

    def __init__(self, archive: ZipFile, member: ZipInfo) -> None:
        self._archive, self._member = archive, member
        self._unpacked: IO[bytes] | None = None

    def read(self, size: int, /) -> bytes:
        try:
            if self._unpacked is None:
                self._unpacked = self._archive.open(self._member)
            return self._unpacked.read(size)
        except _ODD as error:
            raise BadZipFile(str(error)) from error


def _check_directory(content: Content) -> None:
    """The table of contents is read into memory whole: refuse a huge one before. Leaves the stream at its start."""
    data_from = max(content.stream.seek(0, 2) - _TAIL_BYTES, 0)
    content.stream.seek(data_from)
    tail = content.stream.read(_TAIL_BYTES)
    content.stream.seek(0)
    for signature, offset, form in _DIRECTORY_SIZES:
        at = tail.find(signature)
        while at >= 0:
            field = tail[at + offset : at + offset + struct.calcsize(form)]
            if len(field) == struct.calcsize(form):
                (size,) = struct.unpack(form, field)
                if limits.ARCHIVE_DIRECTORY < size != _UNKNOWN_32:
                    raise UnreadableFile(
                        file=content.name, detail="压缩包的目录太大或已损坏 (its table of contents is too large)"
                    )
            at = tail.find(signature, at + 1)


def _name(member: ZipInfo) -> str:
    """The name as it was given: Chinese systems wrote GBK where zip says CP437."""
    if member.flag_bits & _UTF8_NAME:
        return member.orig_filename
    try:
        return legible_bytes(member.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return member.orig_filename


def _unsafe(inner: str) -> str | None:
    """Why a name is no plain relative path; nothing is unpacked to disk, but citations and links are made of it.

    >>> [_unsafe(name) is None for name in ("a/b.txt", "/etc/a.txt", "../a.txt", "a\\\\b.txt", "C:a.txt", "a\\0.txt")]
    [True, False, False, False, False, False]
    """
    parts = inner.split("/")
    if (
        inner.startswith("/")
        or ".." in parts
        or "\\" in inner
        or inner[1:2] == ":"
        or any(ord(char) < 32 or ord(char) == 127 for char in inner)
    ):
        return "文件名不安全：带有上级、绝对路径或控制字符 (unsafe name: it points outside or holds control characters)"
    return None


def _not_packed_plainly(member: ZipInfo) -> str | None:
    if member.flag_bits & _ENCRYPTED:
        return "有密码，请先解密 (it is encrypted: decrypt it first)"
    if member.create_system == _UNIX and (member.external_attr >> 16) & _FILE_TYPE == _LINK:
        return "是链接，不是文件 (a link, not a file)"
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "压缩方式不支持，请用普通 zip (unsupported compression: use plain zip)"
    return None


def _readable(inner: str) -> str | None:
    """The suffix of a member that would be read in a folder too: not hidden, not what a Mac adds."""
    path = PurePosixPath(inner)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return None if hidden or path.name.lower() in BESIDE_ARTICLES else suffix_of(path.name)


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in name)[:200]


def _counted(reason: str, times: int) -> str:
    return reason if times == 1 else f"{reason}；共 {times} 个 ({times} files)"
