"""Protocol buffers, as far as TensorFlow's files need them: messages to and from bytes by a table of their fields.

A message is a dict. A field that is missing has its default: 0, empty, [], {} or None for a message.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from wubu.errors import FileFormatError, UnsafeFileError

MAX_DEPTH = 100
MAX_FIELDS = 500_000  # of a message and those within it; the largest models have some ten thousand
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Field(NamedTuple):
    """One field of a message.

    Args:
        number: its number.
        kind: ``int`` (a signed 64-bit number), ``bool``, ``bytes``, ``text``, ``fixed32``, ``float``, ``double``, or the
            table of an inner message.
        repeated: whether there is a list of them.
        key: for a map, the kind of its keys; the values are of ``kind``.
    """

    number: int
    kind: Any
    repeated: bool = False
    key: str | None = None


Table = Mapping[str, Field]


class FieldCount:
    """How many fields may still be read; several messages can share one count."""

    def __init__(self, left: int = MAX_FIELDS) -> None:
        self.left = left


def decode(
    data: bytes | memoryview,
    table: Table,
    name: str = "the message",
    depth: int = 0,
    count: FieldCount | None = None,
) -> dict[str, Any]:
    """Turn bytes into a message.

    Args:
        data: the bytes.
        table: the message's fields.
        name: what to call it in errors.
        depth: how many messages are around it.
        count: how many fields it may have; by default ``MAX_FIELDS``.

    Raises:
        FileFormatError: when the bytes are no such message.
        UnsafeFileError: when it is nested too deeply, or has too many fields.
    """
    count = count or FieldCount()
    if depth > MAX_DEPTH:
        raise UnsafeFileError(f"{name} is nested more than {MAX_DEPTH} levels deep")
    view = memoryview(data)
    by_number = {f.number: (key, f) for key, f in table.items()}
    made: dict[str, Any] = {key: _default(f) for key, f in table.items()}
    at = 0
    try:
        while at < len(view):
            count.left -= 1
            if count.left < 0:
                raise UnsafeFileError(f"{name} has more fields than any such message")
            tag, at = read_varint(view, at)
            kind, number = tag & 7, tag >> 3
            value: Any
            if kind == _VARINT:
                value, at = read_varint(view, at)
            elif kind == _FIXED64:
                value, at = view[at : at + 8], at + 8
            elif kind == _FIXED32:
                value, at = view[at : at + 4], at + 4
            elif kind == _BYTES:
                length, at = read_varint(view, at)
                value, at = view[at : at + length], at + length
                if len(value) != length:
                    raise FileFormatError(f"{name} is cut short")
            else:
                raise FileFormatError(f"{name} is no protocol buffer: a field of type {kind}")
            if number in by_number:
                key, field = by_number[number]
                _put(made, key, field, kind, value, name, depth, count)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{name} is damaged: {error}") from error
    if at > len(view):
        raise FileFormatError(f"{name} is cut short")
    return made


def _default(field: Field) -> Any:
    if field.key is not None:
        return {}
    if field.repeated:
        return []
    return {"int": 0, "bool": False, "bytes": b"", "text": "", "fixed32": 0, "float": 0.0, "double": 0.0}.get(
        field.kind if isinstance(field.kind, str) else "", None
    )


def _put(
    made: dict[str, Any], key: str, field: Field, kind: int, value: Any, name: str, depth: int, count: FieldCount
) -> None:
    if field.key is not None:
        table = {"key": Field(1, field.key), "value": Field(2, field.kind)}
        pair = decode(value, table, name, depth + 1, count)
        made[key][pair["key"]] = pair["value"]
    elif field.repeated:
        if kind == _BYTES and field.kind in ("int", "bool", "fixed32", "float", "double"):
            made[key] += _packed(value, field.kind)
        else:
            made[key].append(_one(field, value, name, depth, count))
    else:
        made[key] = _one(field, value, name, depth, count)


def _one(field: Field, value: Any, name: str, depth: int, count: FieldCount) -> Any:
    kind = field.kind
    if not isinstance(kind, str):
        if not isinstance(value, memoryview):
            raise FileFormatError(f"{name} is damaged: a number where a message was expected")
        return decode(value, kind, name, depth + 1, count)
    if kind in ("int", "bool"):
        if not isinstance(value, int):
            raise FileFormatError(f"{name} is damaged: no number where one was expected")
        return bool(value) if kind == "bool" else _signed(value)
    if isinstance(value, int):
        raise FileFormatError(f"{name} is damaged: a number where {kind} was expected")
    if kind == "bytes":
        return bytes(value)
    if kind == "text":
        return bytes(value).decode("utf-8")
    return struct.unpack({"fixed32": "<I", "float": "<f", "double": "<d"}[kind], value)[0]


def _packed(value: Any, kind: str) -> list[Any]:
    found: list[Any] = []
    if kind in ("int", "bool"):
        at = 0
        while at < len(value):
            number, at = read_varint(value, at)
            found.append(bool(number) if kind == "bool" else _signed(number))
        return found
    code = {"fixed32": "I", "float": "f", "double": "d"}[kind]
    return list(struct.unpack(f"<{len(value) // struct.calcsize(code)}{code}", value))


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def read_varint(data: bytes | bytearray | memoryview, at: int) -> tuple[int, int]:
    """The number at a position, and the position behind it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (1 << 64) - 1, at
        shift += 7
        if shift > 63:
            raise IndexError("a number of more than ten bytes")


def packed_integers(data: bytes | memoryview) -> np.ndarray:
    """The signed 64-bit numbers of a packed field.

    Raises:
        IndexError: when the last one is cut short, or one is too long.
    """
    octets = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(octets < 0x80)
    if len(octets) and (not len(ends) or ends[-1] != len(octets) - 1):
        raise IndexError("a number is cut short")
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    if len(ends) and int((ends - starts).max()) > 9:
        raise IndexError("a number of more than ten bytes")
    places = np.arange(len(octets)) - np.repeat(starts, ends - starts + 1)
    parts = (octets & 0x7F).astype(np.uint64) << (7 * places).astype(np.uint64)
    return np.add.reduceat(parts, starts).view(np.int64) if len(ends) else np.zeros(0, np.int64)


def varint(value: int) -> bytes:
    """A number as bytes, seven bits each."""
    value &= (1 << 64) - 1
    made = bytearray()
    while value >= 0x80:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)


def encode(message: Mapping[str, Any], table: Table) -> bytes:
    """Turn a message into bytes; fields in the order of their numbers, defaults left out."""
    made = bytearray()
    for key, field in sorted(table.items(), key=lambda item: item[1].number):
        value = message.get(key)
        if value is None:
            continue
        if field.key is not None:
            inner = {"key": Field(1, field.key), "value": Field(2, field.kind)}
            for k, v in sorted(value.items()):
                made += _tagged(field.number, encode({"key": k, "value": v}, inner))
        elif field.repeated:
            if field.kind in ("int", "bool"):
                if value:
                    made += _tagged(field.number, b"".join(varint(int(v)) for v in value))
            else:
                for v in value:
                    made += _encode_one(field, v)
        elif not isinstance(field.kind, str) or value:
            made += _encode_one(field, value)
    return bytes(made)


def _encode_one(field: Field, value: Any) -> bytes:
    kind = field.kind
    if not isinstance(kind, str):
        return _tagged(field.number, encode(value, kind))
    if kind in ("int", "bool"):
        return varint(field.number << 3 | _VARINT) + varint(int(value))
    if kind == "text":
        return _tagged(field.number, value.encode("utf-8"))
    if kind == "bytes":
        return _tagged(field.number, value)
    code, tag = {"fixed32": ("<I", _FIXED32), "float": ("<f", _FIXED32), "double": ("<d", _FIXED64)}[kind]
    return varint(field.number << 3 | tag) + struct.pack(code, value)


def _tagged(number: int, payload: bytes) -> bytes:
    return varint(number << 3 | _BYTES) + varint(len(payload)) + payload
