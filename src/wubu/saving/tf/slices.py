"""Partitioned variables: a tensor that a checkpoint keeps in pieces, each an entry of its own.

The whole tensor's entry lists its slices. A slice's own entry has a key in TensorFlow's ordered code, so that the pieces
of a tensor sort together::

    number 0, name, number of dimensions, then start and length of every dimension

A length of -1 stands for the whole dimension, which a slice's message says by leaving the length out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from wubu.errors import FileFormatError

WHOLE = -1
Extent = tuple[int, int]  # start and length

# By how many bytes a signed number takes: the bits at its beginning that say so.
_HEADERS = {1: b"\x80", 2: b"\xc0", 3: b"\xe0", 4: b"\xf0", 5: b"\xf8", 6: b"\xfc", 7: b"\xfe", 8: b"\xff", 9: b"\xff\x80"}
_LONGEST = b"\xff\xc0"  # of ten bytes


def key_of(name: str, extents: Sequence[Extent]) -> bytes:
    """The key under which a slice of a tensor lies.

    Args:
        name: the tensor's key.
        extents: start and length of every dimension.
    """
    key = _unsigned(0) + _text(name) + _unsigned(len(extents))
    return key + b"".join(_signed(start) + _signed(length) for start, length in extents)


def assemble(
    shape: Sequence[int],
    dtype: np.dtype,
    slices: Sequence[Sequence[Extent]],
    piece: Callable[[Sequence[Extent]], np.ndarray],
    where: str,
) -> np.ndarray:
    """Put a tensor together.

    Args:
        shape: of the whole.
        dtype: of the whole.
        slices: the extents of every piece.
        piece: gives the values of one.
        where: file and key, for errors.

    Raises:
        FileFormatError: unless the pieces fill the whole, each place once.
    """
    _check_cover(shape, slices, where)
    made = np.empty(tuple(shape), dtype)
    for extents in slices:
        made[_places(shape, extents)] = piece(extents)
    return made


def shape_of(shape: Sequence[int], extents: Sequence[Extent]) -> tuple[int, ...]:
    """The shape of a slice of a tensor of that shape."""
    return tuple(size - start if length == WHOLE else length for size, (start, length) in zip(shape, extents))


def _places(shape: Sequence[int], extents: Sequence[Extent]) -> tuple[slice, ...]:
    sizes = shape_of(shape, extents)
    return tuple(slice(start, start + size) for (start, _), size in zip(extents, sizes))


def _check_cover(shape: Sequence[int], slices: Sequence[Sequence[Extent]], where: str) -> None:
    """Slices that have the whole's size together and do not overlap fill it."""
    total = 0
    for extents in slices:
        if len(extents) != len(shape):
            raise FileFormatError(f"{where} is damaged: a slice of {len(extents)} dimensions of a tensor of {len(shape)}")
        sizes = shape_of(shape, extents)
        for size, (start, _), part in zip(shape, extents, sizes):
            if start < 0 or part < 0 or start + part > size:
                raise FileFormatError(f"{where} is damaged: the slice {list(extents)} lies outside of {tuple(shape)}")
        total += math.prod(sizes)
    if total == math.prod(shape):
        filled = np.zeros(tuple(shape), bool)
        for extents in slices:
            filled[_places(shape, extents)] = True
        if filled.all():
            return
    raise FileFormatError(f"{where} is damaged: its {len(slices)} slices do not fill the shape {tuple(shape)} once")


def _unsigned(value: int) -> bytes:
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(digits)]) + digits


def _text(text: str) -> bytes:
    escaped = {0x00: b"\x00\xff", 0xFF: b"\xff\x00"}
    return b"".join(escaped.get(byte, bytes([byte])) for byte in text.encode("utf-8")) + b"\x00\x01"


def _signed(value: int) -> bytes:
    bits = (~value if value < 0 else value).bit_length() + 1  # one for the sign
    size = max(1, -(-bits // 7))
    header = _HEADERS.get(size, _LONGEST)
    made = bytearray(value.to_bytes(size, "big", signed=True))
    for i, bit in enumerate(header):
        made[i] ^= bit
    return bytes(made)
