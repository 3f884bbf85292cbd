"""Extract the bundled reports, compare them with the data, and build the site."""

from __future__ import annotations

import filecmp
import subprocess
import sys
from pathlib import Path

from build_data import BUILT

from govinfo.errors import GovinfoError
from govinfo.site import build_site
from govinfo.site.run import surroundings

ROOT = Path(__file__).parents[1]
EXTRACTED = ROOT / "build" / "extracted"
SITE = ROOT / "build" / "html"


def extract() -> str:
    """Read the bundled reports; returns what is wrong, or an empty text."""
    EXTRACTED.mkdir(parents=True, exist_ok=True)
    done_for = EXTRACTED / "done-for"
    key = surroundings(ROOT / "data")
    if done_for.exists() and done_for.read_text("utf-8") == key:
        return ""
    done_for.unlink(missing_ok=True)
    command = [sys.executable, "scripts/build_data.py", "--out", str(EXTRACTED)]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        return "Some of the bundled reports could not be read; see the lines above."
    differing = [
        name
        for name in BUILT
        if not filecmp.cmp(EXTRACTED / name, ROOT / "data" / name, shallow=False)
    ]
    if differing:
        return (
            f"What data/reports gives now differs from data/: {', '.join(differing)}. "
            "Run 'make data', and look at the difference before committing it."
        )
    done_for.write_text(key, "utf-8")
    return ""


def main() -> int:
    """Extract, compare, build; the exit status says whether all went well."""
    problem = extract()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    try:
        pages = build_site(ROOT / "notebooks", SITE)
    except GovinfoError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(pages)} pages. Open {pages[0].relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
