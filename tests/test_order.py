"""Imports go one way: a module knows only what stands before it in the flow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from conftest import ROOT

PACKAGE = ROOT / "govinfo"

# The flow of the design, from what knows nothing to what knows everything. Parts that
# share a line do not know each other.
ORDER = (
    ("errors", "intervals"),
    ("document", "fonts", "forms", "parquet"),
    ("isolation", "readers"),
    ("recognise", "sources"),
    ("agencies", "parents", "registry", "identify", "checks", "pages"),
    ("cells", "doubts", "reread"),
    ("corrections",),
    ("locate",),
    ("provenance",),
    ("audit",),
    ("render", "layout"),
    ("seeing",),
    ("report",),
    ("indicators",),
    ("dataset",),
    ("harmonise",),
    ("compare",),
    ("simulate",),
    ("show",),
    ("figures",),
    ("site",),
    ("doctor",),
    ("study",),
    ("cli",),
)
PLACE = {part: place for place, parts in enumerate(ORDER) for part in parts}

# Holds templates, no code.
NO_CODE = {"templates"}


def parts() -> dict[str, list[Path]]:
    """The files of each part of the package."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if part not in ("__init__", "__main__"):
            found.setdefault(part, []).append(path)
    return found


def imported(tree: ast.AST, path: Path) -> Iterator[str]:
    """The parts of govinfo that a file imports, wherever in the file it does so.

    Names imported for the type checker alone do not count: nothing runs because of
    them.
    """
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                names = alias.name.split(".")
                if names[0] == "govinfo":
                    yield names[1] if len(names) > 1 else "govinfo"
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports from the top, govinfo.…"
            names = (node.module or "").split(".")
            if names == ["govinfo"]:
                yield from (alias.name for alias in node.names)
            elif names[0] == "govinfo":
                yield names[1]


def test_every_part_has_its_place_in_the_flow() -> None:
    assert sorted(set(parts()) - set(PLACE)) == []
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir()} - {"__pycache__"}
    assert folders - NO_CODE <= set(PLACE)


def test_imports_go_one_way() -> None:
    against = [
        f"{path.relative_to(ROOT)} imports govinfo.{name}"
        for part, files in parts().items()
        for path in files
        for name in imported(ast.parse(path.read_text("utf-8")), path)
        if name not in (part, "__version__")
        if PLACE.get(name, len(ORDER)) >= PLACE.get(part, -1)
    ]
    assert against == []


def test_the_guard_sees_an_import_the_wrong_way() -> None:
    text = (
        "if TYPE_CHECKING:\n    from govinfo.report import Report\n"
        "def f():\n    from govinfo import cli\n    import govinfo.site.run\n"
        "    from govinfo.show import figure\n"
    )
    found = sorted(imported(ast.parse(text), Path("x.py")))
    assert found == ["cli", "show", "site"]
