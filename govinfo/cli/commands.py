"""The one table of commands: name, what it does, examples, arguments, function."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from govinfo.cli import verbs
from govinfo.cli.verbs import ALL_READ, SOME_FAILED, STOPPED, WRONG_USE

__all__ = ["ALL_READ", "COMMANDS", "SOME_FAILED", "STOPPED", "WRONG_USE", "Command"]

Argument = tuple[tuple[str, ...], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the shell; ``run`` gives the exit status."""

    name: str
    help: str
    about: str
    examples: tuple[str, ...]
    run: Callable[[argparse.Namespace], int]
    arguments: tuple[Argument, ...] = ()

    @property
    def description(self) -> str:
        """What it does, broken into lines."""
        return textwrap.fill(self.about, 79)


def _argument(*names: str, **options: Any) -> Argument:
    return names, options


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        message = f"found {text!r}, expected a whole number from 1 on"
        raise argparse.ArgumentTypeError(message)
    return number


_STUDY = _argument("study", metavar="DIR", help="a study, as 'govinfo new' makes it")
_FOLDER = _argument("folder", metavar="DIR", help="a study or an extracted folder")

COMMANDS = (
    Command(
        "new",
        "make a study: folders, tables to fill in, notebooks",
        "Make a study in DIR: data/reports for the documents, data/registry.csv for "
        "what you know of them, data/agencies.csv, data/corrections.csv, notebooks "
        "and a README. With --known the registry is filled with addresses under which "
        "reports were found published; 'govinfo download DIR' fetches them.",
        ("new my-study", "new my-study --lang zh --known --region 四川 --since 2021"),
        verbs.new,
        (
            _argument("study", metavar="DIR", help="a folder that is new or empty"),
            _argument(
                "--lang",
                choices=("en", "zh"),
                help="keep the notebooks in one language; both if not given",
            ),
            _argument(
                "--known", action="store_true", help="register published addresses"
            ),
            _argument(
                "--region", metavar="NAME", help="only of this place, such as 四川"
            ),
            _argument(
                "--since", type=_positive, metavar="YEAR", help="only from then on"
            ),
        ),
    ),
    Command(
        "download",
        "fetch the addresses of a study's registry",
        "Fetch the addresses in the column published_at of DIR/data/registry.csv, and "
        "documents attached to their pages, into DIR/data/reports: one at a time from "
        "a host, as its robots.txt allows, with retries and limits, never from a "
        "private network. What is here is not fetched again, and nothing is ever "
        "written over. Exit status: 1 when some gave nothing.",
        ("download my-study", "download my-study --again"),
        verbs.download,
        (
            _STUDY,
            _argument(
                "--again",
                action="store_true",
                help="ask whether documents that are here have changed",
            ),
            _argument(
                "--jobs", type=_positive, metavar="N", default=4, help="hosts at a time"
            ),
        ),
    ),
    Command(
        "extract",
        "read and audit reports: cells, findings, checks, suggestions",
        "Read reports and write cells.csv, reports.csv and findings.csv, "
        "and with them checks.csv (what every check came to) and suggestions.csv (the "
        "smallest changes that make failed sums hold; none is ever applied). A table "
        "agencies.csv beside the reports, with the columns agency and parent, says "
        "which agency's report covers another's. Without --out, PATH is a study: its "
        "data/reports is read into its data, indicators included. "
        "What was read is kept in .govinfo: a run that was stopped goes on where it "
        "was, and a run on unchanged files reads nothing again. Exit status: 0 when "
        "every file was read, 1 when some failed (the others are written), 2 for wrong "
        "use, 130 when it was stopped.",
        ("extract my-study", "extract reports/*.pdf -o data --jobs 4"),
        verbs.extract,
        (
            _argument("paths", nargs="+", metavar="PATH", help="file, folder, glob"),
            _argument("-o", "--out", metavar="DIR", help="where to write"),
            _argument("--jobs", type=_positive, metavar="N", help="processes"),
            _argument("--format", choices=("csv", "parquet"), default="csv"),
            _argument(
                "--seconds", type=float, metavar="S", help="most time for one file"
            ),
            _argument(
                "--megabytes",
                type=_positive,
                metavar="MB",
                help="most memory for one file",
            ),
            _argument(
                "--fresh", action="store_true", help="read again what was read before"
            ),
            _argument("--quiet", action="store_true", help="say nothing on the way"),
            _argument(
                "--json", action="store_true", help="print what was done as JSON"
            ),
        ),
    ),
    Command(
        "indicators",
        "write indicators.csv for an extracted folder",
        "Compute every indicator with its interval from DIR/cells.csv, or "
        "DIR/cells.parquet, and write DIR/indicators.csv.",
        ("indicators data",),
        verbs.indicators,
        (_argument("folder", metavar="DIR", help="an extracted folder"),),
    ),
    Command(
        "audit",
        "renew checks.csv and suggestions.csv of an extracted folder",
        "Check DIR/cells.csv and look for the cells that are wrong where "
        "sums fail. Writes DIR/checks.csv (what every check came to, counted for each "
        "report) and DIR/suggestions.csv (the smallest changes that make the sums "
        "hold, which are never applied).",
        ("audit data",),
        verbs.audit,
        (_argument("folder", metavar="DIR", help="an extracted folder"),),
    ),
    Command(
        "review",
        "list every doubt of a study, to be settled by a person",
        "Write a page and a workbook into DIR/review: cells not read for sure, with "
        "their picture and what the sums need; failed sums; reports without agency or "
        "year, or two of one; years that are missing. Those that change most come "
        "first.",
        ("review my-study",),
        verbs.review,
        (_STUDY,),
    ),
    Command(
        "correct",
        "take a filled-in review over",
        "Turn the answers of a review into rows of corrections.csv and registry.csv, "
        "with who, when and why. Taking a row out undoes it.",
        ("correct my-study my-study/review/review.xlsx",),
        verbs.correct,
        (
            _STUDY,
            _argument("file", metavar="FILE", help="review.xlsx or review.csv"),
        ),
    ),
    Command(
        "diff",
        "say what changed between two extractions",
        "Compare the cells of two extracted folders or studies.",
        ("diff data-before data-after -o changes.csv",),
        verbs.diff,
        (
            _argument("old", metavar="OLD"),
            _argument("new", metavar="NEW"),
            _argument("-o", "--out", metavar="FILE", help="write every change as CSV"),
        ),
    ),
    Command(
        "export",
        "write a study as Excel, Stata, SPSS, Parquet, DuckDB, CSV",
        "Write the tables of the study into DIR/export: one workbook with codes in "
        "words, Stata and SPSS with labels for variables and values, Parquet, DuckDB, "
        "CSV and a Frictionless data package. Needs govinfo-cn[export].",
        ("export my-study", "export my-study --format xlsx stata -o for-review"),
        verbs.export,
        (
            _STUDY,
            _argument("-o", "--out", metavar="DIR", help="where to write"),
            _argument(
                "--format",
                nargs="+",
                metavar="NAME",
                help="some of xlsx, stata, spss, parquet, duckdb, csv, datapackage",
            ),
            _argument(
                "--bom", action="store_true", help="CSV that Excel opens as UTF-8"
            ),
        ),
    ),
    Command(
        "site",
        "run the notebooks of a study and write them as pages",
        "Run every notebook of the study and write pages of them, of the data and of "
        "the documents into DIR/site.",
        ("site my-study", "site my-study -o pages"),
        verbs.site,
        (
            _STUDY,
            _argument("-o", "--out", metavar="DIR", help="where to write"),
            _argument(
                "--jobs", type=_positive, metavar="N", default=2, help="processes"
            ),
        ),
    ),
    Command(
        "doctor",
        "try every engine, extra and protection on this machine",
        "Have each engine read, draw or compute something whose result is "
        "known, and attack each protection. Exit status: 0 when everything installed "
        "works, 1 when something fails, 2 for wrong use.",
        ("doctor", "doctor --json"),
        verbs.doctor,
        (
            _argument("names", nargs="*", metavar="NAME", help="only these, as named"),
            _argument("--json", action="store_true", help="one JSON array of objects"),
        ),
    ),
    Command(
        "completion",
        "print what a shell needs to complete commands",
        "Print a script that lets a shell complete govinfo's commands and options.",
        (
            "completion bash > ~/.local/share/bash-completion/completions/govinfo",
            "completion zsh > ~/.zfunc/_govinfo",
        ),
        verbs.completion,
        (_argument("shell", choices=("bash", "zsh", "tcsh")),),
    ),
)
"""All commands, in the order in which a study goes."""
