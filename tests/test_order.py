"""Imports go one way: a module knows only what stands before it in the flow."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from conftest import ROOT

PACKAGE = ROOT / "govinfo"

# The flow of the design, from what knows nothing to what knows everything. Parts that
# share a line do not know each other.
ORDER = (
    ("later",),
    ("beside", "errors", "intervals"),
    ("bilingual", "document", "fonts", "forms", "parquet", "remote"),
    ("kernel",),
    ("isolation", "readers"),
    ("recognise", "sources"),
    ("agencies", "identify", "checks", "pages"),
    ("registry",),
    ("cells", "doubts", "reread"),
    ("corrections",),
    ("locate",),
    ("provenance",),
    ("audit",),
    ("layout",),
    ("seeing",),
    ("report",),
    ("indicators",),
    ("dataset",),
    ("harmonise",),
    ("compare",),
    ("show",),
    ("figures",),
    ("site",),
    ("study",),
    ("doctor",),
    ("cli",),
)
PLACE = {part: place for place, parts in enumerate(ORDER) for part in parts}

# Holds templates, no code.
NO_CODE = {"templates"}

# The same for the readers, by model: what all share, files as they come, the table of
# kinds, then the three models and the kinds that fill them.
READERS = (
    ("characters",),
    ("files",),
    ("kinds",),
    ("page", "text"),
    ("markup",),
    ("picture", "word"),
    ("archive", "ofd", "pdf", "sheets"),
)
READER_PLACE = {part: place for place, parts in enumerate(READERS) for part in parts}
FLOORS = 6
"""How many modules of the readers may stand upon each other."""


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

    Names imported for the type checker alone count too: who reads the code follows
    them.
    """
    for names in imported_names(tree, path):
        yield names[1] if len(names) > 1 else "govinfo"


def imported_names(tree: ast.AST, path: Path) -> Iterator[list[str]]:
    """What a file imports of govinfo, each as the parts of its dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports from the top, govinfo.…"
            found = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (n.split(".") for n in found if n.split(".")[0] == "govinfo")


def readers() -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    """The modules of the readers, as parts of their names, and which they import."""
    folder = PACKAGE / "readers"
    files = {
        path.relative_to(folder).with_suffix("").parts: path
        for path in sorted(folder.rglob("*.py"))
    }
    modules = {
        tuple(part for part in name if part != "__init__"): path
        for name, path in files.items()
    }
    found = {}
    for name, path in modules.items():
        ways = imported_names(ast.parse(path.read_text("utf-8")), path)
        below = [tuple(way[2:]) for way in ways if way[1:2] == ["readers"]]
        # What is imported is a module, or a name in one.
        named = {way if way in modules else way[:-1] for way in below}
        found[name] = (named - {name}) & set(modules)
    return found


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


def test_every_reader_has_its_place_among_the_readers() -> None:
    assert {name[0] for name in readers() if name} == set(READER_PLACE)


def test_readers_know_only_the_models_before_them() -> None:
    against = [
        f"{'.'.join(name)} imports {'.'.join(other)}"
        for name, others in readers().items()
        for other in others
        if name and (not other or name[0] != other[0])
        if not other or READER_PLACE[other[0]] >= READER_PLACE[name[0]]
    ]
    assert against == []


def test_readers_stand_on_few_floors() -> None:
    imports = readers()
    floors: dict[tuple[str, ...], int] = {}

    def floor(name: tuple[str, ...], above: tuple[tuple[str, ...], ...] = ()) -> int:
        assert name not in above, f"a circle of imports: {above}"
        if name not in floors:
            below = (floor(other, (*above, name)) for other in imports[name])
            floors[name] = 1 + max(below, default=0)
        return floors[name]

    assert max(map(floor, imports)) <= FLOORS


def test_the_guard_sees_an_import_the_wrong_way() -> None:
    text = (
        "if TYPE_CHECKING:\n    from govinfo.report import Report\n"
        "def f():\n    from govinfo import cli\n    import govinfo.site.run\n"
        "    from govinfo.show import figure\n"
    )
    found = sorted(imported(ast.parse(text), Path("x.py")))
    assert found == ["cli", "report", "show", "site"]


def classes() -> dict[str, list[str]]:
    """The modules that define a class, by its name."""
    found: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    return found


def test_no_two_classes_have_one_name() -> None:
    assert {name: where for name, where in classes().items() if len(where) > 1} == {}


# A repeat that gives nothing back, or a group that does not.
_POSSESSIVE = re.compile(r"[*+?}]\+|\(\?>")
_CLASSES = re.compile(r"\\.|\[\^?\]?[^\]]*\]")


def _patterns(path: Path) -> Iterator[str]:
    """Patterns that are written out in calls of ``re``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            for part in (inner for own in node.args[:1] for inner in ast.walk(own)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def test_no_pattern_needs_a_later_python() -> None:
    """Before 3.11.5 possessive repeats miss what they should find."""
    assert _POSSESSIVE.search(_CLASSES.sub("x", r"<td[^<>/]*+/>"))
    found = [
        f"{path.name}: {pattern}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for pattern in _patterns(path)
        if _POSSESSIVE.search(_CLASSES.sub("x", pattern))
    ]
    assert found == []
