"""Make the virtual environment .venv hold exactly what requirements.lock names.

Run by the Makefile, with any Python: an interpreter that is too old, or that cannot
make virtual environments, gets a sentence that says what to do instead of a traceback.
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

OLDEST = (3, 11)
LOCK = "requirements.lock"
VENV = ".venv"
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python")
UV = os.path.join(BIN, "uv")


def obstacle():
    """What keeps this interpreter from making the environment, or an empty text."""
    if sys.version_info[:2] < OLDEST:
        return (
            "govinfo needs Python %d.%d or newer, and '%s' is Python %d.%d. Name a "
            "newer one, for example: make PYTHON=python3.12 html"
            % (OLDEST + (sys.executable,) + tuple(sys.version_info[:2]))
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return (
            "'%s' cannot make virtual environments, because its modules venv and "
            "ensurepip are not installed. On Debian and Ubuntu: apt install "
            "python3-venv. Then run make again." % sys.executable
        )
    return ""


def works(*command):
    """Whether a command can be started and ends well."""
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    return done.returncode == 0


def stanza(name):
    """The lines of the lock that pin one package, hashes included."""
    with open(LOCK, encoding="utf-8") as lock:
        text = lock.read()
    found = re.search(r"^%s==.*?(?=^\S|\Z)" % re.escape(name), text, re.M | re.S)
    return found.group(0) if found else ""


def uv_options():
    """Keep no downloads where uv could not write them: it would end at once."""
    done = subprocess.run([UV, "cache", "dir"], stdout=subprocess.PIPE, check=False)
    folder = os.fsdecode(done.stdout.strip())
    while not os.path.exists(folder) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    writable = os.path.isdir(folder) and os.access(folder, os.W_OK)
    return [] if writable else ["--no-cache"]


def main():
    """Make or mend the environment; the exit status says whether it is ready."""
    problem = obstacle()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    same = "import sys; sys.exit(sys.version_info[:2] != %r)" % (
        tuple(sys.version_info[:2]),
    )
    if not works(PYTHON, "-c", same):
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    locked = ["--require-hashes", "-r", LOCK]
    package = ["--no-deps", "--editable", "."]
    with tempfile.TemporaryDirectory() as folder:
        wanted = os.path.join(folder, "uv.txt")
        with open(wanted, "w", encoding="utf-8") as file:
            file.write(stanza("uv"))
        # uv installs the whole lock in seconds, pip in a minute; where uv has no
        # wheel, or fails, pip does the same work.
        fast = [*pip, "install", "--quiet", "--only-binary=:all:", "--no-deps"]
        works(*fast, "--require-hashes", "-r", wanted)
    ways = [
        [
            [*pip, "install", "--quiet", "--no-deps", *locked],
            [*pip, "install", "--quiet", *package],
        ]
    ]
    if works(UV, "--version"):
        # Where uv does not reach the index, pip may: it trusts what the system trusts.
        uv = [UV, *uv_options(), "pip"]
        sync = [*uv, "sync", "--quiet", "--python", PYTHON, "--require-hashes", LOCK]
        ways.insert(
            0, [sync, [*uv, "install", "--quiet", "--python", PYTHON, *package]]
        )
    for way in ways:
        failed = first_failure(way)
        if not failed:
            name_package_from_within()
            return 0
        print(failed, file=sys.stderr)
    print(
        "The environment could not be made; the messages stand above. Is the package "
        "index within reach?",
        file=sys.stderr,
    )
    return 1


def name_package_from_within():
    """Have the environment find the package by a path that is relative to itself.

    Python decodes the file that names it in the encoding of the locale: where that is
    ASCII, no Python of an environment below a folder with a Chinese name would start.
    """
    here = os.path.realpath(os.curdir)
    pattern = os.path.join(VENV, "[Ll]ib*", "**", "site-packages", "*govinfo*.pth")
    for name in glob.glob(pattern, recursive=True):
        with open(name, encoding="utf-8") as file:
            lines = file.read().splitlines()
        folder = os.path.realpath(os.path.dirname(name))
        lines = [
            os.path.relpath(here, folder) if os.path.realpath(line) == here else line
            for line in lines
        ]
        with open(name, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


def first_failure(steps):
    """Run steps up to the first that fails; returns a sentence on it, or nothing."""
    for step in steps:
        status = subprocess.run(step, check=False).returncode
        if status:
            return "'%s' ended with status %d." % (" ".join(step), status)
    return ""


if __name__ == "__main__":
    sys.exit(main())
