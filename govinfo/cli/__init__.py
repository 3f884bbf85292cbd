"""The command ``govinfo``: the same doors as the Python functions, for the shell."""

from __future__ import annotations

import argparse
import difflib
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import NoReturn

from govinfo import __version__
from govinfo.bilingual import Said
from govinfo.cli.commands import ALL_READ, COMMANDS, STOPPED, WRONG_USE, say
from govinfo.errors import GovinfoError, reason

LANGS = ("en", "zh")


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
    words = sys.argv[1:] if arguments is None else arguments
    language = language_of(words)
    parser = build_parser(language)
    given = parser.parse_args(words)
    given.language = language
    if given.command is None:
        parser.print_help(sys.stderr)
        return WRONG_USE
    try:
        return given.run(given) or ALL_READ
    except GovinfoError as error:
        told = Said(str(error), error.zh or f"{error.kind_zh}。英文说明：{error}")
    except OSError as error:
        # A folder that is closed to us, or full.
        told = say("closed", place=error.filename or "?", why=reason(error))
    except KeyboardInterrupt as error:
        stopped = getattr(say("stopped"), language)
        sys.stderr.write(f"\ngovinfo: {error or stopped}\n")
        return STOPPED
    sys.stderr.write(f"govinfo: {getattr(told, language)}\n")
    return WRONG_USE


def language_of(arguments: Sequence[str]) -> str:
    """The language to speak: that of ``--lang``, else that of the environment.

    Examples
    --------
    >>> language_of(["site", "x", "--lang", "zh"]), language_of(["--lang=en", "new"])
    ('zh', 'en')
    """
    for number, word in enumerate(arguments):
        name, _, value = word.partition("=")
        if name == "--lang":
            value = value or "".join(arguments[number + 1 : number + 2])
            return value if value in LANGS else "en"
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    set_ = next(filter(None, map(os.environ.get, names)), "")
    return "zh" if set_.lower().startswith("zh") else "en"


class _Parser(argparse.ArgumentParser):
    """A parser that says what a mistyped command or option may have meant."""

    language = "en"

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, with the nearest word that would be right."""
        if message.startswith("unrecognized arguments: "):
            words = message.partition(": ")[2].split()
            names = (n for c in COMMANDS for given, *_ in c.arguments for n in given)
            message += self._meant(words[0], names)
        elif "invalid choice: '" in message:
            word = message.partition("invalid choice: '")[2].partition("'")[0]
            choices = message.partition("(choose from ")[2].rstrip(")").split(", ")
            message += self._meant(word, (choice.strip("'") for choice in choices))
        super().error(message)

    def _meant(self, word: str, known: Iterable[str]) -> str:
        near = difflib.get_close_matches(word.split("=")[0], list(known), n=1)
        if not near:
            return ""
        return str(getattr(say("meant", word=near[0]), self.language))


def _filled(text: str) -> str:
    """A text in lines of a terminal; a Chinese one breaks after its punctuation.

    Examples
    --------
    >>> _filled("甲" * 30 + "，" + "乙" * 10).splitlines()[1]
    '乙乙乙乙乙乙乙乙乙乙'
    """
    if " " in text.strip() and sum(map(str.isascii, text)) > len(text) / 2:
        return textwrap.fill(text, 79)
    lines = [""]
    for part in re.split(r"(?<=[，。；：、])", text):
        wide = sum(1 if char.isascii() else 2 for char in lines[-1] + part)
        if wide > 79 and lines[-1]:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def build_parser(language: str = "en") -> argparse.ArgumentParser:
    """The parser of all commands, as the table of commands has them."""

    def told(key: str) -> str:
        return str(getattr(say(key), language)) if key else ""

    def headed(parser: argparse.ArgumentParser) -> None:
        parser._positionals.title = told("title.positional")
        parser._optionals.title = told("title.options")
        parser.add_argument("-h", "--help", action="help", help=told("option.help"))
        lang = {"choices": LANGS, "default": argparse.SUPPRESS}
        key = "arg.notebooks" if parser.prog.endswith(" new") else "option.lang"
        parser.add_argument("--lang", help=told(key), **lang)  # type: ignore[arg-type]

    parser = _Parser("govinfo", add_help=False)
    parser.description, parser.epilog = told("govinfo"), told("steps")
    parser.language = language
    parser.set_defaults(lang=None)
    headed(parser)
    version = f"govinfo {__version__}"
    parser.add_argument(
        "--version", action="version", version=version, help=told("option.version")
    )
    below = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=_Parser
    )
    for command in COMMANDS:
        lines = (f"  govinfo {command.name} {one}".rstrip() for one in command.examples)
        one = below.add_parser(
            command.name,
            help=told(f"help.{command.name}"),
            description=_filled(told(f"about.{command.name}")),
            epilog="\n".join([told("title.examples") + ":", *lines]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            add_help=False,
        )
        one.language = language
        headed(one)
        for names, said, options in command.arguments:
            help_ = told(f"arg.{said}") if said else None
            one.add_argument(*names, help=help_, **options)
        one.set_defaults(run=command.run)
    return parser
