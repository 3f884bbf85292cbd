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


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the shell; what runs it names it and may give an exit status."""

    run: Callable[[argparse.Namespace], int | None]
    examples: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()

    @property
    def name(self) -> str:
        """What it is called in the shell."""
        return self.run.__name__


def _argument(*names: str, said: str = "", **options: Any) -> Argument:
    return names, said, options


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


_STUDY = _argument("study", metavar="DIR", said="study")
_FOLDER = _argument("folder", metavar="DIR", said="folder")
_OUT = _argument("-o", "--out", metavar="DIR", said="out")
_JSON = _argument("--json", action="store_true", said="json")


def _switch(name: str) -> Argument:
    return _argument(f"--{name}", action="store_true", said=name)


def _number(name: str, said: str, unit: str = "N", **options: Any) -> Argument:
    return _argument(f"--{name}", type=_positive, metavar=unit, said=said, **options)


COMMANDS = (
    Command(
        verbs.new,
        ("new my-study", "new my-study --lang zh --known --region 四川 --since 2021"),
        (
            _argument("study", metavar="DIR", said="new"),
            _switch("known"),
            _argument("--region", metavar="NAME", said="region"),
            _number("since", "since", "YEAR"),
        ),
    ),
    Command(
        verbs.download,
        ("download my-study", "download my-study --again"),
        (_STUDY, _switch("again"), _number("jobs", "hosts", default=4)),
    ),
    Command(
        verbs.extract,
        ("extract my-study", "extract reports/*.pdf -o data --jobs 4"),
        (
            _argument("paths", nargs="+", metavar="PATH", said="paths"),
            _OUT,
            _number("jobs", "processes"),
            _argument(
                "--format", choices=("csv", "parquet"), default="csv", said="format"
            ),
            _argument("--seconds", type=float, metavar="S", said="seconds"),
            _number("megabytes", "megabytes", "MB"),
            _switch("fresh"),
            _switch("quiet"),
            _JSON,
        ),
    ),
    Command(verbs.indicators, ("indicators data",), (_FOLDER,)),
    Command(verbs.audit, ("audit data",), (_FOLDER,)),
    Command(verbs.review, ("review my-study",), (_STUDY,)),
    Command(
        verbs.correct,
        ("correct my-study my-study/review/review.xlsx",),
        (_STUDY, _argument("file", metavar="FILE", said="review")),
    ),
    Command(
        verbs.diff,
        ("diff data-before data-after -o changes.csv",),
        (
            _argument("old", metavar="OLD", said="folder"),
            _argument("new", metavar="NEW", said="folder"),
            _argument("-o", "--out", metavar="FILE", said="diff"),
        ),
    ),
    Command(
        verbs.export,
        ("export my-study", "export my-study --format xlsx stata -o for-review"),
        (
            _STUDY,
            _OUT,
            _argument("--format", nargs="+", metavar="NAME", said="formats"),
            _switch("bom"),
        ),
    ),
    Command(
        verbs.site,
        ("site my-study", "site my-study -o pages --address https://example.org/foi"),
        (
            _STUDY,
            _OUT,
            _argument("--address", metavar="URL", default="", said="address"),
            _number("jobs", "processes", default=2),
        ),
    ),
    Command(
        verbs.doctor,
        ("doctor", "doctor --json"),
        (_argument("names", nargs="*", metavar="NAME", said="names"), _JSON),
    ),
    Command(
        verbs.completion,
        (
            "completion bash > ~/.local/share/bash-completion/completions/govinfo",
            "completion zsh > ~/.zfunc/_govinfo",
        ),
        (_argument("shell", choices=("bash", "zsh", "tcsh")),),
    ),
)
"""All commands, in the order in which a study goes."""
