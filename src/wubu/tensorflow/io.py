"""``tf.io``: files, records, and text as data."""

from __future__ import annotations

import base64
import gzip
import zlib
from typing import Any

import numpy as np
import torch

from wubu.core import border
from wubu.data.dataset.elements import Text
from wubu.data.records import parse
from wubu.data.records.parse import FixedLenFeature, FixedLenSequenceFeature, VarLenFeature
from wubu.data.records.tfrecord import TFRecordWriter as _Writer
from wubu.errors import DataError
from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, host_value_of
from wubu.tensorflow.customs import Customs
from wubu.tensorflow.dispatch import api, to_facade
from wubu.tensorflow.dtypes import as_dtype
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.files import gfile, matching_files, path_of, read_file, write_file
from wubu.tensorflow.image.codecs import (
    decode_and_crop_jpeg,
    decode_bmp,
    decode_gif,
    decode_image,
    decode_jpeg,
    decode_png,
    decode_webp,
    encode_jpeg,
    encode_png,
    extract_jpeg_shape,
    is_jpeg,
)
from wubu.tensorflow.tensor import type_of
from wubu.tensorflow.text import StringTensor, of_array, scalar_of, values_of

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "TFRecordOptions",
    "TFRecordWriter",
    "VarLenFeature",
    "decode_and_crop_jpeg",
    "decode_base64",
    "decode_bmp",
    "decode_compressed",
    "decode_csv",
    "decode_gif",
    "decode_image",
    "decode_jpeg",
    "decode_png",
    "decode_raw",
    "decode_webp",
    "encode_base64",
    "encode_jpeg",
    "encode_png",
    "extract_jpeg_shape",
    "gfile",
    "is_jpeg",
    "matching_files",
    "parse_example",
    "parse_single_example",
    "parse_tensor",
    "read_file",
    "serialize_tensor",
    "write_file",
]


class TFRecordOptions:
    """Options of record files.

    Args:
        compression_type: ``""``, ``"GZIP"`` or ``"ZLIB"``.
        accepted: further options.
    """

    def __init__(self, compression_type: Any = None, **accepted: Any) -> None:
        self.compression_type = compression_type
        self.__dict__.update(accepted)


class TFRecordWriter(_Writer):
    """Writes records to a file.

    Args:
        path: the file.
        options: ``TFRecordOptions`` or a kind of compression.
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        super().__init__(path_of(path), options)

    def write(self, record: Any) -> None:
        """Append a record: bytes, or text as a tensor."""
        super().write(scalar_of(record))


_customs = Customs()


def parse_single_example(serialized: Any, features: Any, example_names: Any = None, name: Any = None) -> Any:
    """Read one example: name -> tensor. What has a variable length comes as a tensor, not as a sparse one."""
    try:
        return _customs.dress(parse.parse_single_example(_serialized(serialized), features))
    except DataError as error:
        raise InvalidArgumentError(None, None, str(error)) from error


def parse_example(serialized: Any, features: Any, example_names: Any = None, name: Any = None) -> Any:
    """Read several examples: name -> stacked tensors."""
    try:
        return _customs.dress(parse.parse_example(list(_serialized(serialized)), features))
    except DataError as error:
        raise InvalidArgumentError(None, None, str(error)) from error


def _serialized(value: Any) -> Any:
    if isinstance(value, StringTensor):
        return border.plain(value) if border.facade is not None else values_of(value).view(Text)
    return value if isinstance(value, bytes | Text) else values_of(value).view(Text)


@api(text="reads")
def decode_raw(input_bytes: Any, out_type: Any, little_endian: bool = True, fixed_length: Any = None) -> torch.Tensor:
    """The bytes of text as numbers, along a new last axis."""
    array = values_of(convert(input_bytes, dtypes.string))
    kind = np.dtype(as_dtype(out_type).as_numpy_dtype)
    kind = kind if little_endian else kind.newbyteorder(">")
    rows = []
    for text in array.reshape(-1):
        if fixed_length is not None:
            text = text[:fixed_length].ljust(int(fixed_length), b"\0")
        if len(text) % kind.itemsize:
            raise InvalidArgumentError(
                None, None, f"Input to DecodeRaw has length {len(text)} that is not a multiple of {kind.itemsize}, the size of "
                f"{as_dtype(out_type).spoken} [Op:DecodeRaw]"
            )
        rows.append(np.frombuffer(text, kind).astype(kind.newbyteorder("=")))
    made = np.stack(rows) if rows else np.zeros((0, 0), kind)
    return convert(made.reshape(*array.shape, -1))


def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Any = None,
    name: Any = None,
) -> list[Any]:
    """The columns of lines of a table, a tensor each.

    Args:
        records: lines.
        record_defaults: a value, or a type, for each column: its type, and what stands for an empty field.
        field_delim: between fields.
        use_quote_delim: whether quotes hold fields together.
        na_value: further text that means an empty field.
        select_cols: the columns to keep.
    """
    import csv

    array = values_of(convert(records, dtypes.string))
    quoting: Any = csv.QUOTE_MINIMAL if use_quote_delim else csv.QUOTE_NONE
    lines = [next(csv.reader([t.decode()], delimiter=field_delim, quoting=quoting), []) for t in array.reshape(-1)]
    made = []
    for i, default in enumerate(record_defaults):
        column = list(select_cols)[i] if select_cols is not None else i
        made.append(_column([line[column] if column < len(line) else "" for line in lines], default, na_value, array.shape))
    return made


def _column(fields: list[str], default: Any, missing: str, shape: tuple[int, ...]) -> Any:
    if isinstance(default, dtypes.DType):
        kind, fallback = default, None
    else:
        value = convert(default)
        kind = type_of(value)
        flat = host_value_of(value).reshape(-1)
        fallback = flat[0] if flat.size else None
    values: list[Any] = []
    for field in fields:
        if field in ("", missing):
            if fallback is None:
                raise InvalidArgumentError(None, None, "Field is required but missing in record! [Op:DecodeCSV]")
            values.append(fallback)
            continue
        try:
            values.append(field.encode() if kind == dtypes.string else int(field) if kind.is_integer else float(field))
        except ValueError as error:
            raise InvalidArgumentError(
                None, None, f"Field in record is not a valid {kind.spoken}: {field} [Op:DecodeCSV]"
            ) from error
    if kind == dtypes.string:
        return to_facade(of_array(np.array(values, dtype=object).reshape(shape)))
    return to_facade(convert(np.array(values, dtype=kind.as_numpy_dtype).reshape(shape)))


def _each(function: Any, input: Any) -> Any:
    array = values_of(convert(input, dtypes.string))
    made = np.empty(array.shape, object)
    for i in range(array.size):
        made.reshape(-1)[i] = function(array.reshape(-1)[i])
    return to_facade(of_array(made))


def encode_base64(input: Any, pad: bool = False, name: Any = None) -> Any:
    """Text in the alphabet of web-safe base 64."""
    return _each(lambda t: base64.urlsafe_b64encode(t) if pad else base64.urlsafe_b64encode(t).rstrip(b"="), input)


def decode_base64(input: Any, name: Any = None) -> Any:
    """The inverse of ``encode_base64``."""
    return _each(lambda t: base64.urlsafe_b64decode(t + b"=" * (-len(t) % 4)), input)


def decode_compressed(bytes: Any, compression_type: str = "", name: Any = None) -> Any:  # noqa: A002
    """Text that was compressed with ZLIB or GZIP."""
    kinds = {"ZLIB": zlib.decompress, "GZIP": gzip.decompress, "": lambda t: t}
    return _each(kinds[compression_type], bytes)


def serialize_tensor(tensor: Any, name: Any = None) -> Any:
    """A tensor as text, in the form of TensorFlow's ``TensorProto``."""
    from wubu.tensorflow.tensor_proto import written

    return to_facade(of_array(np.array(written(convert(tensor)), dtype=object)))


def parse_tensor(serialized: Any, out_type: Any, name: Any = None) -> Any:
    """The inverse of ``serialize_tensor``.

    Raises:
        InvalidArgumentError: for text that is none, or of another type.
    """
    from wubu.tensorflow.tensor_proto import read

    made = read(scalar_of(serialized))
    if type_of(made) != as_dtype(out_type):
        raise InvalidArgumentError(
            None,
            None,
            f"Type mismatch between parsed tensor ({type_of(made).spoken}) and dtype ({as_dtype(out_type).spoken}) "
            "[Op:ParseTensor]",
        )
    return to_facade(made)
