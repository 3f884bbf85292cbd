"""A study: a folder of documents, what is known of them, tables and notebooks.

The repository is the first study; :func:`new_study` makes others of the same layout.
"""

from govinfo.study.dictionary import dictionary
from govinfo.study.export import export_study
from govinfo.study.layout import Study, new_study, open_study, to_extract

__all__ = [
    "Study",
    "dictionary",
    "export_study",
    "new_study",
    "open_study",
    "to_extract",
]
