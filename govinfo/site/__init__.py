"""The site: executed notebooks, the data and their dictionary as plain web pages.

Every page stands alone: nothing on it is fetched from anywhere, so it can be mailed,
printed or opened from a disk, and shows the same in ten years.
"""

from __future__ import annotations

from govinfo.site.build import build_site

__all__ = ["build_site"]
