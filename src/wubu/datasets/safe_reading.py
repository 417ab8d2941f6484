"""Reading arrays out of pickles and ``.npz`` files without running what those files might ask for.

A pickle is a program. CIFAR's batches are pickles, and the ragged arrays of IMDB and Reuters can only be
stored as pickles inside an ``.npz``. The unpickler here rebuilds arrays from a handful of NumPy names and
refuses every other name.
"""

from __future__ import annotations

import io
import os
import pickle
import zipfile
import zlib
from typing import Any

import numpy as np
from numpy.lib import format as npy

from wubu.errors import FileFormatError, UnsafeFileError

_NUMPY_MODULES = ("numpy", "numpy.core.multiarray", "numpy._core.multiarray")
_NUMPY_NAMES = ("ndarray", "dtype", "_reconstruct")


class ArrayUnpickler(pickle.Unpickler):
    """An unpickler of lists, dicts, numbers, strings and NumPy arrays, and of nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _NUMPY_MODULES and name in _NUMPY_NAMES:
            if name == "_reconstruct":
                return _reconstruct
            return getattr(np, name)
        if module in ("numpy.core.numeric", "numpy._core.numeric") and name == "_frombuffer":
            return _from_buffer
        if (module, name) == ("_codecs", "encode"):
            return _encode_latin1
        raise UnsafeFileError(
            f"Expected a file of plain arrays. It asks for {module}.{name}, which could run code, so it was "
            "not read. Get the file again from its publisher"
        )


def _reconstruct(kind: type, shape: tuple[int, ...], code: Any) -> np.ndarray:
    """The empty array that a pickled one starts from, as NumPy makes it."""
    if kind is not np.ndarray:
        raise UnsafeFileError(f"Expected a plain NumPy array in the file. Received: {kind!r}")
    return np.ndarray((0,), np.dtype("b"))


def _from_buffer(data: bytes, dtype: np.dtype, shape: tuple[int, ...], order: str) -> np.ndarray:
    """How a pickle of protocol 5 stores an array."""
    layout: Any = order if order in ("C", "F") else "C"
    return np.frombuffer(bytearray(data), dtype).reshape(shape, order=layout)


def _encode_latin1(text: str, encoding: str = "latin1") -> bytes:
    """How a pickle of protocol 2 made by Python 3 stores bytes."""
    if encoding not in ("latin1", "latin-1"):
        raise UnsafeFileError(f"Expected bytes stored as latin1. Received: {encoding!r}")
    return text.encode("latin1")


def read_pickle(source: Any, encoding: str = "bytes") -> Any:
    """Read one pickle of plain data from an open file.

    Args:
        source: a file opened in binary mode.
        encoding: how strings that Python 2 wrote are read.

    Raises:
        UnsafeFileError: the pickle names anything but NumPy arrays.
        FileFormatError: it is no pickle, or a damaged one.
    """
    try:
        return ArrayUnpickler(source, encoding=encoding).load()
    except (UnsafeFileError, MemoryError):
        raise
    except Exception as error:  # a damaged pickle can fail in any way
        raise FileFormatError(f"Expected a pickle of arrays. It is damaged: {_reason(error)}") from error


def read_npz(path: str | os.PathLike[str], names: tuple[str, ...] = ()) -> dict[str, np.ndarray]:
    """Read an ``.npz`` file, ragged (object) arrays included, without trusting it.

    Args:
        path: the file.
        names: arrays that must be there; only these are read. All of them when empty.

    Returns:
        Name -> array.

    Raises:
        UnsafeFileError: an object array asks for more than arrays, lists and numbers.
        FileFormatError: it is no ``.npz`` file, a damaged one, or an array is missing.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {n.removesuffix(".npy"): n for n in archive.namelist() if n.endswith(".npy")}
            missing = [name for name in names if name not in members]
            if missing:
                raise FileFormatError(
                    f"Expected the arrays {', '.join(names)} in {path}. It holds: "
                    f"{', '.join(sorted(members)) or 'none'}"
                )
            wanted = names or tuple(members)
            return {name: _read_npy(archive.read(members[name])) for name in wanted}
    except (UnsafeFileError, FileFormatError, FileNotFoundError, MemoryError):
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as e:
        raise FileFormatError(
            f"Expected an .npz file of arrays: {path} is none, or is damaged ({_reason(e)})"
        ) from e


def _read_npy(data: bytes) -> np.ndarray:
    stream = io.BytesIO(data)
    version = npy.read_magic(stream)
    if version == (1, 0):
        shape, _, dtype = npy.read_array_header_1_0(stream)
    else:  # 3.0 differs from 2.0 only in the text encoding of field names
        shape, _, dtype = npy.read_array_header_2_0(stream)
    if not dtype.hasobject:
        stream.seek(0)
        return npy.read_array(stream, allow_pickle=False)
    array = read_pickle(stream, encoding="latin1")
    if not isinstance(array, np.ndarray):
        raise FileFormatError(f"Expected an array of shape {shape}. Received: {type(array).__name__}")
    return array


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
