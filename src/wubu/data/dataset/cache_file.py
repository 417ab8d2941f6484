"""Elements in a file that is mapped into memory: what was read once comes from the page cache.

``PATH.data`` holds the bytes of all leaves behind one another, each aligned to 64 bytes; ``PATH.index`` (JSON) holds
the form of the elements and where they lie. The index is written last and renamed into place: a file without an index
is an unfinished one. Reading runs no code.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.core.dtypes import TORCH, standardize_dtype
from wubu.core.files import atomic_open, is_disk_full
from wubu.data.dataset import elements
from wubu.data.dataset.elements import Text
from wubu.data.dataset.table import Table
from wubu.errors import DataError, DiskFullError, FileFormatError

_VERSION = 1
_ALIGNMENT = 64


class CacheWriter:
    """Writes elements one by one.

    Args:
        path: without an extension.
        note: anything that JSON can hold, kept with the elements.

    Raises:
        DiskFullError: when the disk is full; nothing is left behind.
    """

    def __init__(self, path: str | os.PathLike[str], note: Any = None) -> None:
        self.path, self._note = os.fspath(path), note
        self._temporary = f"{self.path}.{secrets.token_hex(4)}.tmp"
        self._file: Any = None
        self._form: Any = None
        self._entries: list[Any] = []
        self._at = 0

    def add(self, element: Any) -> None:
        """Write an element."""
        try:
            if self._file is None:
                os.makedirs(os.path.dirname(os.path.abspath(self.path)), exist_ok=True)
                self._file = open(self._temporary, "wb")
                self._form = element
            if not elements.same_structure(self._form, element):
                raise DataError(
                    "The elements of a data set need one structure. Received: "
                    f"{elements.describe(self._form)}, then {elements.describe(element)}"
                )
            self._entries.append([self._write(leaf) for leaf in nest.flatten(element)])
        except OSError as error:
            self.abandon()
            if is_disk_full(error):
                raise DiskFullError(f"The disk is full while writing the cache {self.path}") from error
            raise

    def _write(self, leaf: Any) -> Any:
        if leaf is None:
            return None
        if isinstance(leaf, Text):
            texts = leaf.reshape(-1).tolist()
            data, kind = b"".join(texts), "string"
            extra: Any = [len(t) for t in texts]
        else:
            tensor = leaf.detach().cpu().contiguous()
            data, kind, extra = tensor.reshape(-1).view(torch.uint8).numpy().data, standardize_dtype(leaf.dtype), None
        gap = -self._at % _ALIGNMENT
        self._file.write(b"\0" * gap)
        self._file.write(data)
        start = self._at + gap
        self._at = start + len(data)
        return [kind, list(leaf.shape), start, extra] if extra is not None else [kind, list(leaf.shape), start]

    def finish(self) -> None:
        """Put the files in place."""
        if self._file is None:
            os.makedirs(os.path.dirname(os.path.abspath(self.path)), exist_ok=True)
            self._file = open(self._temporary, "wb")
        self._file.close()
        os.replace(self._temporary, self.path + ".data")
        index = {
            "version": _VERSION,
            "form": _form_of(self._form) if self._entries else None,
            "bytes": self._at,
            "note": self._note,
            "elements": self._entries,
        }
        with atomic_open(self.path + ".index", "w") as file:
            json.dump(index, file, separators=(",", ":"))

    def abandon(self) -> None:
        """Remove what was written so far."""
        if self._file is not None:
            self._file.close()
            with suppress(OSError):
                os.unlink(self._temporary)
            self._file = None


def _form_of(element: Any) -> Any:
    if isinstance(element, tuple):
        return {"tuple": [_form_of(e) for e in element]}
    if isinstance(element, dict):
        return {"dict": [[k, _form_of(v)] for k, v in element.items()]}
    return None


def _structure(form: Any) -> Any:
    if form is None:
        return 0
    if "tuple" in form:
        return tuple(_structure(f) for f in form["tuple"])
    return {k: _structure(f) for k, f in form["dict"]}


class CacheReader(Table):
    """The elements of a cache file, from mapped memory.

    Args:
        path: without an extension.

    Raises:
        FileFormatError: when it is none, or a damaged one.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        try:
            with open(self.path + ".index", encoding="utf-8") as file:
                index = json.load(file)
            if index["version"] != _VERSION:
                raise FileFormatError(
                    f"{self.path}.index is of another version. Try: delete it, to fill the cache anew"
                )
            self.note = index["note"]
            self._entries: list[Any] = index["elements"]
            self._form = _structure(index["form"])
            size = os.path.getsize(self.path + ".data")
            if size != index["bytes"]:
                raise FileFormatError(f"{self.path}.data has {size} bytes, {index['bytes']} were written")
            self._data = np.memmap(self.path + ".data", np.uint8, "r") if size else np.zeros(0, np.uint8)
            self.length = len(self._entries)
            self._same = self._uniform()
        except FileFormatError:
            raise
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise FileFormatError(
                f"Expected a cache at {self.path}. It is damaged: {error}. Try: delete {self.path}.index and .data"
            ) from error
        self.numeric = bool(self.length) and all(e is not None and e[0] != "string" for e in self._entries[0])

    def _uniform(self) -> bool:
        kinds = {tuple(None if e is None else (e[0], tuple(e[1])) for e in entry) for entry in self._entries}
        return len(kinds) == 1

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """Whether all elements have one shape."""
        return self._same

    def element(self, number: int) -> Any:
        return nest.pack_sequence_as(self._form, [self._read(e) for e in self._entries[number]])

    def _read(self, entry: Any) -> Any:
        if entry is None:
            return None
        kind, shape, start = entry[:3]
        if kind == "string":
            texts = []
            for length in entry[3]:
                texts.append(self._data[start : start + length].tobytes())
                start += length
            made = np.empty(len(texts), object)
            made[:] = texts
            return made.reshape(shape).view(Text)
        dtype = TORCH[kind]
        size = dtype.itemsize
        for d in shape:
            size *= d
        part = self._data[start : start + size]
        if start < 0 or len(part) != size:
            raise FileFormatError(f"{self.path}.index is damaged: an element lies outside the data")
        if not size:
            return torch.empty(shape, dtype=dtype)
        return torch.from_numpy(np.array(part)).view(dtype).reshape(shape)

    def rows(self, index: Any) -> Any:
        numbers = range(index.start, min(index.stop, self.length)) if isinstance(index, slice) else index.tolist()
        return elements.stack([self.element(i) for i in numbers])
