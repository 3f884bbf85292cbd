"""What each command does, and the one table of commands: function, arguments, examples.

What they are and say is in ``sentences.csv``, in both languages. A function that may
fail in part gives the exit status.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from govinfo.bilingual import speaker

ALL_READ, SOME_FAILED, WRONG_USE, STOPPED = 0, 1, 2, 130
"""Exit status, as the contract has it."""

say = speaker("govinfo.cli")


def _tell(given: argparse.Namespace, key: str, **values: object) -> None:
    """Print a sentence in the language of the command line."""
    sys.stdout.write(f"{getattr(say(key, **values), given.language)}\n")


def new(given: argparse.Namespace) -> None:
    """Make a study."""
    from govinfo.study import new_study

    study, known = new_study(
        given.study,
        lang=given.lang,
        known=given.known,
        region=given.region,
        since=given.since,
    )
    places = {name: getattr(study, name) for name in ("root", "registry", "documents")}
    steps = say("steps.known" if given.known else "steps.copy", n=known, **places)
    _tell(given, "done.new", steps=steps, **places)


def extract(given: argparse.Namespace) -> int:
    """Read reports, or the documents of a study."""
    from govinfo.dataset import extract, write_indicators
    from govinfo.isolation import Limits
    from govinfo.study import to_extract

    asked = {"seconds": given.seconds, "megabytes": given.megabytes}
    limits = Limits(**{name: n for name, n in asked.items() if n is not None})
    paths, out = to_extract(given.paths, given.out)
    done = extract(
        paths,
        out,
        jobs=given.jobs,
        limits=limits,
        format=given.format,
        is_fresh=given.fresh,
        progress=not given.quiet,
    )
    if given.out is None:
        write_indicators(out)
    names = ("complete", "partial", "failed", "cells", "findings")
    counts = {name: done.counts[name] for name in names}
    if given.json:
        failures = [{"file": file, "message": why} for file, why in done.failures]
        kept = {"read": done.read, "kept": done.kept, "seconds": done.seconds}
        said = {"out": str(out), **counts, **kept, "notes": done.notes}
        text = json.dumps({**said, "failures": failures}, ensure_ascii=False)
        sys.stdout.write(f"{text}\n")
    else:
        before = say("before", n=done.kept) if done.kept else ""
        files = done.read + done.kept
        _tell(given, "done.extract", files=files, before=before, out=out, **counts)
        if given.out is None:
            _tell(given, "steps.extracted", root=given.paths[0])
        for sentence in (*done.notes, *(": ".join(one) for one in done.failures)):
            sys.stderr.write(f"{sentence}\n")
    return SOME_FAILED if done.failures else ALL_READ


def indicators(given: argparse.Namespace) -> None:
    """Write the indicators of a folder."""
    from govinfo.dataset import write_indicators
    from govinfo.study import tables_in

    n = write_indicators(tables_in(given.folder))
    _tell(given, "done.indicators", n=n, folder=given.folder)


def audit(given: argparse.Namespace) -> None:
    """Renew the audit of a folder."""
    from govinfo.dataset import write_audit
    from govinfo.study import tables_in

    failed, n = write_audit(tables_in(given.folder))
    _tell(given, "done.audit", failed=failed, n=n, folder=given.folder)


def site(given: argparse.Namespace) -> None:
    """Write the pages of a study."""
    from govinfo.site import build_site
    from govinfo.study import open_study, reports_once, tables_in

    study = open_study(given.study)
    reports_once(tables_in(given.study))
    pages = build_site(
        study.notebooks,
        Path(given.out) if given.out else study.root / "site",
        data=study.data,
        cache=study.data / ".govinfo" / "notebooks",
        jobs=given.jobs,
        address=given.address,
    )
    home = "index.zh.html" if given.language == "zh" else "index.html"
    _tell(given, "done.site", n=len(pages), page=pages[0].with_name(home))


def download(given: argparse.Namespace) -> int:
    """Fetch the registered addresses of a study."""
    from govinfo.study import download_study, open_study

    study = open_study(given.study)
    found = download_study(study, again=given.again, jobs=given.jobs)
    failed = [one for one in found if not one.file]
    n = {"n": len(found) - len(failed), "failed": len(failed)}
    places = {"documents": study.documents, "root": given.study}
    _tell(given, "done.download", **n, **places)
    for one in failed:
        sys.stderr.write(f"{one.message}\n")
    return SOME_FAILED if failed else ALL_READ


def review(given: argparse.Namespace) -> None:
    """List every doubt of a study."""
    from collections import Counter

    from govinfo.bilingual import Said, joined
    from govinfo.study import open_study, review_study

    doubts, page = review_study(open_study(given.study))
    if not doubts:
        _tell(given, "done.review.none", page=page)
        return
    kinds = Counter(one.kind for one in doubts)
    of = speaker("govinfo.study")
    words = [(of(f"kind.{kind}"), n) for kind, n in kinds.items()]
    listed = joined(
        [Said(f"{w.en}: {n}", f"{w.zh}{n}项") for w, n in words], "; ", "、"
    )
    if given.language == "zh":
        page = page.with_name("index.zh.html")
    told = {"n": len(doubts), "listed": listed, "page": page, "root": given.study}
    _tell(given, "done.review", **told)


def correct(given: argparse.Namespace) -> None:
    """Take a filled-in review over."""
    from govinfo.study import correct_study, open_study

    done = correct_study(open_study(given.study), given.file)
    _tell(given, "done.correct", root=given.study, **done._asdict())


def diff(given: argparse.Namespace) -> None:
    """Say what changed between two extractions."""
    from govinfo.study.layout import write_rows
    from govinfo.study.review import DIFF_COLUMNS, differences, summary

    rows = differences(given.old, given.new)
    for sentence in summary(rows):
        sys.stdout.write(f"{getattr(sentence, given.language)}\n")
    if given.out:
        lines = ([row[name] for name in DIFF_COLUMNS] for row in rows)
        write_rows(Path(given.out), DIFF_COLUMNS, lines)


def export(given: argparse.Namespace) -> None:
    """Write a study for other programs."""
    from govinfo.study import export_study, open_study

    study, out = open_study(given.study), Path(given.out) if given.out else None
    for path in export_study(study, given.format or (), out=out, bom=given.bom):
        sys.stdout.write(f"{path}\n")


def doctor(given: argparse.Namespace) -> int:
    """Try what is installed."""
    from govinfo import doctor

    outcomes = doctor.examine(given.names)
    if given.json:
        rows = [outcome._asdict() for outcome in outcomes]
        text = json.dumps(rows, ensure_ascii=False, indent=2)
    else:
        text = doctor.report(outcomes)
    sys.stdout.write(f"{text}\n")
    return SOME_FAILED if any(o.state == "fails" for o in outcomes) else ALL_READ


def completion(given: argparse.Namespace) -> None:
    """Print a script that completes commands."""
    import shtab

    from govinfo.cli import build_parser

    sys.stdout.write(shtab.complete(build_parser(), given.shell) + "\n")


Argument = tuple[tuple[str, ...], str, dict[str, Any]]
"""Names, key of what is said of it, options of argparse."""


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected a whole number from 1 on"
        )
    return int(text)


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


class Command(NamedTuple):
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
        new,
        "fresh_study known region since",
        ("my-study", "my-study --lang zh --known --region 四川 --since 2021"),
    ),
    Command(download, "study again hosts", ("my-study", "my-study --again")),
    Command(
        extract,
        "paths out processes format seconds megabytes fresh quiet json",
        ("my-study", "reports/*.pdf -o data --jobs 4"),
    ),
    Command(indicators, "folder", ("data",)),
    Command(audit, "folder", ("data",)),
    Command(review, "study", ("my-study",)),
    Command(correct, "study file", ("my-study my-study/review/review.xlsx",)),
    Command(diff, "old new changes", ("data-before data-after -o changes.csv",)),
    Command(
        export,
        "study out formats bom",
        ("my-study", "my-study --format xlsx stata -o for-review"),
    ),
    Command(
        site,
        "study out address kernels",
        ("my-study", "my-study -o pages --address https://example.org/foi"),
    ),
    Command(doctor, "names json", ("", "--json")),
    Command(
        completion,
        "shell",
        (
            "bash > ~/.local/share/bash-completion/completions/govinfo",
            "zsh > ~/.zfunc/_govinfo",
        ),
    ),
)
"""All commands, in the order in which a study goes."""
