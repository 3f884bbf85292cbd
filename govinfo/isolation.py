"""Run the reading of one file in a process of its own, within limits.

A document from the web may hang a parser, fill the memory or crash a C library. Each
worker therefore keeps a child process that does the reading; when the child exceeds its
time it is killed, when it exceeds its memory the allocation fails, and in either case
the batch goes on with a clear error for that file and a new child.

The child refuses to open network connections and to start programs (but for the office
program that converts old Word files), whatever a document may try; on Linux the kernel
refuses it too, and files that are none of its business (:mod:`govinfo.kernel`). What it
answers is data: nothing of it is run here. It does not outlive who started it.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import pickle
import queue
import shutil
import signal
import site
import struct
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from govinfo import errors, kernel
from govinfo.errors import GovinfoError, LimitExceeded, ReadError

# A report takes well under a second, a long scan some tens of seconds on two cores.
DEFAULT_SECONDS = 120.0

# Address space, not memory in use: the picture engine alone maps more than a gigabyte.
DEFAULT_MEGABYTES = 6144

# A day and a terabyte: more is a slip of the pen, or no limit at all.
MOST_SECONDS = 86_400
MOST_MEGABYTES = 2**20

# Ends of a task that the tasks before it in the same child may have brought about.
_MAY_BE_OTHERS = frozenset({"memory", "ended", "unforeseen"})

# A child that somebody else ended says nothing about the file, unless it goes on so.
_FROM_OUTSIDE = (-signal.SIGTERM, -getattr(signal, "SIGKILL", signal.SIGTERM))
_TRIES = 4

_LENGTH = struct.Struct("<Q")
# The answer on a file of hundreds of reports has a few megabytes.
_LONGEST_ANSWER = 2**28
# What a reader may write into one file, as a page drawn or a document converted.
_LARGEST_FILE = 2**30
_OFFICE = ("soffice", "libreoffice", "soffice.bin", "oosplash")


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take: seconds of time, megabytes of address space.

    Raises
    ------
    GovinfoError
        If the seconds are not above 0 and at most :data:`MOST_SECONDS`, or the
        megabytes not from 1 to :data:`MOST_MEGABYTES`.

    Examples
    --------
    >>> Limits(seconds=-1)
    Traceback (most recent call last):
    ...
    govinfo.errors.GovinfoError: The most time for one file is -1 seconds, expected a
    number above 0 and up to 86400.
    """

    seconds: float = DEFAULT_SECONDS
    megabytes: int = DEFAULT_MEGABYTES

    def __post_init__(self) -> None:
        """Refuse what would be no limit."""
        if not 0 < self.seconds <= MOST_SECONDS:
            raise GovinfoError(
                f"The most time for one file is {self.seconds:g} seconds, expected a "
                f"number above 0 and up to {MOST_SECONDS}."
            )
        if not 0 < self.megabytes <= MOST_MEGABYTES:
            raise GovinfoError(
                f"The most memory for one file is {self.megabytes} MB, expected a "
                f"whole number from 1 to {MOST_MEGABYTES}."
            )


class Warden(contextlib.AbstractContextManager["Warden"]):
    """Keeps one child process and hands it one task at a time.

    Examples
    --------
    >>> with Warden(Limits(seconds=30)) as warden:
    ...     warden.run("builtins:sum", [1, 2])
    3
    """

    def __init__(self, limits: Limits, *, allows_office: bool = False) -> None:
        """Remember the limits; the child starts with the first task.

        Few files need the office program, so few children may start it: a task that
        asks for it is given to another child.
        """
        self.limits = limits
        self._allows_office = allows_office
        self._with_office: Warden | None = None
        # A child that is still there when the interpreter ends is ended with it.
        atexit.register(self.end)
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        self._is_fresh = True
        self._is_over = False
        self._scratch = ""

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self.end()

    def run(self, function: str, *arguments: object) -> object:
        """
        Call a function in the child.

        Parameters
        ----------
        function : str
            ``"module:name"``.
        *arguments : object
            Anything that can be pickled.

        Returns
        -------
        object
            What the function returned, which must be something that JSON can say;
            tuples come as lists.

        Raises
        ------
        LimitExceeded
            If time or memory ran out.
        ReadError
            If the child ended by itself.
        GovinfoError
            Whatever error of govinfo's own the function raised.
        """
        for _ in range(_TRIES):
            if self._is_over:
                raise ReadError(_STOPPED)
            self._started()
            was_fresh, self._is_fresh = self._is_fresh, False
            kind, value = self._answer(function, arguments)
            # Earlier files may have left too little room, or somebody else ended the
            # child: what comes of a file must not depend on that.
            is_others = kind in _MAY_BE_OTHERS and not was_fresh
            if not (is_others or (kind == "ended" and value in _FROM_OUTSIDE)):
                break
            self.close()
        if kind == "value":
            return value
        if kind == "ended":
            raise ReadError(
                f"The process that read the file ended by itself (status {value}). "
                "The file is damaged in a way that a library does not survive, or "
                f"needs more than {self.limits.megabytes} MB. Open it by hand and "
                "save it anew."
            )
        if kind == "memory":
            self.close()
            raise LimitExceeded(
                f"Reading needed more than {self.limits.megabytes} MB of memory and "
                "was stopped. The file may be damaged or built to fill the memory. "
                "Open it by hand, or allow more memory."
            )
        if kind == "office":
            if self._with_office is None:
                self._with_office = Warden(self.limits, allows_office=True)
            return self._with_office.run(function, *arguments)
        known = ReadError if kind == "unforeseen" else getattr(errors, kind, None)
        if not (isinstance(known, type) and issubclass(known, GovinfoError)):
            raise ReadError(_NO_ANSWER)
        raise known(str(value))

    def _answer(self, function: str, arguments: tuple[object, ...]) -> tuple[str, Any]:
        """What the child answers; ``ended`` with its status if it answers no more."""
        child = self._started()
        message = pickle.dumps((function, arguments))
        with contextlib.suppress(BrokenPipeError):
            _write(child.stdin, message)
        try:
            answer = self._answers.get(timeout=self.limits.seconds)
        except queue.Empty:
            self.close()
            raise LimitExceeded(
                f"Reading was stopped after {self.limits.seconds:g} seconds. "
                "A report takes a few seconds at most: the file may be damaged or "
                "built to hang a reader. Open it by hand, or allow more time."
            ) from None
        if answer is None:
            status = child.wait()
            self.close()
            return "ended", status
        try:
            kind, value = json.loads(answer)
            return str(kind), value
        except ValueError:
            self.close()
            raise ReadError(_NO_ANSWER) from None

    def end(self) -> None:
        """End the child for good, be it that another thread waits for its answer."""
        self._is_over = True
        self.close()
        atexit.unregister(self.end)

    def close(self) -> None:
        """End the child, if there is one."""
        if self._with_office is not None:
            self._with_office.close()
        child, self._child = self._child, None
        scratch, self._scratch = self._scratch, ""
        if child is not None:
            child.kill()
            child.wait()
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)
            _remove_left_over()
        for stream in filter(None, (child.stdin, child.stdout)) if child else ():
            with contextlib.suppress(OSError):
                stream.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        self._answers = queue.Queue()
        self._is_fresh = True
        _remove_left_over()
        self._scratch = tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getpid()}-")
        # The kernel ends a process with the thread that started it, so one thread
        # that lasts starts them all. They are not asked when the user presses Ctrl-C.
        self._child = _starter.submit(
            subprocess.Popen,
            [
                *(sys.executable, "-P", "-m", "govinfo.isolation"),
                *(str(self.limits.megabytes), f"{self.limits.seconds:g}"),
                *(self._scratch, str(os.getpid()), str(int(self._allows_office))),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(self._scratch),
            start_new_session=True,
        ).result()
        reader = threading.Thread(
            target=_collect, args=(self._child.stdout, self._answers), daemon=True
        )
        reader.start()
        return self._child


_starter = ThreadPoolExecutor(1, "govinfo-starter")

_SCRATCH = "govinfo-reader-"

_STOPPED = "Reading was stopped from outside. Read the file again."

_NO_ANSWER = (
    "The process that read the file gave an answer that is none. The file may be built "
    "to harm: open it by hand and save it anew."
)


def _remove_left_over() -> None:
    """Remove the folders of processes that were killed with all that they started."""
    if os.name != "posix":
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*"):
        process = folder.name.removeprefix(_SCRATCH).partition("-")[0]
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (ValueError, OSError):  # somebody else's
            continue


def _environment(scratch: str) -> dict[str, str]:
    """The child's environment: this package on the path, one thread for each library.

    Reports are read in parallel; threads inside one of them would only get in the way.
    The one folder that it may write into is its home and the place of its files.
    """
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    places = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR"), scratch)
    # Packages that a user installed for himself lie below his own home.
    users = {"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}
    outer = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    return {**outer, **single, **users, **places, "PYTHONPATH": path}


def _write(stream: IO[bytes] | None, message: bytes) -> None:
    if stream is not None:
        stream.write(_LENGTH.pack(len(message)) + message)
        stream.flush()


def _read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _LONGEST_ANSWER:
        return None
    body = stream.read(length)
    return body if len(body) == length else None


def _collect(stream: IO[bytes] | None, answers: queue.Queue[bytes | None]) -> None:
    """Pass answers on from the child until it ends."""
    while stream is not None:
        try:
            answer = _read(stream)
        except (OSError, ValueError):
            answer = None
        answers.put(answer)
        if answer is None:
            return


def _limit(megabytes: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        size = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))


def _limit_time(seconds: float) -> None:
    """Of the processor, from now on; the clock is watched from outside."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 5, most))


class _NeedsOffice(BaseException):
    """A file needs the office program, which this process may not start.

    No reader may take it for a failure of its own.
    """


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook of the child: no connection, no program but the office one."""
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise ReadError(
            "A document tried to open a network connection; this is not allowed."
        )
    if event in ("os.system", "os.exec", "os.posix_spawn"):
        raise ReadError("A document tried to start a program; this is not allowed.")
    if event == "subprocess.Popen":
        program = os.fsdecode(str(arguments[0]))
        known = {shutil.which(name) for name in _OFFICE} - {None}
        if program not in known and Path(program).name not in _OFFICE:
            raise ReadError(
                f"A document tried to start {program}; this is not allowed."
            )
        if not _office:
            raise _NeedsOffice


_office: list[str] = []


def protections() -> list[str]:
    """The protections of the kernel that hold in this process."""
    return kernel.active


def _confine(scratch: Path, *, allows_office: bool) -> None:
    found = {shutil.which(name) for name in _OFFICE[:2]} if allows_office else set()
    _office[:] = [program for program in found if program]
    package = Path(__file__).resolve().parent
    rights = kernel.rights_of_readers(package, scratch.resolve(), _office)
    kernel.confine(rights, allows_programs=bool(_office))


def _serve(megabytes: int, seconds: float, scratch: Path, *, office: bool) -> None:
    """Answer tasks until the parent closes the pipe."""
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks = sys.stdin.buffer
    _limit(megabytes)
    os.chdir(scratch)
    _confine(scratch, allows_office=office)
    sys.addaudithook(_refuse)
    # A document is some ten thousand objects, few of them in circles.
    gc.set_threshold(50_000, 20, 20)
    while (task := _read(tasks)) is not None:
        # What the parent asks for is its own; what a document made of this process is
        # not: no answer is a pickle.
        function, arguments = pickle.loads(task)
        _limit_time(seconds)
        _write(answers, _answer(function, arguments))


def _answer(function: str, arguments: tuple[object, ...]) -> bytes:
    module, name = function.split(":")
    call: Callable[..., object] = getattr(import_module(module), name)
    answer: tuple[str, object]
    try:
        return json.dumps(("value", call(*arguments))).encode()
    except MemoryError:
        answer = "memory", None
    except _NeedsOffice:
        answer = "office", None
    except GovinfoError as error:
        answer = type(error).__name__, str(error)
    except Exception as error:  # noqa: BLE001 - the border: nothing may end a batch
        answer = "unforeseen", _unforeseen(error)
    return json.dumps(answer).encode()


def _unforeseen(error: Exception) -> str:
    """An error that no reader foresaw: a fault of govinfo's, said so."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" at {Path(at.filename).name}:{at.lineno}" for at in last)
    return (
        f"govinfo failed on this file with {type(error).__name__}{where}: {error}. "
        "This is a fault of govinfo, not of the report; please report it with the file."
    )


if __name__ == "__main__":
    _megabytes, _seconds, _folder, _parent, _is_office = sys.argv[1:]
    kernel.die_with_parent(int(_parent))
    # Functions that are called look for what is known of this process there.
    sys.modules["govinfo.isolation"] = sys.modules["__main__"]
    _limits = int(_megabytes), float(_seconds)
    _serve(*_limits, Path(_folder), office=_is_office == "1")
