"""Weights as safetensors: eight bytes with the length of a JSON header, the header, then the values.

Keys are those of ``model.state_dict()``; shapes are Keras's (a Dense kernel is (in, out), a convolution's (height, width,
in, out)), which the file's metadata says.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import torch

from wubu import __version__
from wubu.core.files import atomic_open
from wubu.errors import FileFormatError
from wubu.saving.limits import MAX_CONFIG_BYTES, MAX_MEMBERS, parse_json
from wubu.saving.named_tensors import assign

_DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
    "U16": torch.uint16,
    "U32": torch.uint32,
    "U64": torch.uint64,
}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}


def save(model: Any, path: str | Path) -> None:
    """Write the weights of a model."""
    state = {k: v for k, v in model.state_dict().items() if isinstance(v, torch.Tensor)}
    write(path, state, {"format": "pt", "layout": "keras", "written_by": f"wubu {__version__}"})


def write(path: str | Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str] | None = None) -> None:
    """Write tensors by name, atomically.

    Args:
        path: the file.
        tensors: what to write.
        metadata: texts that go along.
    """
    header: dict[str, Any] = {"__metadata__": metadata or {}}
    at = 0
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        header[name] = {"dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with atomic_open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for tensor in tensors.values():
            file.write(_bytes(tensor))


def _bytes(tensor: torch.Tensor) -> Any:
    plain = tensor.detach().cpu().contiguous()
    return plain.reshape(-1).view(torch.uint8).numpy().data if plain.numel() else b""


def load(model: Any, path: str | Path, skip_mismatch: bool = False) -> None:
    """Read weights into a model.

    Raises:
        FileFormatError: when the file is damaged or does not fit.
    """
    tensors, _ = read(path)
    assign(model, tensors, str(path), skip_mismatch)


def read_header(path: str | Path) -> tuple[dict[str, Any], dict[str, Any], int]:
    """The entries, the metadata, and where the values begin; every entry lies within the file."""
    size = os.stat(path).st_size
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(size - 8, MAX_CONFIG_BYTES):
            raise FileFormatError(f"{path} is no safetensors file, or cut short: its header would have {length:,} bytes")
        header = parse_json(file.read(length), f"{path}: the header")
    if not isinstance(header, dict) or len(header) > MAX_MEMBERS:
        raise FileFormatError(f"{path}: the header should describe tensors by name")
    metadata = header.pop("__metadata__", {})
    start = 8 + length
    for name, entry in header.items():
        _check(name, entry, size - start, str(path))
    _check_apart([entry["data_offsets"] for entry in header.values()], str(path))
    return header, metadata if isinstance(metadata, dict) else {}, start


def _check(name: str, entry: Any, room: int, path: str) -> None:
    try:
        begin, end = entry["data_offsets"]
        shape, dtype = entry["shape"], _DTYPES[entry["dtype"]]
        sizes = [int(s) for s in shape]
        good = (
            all(isinstance(v, int) for v in (begin, end, *shape))
            and 0 <= begin <= end <= room
            and all(s >= 0 for s in sizes)
            and math.prod(sizes) * dtype.itemsize == end - begin
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        good = False
    if not good:
        raise FileFormatError(f"{path} is damaged: the entry of {name!r:.100} does not fit the file: {entry!r:.200}")


def _check_apart(places: list[list[int]], path: str) -> None:
    """Every value belongs to one tensor; else a small file could stand for any number of large ones."""
    reached = 0
    for begin, end in sorted(places):
        if begin < reached and end > begin:
            raise FileFormatError(f"{path} is damaged: two of its tensors lie in the same place, at byte {begin:,}")
        reached = max(reached, end)


def read(path: str | Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """The tensors by name, and the metadata."""
    header, metadata, start = read_header(path)
    tensors = {}
    with open(path, "rb") as file:
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            file.seek(start + begin)
            data = bytearray(file.read(end - begin))
            dtype = _DTYPES[entry["dtype"]]
            flat = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
            tensors[name] = flat.reshape(entry["shape"])
    return tensors, metadata
