"""Where the state of each object lies in a file: HDF5 groups named ``<path>/vars`` with datasets ``0``, ``1``…

A store hands out one entry per object: a mapping from ``"0"``, ``"1"``… to arrays, which is what
``save_own_variables`` and ``load_own_variables`` work on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Protocol

import h5py
import numpy as np
import torch

from wubu.saving import hdf5


class ReadStore(Protocol):
    """A file with state in it."""

    def entry(self, path: str) -> Mapping[str, np.ndarray]:
        """The arrays of the object at a path; empty when the file has none."""


class H5Entry(MutableMapping[str, Any]):
    """The arrays of one object in an HDF5 file, read as they are asked for."""

    def __init__(self, group: h5py.Group | None, names: list[str] | None = None) -> None:
        self._group = group
        self._names = names if names is not None else ([] if group is None else hdf5.keys(group))

    def __getitem__(self, key: str) -> np.ndarray:
        if self._group is None or key not in self._names:
            raise KeyError(key)
        return hdf5.read(self._group, key)

    def __setitem__(self, key: str, value: Any) -> None:
        if self._group is None:
            raise KeyError(key)
        self._group.create_dataset(key, data=as_array(value))
        self._names.append(key)

    def __delitem__(self, key: str) -> None:
        raise TypeError("What is in a file stays in it")

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def as_array(value: Any) -> Any:
    """A value as an array that HDF5 can keep."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        return (value.float() if value.dtype is torch.bfloat16 else value).numpy()
    return np.asarray(value)


class H5Writer:
    """Writes the state of objects into an open HDF5 file."""

    def __init__(self, file: h5py.File) -> None:
        self.file = file

    def entry(self, path: str, name: str | None) -> H5Entry:
        """A new entry for the object at a path; its name goes beside it."""
        group = self.file.require_group(path) if path else self.file
        made = group.create_group("vars")
        if name is not None:
            made.attrs["name"] = name
        return H5Entry(made, [])


class H5Reader:
    """Reads the state of objects from an open HDF5 file."""

    def __init__(self, file: h5py.File) -> None:
        self.file = file
        # Keras 2.12 and 2.13 listed the layers of a model under this name.
        self._old = "_layer_checkpoint_dependencies" in file

    def entry(self, path: str) -> H5Entry:
        """The arrays of the object at a path."""
        for where in self._places(path):
            found = hdf5.find(self.file, f"{where}/vars")
            if isinstance(found, h5py.Group):
                return H5Entry(found)
        return H5Entry(None)

    def _places(self, path: str) -> list[str]:
        owner, _, last = path.rpartition("/")
        places = [path]
        if owner and not last.startswith("_"):
            places.append(f"{owner}/_{last}")  # attributes that were private in Keras 2
        if self._old:
            places.append(path.replace("layers", "_layer_checkpoint_dependencies"))
        return places


class ShardedReader:
    """Reads state that Keras has spread over several HDF5 files, listed in a ``.weights.json``.

    Args:
        files: the open files, the first shard first.
    """

    def __init__(self, files: list[h5py.File]) -> None:
        self._readers = [H5Reader(f) for f in files]

    def entry(self, path: str) -> Mapping[str, np.ndarray]:
        """The arrays of the object at a path, from whichever files hold them."""
        merged: dict[str, H5Entry] = {}
        for reader in self._readers:
            found = reader.entry(path)
            merged.update(dict.fromkeys(found, found))
        return _Merged(merged)


class _Merged(Mapping[str, np.ndarray]):
    def __init__(self, entries: dict[str, H5Entry]) -> None:
        self._entries = entries

    def __getitem__(self, key: str) -> np.ndarray:
        return self._entries[key][key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
