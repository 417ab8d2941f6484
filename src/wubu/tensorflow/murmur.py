"""MurmurHash2 of 64 bits, which ``tf.strings.to_hash_bucket`` uses."""

from __future__ import annotations

_MASK = 2**64 - 1
_FACTOR = 0xC6A4A7935BD1E995


def murmur(text: bytes, seed: int = 0xDECAFCAFFE) -> int:
    """The hash of bytes, with the seed that TensorFlow uses."""
    made = seed ^ (len(text) * _FACTOR & _MASK)
    whole = len(text) // 8 * 8
    for at in range(0, whole, 8):
        part = int.from_bytes(text[at : at + 8], "little") * _FACTOR & _MASK
        part = (part ^ part >> 47) * _FACTOR & _MASK
        made = (made ^ part) * _FACTOR & _MASK
    if whole < len(text):
        made = (made ^ int.from_bytes(text[whole:], "little")) * _FACTOR & _MASK
    made = (made ^ made >> 47) * _FACTOR & _MASK
    return made ^ made >> 47
