"""A study: a folder of documents, what is known of them, tables and notebooks.

The repository is the first study; :func:`new_study` makes others of the same layout.
"""

from govinfo.study.download import download_study
from govinfo.study.export import export_study
from govinfo.study.layout import Study, dictionary, new_study, open_study, to_extract
from govinfo.study.review import correct_study, differences, review_study
from govinfo.study.tables import load, reports_once, tables_in

__all__ = [
    "Study",
    "correct_study",
    "dictionary",
    "differences",
    "download_study",
    "export_study",
    "load",
    "new_study",
    "open_study",
    "reports_once",
    "review_study",
    "tables_in",
    "to_extract",
]
