"""Many reports: find the files, read them in parallel, write one data set.

This package alone writes data. A file that cannot be read is a row with a message, and
the others are written all the same.
"""

from govinfo.cells import Table
from govinfo.checks import FINDING_COLUMNS
from govinfo.dataset.extracted import write_audit, write_indicators
from govinfo.dataset.many import Extraction, Interrupted, extract, read_reports
from govinfo.dataset.names import report_ids
from govinfo.dataset.onefile import Task, read_one
from govinfo.dataset.partitions import write_partitions
from govinfo.dataset.stored import read_cells
from govinfo.dataset.tables import (
    CHECK_COLUMNS,
    REPORT_COLUMNS,
    DataSet,
    FileResult,
)
from govinfo.dataset.written import Replacement, prepare_folder

__all__ = [
    "CHECK_COLUMNS",
    "FINDING_COLUMNS",
    "REPORT_COLUMNS",
    "DataSet",
    "Extraction",
    "FileResult",
    "Interrupted",
    "Replacement",
    "Table",
    "Task",
    "extract",
    "prepare_folder",
    "read_cells",
    "read_one",
    "read_reports",
    "report_ids",
    "write_audit",
    "write_indicators",
    "write_partitions",
]
