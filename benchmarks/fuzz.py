"""Coverage-guided fuzzing of the readers, for crashes and hangs.

Run from the top of the repository, as ``make fuzz`` does::

    python benchmarks/fuzz.py [SECONDS] [TARGET ...]

Each target gets an equal share of the time. A crash is any exception that is not one
of govinfo's own, or the end of the process; a hang is an input that takes longer than
twenty seconds. Inputs that did either are kept in ``build/fuzz``, and the exit status
is 1. Needs atheris (see ``benchmarks/requirements.txt``).
"""

from __future__ import annotations

import subprocess
import sys
import time
import traceback
from pathlib import Path

from fuzz_seeds import TARGETS, seeds, words

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "fuzz"
HANG_SECONDS = 20
MEGABYTES = 3072
# Starting anew costs two seconds, so a share below this finds nothing.
LEAST_SECONDS = 5
# What the process of libFuzzer ends with when an input took too long.
_TIMEOUT_STATUS = 70


def fuzz(target: str, seconds: int) -> None:
    """Fuzz one target in this process until the time is over or the process dies."""
    sys.path.append(str(ROOT / "build" / "bench"))
    import atheris

    # Recognising characters takes seconds a page, and is another project's code.
    sys.modules["rapidocr"] = None  # type: ignore[assignment]
    with atheris.instrument_imports(include=["govinfo"], enable_loader_override=False):
        from govinfo.errors import GovinfoError
        from govinfo.identify import identify
        from govinfo.readers import ofd, pdf, read_bytes, text, word  # noqa: F401
        from govinfo.readers.files import archive  # noqa: F401
        from govinfo.readers.markup import html, mhtml  # noqa: F401
        from govinfo.recognise import recognise
        from govinfo.recognise.parts import split_document
    name, wrapped = TARGETS[target]
    known: set[str] = set()
    runs = 0

    def one(data: bytes) -> None:
        nonlocal runs
        runs += 1
        if runs % 50 == 0:
            (OUT / f"{target}.runs").write_text(str(runs), encoding="utf-8")
        try:
            content = wrapped(data)
            for part in split_document(read_bytes(content, name)):
                recognise(part, identify(part, name).report_year)
        except GovinfoError:
            return
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            where = [
                f"{f.filename}:{f.lineno}" for f in frames if "govinfo" in f.filename
            ]
            place = f"{type(error).__name__} at {where[-1] if where else frames[-1]}"
            if place in known:
                return
            known.add(place)
            stem = f"crash-{target}-{abs(hash(place)):x}"
            (OUT / stem).write_bytes(content)
            (OUT / f"{stem}.txt").write_text(
                f"{place}\n{''.join(traceback.format_exception(error))}", "utf-8"
            )

    arguments = [
        sys.argv[0],
        f"-max_total_time={seconds}",
        f"-timeout={HANG_SECONDS}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={OUT / target}-",
        f"-dict={OUT / 'words.dict'}",
        "-max_len=60000",
        "-verbosity=0",
        "-seed=1",
        str(OUT / "corpus" / target),
    ]
    atheris.Setup(arguments, one)
    atheris.Fuzz()


def run(target: str, seconds: int) -> dict[str, int]:
    """Fuzz one target, starting again when its process dies; count what happened."""
    corpus = OUT / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (corpus / f"seed-{number:03}").write_bytes(seed)
    end = time.monotonic() + seconds
    counts = {"runs": 0, "deaths": 0, "hangs": 0}
    while (left := int(end - time.monotonic())) >= LEAST_SECONDS:
        (OUT / f"{target}.runs").write_text("0", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, __file__, "--child", target, str(left)],
            stderr=subprocess.DEVNULL,
            check=False,
        )
        counts["runs"] += int((OUT / f"{target}.runs").read_text("utf-8"))
        if done.returncode == 0:
            break
        kind = "hangs" if done.returncode == _TIMEOUT_STATUS else "deaths"
        counts[kind] += 1
    found = OUT.glob(f"crash-{target}-*.txt")
    counts["exceptions"] = sum(1 for _ in found)
    return counts


def main(seconds: int, targets: list[str]) -> int:
    """Fuzz every target and print what was found."""
    OUT.mkdir(parents=True, exist_ok=True)
    for old in (*OUT.glob("crash-*"), *OUT.glob("*-timeout-*"), *OUT.glob("*-oom-*")):
        old.unlink()
    (OUT / "words.dict").write_text("\n".join(map(_escaped, words())) + "\n", "utf-8")
    bad = 0
    for target in targets:
        counts = run(target, seconds // len(targets))
        bad += counts["deaths"] + counts["hangs"] + counts["exceptions"]
        print(f"{target:<10} " + ", ".join(f"{v:,} {k}" for k, v in counts.items()))
    if bad:
        print(f"What did it lies in {OUT.relative_to(ROOT)}.")
    return 1 if bad else 0


def _escaped(word: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"'


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        fuzz(sys.argv[2], int(sys.argv[3]))
    else:
        given = sys.argv[1:]
        time_given = int(given.pop(0)) if given else 600
        sys.exit(main(time_given, given or list(TARGETS)))
