"""``tf.io.gfile`` and whole files as tensors."""

from __future__ import annotations

import glob as globbing
import os
import shutil
from collections.abc import Iterator
from typing import Any

import numpy as np

from wubu.core.capture import is_capturing
from wubu.core.files import write_bytes
from wubu.errors import CaptureError, WriteError
from wubu.tensorflow.conversion import convert
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    NotFoundError,
    PermissionDeniedError,
)
from wubu.tensorflow.namespace import Namespace
from wubu.tensorflow.text import StringTensor, of_array, scalar_of, values_of


def path_of(value: Any) -> str:
    """A path given as text in any form."""
    if isinstance(value, StringTensor):
        return scalar_of(value).decode("utf-8", "surrogateescape")
    if isinstance(value, bytes | np.bytes_):
        return bytes(value).decode("utf-8", "surrogateescape")
    return os.fspath(value).removeprefix("file://")


def _translated(error: OSError, path: str) -> Exception:
    kinds = {
        FileNotFoundError: NotFoundError,
        FileExistsError: AlreadyExistsError,
        PermissionError: PermissionDeniedError,
        IsADirectoryError: FailedPreconditionError,
        NotADirectoryError: FailedPreconditionError,
    }
    kind = kinds.get(type(error), FailedPreconditionError)
    return kind(None, None, f"{path}; {error.strerror or error}")


def read_file(filename: Any, name: Any = None) -> Any:
    """The whole of a file as one text.

    Raises:
        NotFoundError: when there is none.
    """
    if is_capturing():
        raise CaptureError("a file is read in the middle of the step")
    path = path_of(filename)
    try:
        with open(path, "rb") as file:
            return to_facade(of_array(np.array(file.read(), dtype=object)))
    except OSError as error:
        raise _translated(error, path) from error


def write_file(filename: Any, contents: Any, name: Any = None) -> None:
    """Write text to a file; folders are made where they are missing."""
    if is_capturing():
        raise CaptureError("a file is written in the middle of the step")
    path = path_of(filename)
    data = scalar_of(contents)
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        write_bytes(path, data)
    except OSError as error:
        raise _translated(error, path) from error
    except WriteError as error:
        raise PermissionDeniedError(None, None, str(error)) from error


def matching_files(pattern: Any, name: Any = None) -> Any:
    """The files that a pattern matches, sorted."""
    patterns = values_of(convert(pattern)).reshape(-1)
    found = sorted({path for one in patterns for path in glob(one.decode()) if os.path.isfile(path)})
    return to_facade(of_array(np.array(found, dtype=object)))


# --- gfile -----------------------------------------------------------------------------------------------------------


def exists(path: Any) -> bool:
    """Whether there is a file or a folder."""
    return os.path.exists(path_of(path))


def isdir(path: Any) -> bool:
    """Whether there is a folder."""
    return os.path.isdir(path_of(path))


def listdir(path: Any) -> list[str]:
    """The names in a folder.

    Raises:
        NotFoundError: when there is none.
    """
    found = path_of(path)
    if not os.path.isdir(found):
        raise NotFoundError(None, None, f"Could not find directory {found}")
    return os.listdir(found)


def glob(pattern: Any) -> list[str]:
    """The paths that a pattern, or any of several, matches."""
    patterns = pattern if isinstance(pattern, list | tuple) else [pattern]
    return [path for one in patterns for path in sorted(globbing.glob(path_of(one)))]


def makedirs(path: Any) -> None:
    """Make a folder and those above it; one that exists is fine."""
    os.makedirs(path_of(path), exist_ok=True)


def mkdir(path: Any) -> None:
    """Make a folder.

    Raises:
        AlreadyExistsError, NotFoundError: when it exists, or the one above does not.
    """
    _do(os.mkdir, path)


def remove(path: Any) -> None:
    """Delete a file.

    Raises:
        NotFoundError: when there is none.
    """
    _do(os.remove, path)


def rmtree(path: Any) -> None:
    """Delete a folder and everything in it."""
    _do(shutil.rmtree, path)


def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Give a file another name."""
    target = path_of(dst)
    if os.path.exists(target) and not overwrite:
        raise AlreadyExistsError(None, None, "file already exists")
    _do(lambda source: os.replace(source, target), src)


def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copy a file."""
    target = path_of(dst)
    if os.path.exists(target) and not overwrite:
        raise AlreadyExistsError(None, None, "file already exists")
    _do(lambda source: shutil.copyfile(source, target), src)


def join(path: Any, *paths: Any) -> str:
    """Parts of a path joined."""
    return os.path.join(path_of(path), *[path_of(p) for p in paths])


def walk(top: Any, topdown: bool = True, onerror: Any = None) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each folder below one, with the folders and the files in it."""
    return os.walk(path_of(top), topdown, onerror)


def stat(path: Any) -> Any:
    """The size and the time of a file."""
    if not exists(path):
        raise NotFoundError(None, None, f"{path_of(path)}; No such file or directory")
    found = os.stat(path_of(path))
    return Namespace("FileStatistics", length=found.st_size, mtime_nsec=found.st_mtime_ns, is_directory=isdir(path))


def get_registered_schemes() -> list[str]:
    """The kinds of paths that are understood."""
    return ["", "file"]


def _do(action: Any, path: Any) -> None:
    found = path_of(path)
    try:
        action(found)
    except OSError as error:
        raise _translated(error, found) from error


class GFile:
    """A file to read or write, opened when it is first used.

    Args:
        name: the path.
        mode: ``"r"``, ``"rb"``, ``"w"``, ``"wb"``, ``"a"``…
    """

    def __init__(self, name: Any, mode: str = "r") -> None:
        self.name, self.mode = path_of(name), mode
        self._file: Any = None

    def _open(self) -> Any:
        if self._file is None:
            try:
                self._file = open(self.name, self.mode, encoding=None if "b" in self.mode else "utf-8")
            except OSError as error:
                raise _translated(error, self.name) from error
        return self._file

    def read(self, n: int = -1) -> Any:
        """The rest of the file, or so much of it."""
        return self._open().read(n)

    def write(self, file_content: Any) -> None:
        """Write text or bytes."""
        self._open().write(file_content)

    def readline(self) -> Any:
        """The next line."""
        return self._open().readline()

    def readlines(self) -> list[Any]:
        """All lines."""
        return self._open().readlines()

    def seek(self, offset: int, whence: int = 0, position: Any = None) -> None:
        """Go to a place."""
        self._open().seek(offset if position is None else position, whence)

    def tell(self) -> int:
        """The place."""
        return self._open().tell()

    def size(self) -> int:
        """The bytes in the file."""
        return os.path.getsize(self.name)

    def seekable(self) -> bool:
        """Yes."""
        return True

    def flush(self) -> None:
        """Write what waits."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> GFile:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __iter__(self) -> GFile:
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    next = __next__


gfile = Namespace(
    "gfile",
    GFile=GFile,
    copy=copy,
    exists=exists,
    get_registered_schemes=get_registered_schemes,
    glob=glob,
    isdir=isdir,
    join=join,
    listdir=listdir,
    makedirs=makedirs,
    mkdir=mkdir,
    remove=remove,
    rename=rename,
    rmtree=rmtree,
    stat=stat,
    walk=walk,
)
