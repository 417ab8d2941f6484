"""``tf.strings``: text, element by element. Lengths and places count bytes unless ``unit="UTF8_CHAR"``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from wubu.layers.preprocessing.fingerprints import fingerprint, keyed
from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import axes, convert, host_value_of, integer
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.dtypes import as_dtype, torch_type
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.murmur import murmur
from wubu.tensorflow.ragged_tensor import RaggedTensor, from_rows, map_text
from wubu.tensorflow.text import StringTensor, of_array, scalar_of, values_of

# fmt: off
__all__ = [
    "as_string", "bytes_split", "format", "join", "length", "lower", "ngrams", "reduce_join",
    "regex_full_match", "regex_replace", "split", "strip", "substr", "to_hash_bucket", "to_hash_bucket_fast",
    "to_hash_bucket_strong", "to_number", "unicode_decode", "unicode_decode_with_offsets", "unicode_encode",
    "unicode_split", "unicode_split_with_offsets", "unicode_transcode", "unsorted_segment_join", "upper",
]
# fmt: on


def _each(function: Callable[[bytes], Any], input: Any) -> np.ndarray:
    """A function of one text applied to each element, as an array of objects."""
    array = values_of(convert(input, dtypes.string))
    made = np.empty(array.shape, object)
    flat, source = made.reshape(-1), array.reshape(-1)
    for i in range(array.size):
        flat[i] = function(source[i])
    return made


def _text(function: Callable[[bytes], bytes], input: Any) -> torch.Tensor:
    return of_array(_each(function, input))


def _numbers(function: Callable[[bytes], Any], input: Any, dtype: Any) -> torch.Tensor:
    made = _each(function, input)
    return torch.from_numpy(made.astype(as_dtype(dtype).as_numpy_dtype))


def _ragged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of text also take a ``RaggedTensor``, whose values it then changes."""
    run = api(function, text="reads")

    def either(input: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(input, RaggedTensor):
            return map_text(lambda values: run(values, *args, **kwargs), input)
        return run(input, *args, **kwargs)

    either.__name__ = either.__qualname__ = function.__name__
    either.__doc__ = function.__doc__
    either.__wrapped__ = function  # type: ignore[attr-defined]
    return either


@_ragged
def lower(input: Any, encoding: str = "") -> torch.Tensor:
    """Small letters; of all alphabets with ``encoding="utf-8"``."""
    return _text(lambda t: t.decode().lower().encode() if encoding else t.lower(), input)


@_ragged
def upper(input: Any, encoding: str = "") -> torch.Tensor:
    """Capital letters; of all alphabets with ``encoding="utf-8"``."""
    return _text(lambda t: t.decode().upper().encode() if encoding else t.upper(), input)


@_ragged
def strip(input: Any) -> torch.Tensor:
    """Without white space at the ends."""
    return _text(lambda t: t.strip(), input)


@_ragged
def length(input: Any, unit: str = "BYTE") -> torch.Tensor:
    """How long each is, int32."""
    return _numbers(lambda t: len(t.decode("utf-8", "replace")) if unit == "UTF8_CHAR" else len(t), input, "int32")


@_ragged
def substr(input: Any, pos: Any, len: Any, unit: str = "BYTE") -> torch.Tensor:  # noqa: A002
    """Parts that begin at places and have lengths; negative places count from the end.

    Raises:
        InvalidArgumentError: for a place beyond the text.
    """
    text = values_of(convert(input, dtypes.string))
    starts, lengths = host_value_of(convert(pos)), host_value_of(convert(len))
    text, starts, lengths = np.broadcast_arrays(text, starts, lengths)
    made = np.empty(text.shape, object)
    for i in range(text.size):
        whole = text.reshape(-1)[i]
        part: Any = whole.decode() if unit == "UTF8_CHAR" else whole
        start = int(starts.reshape(-1)[i])
        size = part.__len__()
        if not -size <= start <= size:
            raise InvalidArgumentError(None, None, f"pos {start} out of range for string b'{whole!r}' at index {i}")
        start = start + size if start < 0 else start
        cut = part[start : start + int(lengths.reshape(-1)[i])]
        made.reshape(-1)[i] = cut.encode() if isinstance(cut, str) else cut
    return of_array(made)


def _pattern(pattern: Any) -> re.Pattern[bytes]:
    text = scalar_of(pattern)
    # RE2 writes classes of POSIX that Python lacks.
    text = text.replace(b"[:punct:]", re.escape(rb"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~""")).replace(b"[:space:]", rb"\s")
    text = text.replace(b"[:alpha:]", b"a-zA-Z").replace(b"[:digit:]", b"0-9").replace(b"[:alnum:]", b"a-zA-Z0-9")
    text = text.replace(b"[:upper:]", b"A-Z").replace(b"[:lower:]", b"a-z")
    try:
        return re.compile(text)
    except re.error as error:
        raise InvalidArgumentError(None, None, f"Invalid pattern: {text.decode()}, error: {error}") from error


@_ragged
def regex_replace(input: Any, pattern: Any, rewrite: Any, replace_global: bool = True) -> torch.Tensor:
    r"""Matches of a regular expression replaced; ``\1`` stands for the first group.

    Args:
        input: the text.
        pattern: in the syntax that RE2 and Python share.
        rewrite: what to put.
        replace_global: whether to replace all matches, not the first alone.
    """
    found = _pattern(pattern)
    put = scalar_of(rewrite)
    return _text(lambda t: found.sub(put.replace(b"\\0", rb"\g<0>"), t, count=0 if replace_global else 1), input)


@_ragged
def regex_full_match(input: Any, pattern: Any) -> torch.Tensor:
    """Whether a regular expression matches the whole."""
    found = _pattern(pattern)
    return _numbers(lambda t: found.fullmatch(t) is not None, input, "bool")


@_ragged
def to_number(input: Any, out_type: Any = dtypes.float32) -> torch.Tensor:
    """The numbers that text says.

    Raises:
        InvalidArgumentError: for text that says none.
    """
    whole = as_dtype(out_type).is_integer

    def read(text: bytes) -> Any:
        try:
            return int(text) if whole else float(text)
        except ValueError as error:
            raise InvalidArgumentError(
                None, None, f"StringToNumberOp could not correctly convert string: {text.decode('utf-8', 'replace')}"
            ) from error

    return _numbers(read, input, out_type)


@api(text="reads")
def as_string(
    input: Any, precision: int = -1, scientific: bool = False, shortest: bool = False, width: int = -1, fill: str = ""
) -> torch.Tensor:
    """Numbers as text.

    Args:
        input: numbers, truth values or text.
        precision: digits after the point.
        scientific, shortest: with an exponent; the shorter of the two.
        width, fill: the least length, and what fills it.
    """
    value = convert(input)
    if isinstance(value, StringTensor):
        return value
    kind = value.dtype

    def write(number: Any) -> bytes:
        if kind is torch.bool:
            text = "true" if number else "false"
        elif kind.is_floating_point:
            letter = "e" if scientific else "g" if shortest else "f"
            text = f"{number:.{6 if precision < 0 else precision}{letter}}"
        elif kind.is_complex:
            text = f"({number.real:f},{number.imag:f})"
        else:
            text = str(int(number))
        if width > 0:
            text = text.rjust(width, fill or " ") if fill != "0" else text.zfill(width)
        return text.encode()

    array = host_value_of(value)
    made = np.empty(array.shape, object)
    for i in range(array.size):
        made.reshape(-1)[i] = write(array.reshape(-1)[i])
    return of_array(made)


@api(text="reads")
def join(inputs: Any, separator: str = "") -> torch.Tensor:
    """Elements at the same place of several tensors joined, with broadcasting."""
    parts = np.broadcast_arrays(*[values_of(convert(part, dtypes.string)) for part in inputs])
    made = np.empty(parts[0].shape, object)
    for i in range(made.size):
        made.reshape(-1)[i] = separator.encode().join(part.reshape(-1)[i] for part in parts)
    return of_array(made)


@api(text="reads")
def reduce_join(inputs: Any, axis: Any = None, keepdims: bool = False, separator: str = "") -> torch.Tensor:
    """Elements joined along axes, all of them by default."""
    array = values_of(convert(inputs, dtypes.string))
    found = axes(axis)
    where = list(reversed(range(array.ndim))) if found is None else [found] if isinstance(found, int) else list(found)
    for a in [a % array.ndim for a in where] if array.ndim else []:
        moved = np.moveaxis(array, a, -1)
        joined = np.empty(moved.shape[:-1], object)
        for place in np.ndindex(*joined.shape):
            joined[place] = separator.encode().join(moved[place])
        array = np.expand_dims(joined, a)
    if not keepdims and array.ndim:
        array = array.reshape([n for i, n in enumerate(array.shape) if i not in {a % array.ndim for a in where}])
    return of_array(array)


def format(template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: Any = None) -> Any:  # noqa: A001
    """A template with values put in the places of ``{}``, as ``tf.print`` shows them."""
    from wubu.tensorflow.dispatch import to_facade
    from wubu.tensorflow.printing import text_of

    values = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    parts = template.split(placeholder)
    if len(parts) != len(values) + 1:
        raise ValueError(
            f"{len(parts) - 1} placeholder(s) in template does not match {len(values)} tensor(s) provided as input"
        )
    made = parts[0]
    for value, part in zip(values, parts[1:]):
        made += text_of(value, summarize) + part
    return to_facade(of_array(np.array(made, dtype=object)))


def split(input: Any, sep: Any = None, maxsplit: int = -1, name: Any = None) -> Any:
    """Parts between separators (white space by default): a tensor for one text, a ``RaggedTensor`` for several."""
    found = None if sep is None else scalar_of(sep)

    def cut(text: bytes) -> list[bytes]:
        return text.split(found or None, maxsplit)

    return _rows(cut, input)


def bytes_split(input: Any, name: Any = None) -> Any:
    """The bytes of each text."""
    return _rows(lambda text: [text[i : i + 1] for i in range(len(text))], input)


def unicode_split(
    input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: Any = None
) -> Any:
    """The characters of each text."""
    return _rows(lambda text: [c.encode() for c in text.decode(_codec(input_encoding), errors)], input)


def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: Any = None,
) -> Any:
    """The numbers of the characters of each text, int32."""
    array = values_of(convert(input, dtypes.string))
    rows = [[ord(c) for c in t.decode(_codec(input_encoding), errors)] for t in array.reshape(-1)]
    return _in_rows(rows, array.shape, dtypes.int32)


def unicode_decode_with_offsets(
    input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: Any = None, **accepted: Any
) -> tuple[Any, Any]:
    """The numbers of the characters of each text, and at which byte each begins."""
    return unicode_decode(input, input_encoding, errors), _offsets(input, input_encoding, errors)


def unicode_split_with_offsets(
    input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: Any = None
) -> tuple[Any, Any]:
    """The characters of each text, and at which byte each begins."""
    return unicode_split(input, input_encoding, errors), _offsets(input, input_encoding, errors)


def _offsets(input: Any, encoding: str, errors: str) -> Any:
    array, codec = values_of(convert(input, dtypes.string)), _codec(encoding)
    rows = []
    for text in array.reshape(-1):
        lengths = [len(c.encode(codec)) for c in text.decode(codec, errors)]
        rows.append([sum(lengths[:i]) for i in range(len(lengths))])
    return _in_rows(rows, array.shape, dtypes.int64)


def unicode_encode(
    input: Any, output_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: Any = None
) -> Any:
    """Text of the numbers of its characters, those along the last axis."""
    from wubu.tensorflow.dispatch import to_facade

    rows = input.to_list() if isinstance(input, RaggedTensor) else host_value_of(convert(input)).tolist()

    def write(part: Any) -> Any:
        if part and isinstance(part[0], list):
            return [write(p) for p in part]
        return "".join(chr(n) for n in part).encode(_codec(output_encoding))

    return to_facade(of_array(np.array(write(rows), dtype=object)))


def unicode_transcode(
    input: Any, input_encoding: str, output_encoding: str, errors: str = "replace", *further: Any, **accepted: Any
) -> Any:
    """Text in another encoding."""
    run = api(
        lambda t: _text(lambda b: b.decode(_codec(input_encoding), errors).encode(_codec(output_encoding)), t), text="reads"
    )
    return run(input)


def _codec(name: str) -> str:
    return {"UTF-8": "utf-8", "UTF-16-BE": "utf-16-be", "UTF-32-BE": "utf-32-be"}.get(name, name)


def _rows(cut: Callable[[bytes], list[bytes]], input: Any) -> Any:
    if isinstance(input, RaggedTensor):
        return map_text(lambda values: _rows(cut, values), input)
    array = values_of(convert(input, dtypes.string))
    return _in_rows([cut(t) for t in array.reshape(-1)], array.shape, dtypes.string)


def _in_rows(rows: list[list[Any]], shape: tuple[int, ...], dtype: Any) -> Any:
    from wubu.tensorflow.dispatch import to_facade

    if not shape:
        if dtype == dtypes.string:
            return to_facade(of_array(np.array(rows[0], dtype=object)))
        return to_facade(torch.tensor(rows[0], dtype=torch_type(dtype)))
    return from_rows(rows, dtype, shape)


def ngrams(data: Any, ngram_width: Any, separator: str = " ", pad_values: Any = None, *further: Any, **accepted: Any) -> Any:
    """Neighbouring elements of each row joined, ``ngram_width`` at a time."""
    widths = [ngram_width] if isinstance(ngram_width, int) else list(ngram_width)
    ragged = isinstance(data, RaggedTensor)
    rows = data.to_list() if ragged else values_of(convert(data, dtypes.string)).tolist()
    single = bool(rows) and isinstance(rows[0], bytes)
    mark = separator.encode()

    def of(row: list[bytes]) -> list[bytes]:
        made = []
        for width in widths:
            parts = row
            if pad_values is not None:
                left, right = (pad_values, pad_values) if isinstance(pad_values, str) else pad_values
                parts = [left.encode()] * (width - 1) + row + [right.encode()] * (width - 1)
            made += [mark.join(parts[i : i + width]) for i in range(len(parts) - width + 1)]
        return made

    if single:
        return _in_rows([of(rows)], (), dtypes.string)
    made = [of(row) for row in rows]
    return from_rows(made, dtypes.string, (len(made),)) if ragged else _in_rows_dense(made)


def _in_rows_dense(rows: list[list[bytes]]) -> Any:
    from wubu.tensorflow.dispatch import to_facade

    return to_facade(of_array(np.array(rows, dtype=object)))


@_ragged
def to_hash_bucket_fast(input: Any, num_buckets: Any) -> torch.Tensor:
    """A number below ``num_buckets`` for each text: FarmHash's fingerprint."""
    return _numbers(lambda t: fingerprint(t) % integer(num_buckets), input, "int64")


@_ragged
def to_hash_bucket(input: Any, num_buckets: Any) -> torch.Tensor:
    """A number below ``num_buckets`` for each text: MurmurHash's second, of 64 bits."""
    return _numbers(lambda t: murmur(t) % integer(num_buckets), input, "int64")


@_ragged
def to_hash_bucket_strong(input: Any, num_buckets: Any, key: Any) -> torch.Tensor:
    """A number below ``num_buckets`` for each text, which depends on a key of two numbers: SipHash."""
    return _numbers(lambda t: keyed(t, key) % integer(num_buckets), input, "int64")


@api(text="reads")
def unsorted_segment_join(inputs: Any, segment_ids: Any, num_segments: Any, separator: str = "") -> torch.Tensor:
    """The elements of each segment joined."""
    text, ids = values_of(convert(inputs, dtypes.string)).reshape(-1), host_value_of(convert(segment_ids)).reshape(-1)
    made = np.empty(integer(num_segments), object)
    for i in range(len(made)):
        made[i] = separator.encode().join(t for t, s in zip(text, ids) if s == i)
    return of_array(made)
