"""Reader of ZIP archives: the documents inside, unpacked in memory, within limits."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from govinfo.document import Document
from govinfo.errors import LimitExceeded, ReadError, SourceError
from govinfo.readers.files.names import PAGE_ENDINGS, PART_ENDINGS
from govinfo.readers.kinds import ZIP, is_picture, kind_of, sniff

# An attachment holds a handful of files; a saved page with its folder, some hundred.
MAX_MEMBERS = 2_000
# As much as one file may have.
MAX_TOTAL_BYTES = 256 * 2**20
# HTML packs to a twentieth, blank scans to a hundredth; bombs to a thousandth.
MAX_RATIO = 200
# Below this size no ratio does harm, and small blank files reach high ones.
RATIO_COUNTS_FROM = 2**20
# A ZIP of one ZIP happens when mail programs pack attachments; more is a mistake.
MAX_NESTING = 2
# A report has three tables and some pages of text; more files are a collection.
MAX_REPORTS = 8

Reader = Callable[[bytes, str], Document]

_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_CHROME = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")


def archive_members(data: bytes, name: str) -> list[tuple[str, bytes]]:
    """Files in a ZIP archive, with their names as the archive writes them.

    Folders, the droppings of operating systems and the folder of a saved page are left
    out. Nothing is written to disk.

    Parameters
    ----------
    data : bytes
        Content of the archive.
    name : str
        Name of the archive, for error messages.

    Returns
    -------
    list of (str, bytes)
        Name, with ``/`` between folders, and content of each file.

    Raises
    ------
    SourceError
        If a file in it is encrypted, or its name leads out of the archive.
    ReadError
        If the archive is damaged.
    LimitExceeded
        If it holds more, or unpacks to more, than reports can need.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_MEMBERS:
                raise LimitExceeded(
                    f"{name} holds {len(infos):,} files, and reading stops at"
                    f" {MAX_MEMBERS:,}. Unpack it and read only the reports in it."
                )
            named = [(_name(i), i) for i in infos if i.filename and not i.is_dir()]
            wanted = _wanted(named, name)
            return _unpacked(archive, wanted, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
    ) as error:
        raise ReadError(
            f"{name} is a ZIP archive that is damaged or packed in an unusual way"
            f" ({error}). Fetch it again, or unpack it with another program and read"
            " the files in it."
        ) from error


def read_archive(data: bytes, name: str, read: Reader) -> Document:
    """Read the report in a ZIP archive, or the several documents in it.

    Pictures beside a document are taken for its illustrations; a picture alone is
    taken for the report.

    Parameters
    ----------
    data : bytes
        Content of the archive.
    name : str
        Name of the archive.
    read : callable
        Reads the report, given content and name.

    Returns
    -------
    Document
        ``source`` is ``archive.zip/report.pdf``; of several documents, each is one of
        the ``members``.

    Raises
    ------
    SourceError
        If the archive holds no report, or too many files that may be reports.
    ReadError, LimitExceeded
        As `archive_members`, and as the reader of the report.
    """
    return _read(data, name, read, nesting=1)


def _read(data: bytes, name: str, read: Reader, nesting: int) -> Document:
    if nesting > MAX_NESTING:
        raise LimitExceeded(
            f"{name} is an archive inside {nesting - 1} archives, where reading stops."
            " Unpack it and read the files in it."
        )
    members = [(m, content) for m, content in archive_members(data, name) if content]
    found = [(m, content, sniff(content, m)) for m, content in members]
    readable = [f for f in found if (kind := kind_of(f[2])) and kind.reader]
    reports = [f for f in readable if not is_picture(f[2])] or readable
    if not 1 <= len(reports) <= MAX_REPORTS:
        raise SourceError(_not_one([m for m, _, _ in reports], name, len(members)))
    documents: list[Document] = []
    for member, content, media_type in reports:
        source = f"{name}/{member}"
        document = (
            _read(content, source, read, nesting + 1)
            if media_type == ZIP.media_type
            else replace(read(content, source), source=source)
        )
        documents += document.members or [document]
    if len(documents) == 1:
        return documents[0]
    return Document(name, ZIP.media_type, members=tuple(documents))


def _not_one(members: list[str], name: str, n_members: int) -> str:
    if n_members == 0:
        return (
            f"{name} is a ZIP archive with no file in it. Fetch it again, or ask for"
            " the report itself."
        )
    if not members:
        files = "1 file" if n_members == 1 else f"{n_members} files"
        return (
            f"{name} is a ZIP archive with {files} in it, none of a kind that govinfo"
            " reads. Unpack it and look at the files."
        )
    named = ", ".join(f"'{member}'" for member in members[:3])
    more = f" and {len(members) - 3} more" if len(members) > 3 else ""
    return (
        f"{name} is a ZIP archive with {len(members)} files that may be reports:"
        f" {named}{more}; expected {MAX_REPORTS} at most. Unpack it and read the files"
        " in it."
    )


def _name(info: zipfile.ZipInfo) -> str:
    """Name of a member: UTF-8 where it says so, else what Chinese programs write."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            # zipfile takes unflagged names for the code page of the IBM PC.
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding) or name
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _wanted(
    named: list[tuple[str, zipfile.ZipInfo]], archive: str
) -> list[tuple[str, zipfile.ZipInfo]]:
    for member, _ in named:
        path = PurePosixPath(member)
        if path.is_absolute() or ".." in path.parts or member[1:2] == ":":
            raise SourceError(
                f"{archive} holds a file whose name '{member}' leads out of the"
                " archive. Such archives are made to overwrite files: do not unpack it,"
                " and fetch the report from elsewhere."
            )
    pages = {
        member.rsplit(".", 1)[0]
        for member, _ in named
        if member.lower().endswith(PAGE_ENDINGS)
    }
    folders = {page + ending for page in pages for ending in PART_ENDINGS}
    return [
        (member, info)
        for member, info in named
        if not any(part.lower() in _CHROME for part in PurePosixPath(member).parts)
        and not any(str(up) in folders for up in PurePosixPath(member).parents)
    ]


def _unpacked(
    archive: zipfile.ZipFile, wanted: list[tuple[str, zipfile.ZipInfo]], name: str
) -> list[tuple[str, bytes]]:
    members = []
    left = MAX_TOTAL_BYTES
    for member, info in wanted:
        if info.flag_bits & _ENCRYPTED:
            raise SourceError(
                f"{name} holds '{member}', which is protected by a password. Unpack it"
                " with the password and read the file."
            )
        # Sizes in the archive's own list may lie: only what comes out counts.
        allowed = max(RATIO_COUNTS_FROM, MAX_RATIO * info.compress_size)
        with archive.open(info) as stream:
            content = stream.read(min(left, allowed) + 1)
        if len(content) > min(left, allowed):
            raise LimitExceeded(
                f"{name} holds '{member}', which unpacks to more than"
                f" {min(left, allowed):,} bytes, where reading stops. No report needs"
                " that: look at the archive before going on."
            )
        left -= len(content)
        members.append((member, content))
    return members
