"""Sentences on the pages of a PDF file that were not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from govinfo.errors import reason

INSTALL = "Install govinfo-cn[ocr] to read pictures."


@dataclass(slots=True)
class PageLog:
    """Pages, from 1, that were not read in full, by what was wrong with them."""

    pictures: list[int] = field(default_factory=list)
    partial: list[int] = field(default_factory=list)
    too_many: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """Sentences on what was tried and failed."""
    drawn: int = 0
    """Pages that were drawn and read as pictures."""
    last: int = 0
    """Page that was looked at last."""

    def stopped(self, number: int, error: Exception) -> None:
        """Keep why the picture of a page could not be read."""
        self.failures.append(
            f"Page {number} is or holds a picture, which could not be read: "
            f"{reason(error)}."
        )

    def sentences(self, n_pages: int) -> tuple[str, ...]:
        """One sentence or two for each kind.

        Examples
        --------
        >>> PageLog(damaged=[3, 4], last=4).sentences(4)
        ('Pages 3–4 are damaged and were not read.',)
        """
        notes = []
        for pages, one, many in (
            (
                self.pictures,
                f"is a picture and was not read. {INSTALL}",
                f"are pictures and were not read. {INSTALL}",
            ),
            (
                self.partial,
                f"holds a picture; a table in it was not read. {INSTALL}",
                f"hold pictures; a table in them was not read. {INSTALL}",
            ),
            (
                self.too_many,
                "is a picture and was not read: the file has more than govinfo reads.",
                "are pictures and were not read: the file has more than govinfo reads.",
            ),
            (
                self.damaged,
                "is damaged and was not read.",
                "are damaged and were not read.",
            ),
            (
                self.cut,
                "holds more than govinfo reads of one page; the rest was not read.",
                "hold more than govinfo reads of one page; the rest was not read.",
            ),
        ):
            if pages:
                notes.append(
                    f"{pages_in_words(pages)} {one if len(pages) == 1 else many}"
                )
        if self.last < n_pages:
            notes.append(
                f"Only the first {self.last} of {n_pages} pages were read, which is as "
                "much as govinfo reads of one file."
            )
        return tuple(notes)


def only_pictures(name: str, pages: Sequence[int]) -> str:
    """Message for a file that cannot be read without OCR."""
    are = "is a picture" if len(pages) == 1 else "are pictures"
    return (
        f"{name} holds no text that can be read: {pages_in_words(pages).lower()} "
        f"{are}, or text whose fonts do not say which characters they draw. Reading "
        "pictures needs the extra [ocr]: install it with "
        "`pip install 'govinfo-cn[ocr]'` and read the file again."
    )


def pages_in_words(numbers: Sequence[int]) -> str:
    """Page numbers in words.

    Examples
    --------
    >>> pages_in_words([3]), pages_in_words([1, 2, 3, 7])
    ('Page 3', 'Pages 1–3, 7')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs]
    return ("Page " if len(numbers) == 1 else "Pages ") + ", ".join(words)
