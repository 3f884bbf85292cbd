"""The one table of commands: function, examples, arguments.

What they are and say is in ``sentences.csv``, in both languages.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from govinfo.cli import verbs

Argument = tuple[tuple[str, ...], str, dict[str, Any]]
"""Names, key of what is said of it, options of argparse."""


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected a whole number from 1 on"
        )
    return number


def _argument(said: str, *names: str, **options: Any) -> Argument:
    return names, said, options


def _number(said: str, name: str, unit: str = "N", **options: Any) -> Argument:
    return _argument(said, f"--{name}", type=_positive, metavar=unit, **options)


_ARGUMENTS = {
    "study": _argument("study", "study", metavar="DIR"),
    "fresh_study": _argument("new", "study", metavar="DIR"),
    "folder": _argument("folder", "folder", metavar="DIR"),
    "old": _argument("folder", "old", metavar="OLD"),
    "new": _argument("folder", "new", metavar="NEW"),
    "paths": _argument("paths", "paths", nargs="+", metavar="PATH"),
    "file": _argument("review", "file", metavar="FILE"),
    "names": _argument("names", "names", nargs="*", metavar="NAME"),
    "shell": _argument("", "shell", choices=("bash", "zsh", "tcsh")),
    "out": _argument("out", "-o", "--out", metavar="DIR"),
    "changes": _argument("diff", "-o", "--out", metavar="FILE"),
    "region": _argument("region", "--region", metavar="NAME"),
    "since": _number("since", "since", "YEAR"),
    "hosts": _number("hosts", "jobs", default=4),
    "processes": _number("processes", "jobs"),
    "kernels": _number("processes", "jobs", default=2),
    "format": _argument(
        "format", "--format", choices=("csv", "parquet"), default="csv"
    ),
    "formats": _argument("formats", "--format", nargs="+", metavar="NAME"),
    "seconds": _argument("seconds", "--seconds", type=float, metavar="S"),
    "megabytes": _number("megabytes", "megabytes", "MB"),
    "address": _argument("address", "--address", metavar="URL", default=""),
} | {
    name: _argument(name, f"--{name}", action="store_true")
    for name in ("known", "again", "fresh", "quiet", "json", "bom")
}


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the shell; what runs it names it and may give an exit status.

    ``takes`` names its arguments; examples are written without its name.
    """

    run: Callable[[argparse.Namespace], int | None]
    takes: str
    examples: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called in the shell."""
        return self.run.__name__

    @property
    def arguments(self) -> list[Argument]:
        """What may follow it."""
        return [_ARGUMENTS[name] for name in self.takes.split()]


COMMANDS = (
    Command(
        verbs.new,
        "fresh_study known region since",
        ("my-study", "my-study --lang zh --known --region 四川 --since 2021"),
    ),
    Command(verbs.download, "study again hosts", ("my-study", "my-study --again")),
    Command(
        verbs.extract,
        "paths out processes format seconds megabytes fresh quiet json",
        ("my-study", "reports/*.pdf -o data --jobs 4"),
    ),
    Command(verbs.indicators, "folder", ("data",)),
    Command(verbs.audit, "folder", ("data",)),
    Command(verbs.review, "study", ("my-study",)),
    Command(verbs.correct, "study file", ("my-study my-study/review/review.xlsx",)),
    Command(verbs.diff, "old new changes", ("data-before data-after -o changes.csv",)),
    Command(
        verbs.export,
        "study out formats bom",
        ("my-study", "my-study --format xlsx stata -o for-review"),
    ),
    Command(
        verbs.site,
        "study out address kernels",
        ("my-study", "my-study -o pages --address https://example.org/foi"),
    ),
    Command(verbs.doctor, "names json", ("", "--json")),
    Command(
        verbs.completion,
        "shell",
        (
            "bash > ~/.local/share/bash-completion/completions/govinfo",
            "zsh > ~/.zfunc/_govinfo",
        ),
    ),
)
"""All commands, in the order in which a study goes."""
