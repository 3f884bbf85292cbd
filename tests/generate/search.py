"""Look for reports that are read wrongly, and reduce each to its fewest quirks.

Not a test: run it by hand, for example ::

    cd tests && PYTHONPATH=../scripts:. python -m generate.search text 500 --seed 7

It prints one line for each kind of failure found: what is wrong, the quirks and the
cells that are needed for it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from facsimiles.form import Key

import govinfo
from generate.docx import as_docx
from generate.expected import disagreements
from generate.html import Page, as_html
from generate.pdf import as_pdf
from generate.quirks import Quirks, plain_cells
from generate.shape import Shaped, shape
from generate.strategies import page_by, printed_by
from generate.text import SHAPES, as_text
from govinfo.errors import GovinfoError

# In these the print determines every cell, so doubt is a failure too.
EXACT = {"html", "docx"}


@dataclass(frozen=True, slots=True)
class Example:
    """Everything that one document is written from."""

    kind: str
    cells: Mapping[Key, str]
    quirks: Quirks
    page: Page
    how: str

    def data(self, shaped: Shaped) -> bytes:
        """Write the document."""
        writers: dict[str, Callable[[], bytes]] = {
            "html": lambda: as_html(shaped, self.page),
            "docx": lambda: as_docx(shaped),
            "pdf": lambda: as_pdf(shaped),
            "txt": lambda: as_text(shaped, self.how),
        }
        return writers[self.kind]()

    def wrong(self) -> list[str]:
        """Read the document back and say what is wrong."""
        shaped = shape(self.cells, self.quirks)
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"report.{self.kind}"
            path.write_bytes(self.data(shaped))
            try:
                report = govinfo.read_report(path)
            except GovinfoError as error:
                return [repr(error)]
        return disagreements(report, shaped.expected, exact=self.kind in EXACT)

    def needed(self) -> str:
        """What differs from the official form with plain figures."""
        plain = self.plain_cells()
        parts = [
            f"{field.name}={getattr(one, field.name)!r}"
            for one, default in ((self.quirks, Quirks()), (self.page, Page()))
            for field in fields(one)
            if getattr(one, field.name) != getattr(default, field.name)
        ]
        changed = {k: v for k, v in self.cells.items() if v != plain.get(k)}
        return f"{self.kind} {self.how} {' '.join(parts)} cells={changed}"

    def plain_cells(self) -> dict[Key, str]:
        """Plain figures for the same cells."""
        return plain_cells(
            self.quirks.form,
            collapsed=self.quirks.form == "2021"
            and ("requests", "other", "total") in self.cells,
            hybrid=self.quirks.hybrid,
        )


def reduced(example: Example) -> Example:
    """Drop every quirk and every odd figure without which it still fails."""
    was = None
    while was != example:
        was = example
        for part, default in (("quirks", Quirks()), ("page", Page())):
            for field in fields(default):
                if field.name in {"form", "hybrid"}:
                    continue
                plain = {field.name: getattr(default, field.name)}
                one = replace(getattr(example, part), **plain)
                simpler = replace(example, **{part: one})
                example = simpler if simpler.wrong() else example
    plain_figures = example.plain_cells()
    if (simpler := replace(example, cells=plain_figures)).wrong():
        return simpler
    for key, text in plain_figures.items():
        if example.cells[key] != text:
            simpler = replace(example, cells={**example.cells, key: text})
            example = simpler if simpler.wrong() else example
    return example


def search(kind: str, count: int, start: int) -> list[Example]:
    """Try so many reports and give one reduced example of each kind of failure."""
    found: dict[str, Example] = {}

    for number in range(start, start + count):
        choose = Random(f"{kind} {number}").choice
        how = choose(SHAPES) if kind == "txt" else ""
        example = Example(kind, *printed_by(choose), page_by(choose), how)
        if wrong := example.wrong():
            found.setdefault(how + wrong[0].split(":")[0], example)
    return [reduced(example) for example in found.values()]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["html", "docx", "pdf", "txt"])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for failure in search(asked.kind, asked.count, asked.seed):
        print(failure.wrong()[0], "|", failure.needed())  # noqa: T201
