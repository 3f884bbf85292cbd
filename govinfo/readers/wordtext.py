"""The text of Word paragraphs as it stands on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from govinfo.readers.numbering import Numbering, W
from govinfo.readers.wordsigns import (
    M,
    chosen,
    formula,
    shows_something,
    symbol,
    unsaid,
)
from govinfo.readers.wordstyles import Styles, is_level, is_shaded, marks

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# Wrappers whose content stands on paper as if the wrapper were not there.
_WRAPPERS = frozenset(
    f"{W}{name}"
    for name in ("customXml", "smartTag", "ins", "moveTo", "sdtContent", "dir", "bdo")
)
_PLAIN = {
    f"{W}tab": " ",
    f"{W}ptab": " ",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}


def printed(text: str) -> str:
    r"""Text with each run of blanks as one space and no empty lines.

    Examples
    --------
    >>> printed(" 1　2 \n\n\xa0 3")
    '1 2\n3'
    """
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def unwrapped(element: etree._Element) -> Iterator[etree._Element]:
    """Children as printed: wrappers opened, deletions and placeholders left out."""
    return (c for c in with_deleted(element) if c.tag != f"{W}del")


def with_deleted(element: etree._Element) -> Iterator[etree._Element]:
    """Children as printed, and what tracked changes deleted among them."""
    for child in element.iterchildren(etree.Element):
        if child.tag in _WRAPPERS:
            yield from with_deleted(child)
        elif child.tag == f"{W}sdt":
            if child.find(f"{W}sdtPr/{W}showingPlcHdr") is None:
                for content in child.iterchildren(f"{W}sdtContent"):
                    yield from with_deleted(content)
        elif child.tag == f"{MC}AlternateContent":
            branch = child.find(f"{MC}Choice")
            if branch is None:
                branch = child.find(f"{MC}Fallback")
            if branch is not None:
                yield from with_deleted(branch)
        elif child.tag != f"{W}moveFrom":
            yield child


@dataclass(slots=True)
class Text:
    """Text of a paragraph, with and without doubtful runs, and what hangs on it."""

    sure: str = ""
    whole: str = ""
    boxes: list[etree._Element] = field(default_factory=list)
    is_heading: bool = False
    has_picture: bool = False
    _shifted: list[tuple[int, int]] = field(default_factory=list)

    def add(
        self, text: str, *, doubtful: bool = False, is_shifted: bool = False
    ) -> None:
        """Append text; doubtful text only to the whole."""
        self.whole += text
        if not doubtful:
            if is_shifted:
                start = len(self.sure)
                self._shifted.append((start, start + len(text)))
            self.sure += text

    def end(self) -> None:
        """Take out digits moved up or down beside others: they mark a note.

        Text that is moved as a whole is only placed better in its line.
        """
        for start, end in reversed(self._shifted):
            beside = self.sure[:start] + self.sure[end:]
            if beside.strip() and re.search(r"\d", self.sure[start:end]):
                self.sure = beside


@dataclass(slots=True)
class TextReader:
    """Reads paragraphs one after the other, counting lists and pictures on the way."""

    styles: Styles
    numbering: Numbering
    pictures: int = 0
    objects: int = 0
    _field: list[bool] = field(default_factory=list)
    _instruction: str = ""

    def paragraph(self, element: etree._Element) -> Text:
        """Read one ``w:p``."""
        properties = element.find(f"{W}pPr")
        style = properties.find(f"{W}pStyle") if properties is not None else None
        inherited = self.styles.of(style)
        text = Text(is_heading=inherited.get("heading", False))
        if properties is not None and is_level(properties.find(f"{W}outlineLvl")):
            text.is_heading = True
        # An instruction that is never closed must not swallow the rest of the report.
        self._field.clear()
        self._inline(element, text, inherited)
        text.end()
        label = self.numbering.label(properties)
        # A label alone is no text: it must never pass for a figure.
        if label and not text.whole.isspace() and text.whole:
            text.sure, text.whole = label + text.sure, label + text.whole
        return text

    def _inline(
        self, element: etree._Element, text: Text, inherited: dict[str, bool]
    ) -> None:
        for child in with_deleted(element):
            if child.tag == f"{W}r":
                self._run(child, text, inherited)
            elif child.tag == f"{W}del":
                deleted = "".join(e.text or "" for e in child.iter(f"{W}delText"))
                if re.search(r"\d", deleted):
                    text.add(deleted, doubtful=True)
            elif child.tag in (f"{W}hyperlink", f"{W}fldSimple", f"{W}rt"):
                self._inline(child, text, inherited)
            elif child.tag in (f"{M}oMath", f"{M}oMathPara"):
                text.add(formula(child))

    def _run(self, run: etree._Element, text: Text, inherited: dict[str, bool]) -> None:
        properties = run.find(f"{W}rPr")
        style = properties.find(f"{W}rStyle") if properties is not None else None
        said = inherited | self.styles.of(style) | marks(properties)
        if said.get("hidden"):
            self._fields_of(run)
            return
        is_unseen = said.get("tiny", False) or (
            said.get("white", False) and not is_shaded(run)
        )
        is_noted = said.get("struck", False) or said.get("raised", False)
        for child in unwrapped(run):
            if child.tag == f"{W}fldChar":
                text.add(self._step_field(child))
            elif any(self._field):
                if child.tag == f"{W}instrText":
                    self._instruction += child.text or ""
                continue
            elif child.tag == f"{W}t":
                content = child.text or ""
                has_digit = re.search(r"\d", content) is not None
                text.add(
                    content,
                    doubtful=has_digit and (is_noted or is_unseen),
                    is_shifted=said.get("shifted", False),
                )
            elif child.tag in _PLAIN:
                text.add(_PLAIN[str(child.tag)])
            elif child.tag == f"{W}sym":
                text.add(symbol(child))
            elif child.tag == f"{W}ruby":
                for base in child.iterchildren(f"{W}rubyBase"):
                    self._inline(base, text, inherited)
            elif child.tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                self._hanging(child, text)

    def _hanging(self, element: etree._Element, text: Text) -> None:
        if element.tag == f"{W}object":
            self.objects += 1
            text.has_picture = True
            return
        boxes = [
            box
            for box in element.iter(f"{W}txbxContent")
            if next(box.iterancestors(f"{W}txbxContent", f"{W}drawing", f"{W}pict"))
            is element
        ]
        text.boxes += boxes
        if not boxes and shows_something(element):
            text.has_picture = True
            self.pictures += 1

    def _fields_of(self, run: etree._Element) -> None:
        for char in run.iterchildren(f"{W}fldChar"):
            self._step_field(char)

    def _step_field(self, char: etree._Element) -> str:
        """Follow a field; what it prints without a stored result."""
        kind = char.get(f"{W}fldCharType")
        if kind == "begin":
            self._field.append(True)
            self._instruction = ""
            return chosen(char)
        if kind == "separate" and self._field:
            self._field[-1] = False
        elif kind == "end" and self._field and self._field.pop():
            return unsaid(self._instruction)
        return ""
