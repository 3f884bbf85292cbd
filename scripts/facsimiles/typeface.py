"""A TrueType face for PDFs, cut from the font that the package bundles.

PDFs are written without compression and with a face of only the characters in use, so
that the bytes depend neither on the compression library nor on the rest of the font.
"""

from __future__ import annotations

import hashlib
from functools import cache
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Largest distance, in font units of 1/1000 em, between a cubic and its quadratics.
CURVE_ERROR = 1.0


def bundled_font() -> Path:
    """Path of the Chinese face in ``govinfo/fonts``."""
    found = sorted((ROOT / "govinfo/fonts").glob("*.[ot]tf"))
    if not found:
        message = (
            "No font stands in govinfo/fonts, so no PDF can be set. Restore the "
            "folder from the repository, then set the facsimiles again."
        )
        raise FileNotFoundError(message)
    return found[0]


@cache
def truetype(font: Path, characters: str) -> bytes:
    """Cut a font to some characters, with quadratic outlines, as TrueType bytes.

    Parameters
    ----------
    font : Path
        A font with PostScript (CFF) or TrueType outlines.
    characters : str
        The characters to keep, sorted.

    Returns
    -------
    bytes
        The same on every run: no date of today, tables in a fixed order.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    face = TTFont(font, fontNumber=0, recalcTimestamp=False)
    options = subset.Options(
        layout_features=[], hinting=False, name_IDs=[1, 2, 4, 6], notdef_outline=True
    )
    options.drop_tables += ["BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "GDEF"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(face)
    if "CFF " in face:
        _to_quadratic(face)
    # reportlab keeps one face for each name, so every cut has a name of its own.
    digest = hashlib.sha256(characters.encode()).hexdigest()[:8]
    for record in face["name"].names:
        record.string = f"Facsimile-{digest}"
    file = BytesIO()
    face.save(file, reorderTables=True)
    return file.getvalue()


def _to_quadratic(face) -> None:  # type: ignore[no-untyped-def]  # fontTools
    """Replace PostScript outlines by TrueType ones, in place."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    shapes = face.getGlyphSet()
    order = face.getGlyphOrder()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(shapes)
        shapes[name].draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    del face["CFF "]
    glyf = face["glyf"] = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, glyphs
    face["loca"] = newTable("loca")
    for name in order:
        advance, _ = face["hmtx"][name]
        glyphs[name].recalcBounds(glyf)
        face["hmtx"][name] = (advance, getattr(glyphs[name], "xMin", 0))
    maxp = face["maxp"]
    maxp.tableVersion = 0x00010000
    for field in [
        "maxZones",
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
        "maxPoints",
        "maxContours",
        "maxCompositePoints",
        "maxCompositeContours",
        "maxComponentDepth",
    ]:
        setattr(maxp, field, 1 if field == "maxZones" else 0)
    maxp.recalc(face)
    face["post"].formatType = 3.0
    face.sfntVersion = "\000\001\000\000"
