"""Run notebooks from top to bottom and store what they show."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import nbformat

from govinfo.errors import GovinfoError
from govinfo.site.run import execute

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Run the notebooks named, or all; the exit status says whether all ran."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path)
    named = parser.parse_args().notebooks
    for path in named or sorted((ROOT / "notebooks").glob("*.ipynb")):
        try:
            run = execute(path.resolve())
        except GovinfoError as error:
            print(error, file=sys.stderr)
            return 1
        nbformat.write(run, path)
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
