"""Numbers for strings, the same as TensorFlow's everywhere and for ever.

``fingerprint`` is FarmHash's 64-bit fingerprint (Pike and Alakuijala, 2014); ``keyed`` is SipHash-2-4 (Aumasson and
Bernstein, 2012), for which a salt makes the numbers unpredictable.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

_MASK = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def _turn(value: int, by: int) -> int:
    """A 64-bit number rotated to the right."""
    return ((value >> by) | (value << (64 - by))) & _MASK


def _fold(value: int) -> int:
    return value ^ (value >> 47)


def _eight(text: bytes, at: int) -> int:
    return int.from_bytes(text[at : at + 8], "little")


def _four(text: bytes, at: int) -> int:
    return int.from_bytes(text[at : at + 4], "little")


def _mix(u: int, v: int, factor: int) -> int:
    a = _fold(((u ^ v) * factor) & _MASK)
    b = _fold(((v ^ a) * factor) & _MASK)
    return (b * factor) & _MASK


@functools.lru_cache(maxsize=65536)
def fingerprint(text: bytes) -> int:
    """The 64-bit fingerprint of bytes."""
    size = len(text)
    if size <= 16:
        return _up_to_16(text, size)
    factor = (_K2 + size * 2) & _MASK
    if size <= 32:
        a, b = (_eight(text, 0) * _K1) & _MASK, _eight(text, 8)
        c, d = (_eight(text, size - 8) * factor) & _MASK, (_eight(text, size - 16) * _K2) & _MASK
        first = (_turn((a + b) & _MASK, 43) + _turn(c, 30) + d) & _MASK
        return _mix(first, (a + _turn((b + _K2) & _MASK, 18) + c) & _MASK, factor)
    if size <= 64:
        a, b = (_eight(text, 0) * _K2) & _MASK, _eight(text, 8)
        c, d = (_eight(text, size - 8) * factor) & _MASK, (_eight(text, size - 16) * _K2) & _MASK
        y = (_turn((a + b) & _MASK, 43) + _turn(c, 30) + d) & _MASK
        z = _mix(y, (a + _turn((b + _K2) & _MASK, 18) + c) & _MASK, factor)
        e, f = (_eight(text, 16) * factor) & _MASK, _eight(text, 24)
        g, h = ((y + _eight(text, size - 32)) * factor) & _MASK, ((z + _eight(text, size - 24)) * factor) & _MASK
        first = (_turn((e + f) & _MASK, 43) + _turn(g, 30) + h) & _MASK
        return _mix(first, (e + _turn((f + a) & _MASK, 18) + g) & _MASK, factor)
    return _longer(text, size)


def _up_to_16(text: bytes, size: int) -> int:
    factor = (_K2 + size * 2) & _MASK
    if size >= 8:
        a, b = (_eight(text, 0) + _K2) & _MASK, _eight(text, size - 8)
        c = (_turn(b, 37) * factor + a) & _MASK
        return _mix(c, ((_turn(a, 25) + b) * factor) & _MASK, factor)
    if size >= 4:
        return _mix((size + (_four(text, 0) << 3)) & _MASK, _four(text, size - 4), factor)
    if size:
        y = text[0] + (text[size >> 1] << 8)
        z = size + (text[size - 1] << 2)
        return (_fold(((y * _K2) ^ (z * _K0)) & _MASK) * _K2) & _MASK
    return _K2


def _block(text: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    """32 bytes mixed into two numbers."""
    w, x, y, z = (_eight(text, at + 8 * i) for i in range(4))
    a = (a + w) & _MASK
    b = _turn((b + a + z) & _MASK, 21)
    c = a
    a = (a + x + y) & _MASK
    return (a + z) & _MASK, (b + _turn(a, 44) + c) & _MASK


def _longer(text: bytes, size: int) -> int:
    x, y = 81, (81 * _K1 + 113) & _MASK
    z = (_fold((y * _K2 + 113) & _MASK) * _K2) & _MASK
    v, w = (0, 0), (0, 0)
    x = (x * _K2 + _eight(text, 0)) & _MASK
    end = (size - 1) // 64 * 64
    for at in [*range(0, end, 64), None]:
        last = at is None
        factor = (_K1 + ((z & 0xFF) << 1)) & _MASK if last else _K1
        if last:  # the last 64 bytes once more, whatever they overlap
            at = end + ((size - 1) & 63) - 63
            w = ((w[0] + ((size - 1) & 63)) & _MASK, w[1])
            v = ((v[0] + w[0]) & _MASK, v[1])
            w = ((w[0] + v[0]) & _MASK, w[1])
        nine = 9 if last else 1
        assert at is not None
        x = (_turn((x + y + v[0] + _eight(text, at + 8)) & _MASK, 37) * factor) & _MASK
        y = (_turn((y + v[1] + _eight(text, at + 48)) & _MASK, 42) * factor) & _MASK
        x ^= (w[1] * nine) & _MASK
        y = (y + v[0] * nine + _eight(text, at + 40)) & _MASK
        z = (_turn((z + w[0]) & _MASK, 33) * factor) & _MASK
        v = _block(text, at, (v[1] * factor) & _MASK, (x + w[0]) & _MASK)
        w = _block(text, at + 32, (z + w[1]) & _MASK, (y + _eight(text, at + 16)) & _MASK)
        x, z = z, x
    first = (_mix(v[0], w[0], factor) + _fold(y) * _K0 + z) & _MASK
    return _mix(first, (_mix(v[1], w[1], factor) + x) & _MASK, factor)


def joined(first: int, second: int) -> int:
    """One fingerprint of two, in their order."""
    factor = 0xC6A4A7935BD1E995
    made = first ^ factor
    made ^= (_fold((second * factor) & _MASK) * factor) & _MASK
    made = (made * factor) & _MASK
    made = (_fold(made) * factor) & _MASK
    return _fold(made)


def keyed(text: bytes, key: Sequence[int]) -> int:
    """SipHash-2-4 of bytes under a key of two 64-bit numbers."""
    k0, k1 = (int(k) & _MASK for k in key)
    v0, v1 = k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D
    v2, v3 = k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573

    def stir(times: int) -> None:
        nonlocal v0, v1, v2, v3
        for _ in range(times):
            v0, v2 = (v0 + v1) & _MASK, (v2 + v3) & _MASK
            v1, v3 = _turn(v1, 51) ^ v0, _turn(v3, 48) ^ v2
            v0 = _turn(v0, 32)
            v2, v0 = (v2 + v1) & _MASK, (v0 + v3) & _MASK
            v1, v3 = _turn(v1, 47) ^ v2, _turn(v3, 43) ^ v0
            v2 = _turn(v2, 32)

    whole = len(text) // 8 * 8
    words = [_eight(text, at) for at in range(0, whole, 8)]
    words.append(int.from_bytes(text[whole:], "little") | ((len(text) & 0xFF) << 56))
    for word in words:
        v3 ^= word
        stir(2)
        v0 ^= word
    v2 ^= 0xFF
    stir(4)
    return v0 ^ v1 ^ v2 ^ v3


def buckets(values: np.ndarray, count: int, salt: Sequence[int] | None = None) -> np.ndarray:
    """For each string (or number, as the string it is written as) one of ``count`` buckets."""
    flat = values.reshape(-1)
    if flat.dtype.kind == "f":
        flat = flat.astype(np.int64)
    found, places = np.unique(flat.astype(str) if flat.dtype.kind != "U" else flat, return_inverse=True)
    texts = [str(text).encode("utf-8") for text in found.tolist()]
    numbers = [(fingerprint(text) if salt is None else keyed(text, salt)) % count for text in texts]
    made: Any = np.asarray(numbers, dtype=np.int64)[places] if numbers else np.zeros(0, np.int64)
    return made.reshape(values.shape)
