"""LevelDB's string table, in which TensorFlow keeps the index of a checkpoint: sorted keys, each with a value.

::

    block 1 … block n   the pairs; keys share their beginnings with the key before
    metaindex block     empty
    index block         the last key of every block -> where it lies
    footer              where metaindex and index lie, and a magic number; 48 bytes

A block is followed by a byte for its compression (0: none, 1: Snappy) and its masked CRC-32C.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from wubu.core.crc32c import crc32c, mask
from wubu.core.protobuf import read_varint, varint
from wubu.errors import FileFormatError, UnsafeFileError
from wubu.saving.limits import MAX_MEMBERS, MIB

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_RESTART = 16  # keys after which one is written in full
_BLOCK = 256 * 1024  # bytes at which a new block begins
_UNPACKED = 64 * MIB  # bytes that one block may unpack to


def read_table(data: bytes, name: str) -> dict[bytes, bytes]:
    """All pairs of a table.

    Args:
        data: the file's content.
        name: the file's name, for errors.

    Raises:
        FileFormatError: when it is no table, or damaged.
    """
    if len(data) < _FOOTER or struct.unpack("<Q", data[-8:])[0] != _MAGIC:
        raise FileFormatError(f"{name} should be the index of a TensorFlow checkpoint, but it does not end as one does")
    view = memoryview(data)
    try:
        footer = view[len(data) - _FOOTER :]
        _, at = _handle(footer, 0)
        index, _ = _handle(footer, at)
        pairs: dict[bytes, bytes] = {}
        reached = entries = 0
        for _, where in _entries(_block(view, index, name), name):
            handle, _ = _handle(memoryview(where), 0)
            if handle[0] < reached:
                raise FileFormatError(f"{name} is damaged: its blocks are not one behind the other")
            reached = sum(handle)
            for key, value in _entries(_block(view, handle, name), name):
                pairs[key] = value
                entries += 1
                if entries > MAX_MEMBERS:
                    raise UnsafeFileError(f"{name} has more than {MAX_MEMBERS:,} entries")
        return pairs
    except (IndexError, struct.error) as error:
        raise FileFormatError(f"{name} is damaged: {error}") from error


def _handle(view: memoryview, at: int) -> tuple[tuple[int, int], int]:
    offset, at = read_varint(view, at)
    size, at = read_varint(view, at)
    return (offset, size), at


def _block(view: memoryview, handle: tuple[int, int], name: str) -> memoryview:
    offset, size = handle
    if offset + size + 5 > len(view) - _FOOTER:
        raise FileFormatError(f"{name} is damaged: a block lies beyond the end of the file")
    stored = struct.unpack("<I", view[offset + size + 1 : offset + size + 5])[0]
    if mask(crc32c(view[offset : offset + size + 1])) != stored:
        raise FileFormatError(f"{name} is damaged: a checksum is wrong")
    kind = view[offset + size]
    if kind == 0:
        return view[offset : offset + size]
    if kind == 1:
        return memoryview(_unsnap(view[offset : offset + size], name))
    raise FileFormatError(f"{name} is damaged: a block is compressed in an unknown way ({kind})")


def _entries(block: memoryview, name: str) -> Iterator[tuple[bytes, bytes]]:
    if len(block) < 4:
        raise FileFormatError(f"{name} is damaged: a block is too short")
    restarts = struct.unpack("<I", block[-4:])[0]
    end = len(block) - 4 - 4 * restarts
    if end < 0:
        raise FileFormatError(f"{name} is damaged: a block has more restarts than bytes")
    at, key = 0, b""
    while at < end:
        shared, at = read_varint(block, at)
        own, at = read_varint(block, at)
        length, at = read_varint(block, at)
        if shared > len(key) or at + own + length > end:
            raise FileFormatError(f"{name} is damaged: an entry goes beyond its block")
        key = key[:shared] + bytes(block[at : at + own])
        yield key, bytes(block[at + own : at + own + length])
        at += own + length


def write_table(pairs: Mapping[bytes, bytes]) -> bytes:
    """A table of pairs as bytes."""
    file = bytearray()
    index: list[tuple[bytes, bytes]] = []
    block: list[tuple[bytes, bytes]] = []
    size = 0
    ordered = sorted(pairs.items())
    for i, (key, value) in enumerate(ordered):
        block.append((key, value))
        size += len(key) + len(value) + 8
        if size >= _BLOCK or i == len(ordered) - 1:
            index.append((key, _append(file, block)))
            block, size = [], 0
    meta = _append(file, [])
    footer = meta + _append(file, index)
    file += footer.ljust(_FOOTER - 8, b"\0") + struct.pack("<Q", _MAGIC)
    return bytes(file)


def _append(file: bytearray, pairs: list[tuple[bytes, bytes]]) -> bytes:
    """Write a block at the end of a file and return its handle."""
    block = bytearray()
    restarts = []
    before = b""
    for i, (key, value) in enumerate(pairs):
        shared = 0
        if i % _RESTART == 0:
            restarts.append(len(block))
        else:
            while shared < min(len(before), len(key)) and before[shared] == key[shared]:
                shared += 1
        block += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    block += b"".join(struct.pack("<I", r) for r in restarts or [0]) + struct.pack("<I", len(restarts or [0]))
    handle = varint(len(file)) + varint(len(block))
    block += b"\0"
    file += block + struct.pack("<I", mask(crc32c(bytes(block))))
    return handle


def _unsnap(data: memoryview, name: str) -> bytes:
    """Unpack Snappy, which TensorFlow itself does not use here but reads."""
    length, at = read_varint(data, 0)
    if length > min(64 * len(data) + 64, _UNPACKED):
        raise UnsafeFileError(f"{name}: a block unpacks to {length:,} bytes from {len(data):,}")
    made = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            size = (tag >> 2) + 1
            if size > 60:
                extra = size - 60
                size = int.from_bytes(data[at : at + extra], "little") + 1
                at += extra
            made += data[at : at + size]
            at += size
            continue
        if tag & 3 == 1:
            size, back = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at]
            at += 1
        else:
            width = 2 if tag & 3 == 2 else 4
            size, back = (tag >> 2) + 1, int.from_bytes(data[at : at + width], "little")
            at += width
        if not 0 < back <= len(made) or len(made) + size > length:
            raise FileFormatError(f"{name} is damaged: a copy from before the beginning of a block")
        repeated = bytes(made[-back:][:size])  # what a copy itself has written can be part of it
        made += (repeated * -(-size // len(repeated)))[:size]
    if len(made) != length:
        raise FileFormatError(f"{name} is damaged: a block unpacks to another size than it says")
    return bytes(made)
