"""Run the reading of one file in a process of its own, within limits.

A document from the web may hang a parser, fill the memory or crash a C library. Each
worker therefore keeps a child process that does the reading; when the child exceeds its
time it is killed, when it exceeds its memory the allocation fails, and in either case
the batch goes on with a clear error for that file and a new child.

The child refuses to open network connections and to start programs (but for the office
program that converts old Word files), whatever a document may try.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import queue
import shutil
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO

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
            message = (
                f"The most time for one file is {self.seconds:g} seconds, expected a "
                f"number above 0 and up to {MOST_SECONDS}."
            )
            raise GovinfoError(message)
        if not 0 < self.megabytes <= MOST_MEGABYTES:
            message = (
                f"The most memory for one file is {self.megabytes} MB, expected a "
                f"whole number from 1 to {MOST_MEGABYTES}."
            )
            raise GovinfoError(message)


class Warden:
    """Keeps one child process and hands it one task at a time.

    Examples
    --------
    >>> with Warden(Limits(seconds=30)) as warden:
    ...     warden.run("builtins:sum", [1, 2])
    3
    """

    def __init__(self, limits: Limits) -> None:
        """Remember the limits; the child starts with the first task."""
        self.limits = limits
        # A child that is still there when the interpreter ends is ended with it.
        atexit.register(self.close)
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        self._is_fresh = True

    def __enter__(self) -> Warden:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self.close()
        atexit.unregister(self.close)

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
            What the function returned.

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
            text = (
                f"The process that read the file ended by itself (status {value}). "
                "The file is damaged in a way that a library does not survive, or "
                f"needs more than {self.limits.megabytes} MB. Open it by hand and "
                "save it anew."
            )
            raise ReadError(text)
        if kind == "memory":
            self.close()
            text = (
                f"Reading needed more than {self.limits.megabytes} MB of memory and "
                "was stopped. The file may be damaged or built to fill the memory. "
                "Open it by hand, or allow more memory."
            )
            raise LimitExceeded(text)
        if isinstance(value, GovinfoError):
            raise value
        raise ReadError(str(value))

    def _answer(
        self, function: str, arguments: tuple[object, ...]
    ) -> tuple[str, object]:
        """What the child answers; ``ended`` with its status if it answers no more."""
        child = self._started()
        message = pickle.dumps((function, arguments))
        with contextlib.suppress(BrokenPipeError):
            _write(child.stdin, message)
        try:
            answer = self._answers.get(timeout=self.limits.seconds)
        except queue.Empty:
            self.close()
            text = (
                f"Reading was stopped after {self.limits.seconds:g} seconds. "
                "A report takes a few seconds at most: the file may be damaged or "
                "built to hang a reader. Open it by hand, or allow more time."
            )
            raise LimitExceeded(text) from None
        if answer is None:
            status = child.wait()
            self.close()
            return "ended", status
        kind, value = pickle.loads(answer)
        return kind, value

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        self._answers = queue.Queue()
        self._is_fresh = True
        self._child = subprocess.Popen(
            [sys.executable, "-m", "govinfo.isolation", str(self.limits.megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
        )
        reader = threading.Thread(
            target=_collect, args=(self._child.stdout, self._answers), daemon=True
        )
        reader.start()
        return self._child


def _environment() -> dict[str, str]:
    """The child's environment: this package on the path, one thread for each library.

    Reports are read in parallel; threads inside one of them would only get in the way.
    """
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**os.environ, **single, "PYTHONPATH": path}


def _write(stream: IO[bytes] | None, message: bytes) -> None:
    if stream is not None:
        stream.write(_LENGTH.pack(len(message)) + message)
        stream.flush()


def _read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
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


def _limit_memory(megabytes: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        size = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook of the child: no connection, no program but the office one."""
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        message = "A document tried to open a network connection; this is not allowed."
        raise ReadError(message)
    if event in ("os.system", "os.exec", "os.posix_spawn"):
        message = "A document tried to start a program; this is not allowed."
        raise ReadError(message)
    if event == "subprocess.Popen":
        program = os.fsdecode(str(arguments[0]))
        known = {shutil.which(name) for name in _OFFICE} - {None}
        if program not in known and Path(program).name not in _OFFICE:
            message = f"A document tried to start {program}; this is not allowed."
            raise ReadError(message)


def _serve(megabytes: int) -> None:
    """Answer tasks until the parent closes the pipe."""
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks = sys.stdin.buffer
    _limit_memory(megabytes)
    sys.addaudithook(_refuse)
    while (task := _read(tasks)) is not None:
        function, arguments = pickle.loads(task)
        _write(answers, pickle.dumps(_answer(function, arguments)))


def _answer(function: str, arguments: tuple[object, ...]) -> tuple[str, object]:
    module, name = function.split(":")
    call: Callable[..., object] = getattr(import_module(module), name)
    try:
        return "value", call(*arguments)
    except MemoryError:
        return "memory", None
    except GovinfoError as error:
        return "error", error
    except Exception as error:  # noqa: BLE001 - the border: nothing may end a batch
        return "unforeseen", _unforeseen(error)


def _unforeseen(error: Exception) -> str:
    """An error that no reader foresaw: a fault of govinfo's, said so."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        name = Path(trace.tb_frame.f_code.co_filename).name
        where = f" at {name}:{trace.tb_lineno}"
    return (
        f"govinfo failed on this file with {type(error).__name__}{where}: {error}. "
        "This is a fault of govinfo, not of the report; please report it with the file."
    )


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
