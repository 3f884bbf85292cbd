"""Documents that are a ZIP archive of XML parts (Word, OFD), opened within limits.

Only parts that are asked for are unpacked, each up to a limit, and their XML is parsed
without entities, without a document type and without the network.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import Self

from lxml import etree

from govinfo.errors import LimitExceeded, ReadError

# The largest published report seen unpacks to 3 MB of XML; Word's own limit is 512 MB.
MAX_PART_BYTES = 64 * 2**20
# All parts of one document together; bounds the work whatever the number of parts.
MAX_TOTAL_BYTES = 256 * 2**20
# A report has tens of parts, a long document with pictures some hundred.
MAX_PARTS = 20_000


class Package:
    """The parts of one document, by name, whatever the case of the name.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file, for error messages.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._left = MAX_TOTAL_BYTES
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise ReadError(
                f"{name} should be a document packed as a ZIP archive, but the archive"
                " is damaged or cut short. Fetch the file again, or open it in an"
                " office program and save it anew."
            ) from error
        members = self._archive.infolist()
        if len(members) > MAX_PARTS:
            raise LimitExceeded(
                f"{name} holds {len(members):,} parts, and reading stops at"
                f" {MAX_PARTS:,}. No report needs that many: look at the file before"
                " going on."
            )
        self._members = {
            member.filename.replace("\\", "/").lstrip("/").lower(): member
            for member in members
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def __contains__(self, part: object) -> bool:
        return isinstance(part, str) and part.lstrip("/").lower() in self._members

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of all parts, lower case, in the order of the archive."""
        return tuple(self._members)

    def read(self, part: str) -> bytes:
        """Content of one part.

        Raises
        ------
        ReadError
            If the part is missing, damaged or encrypted.
        LimitExceeded
            If it unpacks to more than a report can need.
        """
        member = self._members.get(part.lstrip("/").lower())
        if member is None:
            raise ReadError(
                f"{self.name} lacks the part {part}, without which it cannot be read."
                " Open it in an office program and save it anew."
            )
        if member.flag_bits & 1:
            raise ReadError(
                f"{self.name} is protected by a password. Save it without the password"
                " and read that file."
            )
        allowed = min(MAX_PART_BYTES, self._left)
        try:
            with self._archive.open(member) as stream:
                content = stream.read(allowed + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            RuntimeError,
            ValueError,
        ) as error:
            raise ReadError(
                f"The part {part} of {self.name} is damaged and cannot be unpacked."
                " Fetch the file again."
            ) from error
        if len(content) > allowed:
            raise LimitExceeded(
                f"The part {part} of {self.name} unpacks to more than"
                f" {allowed / 2**20:.0f} MB, where reading stops. It may be a"
                " decompression bomb: look at the file before going on."
            )
        self._left -= len(content)
        return content

    def xml(self, part: str) -> etree._Element:
        """Root of one XML part."""
        return parse_xml(self.read(part), f"The part {part} of {self.name}")


def parse_xml(content: bytes, what: str) -> etree._Element:
    """Root of an XML text, parsed without entities and without the network.

    Parameters
    ----------
    content : bytes
        The text, in the encoding that it declares.
    what : str
        What it is, as the subject of an error message.

    Examples
    --------
    >>> parse_xml(b"<a><b/></a>", "The part a.xml of b.docx")[0].tag
    'b'
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(
            f"{what} is not well-formed XML ({error}). Fetch the file again, or open it"
            " in an office program and save it anew."
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReadError(
            f"{what} declares a document type, which no office program writes and which"
            " can hide entities that grow without end. Look at the file before going"
            " on."
        )
    return root


def resolve(base: str, target: str) -> str:
    """Name of the part that ``target`` means when said in the part ``base``.

    Examples
    --------
    >>> resolve("word/document.xml", "numbering.xml")
    'word/numbering.xml'
    >>> resolve("word/document.xml", "/word/styles.xml")
    'word/styles.xml'
    """
    target = target.replace("\\", "/")
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
