"""Many reports: find the files, read them in parallel, write one data set.

This package alone writes data. A file that cannot be read is a row with a message, and
the others are written all the same.
"""

from govinfo.dataset.extracted import write_audit, write_indicators, write_partitions
from govinfo.dataset.many import Extraction, Interrupted, extract, read_reports
from govinfo.dataset.stored import read_cells
from govinfo.dataset.tables import DataSet

__all__ = [
    "DataSet",
    "Extraction",
    "Interrupted",
    "extract",
    "read_cells",
    "read_reports",
    "write_audit",
    "write_indicators",
    "write_partitions",
]
