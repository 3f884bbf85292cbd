"""What the tags, styles and roles of HTML mean for tables and text."""

from __future__ import annotations

import re

BLOCK_TAGS = (
    "address article aside blockquote body center dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form header hgroup hr html legend li main menu"
    " nav ol optgroup p section summary ul caption search"
)
BLOCKS = frozenset(BLOCK_TAGS.split())
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
PREFORMATTED = frozenset(("pre", "xmp", "listing", "plaintext"))
# What a browser that runs scripts does not show as text.
UNSEEN_TAGS = (
    "style template noscript noframes noembed datalist rt rp map colgroup col meta link"
    " base annotation annotation-xml"
)
UNSEEN = frozenset(UNSEEN_TAGS.split())
# They show something that is no text.
SHOWING = frozenset(("svg", "canvas", "audio", "video", "meter", "progress"))
# Figures in these are note marks, cancelled figures, or the name of a button.
DOUBTFUL = frozenset(("sup", "sub", "s", "strike", "del", "button"))
# On other elements vertical-align places the whole content and raises nothing.
INLINE = frozenset(("span", "font", "a", "b", "i", "em", "strong", "u", "small"))
# Elements whose attributes may say that they are no part of a figure.
ASKED = frozenset(("a", "font", "bdo"))
GROUPS = frozenset(("thead", "tbody", "tfoot"))
CELLS = frozenset(("td", "th"))
# Elements that show another file, and the attribute that names it.
FRAMES = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
# Tags that are not here are inline text.
KINDS: dict[object, str] = {
    **dict.fromkeys(BLOCKS, "block"),
    **dict.fromkeys(HEADINGS, "block"),
    **dict.fromkeys(PREFORMATTED, "block"),
    **dict.fromkeys(UNSEEN, "unseen"),
    **dict.fromkeys(DOUBTFUL, "doubtful"),
    **dict.fromkeys(GROUPS, "group"),
    **dict.fromkeys(CELLS, "cell"),
    **dict.fromkeys(FRAMES, "frame"),
    **dict.fromkeys(SHOWING, "showing"),
    **{
        tag: tag
        for tag in ("a", "br", "img", "input", "math", "option", "script", "select")
    },
    "table": "table",
    "title": "title",
    "tr": "row",
}
STYLED_AS = {
    "table": "table",
    "inline-table": "table",
    "table-header-group": "thead",
    "table-row-group": "tbody",
    "table-footer-group": "tfoot",
    "table-row": "tr",
    "table-cell": "td",
}
ROLES = {
    "table": "table",
    "grid": "table",
    "rowgroup": "tbody",
    "row": "tr",
    "cell": "td",
    "gridcell": "td",
    "columnheader": "td",
    "rowheader": "td",
}
# Styles are searched in lower case.
NO_SIZE = re.compile(
    r"(?<![\w-])font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|$)"
)
DISPLAY = re.compile(r"(?<![\w-])display\s*:\s*([a-z-]+)")
HIDDEN = re.compile(r"(?<![\w-])(?:visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:)")
RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)")
ATTACHED = re.compile(
    r"\.(pdf|docx?|wps|xlsx?|et|ofd|zip|rar|7z|rtf|jpe?g|png|tiff?)(?:[?#].*)?$", re.I
)
COUNT = re.compile(r"\s*\+?(\d{1,9})")
DIGIT = re.compile(r"\d")
