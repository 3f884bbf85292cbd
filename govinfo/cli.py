"""The command ``govinfo``: the same doors as the Python functions, for the shell."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from govinfo import __version__
from govinfo.errors import GovinfoError

# Exit status, as the contract has it.
_ALL_READ, _SOME_FAILED, _WRONG_USE, _STOPPED = 0, 1, 2, 130


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
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help(sys.stderr)
        return _WRONG_USE
    try:
        return int(given.run(given))
    except GovinfoError as error:
        sys.stderr.write(f"govinfo: {error}\n")
        return _WRONG_USE
    except KeyboardInterrupt as error:
        sys.stderr.write(f"\ngovinfo: {error or 'Stopped.'}\n")
        return _STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="govinfo",
        description="Audited, tidy data from annual reports on government "
        "information disclosure (政府信息公开工作年度报告).",
    )
    parser.add_argument("--version", action="version", version=f"govinfo {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    extract = commands.add_parser(
        "extract",
        help="read and audit reports: cells, findings, checks, suggestions",
        description="Read reports and write cells.csv, reports.csv and findings.csv, "
        "and with them checks.csv (what every check came to) and suggestions.csv (the "
        "smallest changes that make failed sums hold; none is ever applied). A table "
        "agencies.csv beside the reports, with the columns agency and parent, says "
        "which agency's report covers another's. "
        "What was read is kept in DIR/.govinfo: a run that was stopped goes on where "
        "it was, and a run on unchanged files reads nothing again. Exit status: 0 when "
        "every file was read, 1 when some failed (the others are written), 2 for wrong "
        "use, 130 when it was stopped.",
    )
    extract.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, glob")
    extract.add_argument("--out", required=True, metavar="DIR", help="where to write")
    extract.add_argument("--jobs", type=_positive, metavar="N", help="processes")
    extract.add_argument("--format", choices=("csv", "parquet"), default="csv")
    extract.add_argument(
        "--seconds", type=float, metavar="S", help="most time for one file"
    )
    extract.add_argument(
        "--megabytes", type=_positive, metavar="MB", help="most memory for one file"
    )
    extract.add_argument(
        "--fresh", action="store_true", help="read again what was read before"
    )
    extract.add_argument("--quiet", action="store_true", help="say nothing on the way")
    extract.add_argument(
        "--json", action="store_true", help="print what was done as JSON"
    )
    extract.set_defaults(run=_extract)
    indicators = commands.add_parser(
        "indicators",
        help="write indicators.csv for an extracted folder",
        description="Compute every indicator with its interval from DIR/cells.csv, or "
        "DIR/cells.parquet, and write DIR/indicators.csv.",
    )
    indicators.add_argument("folder", metavar="DIR", help="an extracted folder")
    indicators.set_defaults(run=_indicators)
    audit = commands.add_parser(
        "audit",
        help="renew checks.csv and suggestions.csv of an extracted folder",
        description="Check DIR/cells.csv and look for the cells that are wrong where "
        "sums fail. Writes DIR/checks.csv (what every check came to, counted for each "
        "report) and DIR/suggestions.csv (the smallest changes that make the sums "
        "hold, which are never applied).",
    )
    audit.add_argument("folder", metavar="DIR", help="an extracted folder")
    audit.set_defaults(run=_audit)
    doctor = commands.add_parser(
        "doctor",
        help="try every engine, extra and protection on this machine",
        description="Have each engine read, draw or compute something whose result is "
        "known, and attack each protection. Exit status: 0 when everything installed "
        "works, 1 when something fails, 2 for wrong use.",
    )
    doctor.add_argument("names", nargs="*", metavar="NAME", help="only these, as named")
    doctor.add_argument("--json", action="store_true", help="one JSON array of objects")
    doctor.set_defaults(run=_doctor)
    return parser


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        message = f"found {text!r}, expected a whole number from 1 on"
        raise argparse.ArgumentTypeError(message)
    return number


def _extract(given: argparse.Namespace) -> int:
    from govinfo.dataset import extract
    from govinfo.isolation import DEFAULT_MEGABYTES, DEFAULT_SECONDS, Limits

    limits = Limits(
        DEFAULT_SECONDS if given.seconds is None else given.seconds,
        given.megabytes or DEFAULT_MEGABYTES,
    )
    done = extract(
        given.paths,
        given.out,
        jobs=given.jobs,
        limits=limits,
        format=given.format,
        is_fresh=given.fresh,
        progress=not given.quiet,
    )
    statuses = ("complete", "partial", "failed")
    if given.json:
        said = {
            "out": given.out,
            **{name: done.counts[name] for name in (*statuses, "cells", "findings")},
            "read": done.read,
            "kept": done.kept,
            "seconds": done.seconds,
            "notes": done.notes,
            "failures": [
                {"file": file, "message": message} for file, message in done.failures
            ],
        }
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        words = ", ".join(f"{done.counts[status]} {status}" for status in statuses)
        before = f" ({done.kept} of them read before)" if done.kept else ""
        sys.stdout.write(
            f"{done.read + done.kept} files{before}: {words}. {done.counts['cells']} "
            f"cells and {done.counts['findings']} findings are in {given.out}.\n"
        )
        for sentence in (*done.notes, *(": ".join(one) for one in done.failures)):
            sys.stderr.write(f"{sentence}\n")
    return _SOME_FAILED if done.failures else _ALL_READ


def _indicators(given: argparse.Namespace) -> int:
    from govinfo.dataset import write_indicators

    count = write_indicators(given.folder)
    sys.stdout.write(f"{count} indicator values are in {given.folder}.\n")
    return _ALL_READ


def _doctor(given: argparse.Namespace) -> int:
    from govinfo import doctor

    outcomes = doctor.examine(given.names)
    if given.json:
        rows = [asdict(outcome) for outcome in outcomes]
        text = json.dumps(rows, ensure_ascii=False, indent=2)
    else:
        text = doctor.report(outcomes)
    sys.stdout.write(f"{text}\n")
    return _SOME_FAILED if any(o.state == "fails" for o in outcomes) else _ALL_READ


def _audit(given: argparse.Namespace) -> int:
    from govinfo.dataset import write_audit

    failed, solutions = write_audit(given.folder)
    sys.stdout.write(
        f"{failed} checks failed and {solutions} solutions are suggested; both are in "
        f"{given.folder}.\n"
    )
    return _ALL_READ


if __name__ == "__main__":
    raise SystemExit(main())
