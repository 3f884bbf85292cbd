"""What the kernel of Linux keeps a process from, whatever code runs in it.

Python's audit hooks see what Python does. A fault in a C library is not bound by them;
Landlock (files, programs, TCP) and a seccomp filter (sockets of every kind) are. Both
hold for the calling thread and all that it starts, and cannot be taken back.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

# Numbers of prctl(2), and of calls that are the same on every machine.
_PDEATHSIG, _SECCOMP, _NO_NEW_PRIVILEGES, _FILTER = 1, 22, 38, 2
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF, _IO_URING = 444, 445, 446, 425
_ASK_VERSION, _PATH_BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_REMOVE_FILE, _MAKE_SOCKET, _TRUNCATE = 1 << 5, 1 << 9, 1 << 14
# Bits of rights on files that each version of Landlock knows.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
# Rights that make sense on a single file.
_ON_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

READ = _READ_FILE | _READ_DIR
"""Right to read files and to list folders."""

RUN = READ | _EXECUTE
"""Right to read and to start programs."""

WRITE = (1 << 15) - 1 - _EXECUTE
"""Right to read and to change everything, and to start nothing."""

LIST = _READ_DIR
"""Right to list folders."""

# By machine: its mark in a system call, and the numbers of socket, clone, fork and
# vfork, then of ptrace, process_vm_readv, process_vm_writev and bpf.
_MACHINES = {
    "x86_64": (0xC000003E, 41, 56, (57, 58), (101, 310, 311, 321)),
    "aarch64": (0xC00000B7, 198, 220, (), (117, 270, 271, 280)),
}
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # as "Permission denied"
# The C library asks clone for a thread where it is told that there is no clone3.
_CLONE3, _NOT_THERE, _THREAD = 435, 0x00050000 | 38, 0x10000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_UNIX_SOCKETS = 1

active: list[str] = []
"""Which of :data:`LEVELS` hold in this process."""

LEVELS = ("landlock", "seccomp")
"""Protections of the kernel; without them there are the audit hooks of Python."""


def die_with_parent(parent: int) -> None:
    """End this process at once when the thread that started it ends."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it was asked for
        os._exit(1)


def confine(rights: Mapping[Path, int], *, allows_programs: bool) -> None:
    """
    Keep this thread, and what it starts, from everything that is not allowed.

    Afterwards :data:`active` tells what holds; nothing on another system or an old
    kernel.

    Parameters
    ----------
    rights : mapping of Path to int
        What may be done below a folder, or with a file; paths that are not there are
        passed over.
    allows_programs : bool
        Whether there may be further processes, which may talk to others on this
        machine. Threads are always allowed.
    """
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return
    if _landlock(library, rights):
        active.append("landlock")
    if _seccomp(library, allows_programs=allows_programs):
        active.append("seccomp")


def _landlock(library: ctypes.CDLL, rights: Mapping[Path, int]) -> bool:
    version = library.syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)
    if version < 1:
        return False
    every = (1 << _FILE_RIGHTS.get(version, _FILE_RIGHTS[5])) - 1
    # Since 4 binding and connecting by TCP, since 6 abstract sockets and signals.
    asked = [every] + [3 for since in (4, 6) if version >= since]
    ruleset = struct.pack(f"={len(asked)}Q", *asked)
    handle = library.syscall(_CREATE_RULESET, ruleset, len(ruleset), 0)
    if handle < 0:
        return False
    try:
        for path, allowed in rights.items():
            _allow(library, handle, path, allowed & every)
        return bool(library.syscall(_RESTRICT_SELF, handle, 0) == 0)
    finally:
        os.close(handle)


def _allow(library: ctypes.CDLL, handle: int, path: Path, allowed: int) -> None:
    try:
        place = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except OSError:  # what is not there needs no right
        return
    try:
        if not path.is_dir():
            allowed &= _ON_A_FILE
        rule = struct.pack("=Qi", allowed, place)
        library.syscall(_ADD_RULE, handle, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)


def _seccomp(library: ctypes.CDLL, *, allows_programs: bool) -> bool:
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    mark, socket, clone, forks, others = known
    # Where a comparison leads: so many steps on if it holds, and if it does not.
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4),
        (_IF_EQUAL, 1, 0, mark),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, 0),
    ]
    # Calls of 32 bits have numbers of their own, above this one.
    steps += _answered(_IF_AT_LEAST, 0x40000000)
    for number in (_IO_URING, *others, *(() if allows_programs else forks)):
        steps += _answered(_IF_EQUAL, number)
    if not allows_programs:
        steps += _answered(_IF_EQUAL, _CLONE3, _NOT_THERE)
        steps += [(_IF_EQUAL, 0, 4, clone), (_LOAD, 0, 0, 16)]
        steps += [(_IF_SET, 1, 0, _THREAD), (_RETURN, 0, 0, _REFUSE)]
        steps += [(_RETURN, 0, 0, _ALLOW)]
    steps += [
        (_IF_EQUAL, 1, 0, socket),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, 16),
        (_IF_EQUAL, 0 if allows_programs else 1, 1, _UNIX_SOCKETS),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(buffer))
    return bool(library.prctl(_SECCOMP, _FILTER, program, 0, 0) == 0)


def _answered(
    kind: int, number: int, answer: int = _REFUSE
) -> list[tuple[int, int, int, int]]:
    return [(kind, 0, 1, number), (_RETURN, 0, 0, answer)]


# Single files of the system that libraries and LibreOffice ask for.
_SYSTEM_FILES = (
    "/etc/fonts",
    "/etc/group",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/timezone",
    "/proc/cpuinfo",
    "/proc/filesystems",
    "/proc/meminfo",
    "/proc/self",
    "/proc/stat",
    "/proc/sys",
    "/proc/version",
    "/sys",
    "/var/cache/fontconfig",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
)
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib32", "/lib64", "/nix/store")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
# What the shell script asks for that starts LibreOffice.
_SHELL = ("sh", "basename", "dirname", "uname", "sed", "grep", "ls", "cat", "tr", "id")


def rights_of_readers(
    package: Path, scratch: Path, office: Iterable[str]
) -> dict[Path, int]:
    """
    What a process may do that reads documents.

    Parameters
    ----------
    package : Path
        The folder of this package.
    scratch : Path
        The one folder that may be changed.
    office : iterable of str
        Programs that may be started.
    """
    own = (sys.prefix, sys.base_prefix, sys.exec_prefix)
    rights = dict.fromkeys(map(Path, own), READ)
    for place in sys.path:
        # Whatever else lies beside the package is none of its business.
        is_root = Path(place) == package.parent
        rights.setdefault(Path(place), LIST if is_root else READ)
    rights[package] = READ
    return rights | rights_of_office(scratch, office)


def rights_of_office(scratch: Path, office: Iterable[str]) -> dict[Path, int]:
    """
    What LibreOffice may do: read what belongs to the system, and work in one folder.

    Parameters
    ----------
    scratch : Path
        The folder.
    office : iterable of str
        Its programs.
    """
    rights = dict.fromkeys(map(Path, (*_SYSTEM_FOLDERS, *_SYSTEM_FILES)), READ)
    rights |= dict.fromkeys(map(Path, _DEVICES), READ | _WRITE_FILE)
    programs = [Path(name).resolve() for name in office]
    for program in programs:
        # Beside the script are the programs that it starts.
        rights[program.parent] = RUN if program.parent.name == "program" else READ
        rights[program] = RUN
    if programs:
        shell = (Path(at, name) for at in ("/bin", "/usr/bin") for name in _SHELL)
        loaders = ("lib*/ld-linux*", "lib/*/ld-linux*", "lib/ld-musl*")
        found = (path for pattern in loaders for path in Path("/").glob(pattern))
        rights |= {path.resolve(): RUN for path in (*shell, *found)}
        # LibreOffice makes a socket there, and nowhere else.
        rights[Path("/tmp")] = _MAKE_SOCKET | _REMOVE_FILE  # noqa: S108
    rights[scratch] = WRITE
    return rights


def confined(program: str, scratch: Path) -> list[str]:
    """
    The command that starts LibreOffice so that it reads no file of the user's.

    A process that is confined itself passes that on; elsewhere another one is started
    that confines itself and then becomes the program.

    Parameters
    ----------
    program : str
        LibreOffice.
    scratch : Path
        The folder with what it is to convert.

    Examples
    --------
    >>> confined("/usr/bin/soffice", Path("/scratch"))[-1]
    '/usr/bin/soffice'
    """
    if sys.platform != "linux" or active:
        return [program]
    return [sys.executable, "-I", __file__, str(scratch), program]


if __name__ == "__main__":
    _scratch, *_command = sys.argv[1:]
    confine(
        rights_of_office(Path(_scratch).resolve(), _command[:1]), allows_programs=True
    )
    os.execv(_command[0], _command)  # noqa: S606 - no shell is what is wanted
