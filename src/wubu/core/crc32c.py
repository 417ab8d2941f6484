"""The checksum of TensorFlow's files: CRC-32C (Castagnoli, 1993), masked so that data holding checksums stays sound.

Python is slow byte by byte, so long data is cut into many lanes of equal length whose checksums NumPy computes side by
side; they are then joined two by two. Joining is linear: the checksum of ``a + b`` is that of ``a`` followed by
``len(b)`` zero bytes, XOR that of ``b``; following with zeros is a matrix over bits, kept as four tables of 256.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

_POLYNOMIAL = 0x82F63B78  # reflected
_LANES_FROM = 8192  # bytes below which the plain loop is faster
_LANE, _MOST_LANES = 64, 1 << 14
_SIDE_BY_SIDE_FROM = 100  # byte strings of one length


def _make_table() -> np.ndarray:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1).astype(np.uint32)
    return table


_TABLE = _make_table()
_PLAIN = [int(v) for v in _TABLE]


def crc32c(data: bytes | bytearray | memoryview, start: int = 0) -> int:
    """The checksum of some bytes, or of earlier bytes with checksum ``start`` followed by them.

    Example:
        >>> hex(crc32c(b"123456789"))
        '0xe3069283'
    """
    view = memoryview(data).cast("B")
    at = 0
    while len(view) - at >= _LANES_FROM:  # pieces whose sizes are powers of two, so that few tables are needed
        size = 1 << (len(view) - at).bit_length() - 1
        lanes = min(size // _LANE, _MOST_LANES)
        own, length = _lanes(np.frombuffer(view[at : at + size], np.uint8).reshape(lanes, -1)), size // lanes
        while len(own) > 1:  # (lanes,) -> (lanes / 2,)
            own = _follow(own[0::2], length) ^ own[1::2]
            length *= 2
        start = int(own[0]) ^ (int(_follow(np.array([start], np.uint32), size)[0]) if start else 0)
        at += size
    return _loop(view[at:], start)


def _loop(view: memoryview, start: int) -> int:
    crc = start ^ 0xFFFFFFFF
    table = _PLAIN
    for byte in view:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _lanes(rows: np.ndarray) -> np.ndarray:
    """The checksum of every row; (lanes, length) -> (lanes,)."""
    columns = np.ascontiguousarray(rows.T)  # (length, lanes)
    crc = np.full(rows.shape[0], 0xFFFFFFFF, np.uint32)
    for column in columns:
        crc = _TABLE[(crc ^ column) & 0xFF] ^ (crc >> np.uint32(8))
    return crc ^ np.uint32(0xFFFFFFFF)


def _follow(crc: np.ndarray, zeros: int) -> np.ndarray:
    """Checksums as they are after that many further zero bytes, without the final inversion's effect."""
    tables = _zeros_tables(zeros)
    shifted = [(crc >> np.uint32(8 * i)) & np.uint32(0xFF) for i in range(4)]
    return tables[0][shifted[0]] ^ tables[1][shifted[1]] ^ tables[2][shifted[2]] ^ tables[3][shifted[3]]


@functools.lru_cache(maxsize=64)
def _zeros_tables(zeros: int) -> tuple[np.ndarray, ...]:
    """What following with zeros does to each of the four bytes of a checksum."""
    columns = _power(_one_zero(), zeros)  # the image of each of the 32 bits
    values = np.arange(256, dtype=np.uint32)
    tables = []
    for byte in range(4):
        table = np.zeros(256, np.uint32)
        for bit in range(8):
            table ^= np.where(values >> np.uint32(bit) & np.uint32(1), columns[8 * byte + bit], np.uint32(0))
        tables.append(table)
    return tuple(tables)


def _one_zero() -> list[int]:
    return [_PLAIN[(1 << bit) & 0xFF] ^ ((1 << bit) >> 8) for bit in range(32)]


def _power(matrix: list[int], exponent: int) -> list[int]:
    result = [1 << bit for bit in range(32)]
    while exponent:
        if exponent & 1:
            result = [_apply(matrix, column) for column in result]
        matrix = [_apply(matrix, column) for column in matrix]
        exponent >>= 1
    return result


def _apply(matrix: list[int], value: int) -> int:
    total = bit = 0
    while value:
        if value & 1:
            total ^= matrix[bit]
        value >>= 1
        bit += 1
    return total


def mask(crc: int) -> int:
    """A checksum in the form in which it is stored."""
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def unmask(stored: int) -> int:
    """The checksum that was stored."""
    rotated = (stored - 0xA282EAD8) & 0xFFFFFFFF
    return ((rotated >> 17) | (rotated << 15)) & 0xFFFFFFFF


def crc32c_of_each(parts: Sequence[bytes]) -> list[int]:
    """The checksums of many byte strings, computed side by side where that is faster.

    Example:
        >>> [hex(c) for c in crc32c_of_each([b"123456789", b""])]
        ['0xe3069283', '0x0']
    """
    found = [crc32c(part) if len(part) >= _LANES_FROM else 0 for part in parts]
    short = [i for i, part in enumerate(parts) if 0 < len(part) < _LANES_FROM]
    longest = max((len(parts[i]) for i in short), default=0)
    if sum(len(parts[i]) for i in short) < _SIDE_BY_SIDE_FROM * longest:
        for i in short:
            found[i] = _loop(memoryview(parts[i]), 0)
        return found
    short.sort(key=lambda i: -len(parts[i]))
    lengths = np.array([len(parts[i]) for i in short])
    columns = np.zeros((longest, len(short)), np.uint8)  # (bytes, strings), the longest first
    for at, i in enumerate(short):
        columns[: lengths[at], at] = np.frombuffer(parts[i], np.uint8)
    crc = np.full(len(short), 0xFFFFFFFF, np.uint32)
    running = np.searchsorted(-lengths, -np.arange(len(columns)), side="left")  # strings longer than each place
    for column, count in zip(columns, running):
        part = crc[:count]
        crc[:count] = _TABLE[(part ^ column[:count]) & 0xFF] ^ (part >> 8)
    for at, value in zip(short, (crc ^ np.uint32(0xFFFFFFFF)).tolist()):
        found[at] = value
    return found
