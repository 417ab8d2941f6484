"""Atomic writes: a crash, a full disk or Ctrl-C leaves the old file or the new one, never half a file.

A temporary file is written beside the target, flushed to the disk and renamed over it. The rename is atomic
because both names are on one file system::

    with atomic_open("history.csv", "w") as file:   # a file object
        file.write("epoch,loss\\n")

    with atomic_path("model.h5") as path:           # for writers that want a path
        h5py.File(path, "w")
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from wubu.errors import ArgumentError, DiskFullError, WriteError

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_NAME_LIMIT = 200  # bytes of the target's name kept in the temporary name; file systems stop at 255


def is_disk_full(error: BaseException) -> bool:
    """Whether an error means that the disk (or a quota) is full, also where a library wrapped it.

    HDF5 reports a failed write as an ``OSError`` or ``RuntimeError`` whose text holds the system's message,
    hence the look at the text and at the chain of causes.
    """
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, OSError) and current.errno in _FULL:
            return True
        text = str(current).lower()
        if "no space left on device" in text or "disk quota exceeded" in text or "errno = 28" in text:
            return True
        current = current.__cause__ or current.__context__
    return False


@contextmanager
def atomic_path(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Give the path of a temporary file that replaces ``target`` when the block ends without an error.

    The temporary file stands in the target's folder (made if missing), keeps the target's extension (some
    writers choose a format by it) and exists, empty, when the block begins. A symbolic link is followed, so
    that the link stays. A target that is a device or a pipe (``/dev/null``) is written directly.

    Args:
        target: the file to write.

    Yields:
        The path to write to.

    Raises:
        DiskFullError: the disk is full; the target is untouched.
        WriteError: the target is a folder, or its folder cannot be written.

    Example::

        with atomic_path("weights.npz") as path:
            numpy.savez(path.open("wb"), w=w)
    """
    final = Path(os.path.realpath(os.fspath(target)))
    if final.is_dir():
        raise WriteError(errno.EISDIR, f"Expected the name of a file to write, received a folder: {target}")
    if final.exists() and not final.is_file():
        with _translated(target):
            yield final
        return
    with _translated(target):
        temporary = _create_beside(final)
    try:
        with _translated(target):
            yield temporary
            _sync(temporary)
            if final.exists():
                with suppress(OSError):  # some file systems have no modes
                    temporary.chmod(stat.S_IMODE(final.stat().st_mode))
            os.replace(temporary, final)
    except BaseException:  # Ctrl-C too must not leave litter
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(final.parent)


@contextmanager
def atomic_open(
    target: str | os.PathLike[str],
    mode: str = "wb",
    encoding: str | None = None,
    newline: str | None = None,
) -> Iterator[IO[Any]]:
    """Open a temporary file that replaces ``target`` when the block ends without an error.

    Args:
        target: the file to write.
        mode: ``"wb"`` or ``"w"``, with ``+`` where the writer also reads.
        encoding: of text; UTF-8 by default.
        newline: as for ``open``.

    Yields:
        The open file. It is closed on return.

    Raises:
        DiskFullError: the disk is full; the target is untouched.
        WriteError: the target cannot be written.
    """
    if "w" not in mode:
        raise ArgumentError(f"Expected a mode that writes a whole file, 'w' or 'wb'. Received: mode={mode!r}")
    if "b" not in mode:
        encoding = encoding or "utf-8"
    with atomic_path(target) as path, open(path, mode, encoding=encoding, newline=newline) as file:
        yield file
        file.flush()


def write_bytes(target: str | os.PathLike[str], data: bytes) -> Path:
    """Write ``data`` to ``target`` atomically and return its path."""
    with atomic_open(target, "wb") as file:
        file.write(data)
    return Path(target)


def write_text(target: str | os.PathLike[str], text: str) -> Path:
    """Write ``text`` as UTF-8, newlines as they are, to ``target`` atomically and return its path."""
    with atomic_open(target, "w", newline="") as file:
        file.write(text)
    return Path(target)


@contextmanager
def _translated(target: str | os.PathLike[str]) -> Iterator[None]:
    """Turn the system's "no space left" into DiskFullError, whichever library reports it."""
    try:
        yield
    except DiskFullError:
        raise
    except Exception as error:
        if is_disk_full(error):
            raise DiskFullError(
                errno.ENOSPC,
                f"The disk is full while writing {target}. Free some space and save again; "
                "what stood there before is untouched",
            ) from error
        raise


def _create_beside(final: Path) -> Path:
    """Create an empty file in the target's folder with the permissions that a new file gets."""
    stem, suffix = final.stem, final.suffix
    while len(stem.encode("utf-8", "surrogateescape")) > _NAME_LIMIT:
        stem = stem[:-1]
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        while True:
            temporary = final.with_name(f".{stem}.{secrets.token_hex(4)}.tmp{suffix}")
            try:
                # not tempfile.mkstemp: that makes files that only their owner reads, whatever the umask says
                os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
                return temporary
            except FileExistsError:
                continue
    except OSError as error:
        if is_disk_full(error):
            raise
        raise WriteError(error.errno, f"Cannot write {final}: {error.strerror or error}") from error


def _sync(path: Path) -> None:
    """Wait until the file's content is on the disk: a rename must not outrun it."""
    descriptor = os.open(path, os.O_RDWR)  # Windows flushes only what is open for writing
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where folders can be opened (not on Windows)."""
    if os.name != "posix":
        return
    with suppress(OSError):  # network file systems may refuse; the file itself is safe
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
