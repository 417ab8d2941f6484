"""HDF5 files that nobody vouches for: only plain groups, datasets and attributes are followed, and none blindly.

Refused: soft and external links, datasets whose values lie in other files or are put together from others, and
datasets that unpack to far more than is stored.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from wubu.errors import FileFormatError, UnsafeFileError
from wubu.saving.limits import FREE_BYTES, MAX_CONFIG_BYTES, MAX_DEPTH, MAX_MEMBERS, check_expansion

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MAX_NAMES = 20_000  # of the layers of a model, or the weights of a layer
_MAX_READ = 20  # bytes that may be read in all for each byte of the file, beyond FREE_BYTES
_reading = threading.local()
_ATTRIBUTE_LIMIT = 64512  # bytes that HDF5 can keep in one attribute of an object's header


@contextmanager
def open_hdf5(source: str | Path | BytesIO, name: str | None = None) -> Iterator[h5py.File]:
    """Open an HDF5 file for reading.

    Args:
        source: the path, or the bytes as a file object.
        name: what to call it in errors; default the path.

    Raises:
        FileFormatError: when it is not HDF5 or is damaged.
    """
    name = name or str(source)
    try:
        size = source.getbuffer().nbytes if isinstance(source, BytesIO) else Path(source).stat().st_size
        file = h5py.File(source, "r")
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError, ValueError) as error:
        raise FileFormatError(f"{name} should be an HDF5 file, but it cannot be opened: {error}") from error
    before = getattr(_reading, "left", None)
    _reading.left = FREE_BYTES + _MAX_READ * size
    try:
        with _damage(name):
            yield file
    finally:
        _reading.left = before
        file.close()


@contextmanager
def _damage(name: str) -> Iterator[None]:
    """Turn what h5py raises over a damaged file into an error that names the file."""
    try:
        yield
    except (OSError, RuntimeError, KeyError, UnicodeDecodeError, MemoryError, OverflowError, AttributeError) as error:
        if _from_h5py(error):
            raise FileFormatError(f"{name} is damaged: {type(error).__name__}: {error}") from error
        raise


def _from_h5py(error: BaseException) -> bool:
    """Whether the innermost frame of an error is h5py's own code."""
    if isinstance(error, FileFormatError):
        return False
    trace = error.__traceback__
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    return "h5py" in trace.tb_frame.f_code.co_filename.replace("\\", "/")


def find(group: h5py.Group, path: str) -> h5py.Group | h5py.Dataset | None:
    """The group or dataset at a path below a group, or None; links are refused.

    Raises:
        UnsafeFileError: when a soft or external link lies on the way.
        FileFormatError: when something on the way is damaged.
    """
    current: Any = group
    parts = [p for p in path.split("/") if p]
    if len(parts) > MAX_DEPTH:
        raise UnsafeFileError(f"{group.file.filename}: the path {path[:80]!r}… has more than {MAX_DEPTH} levels")
    for part in parts:
        if not isinstance(current, h5py.Group):
            return None
        try:
            kind = current.get(part, getclass=True, getlink=True)
            if kind is None:
                return None
            if kind is not h5py.HardLink:
                raise UnsafeFileError(
                    f"{_where(current)}/{part} is a {kind.__name__}, which could lead into another file. "
                    "Expected: a group or a dataset"
                )
            current = current[part]
        except (KeyError, OSError, RuntimeError, ValueError) as error:
            if isinstance(error, FileFormatError):
                raise
            raise FileFormatError(f"{_where(current)}/{part} is damaged: {error}") from error
    return current


def subgroup(group: h5py.Group, path: str) -> h5py.Group:
    """The group at a path.

    Raises:
        FileFormatError: when there is none.
    """
    found = find(group, path)
    if not isinstance(found, h5py.Group):
        raise FileFormatError(f"{_where(group)} should hold a group {path!r}, but it does not")
    return found


def keys(group: h5py.Group) -> list[str]:
    """The names of what lies directly in a group."""
    if len(group) > MAX_MEMBERS:
        raise UnsafeFileError(f"{_where(group)} has {len(group):,} members. Expected: at most {MAX_MEMBERS:,}")
    return list(group.keys())


def check_dataset(found: Any, path: str) -> h5py.Dataset:
    """Refuse what is not a dataset of this very file, of a size that its storage accounts for."""
    if not isinstance(found, h5py.Dataset):
        raise FileFormatError(f"{path} should be a dataset, but it is missing or is something else")
    where = _where(found)
    if found.external:
        raise UnsafeFileError(f"{where} has its values in other files: {found.external!r:.200}")
    if found.is_virtual:
        raise UnsafeFileError(f"{where} is virtual: its values come from other datasets or files")
    if found.shape is None:
        raise FileFormatError(f"{where} has no values")
    if found.dtype.hasobject and h5py.check_string_dtype(found.dtype) is None:
        raise UnsafeFileError(f"{where} holds {found.dtype}, which is neither numbers nor text")
    stored = found.id.get_storage_size()
    check_expansion(where, math.prod(found.shape) * found.dtype.itemsize, stored)
    if found.chunks is not None:  # a chunk is unpacked as a whole, however little of it is in use
        check_expansion(where, math.prod(found.chunks) * found.dtype.itemsize, stored)
    return found


def read(group: h5py.Group, path: str) -> np.ndarray:
    """The values of the dataset at a path.

    Raises:
        FileFormatError, UnsafeFileError: see ``check_dataset``.
    """
    return values(check_dataset(find(group, path), f"{_where(group)}/{path}"))


def values(dataset: h5py.Dataset) -> np.ndarray:
    """The values of a dataset that ``check_dataset`` has passed; bfloat16 becomes float32.

    Raises:
        FileFormatError: when it is damaged.
        UnsafeFileError: when far more has been read than the file has: one dataset under many names.
    """
    left = getattr(_reading, "left", None)
    if left is not None:
        _reading.left = left - dataset.size * dataset.dtype.itemsize
        if _reading.left < 0:
            raise UnsafeFileError(f"{_where(dataset)}: far more is read from the file than it holds")
    try:
        array = np.asarray(dataset[()])
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        raise FileFormatError(f"{_where(dataset)} is damaged: {error}") from error
    if array.dtype.kind == "V" and array.dtype.itemsize == 2 and array.dtype.names is None:
        return (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    if array.dtype.name == "bfloat16":
        return array.astype(np.float32)
    return array


def attribute(thing: h5py.Group | h5py.Dataset, name: str) -> Any:
    """An attribute's value (text decoded), or None when there is none.

    Raises:
        UnsafeFileError: when it is too large.
        FileFormatError: when it is damaged.
    """
    try:
        if name not in thing.attrs:
            return None
        held = thing.attrs.get_id(name)
        size = math.prod(held.shape or ()) * max(held.dtype.itemsize, 1)
        if size > MAX_CONFIG_BYTES:
            raise UnsafeFileError(f"{_where(thing)}: the attribute {name!r} has {size:,} bytes")
        value = thing.attrs[name]
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        if isinstance(error, FileFormatError):
            raise
        raise FileFormatError(f"{_where(thing)}: the attribute {name!r} is damaged: {error}") from error
    if isinstance(value, h5py.Empty):
        return None
    return _decoded(value, f"{_where(thing)}: the attribute {name!r}")


def _decoded(value: Any, where: str) -> Any:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise FileFormatError(f"{where} should be UTF-8 text: {error}") from error
    if isinstance(value, np.ndarray) and value.dtype.kind in "SO" and not value.shape:
        return _decoded(value.item(), where)
    return value


def names(group: h5py.Group, name: str) -> list[str]:
    """A list of names kept as an attribute, in chunks ``name0``, ``name1``… where it is long; [] when missing.

    Raises:
        FileFormatError: when they are no text, or one is there twice.
        UnsafeFileError: when there are too many.
    """
    found = attribute(group, name)
    chunks = [] if found is None else [found]
    if found is None:
        while (chunk := attribute(group, f"{name}{len(chunks)}")) is not None:
            chunks.append(chunk)
            if sum(np.size(c) for c in chunks) > MAX_NAMES:
                break
    listed = [n for chunk in chunks for n in np.atleast_1d(chunk).tolist()]
    where = f"{_where(group)}: the names in {name!r}"
    if len(listed) > MAX_NAMES:
        raise UnsafeFileError(f"{where} are {len(listed):,}. Expected: at most {MAX_NAMES:,}")
    made = [_decoded(n, where) for n in listed]
    if not all(isinstance(n, str) for n in made):
        raise FileFormatError(f"{where} should be text")
    if len(set(made)) < len(made):
        twice = next(n for i, n in enumerate(made) if n in made[:i])
        raise FileFormatError(f"{where} should differ, but {twice!r} is there twice")
    return made


def write_names(group: h5py.Group, name: str, listed: list[str]) -> None:
    """Keep a list of names as an attribute, in chunks where HDF5 could not hold it in one."""
    data = [n.encode("utf-8") for n in listed]
    if any(len(n) > _ATTRIBUTE_LIMIT for n in data):
        raise FileFormatError(f"A name in {name!r} is longer than HDF5 can keep ({_ATTRIBUTE_LIMIT} bytes)")
    array = np.asarray(data) if data else np.zeros((0,), "S1")
    pieces = 1
    chunks = [array]
    while any(c.nbytes > _ATTRIBUTE_LIMIT for c in chunks):
        pieces += 1
        chunks = np.array_split(array, pieces)
    if pieces == 1:
        group.attrs[name] = array
        return
    for i, chunk in enumerate(chunks):
        group.attrs[f"{name}{i}"] = chunk


def _where(thing: Any) -> str:
    try:
        inner = thing.name or ""
        return f"{_file_name(thing)}:{inner}".rstrip("/:")
    except Exception:  # a damaged object may not even know its name
        return "the HDF5 file"


def _file_name(thing: Any) -> str:
    name = thing.file.filename
    if isinstance(name, bytes):
        name = name.decode("utf-8", "replace")
    return "the weights" if name.startswith("<") or "BytesIO" in name else name
