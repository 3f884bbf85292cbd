"""What each command does; every function gives the exit status."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

ALL_READ, SOME_FAILED, WRONG_USE, STOPPED = 0, 1, 2, 130
"""Exit status, as the contract has it."""


def new(given: argparse.Namespace) -> int:
    """Make a study."""
    from govinfo.study import new_study

    study, known = new_study(
        given.study,
        lang=given.lang,
        known=given.known,
        region=given.region,
        since=given.since,
    )
    if given.known:
        steps = (
            f"{known} reports are registered in {study.registry}, none of them opened "
            f"yet. 'govinfo download {study.root}' fetches them, 'govinfo extract "
            f"{study.root}' reads them."
        )
    else:
        steps = (
            f"Copy documents into {study.documents}, then run 'govinfo extract "
            f"{study.root}'."
        )
    sys.stdout.write(f"{study.root} is a study now. {steps}\n")
    return ALL_READ


def extract(given: argparse.Namespace) -> int:
    """Read reports, or the documents of a study."""
    from govinfo.dataset import extract, write_indicators
    from govinfo.isolation import DEFAULT_MEGABYTES, DEFAULT_SECONDS, Limits
    from govinfo.study import to_extract

    limits = Limits(
        DEFAULT_SECONDS if given.seconds is None else given.seconds,
        given.megabytes or DEFAULT_MEGABYTES,
    )
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
    statuses = ("complete", "partial", "failed")
    if given.json:
        said = {
            "out": str(out),
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
            f"cells and {done.counts['findings']} findings are in {out}.\n"
        )
        for sentence in (*done.notes, *(": ".join(one) for one in done.failures)):
            sys.stderr.write(f"{sentence}\n")
    return SOME_FAILED if done.failures else ALL_READ


def indicators(given: argparse.Namespace) -> int:
    """Write the indicators of a folder."""
    from govinfo.dataset import write_indicators

    count = write_indicators(given.folder)
    sys.stdout.write(f"{count} indicator values are in {given.folder}.\n")
    return ALL_READ


def audit(given: argparse.Namespace) -> int:
    """Renew the audit of a folder."""
    from govinfo.dataset import write_audit

    failed, solutions = write_audit(given.folder)
    sys.stdout.write(
        f"{failed} checks failed and {solutions} solutions are suggested; both are in "
        f"{given.folder}.\n"
    )
    return ALL_READ


def site(given: argparse.Namespace) -> int:
    """Write the pages of a study."""
    from pathlib import Path

    from govinfo.site import build_site
    from govinfo.study import open_study

    study = open_study(given.study)
    out = Path(given.out) if given.out else study.root / "site"
    pages = build_site(
        study.notebooks,
        out,
        data=study.data,
        cache=study.data / ".govinfo" / "notebooks",
        jobs=given.jobs,
    )
    sys.stdout.write(f"{len(pages)} pages. Open {pages[0]}\n")
    return ALL_READ


def download(given: argparse.Namespace) -> int:
    """Fetch the registered addresses of a study."""
    from govinfo.study import download_study, open_study

    study = open_study(given.study)
    found = download_study(study, again=given.again, jobs=given.jobs)
    failed = [one for one in found if not one.file]
    sys.stdout.write(
        f"{len(found) - len(failed)} documents were fetched into {study.documents}, "
        f"{len(failed)} addresses gave none. Run 'govinfo extract {given.study}'.\n"
    )
    for one in failed:
        sys.stderr.write(f"{one.message}\n")
    return SOME_FAILED if failed else ALL_READ


def review(given: argparse.Namespace) -> int:
    """List every doubt of a study."""
    from collections import Counter

    from govinfo.study import open_study, review_study

    doubts, page = review_study(open_study(given.study))
    counts = Counter(one.kind for one in doubts)
    listed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    sys.stdout.write(
        f"{len(doubts)} doubts ({listed}). Open {page}, fill in review.xlsx or "
        f"review.csv beside it, and run 'govinfo correct {given.study} FILE'.\n"
        if doubts
        else f"Nothing is in doubt. {page} says so.\n"
    )
    return ALL_READ


def correct(given: argparse.Namespace) -> int:
    """Take a filled-in review over."""
    from govinfo.study import correct_study, open_study

    done = correct_study(open_study(given.study), given.file)
    sys.stdout.write(
        f"{done.cells} cells and {done.reports} reports are settled, {done.left} "
        f"doubts are left. Run 'govinfo extract {given.study}' to apply it; taking a "
        "row out of corrections.csv or registry.csv undoes it.\n"
    )
    return ALL_READ


def diff(given: argparse.Namespace) -> int:
    """Say what changed between two extractions."""
    from pathlib import Path

    from govinfo.study.layout import write_rows
    from govinfo.study.settle import DIFF_COLUMNS, differences, summary

    rows = differences(given.old, given.new)
    for sentence in summary(rows):
        sys.stdout.write(f"{sentence}\n")
    if given.out:
        lines = ([row[name] for name in DIFF_COLUMNS] for row in rows)
        write_rows(Path(given.out), DIFF_COLUMNS, lines)
    return ALL_READ


def export(given: argparse.Namespace) -> int:
    """Write a study for other programs."""
    from pathlib import Path

    from govinfo.study import export_study, open_study

    written = export_study(
        open_study(given.study),
        given.format or (),
        out=Path(given.out) if given.out else None,
        bom=given.bom,
    )
    for path in written:
        sys.stdout.write(f"{path}\n")
    return ALL_READ


def doctor(given: argparse.Namespace) -> int:
    """Try what is installed."""
    from govinfo import doctor

    outcomes = doctor.examine(given.names)
    if given.json:
        rows = [asdict(outcome) for outcome in outcomes]
        text = json.dumps(rows, ensure_ascii=False, indent=2)
    else:
        text = doctor.report(outcomes)
    sys.stdout.write(f"{text}\n")
    return SOME_FAILED if any(o.state == "fails" for o in outcomes) else ALL_READ


def completion(given: argparse.Namespace) -> int:
    """Print a script that completes commands."""
    import shtab

    from govinfo.cli import build_parser

    sys.stdout.write(shtab.complete(build_parser(), given.shell) + "\n")
    return ALL_READ
