"""Draw the figure of README from the bundled data.

Prints the description that README gives the picture; a test holds the two together.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from govinfo.agencies import read_agencies
from govinfo.figures import rates
from govinfo.show import png

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "decided-disclosure.png"


def draw() -> Figure:
    """Share of decided requests that were granted, by report, with intervals."""
    data = pd.read_csv(ROOT / "data" / "indicators.csv")
    agencies = read_agencies(ROOT / "data")
    return rates(data, "decided_disclosure_share", agencies=agencies)


def main() -> int:
    """Draw the figure and write it."""
    figure = draw()
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(png(figure))
    print(figure.get_label())
    return 0


if __name__ == "__main__":
    sys.exit(main())
