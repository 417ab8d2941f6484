"""Weights in Keras 3's layout: ``.weights.h5``, or spread over several such files listed in a ``.weights.json``."""

from __future__ import annotations

import io
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import h5py

from wubu.core.files import write_bytes, write_text
from wubu.errors import ArgumentError, FileFormatError, MissingFileError, UnsafeFileError
from wubu.saving.hdf5 import open_hdf5
from wubu.saving.limits import parse_json
from wubu.saving.state import load_state, save_state
from wubu.saving.stores import H5Entry, H5Reader, H5Writer, ShardedReader, as_array

_MAX_SHARDS = 10_000


def weights_bytes(model: Any, assets: Path | None = None) -> bytes:
    """The bytes of a ``.weights.h5``. In memory, for HDF5 itself does not survive a disk that fills up."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        save_state(model, H5Writer(file), assets)
    return buffer.getvalue()


def save(model: Any, path: str | Path) -> None:
    """Write the state of a model, its optimizer's too."""
    write_bytes(path, weights_bytes(model))


def load(model: Any, path: str | Path, skip_mismatch: bool = False) -> None:
    """Read the state of a model.

    Raises:
        FileFormatError: when the file is damaged or does not fit.
    """
    with open_hdf5(path) as file:
        load_state(model, H5Reader(file), str(path), skip_mismatch=skip_mismatch)


def save_sharded(model: Any, path: str | Path, max_shard_size: float) -> None:
    """Write the state of a model as several files and a list of them.

    Args:
        model: the model.
        path: the list, ``NAME.weights.json``; the files are ``NAME_00000.weights.h5``…
        max_shard_size: the size of a file in GiB.
    """
    where = Path(path)
    writer = _ShardedWriter(where.name.removesuffix(".json").removesuffix(".weights"), max_shard_size * 2**30)
    save_state(model, writer)  # type: ignore[arg-type]
    for name, content in writer.finish():
        write_bytes(where.parent / name, content)
    listed = {"metadata": {"total_size": writer.total}, "weight_map": writer.weight_map}
    write_text(where, json.dumps(listed, indent=4))  # last: what it names is complete


def load_sharded(model: Any, path: str | Path, skip_mismatch: bool = False) -> None:
    """Read what ``save_sharded`` or Keras wrote."""
    where = Path(path)
    names = shard_names(where)
    with ExitStack() as stack:
        files = []
        for name in names:
            if not (where.parent / name).is_file():
                raise MissingFileError(f"{where} is incomplete: {name} is missing beside it")
            files.append(stack.enter_context(open_hdf5(where.parent / name)))
        load_state(model, ShardedReader(files), str(where), skip_mismatch=skip_mismatch)


def shard_names(where: Path) -> list[str]:
    """The files that a ``.weights.json`` names, all in its own folder."""
    found = parse_json(where.read_bytes(), str(where))
    weight_map = found.get("weight_map") if isinstance(found, dict) else None
    if not isinstance(weight_map, dict):
        raise FileFormatError(f"{where} should list sharded weights, with a 'weight_map'")
    names: dict[str, None] = {}
    for value in weight_map.values():
        for name in value if isinstance(value, list) else [value]:
            if not isinstance(name, str) or Path(name).name != name or name in (".", "..") or "\\" in name:
                raise UnsafeFileError(f"{where} names a file outside its folder: {name!r:.200}")
            names[name] = None
    if len(names) > _MAX_SHARDS:
        raise UnsafeFileError(f"{where} names {len(names):,} files")
    return sorted(names)


class _ShardedWriter:
    def __init__(self, base: str, limit: float) -> None:
        self._base, self._limit = base, limit
        self._files: list[tuple[str, io.BytesIO, h5py.File]] = []
        self._used = 0
        self.total = 0
        self.weight_map: dict[str, Any] = {}
        self._next()

    def _next(self) -> None:
        buffer = io.BytesIO()
        name = f"{self._base}_{len(self._files):05}.weights.h5"
        self._files.append((name, buffer, h5py.File(buffer, "w")))
        self._used = 0

    def entry(self, path: str, name: str | None) -> _ShardedEntry:
        return _ShardedEntry(self, path, name)

    def put(self, path: str, label: str | None, key: str, value: Any) -> None:
        array = as_array(value)
        if array.nbytes > self._limit:
            raise ArgumentError(
                f"A weight of {path!r} has {array.nbytes:,} bytes, more than one file may have. Try: a larger max_shard_size"
            )
        if self._used + array.nbytes > self._limit:
            self._next()
        self._used += array.nbytes
        self.total += array.nbytes
        name, _, file = self._files[-1]
        group = file.require_group(f"{path}/vars" if path else "vars")
        if label is not None:
            group.attrs["name"] = label
        group.create_dataset(key, data=array)
        where = group.name
        known = self.weight_map.get(where)
        if known is None:
            self.weight_map[where] = name
        elif known != name and name not in known:
            self.weight_map[where] = [*([known] if isinstance(known, str) else known), name]

    def finish(self) -> list[tuple[str, bytes]]:
        made = []
        for name, buffer, file in self._files:
            file.close()
            made.append((name, buffer.getvalue()))
        return made


class _ShardedEntry(H5Entry):
    def __init__(self, writer: _ShardedWriter, path: str, label: str | None) -> None:
        super().__init__(None)
        self._writer, self._path, self._label = writer, path, label

    def __setitem__(self, key: str, value: Any) -> None:
        self._writer.put(self._path, self._label, key, value)
        self._names.append(key)
