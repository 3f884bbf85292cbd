"""Documents for tests: a report's cells, set with the quirks that agencies print.

Pure functions. :func:`shape` turns printed cells and :class:`Quirks` into headings and
tables; ``as_html``, ``as_text``, ``as_pdf`` and ``as_docx`` turn those into bytes. What
reading them must give stands in :class:`Expected`.
"""

from generate.docx import as_docx
from generate.expected import Demand, Expected, disagreements
from generate.html import as_html
from generate.pdf import as_pdf
from generate.quirks import Quirks, plain_cells
from generate.shape import Shaped, shape
from generate.text import as_text

__all__ = [
    "Demand",
    "Expected",
    "Quirks",
    "Shaped",
    "as_docx",
    "as_html",
    "as_pdf",
    "as_text",
    "disagreements",
    "plain_cells",
    "shape",
]
