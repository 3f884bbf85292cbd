"""The command ``govinfo``: the same doors as the Python functions, for the shell."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

from govinfo import __version__
from govinfo.cli.commands import COMMANDS, STOPPED, WRONG_USE
from govinfo.errors import GovinfoError


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process if not given.

    Returns
    -------
    int
        0 when every file was read, 1 when some failed (the others are written), 2 for
        wrong use.
    """
    parser = build_parser()
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help(sys.stderr)
        return WRONG_USE
    try:
        return int(given.run(given))
    except GovinfoError as error:
        sys.stderr.write(f"govinfo: {error}\n")
        return WRONG_USE
    except KeyboardInterrupt as error:
        sys.stderr.write(f"\ngovinfo: {error or 'Stopped.'}\n")
        return STOPPED


class _Parser(argparse.ArgumentParser):
    """A parser that says what a mistyped command or option may have meant."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, with the nearest word that would be right."""
        if message.startswith("unrecognized arguments: "):
            words = message.partition(": ")[2].split()
            names = (n for c in COMMANDS for given, _ in c.arguments for n in given)
            message += _meant(words[0], names)
        elif "invalid choice: '" in message:
            word = message.partition("invalid choice: '")[2].partition("'")[0]
            choices = message.partition("(choose from ")[2].rstrip(")").split(", ")
            message += _meant(word, (choice.strip("'") for choice in choices))
        super().error(message)


def _meant(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word.split("=")[0], list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands, as the table of commands has them."""
    parser = _Parser(
        prog="govinfo",
        description="Audited, tidy data from annual reports on government "
        "information disclosure (政府信息公开工作年度报告).",
        epilog="A study from start to end: govinfo new DIR, copy documents into "
        "DIR/data/reports, then govinfo extract, review, export and site DIR.",
    )
    parser.add_argument("--version", action="version", version=f"govinfo {__version__}")
    below = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=_Parser
    )
    for command in COMMANDS:
        lines = "\n".join(f"  govinfo {example}" for example in command.examples)
        one = below.add_parser(
            command.name,
            help=command.help,
            description=command.description,
            epilog=f"examples:\n{lines}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for names, options in command.arguments:
            one.add_argument(*names, **options)
        one.set_defaults(run=command.run)
    return parser
