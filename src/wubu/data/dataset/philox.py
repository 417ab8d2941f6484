"""Random numbers by counting: Philox 4x32 with ten rounds (Salmon, Moraes, Dror and Shaw, 2011).

Number ``i`` is a function of the seed and of ``i`` alone, so that a stream can be continued anywhere. It is the
generator behind tf.data's shuffles, in the same arrangement of seed and counter.
"""

from __future__ import annotations

import numpy as np

_MULTIPLIER_0, _MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_0, _WEYL_1 = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)


def philox(seed: int, seed2: int, start: int, count: int) -> np.ndarray:
    """Numbers ``start`` to ``start + count`` of the stream of two 64-bit seeds.

    Returns:
        uint32, shape ``(count,)``.
    """
    first, last = start // 4, -(-(start + count) // 4)
    counter = np.arange(first, last, dtype=np.uint64)  # each gives four numbers
    c0, c1 = counter & _LOW, counter >> _32
    c2 = np.full_like(counter, seed2 & 0xFFFFFFFF)
    c3 = np.full_like(counter, seed2 >> 32 & 0xFFFFFFFF)
    key0, key1 = seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF
    for _ in range(10):
        product0, product1 = c0 * _MULTIPLIER_0, c2 * _MULTIPLIER_1
        c0, c1, c2, c3 = (
            (product1 >> _32) ^ c1 ^ np.uint64(key0),
            product1 & _LOW,
            (product0 >> _32) ^ c3 ^ np.uint64(key1),
            product0 & _LOW,
        )
        key0, key1 = (key0 + _WEYL_0) & 0xFFFFFFFF, (key1 + _WEYL_1) & 0xFFFFFFFF
    numbers = np.stack([c0, c1, c2, c3], axis=1).reshape(-1).astype(np.uint32)  # (counters, 4) -> (4 * counters,)
    return numbers[start - 4 * first : start - 4 * first + count]


class PhiloxStream:
    """The numbers of one stream, one after another.

    Args:
        seed, seed2: 64-bit seeds.
    """

    _BLOCK = 4096

    def __init__(self, seed: int, seed2: int) -> None:
        self.seed, self.seed2 = seed, seed2
        self._at = 0
        self._ready: list[int] = []

    def next(self) -> int:
        """The next number, 32 bits."""
        if not self._ready:
            block = philox(self.seed, self.seed2, self._at, self._BLOCK)
            self._at += self._BLOCK
            self._ready = block[::-1].tolist()
        return self._ready.pop()
