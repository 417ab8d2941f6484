"""``Example``: named features of bytes, floats or whole numbers, as TensorFlow stores samples in records.

The messages are those of ``tensorflow/core/example``::

    Example  { Features features = 1; }
    Features { map<string, Feature> feature = 1; }
    Feature  { oneof { BytesList bytes_list = 1; FloatList float_list = 2; Int64List int64_list = 3; } }
    …List    { repeated … value = 1; }          (numbers packed)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from wubu.core.protobuf import packed_integers, read_varint, varint
from wubu.errors import FileFormatError

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class _List:
    """Base of lists of values.

    Args:
        value: the values.
    """

    def __init__(self, value: Iterable[Any] = ()) -> None:
        self.value: list[Any] = list(getattr(value, "tolist", lambda: value)())

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.value == other.value  # type: ignore[attr-defined]

    __hash__ = None  # type: ignore[assignment]

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The message as bytes."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(value={self.value!r})"


class BytesList(_List):
    """Byte strings."""

    def __init__(self, value: Iterable[Any] = ()) -> None:
        super().__init__(value)
        self.value = [bytes(getattr(v, "numpy", lambda v=v: v)()) for v in self.value]

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The message as bytes."""
        return b"".join(_field(1, v) for v in self.value)


class FloatList(_List):
    """Numbers of 32 bits."""

    def __init__(self, value: Iterable[Any] = ()) -> None:
        super().__init__(value)
        if any(isinstance(v, str | bytes) for v in self.value):
            raise TypeError(f"Expected numbers. Received: {self.value[:5]!r}. Try: BytesList for text")
        self.value = [float(v) for v in self.value]

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The message as bytes."""
        return _field(1, np.asarray(self.value, "<f4").tobytes()) if self.value else b""


class Int64List(_List):
    """Whole numbers of 64 bits."""

    def __init__(self, value: Iterable[Any] = ()) -> None:
        super().__init__(value)
        if any(isinstance(v, str | bytes | float | np.floating) for v in self.value):
            raise TypeError(f"Expected whole numbers. Received: {self.value[:5]!r}. Try: FloatList for other numbers")
        self.value = [int(v) for v in self.value]

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The message as bytes."""
        return _field(1, b"".join(varint(v) for v in self.value)) if self.value else b""


_KINDS: dict[str, tuple[int, type[_List]]] = {
    "bytes_list": (1, BytesList),
    "float_list": (2, FloatList),
    "int64_list": (3, Int64List),
}


class Feature:
    """One feature: exactly one of three lists.

    Args:
        bytes_list, float_list, int64_list: the values.
    """

    def __init__(
        self,
        bytes_list: BytesList | None = None,
        float_list: FloatList | None = None,
        int64_list: Int64List | None = None,
    ) -> None:
        given = {"bytes_list": bytes_list, "float_list": float_list, "int64_list": int64_list}
        self._kind = next((k for k, v in given.items() if v is not None), None)
        self.bytes_list = bytes_list or BytesList()
        self.float_list = float_list or FloatList()
        self.int64_list = int64_list or Int64List()

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802
        """The list that is in use, for ``group="kind"``."""
        return self._kind

    @property
    def values(self) -> list[Any]:
        """The values, of whichever list is in use."""
        return [] if self._kind is None else getattr(self, self._kind).value

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The message as bytes."""
        if self._kind is None:
            return b""
        return _field(_KINDS[self._kind][0], getattr(self, self._kind).SerializeToString())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Feature) and (self._kind, self.values) == (other._kind, other.values)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Feature()" if self._kind is None else f"Feature({self._kind}={getattr(self, self._kind)!r})"


class Features:
    """Features by their names.

    Args:
        feature: name -> ``Feature``.
    """

    def __init__(self, feature: Mapping[str, Feature] | None = None) -> None:
        self.feature: dict[str, Feature] = dict(feature or {})

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The message as bytes, features in the order of their names."""
        pairs = sorted(self.feature.items())
        return b"".join(_field(1, _field(1, k.encode()) + _field(2, f.SerializeToString())) for k, f in pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Features) and self.feature == other.feature

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Features(feature={self.feature!r})"


class Example:
    """One sample.

    Args:
        features: its features.

    Example:
        >>> label = Feature(int64_list=Int64List(value=[3]))
        >>> data = Example(features=Features(feature={"label": label})).SerializeToString()
        >>> Example.FromString(data).features.feature["label"].int64_list.value
        [3]
    """

    def __init__(self, features: Features | None = None) -> None:
        self.features = features or Features()

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The example as bytes, features in the order of their names."""
        made = self.features.SerializeToString()
        return _field(1, made) if made else b""

    @classmethod
    def FromString(cls, data: bytes) -> Example:  # noqa: N802
        """Read an example from bytes.

        Raises:
            FileFormatError: when they are none.
        """
        features = {}
        for name, (kind, values) in read_example(data).items():
            if kind is None:
                features[name] = Feature()
            else:
                features[name] = Feature(**{kind: _KINDS[kind][1](values)})  # type: ignore[arg-type]
        return cls(Features(features))

    def ParseFromString(self, data: bytes) -> int:  # noqa: N802
        """Replace the features by those in bytes; how many bytes there were."""
        self.features = self.FromString(data).features
        return len(data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Example) and self.features == other.features

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Example(features={self.features!r})"


def _field(number: int, payload: bytes) -> bytes:
    return varint(number << 3 | _BYTES) + varint(len(payload)) + payload



Values = tuple[str | None, Any]


def read_example(data: bytes) -> dict[str, Values]:
    """The features of a serialized example: name -> (kind, values).

    Kinds are ``"bytes_list"`` (a list of bytes), ``"float_list"`` (float32 array), ``"int64_list"`` (int64 array) or None.

    Raises:
        FileFormatError: when the bytes are no example.
    """
    found: dict[str, Values] = {}
    try:
        view = memoryview(data)
        for number, features in _fields(view):
            if number != 1:
                continue
            for inner, entry in _fields(features):
                if inner == 1:
                    name, values = _entry(entry)
                    found[name] = values
    except (IndexError, ValueError, TypeError) as error:
        raise FileFormatError(f"Expected a serialized Example. It is damaged: {error}") from error
    return found


def _entry(view: memoryview) -> tuple[str, Values]:
    name, values = "", (None, None)  # type: tuple[str, Values]
    for number, value in _fields(view):
        if number == 1:
            name = bytes(value).decode("utf-8")
        elif number == 2:
            values = _feature(value)
    return name, values


def _feature(view: memoryview) -> Values:
    values: Values = (None, None)
    for number, payload in _fields(view):
        if number == 1:
            values = ("bytes_list", [bytes(v) for n, v in _fields(payload) if n == 1])
        elif number == 2:
            parts = [np.frombuffer(v, "<f4") for n, v in _fields(payload) if n == 1]
            values = ("float_list", np.concatenate(parts) if parts else np.zeros(0, np.float32))
        elif number == 3:
            whole = [_integers(v) for n, v in _fields(payload) if n == 1]
            values = ("int64_list", np.concatenate(whole) if whole else np.zeros(0, np.int64))
    return values


def _integers(value: Any) -> np.ndarray:
    return packed_integers(value) if isinstance(value, memoryview) else np.array([value], np.uint64).view(np.int64)


def _fields(view: Any) -> list[tuple[int, Any]]:
    """The fields of a message: numbers, and what they hold (a number, or a part of the bytes)."""
    found: list[tuple[int, Any]] = []
    at, end = 0, len(view)
    while at < end:
        tag, at = read_varint(view, at)
        kind = tag & 7
        if kind == _BYTES:
            length, at = read_varint(view, at)
        elif kind == _FIXED32:
            length = 4
        elif kind == _FIXED64:
            length = 8
        elif kind == _VARINT:
            value, at = read_varint(view, at)
            found.append((tag >> 3, value))
            continue
        else:
            raise ValueError(f"a field of type {kind}")
        if at + length > end:
            raise IndexError("it is cut short")
        found.append((tag >> 3, view[at : at + length]))
        at += length
    return found
