"""The checksum of TensorFlow's files: CRC-32C (Castagnoli, 1993), masked so that data holding checksums stays sound.

Python is slow byte by byte, so long data is cut into many lanes of equal length whose checksums NumPy computes side by
side; they are then joined two by two. Joining is linear: the checksum of ``a + b`` is that of ``a`` followed by
``len(b)`` zero bytes, XOR that of ``b``; following with zeros is a matrix over bits, kept as four tables of 256.
"""

from __future__ import annotations

import functools

import numpy as np

_POLYNOMIAL = 0x82F63B78  # reflected
_LANES_FROM = 4096  # bytes below which the plain loop is faster


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
    if len(view) < _LANES_FROM:
        return _loop(view, start)
    lanes = 1 << max(4, min(14, (len(view) // 256).bit_length() - 1))
    length = len(view) // lanes
    body = lanes * length
    own = _lanes(np.frombuffer(view[:body], np.uint8).reshape(lanes, length))
    while len(own) > 1:  # (lanes,) -> (lanes / 2,)
        own = _follow(own[0::2], length) ^ own[1::2]
        length *= 2
    first = int(_follow(np.array([start], np.uint32), body)[0]) if start else 0
    return _loop(view[body:], first ^ int(own[0]))


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
