"""Sets the statutory tables of a report as HTML, PDF and text, from figures alone.

Used by ``scripts/set_facsimiles.py`` for the documents in ``data/reports`` and by the
tests for documents of their own. Nothing here reads a report.
"""
