"""Tensor bundles: the pair of files under a TensorFlow checkpoint's prefix.

``prefix.index`` is a string table: the empty key holds a header, every other key the place, type, shape and checksum of
a tensor in ``prefix.data-00000-of-0000N``.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from wubu.core.crc32c import crc32c, mask
from wubu.core.files import atomic_path, write_bytes
from wubu.core.protobuf import Field, FieldCount, decode, encode, read_varint, varint
from wubu.errors import FileFormatError, UnsafeFileError, WubuError
from wubu.saving.limits import MAX_MEMBERS, MIB, check_expansion
from wubu.saving.tf import slices
from wubu.saving.tf.string_table import read_table, write_table

_STRING = 7
_DTYPES = {
    1: "float32",
    2: "float64",
    3: "int32",
    4: "uint8",
    5: "int16",
    6: "int8",
    8: "complex64",
    9: "int64",
    10: "bool",
    14: "bfloat16",
    17: "uint16",
    18: "complex128",
    19: "float16",
    22: "uint32",
    23: "uint64",
}
_NUMBERS = {name: number for number, name in _DTYPES.items()}

_VERSION = {"producer": Field(1, "int"), "min_consumer": Field(2, "int")}
_HEADER = {"num_shards": Field(1, "int"), "endianness": Field(2, "int"), "version": Field(3, _VERSION)}
_SHAPE = {"dim": Field(2, {"size": Field(1, "int")}, repeated=True), "unknown_rank": Field(3, "bool")}
_SLICE = {"extent": Field(1, {"start": Field(1, "int"), "length": Field(2, "int")}, repeated=True)}
_OF_SLICES = b"\0"  # keys of slices begin with it
_MAX_INDEX = 64 * MIB
_ENTRY = {
    "dtype": Field(1, "int"),
    "shape": Field(2, _SHAPE),
    "shard": Field(3, "int"),
    "offset": Field(4, "int"),
    "size": Field(5, "int"),
    "crc32c": Field(6, "fixed32"),
    "slices": Field(7, _SLICE, repeated=True),
}


def dtype_number(name: str) -> int:
    """TensorFlow's number of a type."""
    return _NUMBERS[name]


class Entry(NamedTuple):
    """Where a tensor lies: its type's name (``"string"`` for text), shape, shard, offset, bytes and checksum.

    A partitioned variable has no bytes of its own, but slices: start and length of every dimension.
    """

    dtype: str
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    crc32c: int
    slices: tuple[tuple[slices.Extent, ...], ...] = ()


class BundleReader:
    """A checkpoint's tensors by key.

    Args:
        prefix: the path without ``.index``.

    Attributes:
        entries: every key and where its tensor lies.

    Raises:
        FileFormatError: when the files are damaged or no checkpoint.

    Example::

        BundleReader("ckpt/model.ckpt").read("layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE")
    """

    def __init__(self, prefix: str | os.PathLike[str]) -> None:
        self.prefix = os.fspath(prefix)
        index = Path(f"{self.prefix}.index")
        size = index.stat().st_size
        if size > _MAX_INDEX:
            raise UnsafeFileError(f"{index} has {size:,} bytes, which is no index of a checkpoint")
        pairs = read_table(index.read_bytes(), str(index))
        header = decode(pairs.pop(b"", b""), _HEADER, str(index))
        if header["endianness"] != 0:
            raise FileFormatError(f"{index} was written on a big-endian machine, which is not supported")
        self.shards = header["num_shards"]
        if not 0 < self.shards <= MAX_MEMBERS:
            raise FileFormatError(f"{index} is damaged: it names {self.shards} data files")
        count = FieldCount()
        self.entries: dict[str, Entry] = {}
        self._parts: dict[bytes, Entry] = {}
        for key, value in pairs.items():
            entry = _entry(value, f"{index}: {key!r}", count)
            if key.startswith(_OF_SLICES):
                self._parts[key] = entry
            else:
                self.entries[_text(key, index)] = entry
        self._check_apart(index)

    def _check_apart(self, index: Path) -> None:
        """Every value belongs to one tensor; else a small file could stand for any number of large ones."""
        stored = [e for e in (*self.entries.values(), *self._parts.values()) if e.size > 0 and not e.slices]
        reached = (-1, 0)
        for entry in sorted(stored, key=lambda e: (e.shard, e.offset)):
            if (entry.shard, entry.offset) < reached:
                raise FileFormatError(f"{index} is damaged: two tensors lie at byte {entry.offset:,} of one data file")
            reached = (entry.shard, entry.offset + entry.size)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def shard_path(self, number: int) -> Path:
        """The data file of that number."""
        return _data_path(self.prefix, number, self.shards)

    def _raw(self, entry: Entry, where: str) -> bytearray:
        if not 0 <= entry.shard < self.shards or entry.offset < 0 or entry.size < 0:
            raise FileFormatError(f"{where} is damaged: it lies in data file {entry.shard} of {self.shards}")
        path = self.shard_path(entry.shard)
        try:
            with open(path, "rb") as file:
                if entry.offset + entry.size > os.fstat(file.fileno()).st_size:
                    raise FileFormatError(f"{path} is cut short: {where} lies beyond its end")
                file.seek(entry.offset)
                data = bytearray(entry.size)  # arrays made of it can be written to
                file.readinto(data)
                return data
        except FileNotFoundError:
            raise FileFormatError(f"{self.prefix} is incomplete: {path.name} is missing") from None

    def read(self, key: str) -> np.ndarray:
        """The values of a tensor; bfloat16 becomes float32, text an array of bytes, a partitioned variable one array.

        Raises:
            FileFormatError: when a size or a checksum is wrong, or a part is missing.
        """
        entry = self.entries[key]
        where = f"{self.prefix}: {key!r}"
        if not entry.slices:
            return self._values(entry, where)
        stored = sum(part.size for part in self._parts.values())
        check_expansion(where, math.prod(entry.shape) * _width(entry, where), stored)
        return slices.assemble(
            entry.shape, _dtype(entry, where), entry.slices, lambda part: self._slice(key, entry, part, where), where
        )

    def _slice(self, key: str, whole: Entry, extents: Sequence[slices.Extent], where: str) -> np.ndarray:
        found = self._parts.get(slices.key_of(key, extents))
        if found is None:
            raise FileFormatError(f"{where} is damaged: its slice {list(extents)} is missing")
        if found.dtype != whole.dtype or found.shape != slices.shape_of(whole.shape, extents) or found.slices:
            raise FileFormatError(f"{where} is damaged: its slice {list(extents)} has shape {found.shape}")
        return self._values(found, f"{where}, slice {list(extents)}")

    def _values(self, entry: Entry, where: str) -> np.ndarray:
        data = self._raw(entry, where)
        count = math.prod(entry.shape)
        if entry.dtype == "string":
            return _strings(data, count, entry, where)
        width = _width(entry, where)
        if len(data) != count * width:
            raise FileFormatError(f"{where} is damaged: {len(data)} bytes for shape {entry.shape} of {entry.dtype}")
        _check(crc32c(data), entry, where)
        if entry.dtype == "bfloat16":
            wide = np.frombuffer(data, "<u2").astype(np.uint32) << 16
            return wide.view(np.float32).reshape(entry.shape)
        return np.frombuffer(data, np.dtype(entry.dtype).newbyteorder("<")).reshape(entry.shape)


def _text(key: bytes, where: Path) -> str:
    try:
        return key.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{where} is damaged: it has the key {key[:60]!r}, which is no text") from error


def _width(entry: Entry, where: str) -> int:
    """The bytes of one value."""
    return 2 if entry.dtype == "bfloat16" else _dtype(entry, where).itemsize


def _dtype(entry: Entry, where: str) -> np.dtype:
    """The type of the array that is made of a tensor."""
    if entry.dtype not in _NUMBERS:
        raise FileFormatError(f"{where} has {entry.dtype}, which is not supported")
    return np.dtype("float32" if entry.dtype == "bfloat16" else entry.dtype)


def _entry(data: bytes, where: str, count: FieldCount) -> Entry:
    found = decode(data, _ENTRY, where, count=count)
    number = found["dtype"]
    dtype = "string" if number == _STRING else _DTYPES.get(number, "")
    sizes = tuple(d["size"] for d in (found["shape"] or {"dim": []})["dim"])
    if any(s < 0 for s in sizes):
        raise FileFormatError(f"{where} is damaged: it has the shape {sizes}")
    if not dtype:
        dtype = f"type {number}"
    return Entry(dtype, sizes, found["shard"], found["offset"], found["size"], found["crc32c"], _extents(found["slices"]))


def _extents(messages: list[dict[str, Any]]) -> tuple[tuple[slices.Extent, ...], ...]:
    return tuple(tuple((e["start"], e["length"] or slices.WHOLE) for e in message["extent"]) for message in messages)


def _check(checksum: int, entry: Entry, where: str) -> None:
    if mask(checksum) != entry.crc32c:
        raise FileFormatError(f"{where} is damaged: its checksum is wrong")


def _strings(data: bytearray, count: int, entry: Entry, where: str) -> np.ndarray:
    if count > len(data):
        raise FileFormatError(f"{where} is damaged: {count:,} texts in {len(data):,} bytes")
    lengths, at, checksum = [], 0, 0
    try:
        for _ in range(count):
            length, at = read_varint(data, at)
            lengths.append(length)
    except IndexError as error:
        raise FileFormatError(f"{where} is damaged: its lengths are cut short") from error
    checksum = crc32c(_length_bytes(lengths))
    stored = data[at : at + 4]
    checksum = crc32c(stored, checksum)
    at += 4
    made = np.empty(count, object)
    for i, length in enumerate(lengths):
        made[i] = bytes(data[at : at + length])
        at += length
    if at != len(data):
        raise FileFormatError(f"{where} is damaged: its texts have another length than it says")
    _check(crc32c(data[at - sum(lengths) :], checksum), entry, where)
    return made.reshape(entry.shape)


def _length_bytes(lengths: list[int]) -> bytes:
    return b"".join(struct.pack("<I" if n < 2**32 else "<Q", n) for n in lengths)


def write_bundle(prefix: str | os.PathLike[str], tensors: Mapping[str, Any]) -> None:
    """Write tensors as a checkpoint.

    The names of data files say how many there are. So that a checkpoint that stands there stays whole until the new
    one is complete, the new one counts one file or two, whichever the old one does not; the index, replaced in one
    moment, decides. With two the second is empty.

    Args:
        prefix: the path without ``.index``.
        tensors: key to array, torch tensor, or bytes for a text.
    """
    prefix = os.fspath(prefix)
    before = _shards_of(prefix)
    shards = 2 if before == 1 else 1
    header = {"num_shards": shards, "endianness": 0, "version": {"producer": 1}}
    pairs: dict[bytes, bytes] = {b"": encode(header, _HEADER)}
    with atomic_path(_data_path(prefix, 0, shards)) as path, open(path, "wb") as file:
        for key, value in sorted(tensors.items()):
            data, entry = _pack(value)
            entry["offset"] = file.tell()
            entry["size"] = len(data)
            file.write(data)
            pairs[key.encode("utf-8")] = encode(entry, _ENTRY)
        file.flush()
    for number in range(1, shards):
        write_bytes(_data_path(prefix, number, shards), b"")
    write_bytes(f"{prefix}.index", write_table(pairs))
    for number in range(before):
        if before != shards:
            _data_path(prefix, number, before).unlink(missing_ok=True)


def _data_path(prefix: str, number: int, shards: int) -> Path:
    return Path(f"{prefix}.data-{number:05d}-of-{shards:05d}")


def _shards_of(prefix: str) -> int:
    """How many data files the checkpoint that stands there has; 0 without one."""
    try:
        return BundleReader(prefix).shards
    except (OSError, WubuError):
        return 0


def _pack(value: Any) -> tuple[bytes, dict[str, Any]]:
    if isinstance(value, bytes):
        lengths = _length_bytes([len(value)])
        inner = crc32c(lengths)
        stored = struct.pack("<I", mask(inner))
        data = varint(len(value)) + stored + value
        return data, {"dtype": _STRING, "shape": {"dim": []}, "crc32c": mask(crc32c(value, crc32c(stored, inner)))}
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        if value.dtype is torch.bfloat16:
            data = value.contiguous().view(torch.int16).numpy().astype("<i2").tobytes()
            return data, _described("bfloat16", value.shape, data)
        value = value.numpy()
    array = np.asarray(value)
    if array.dtype.name not in _NUMBERS:
        raise FileFormatError(f"A TensorFlow checkpoint cannot hold values of type {array.dtype}")
    data = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False)).tobytes()
    return data, _described(array.dtype.name, array.shape, data)


def _described(dtype: str, shape: Any, data: bytes) -> dict[str, Any]:
    dims = [{"size": int(s)} for s in shape]
    return {"dtype": _NUMBERS[dtype], "shape": {"dim": dims}, "crc32c": mask(crc32c(data))}
