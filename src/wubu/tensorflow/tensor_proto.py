"""Tensors in the form of TensorFlow's ``TensorProto``: type, shape and raw bytes (text as a list)."""

from __future__ import annotations

import numpy as np
import torch

from wubu.core.protobuf import Field, decode, encode
from wubu.errors import FileFormatError
from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, host_value_of
from wubu.tensorflow.dtypes import as_dtype
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.tensor import type_of
from wubu.tensorflow.text import StringTensor, of_array, values_of

_SIZE = {"size": Field(1, "int")}
_SHAPE = {"dim": Field(2, _SIZE, repeated=True)}
_TENSOR = {
    "dtype": Field(1, "int"),
    "tensor_shape": Field(2, _SHAPE),
    "tensor_content": Field(4, "bytes"),
    "string_val": Field(8, "bytes", repeated=True),
}


def written(tensor: torch.Tensor) -> bytes:
    """A plain tensor as bytes."""
    kind = type_of(tensor)
    message = {
        "dtype": kind.as_datatype_enum,
        "tensor_shape": {"dim": [{"size": n} for n in tensor.shape]},
    }
    if isinstance(tensor, StringTensor):
        message["string_val"] = list(values_of(tensor).reshape(-1))
    elif tensor.dtype is torch.bfloat16:
        message["tensor_content"] = tensor.detach().cpu().contiguous().view(torch.int16).numpy().tobytes()
    else:
        message["tensor_content"] = np.ascontiguousarray(host_value_of(tensor)).tobytes()
    return encode(message, _TENSOR)


def read(data: bytes) -> torch.Tensor:
    """A plain tensor (or text) from bytes.

    Raises:
        InvalidArgumentError: when they hold none.
    """
    try:
        message = decode(data, _TENSOR)
        kind = as_dtype(int(message["dtype"]))
        shape = [int(part.get("size") or 0) for part in (message.get("tensor_shape") or {}).get("dim") or []]
        if kind == dtypes.string:
            return of_array(np.array(list(message.get("string_val") or []), dtype=object).reshape(shape))
        content = bytes(message.get("tensor_content") or b"")
        if kind == dtypes.bfloat16:
            return torch.from_numpy(np.frombuffer(content, np.int16).copy()).view(torch.bfloat16).reshape(shape)
        return convert(np.frombuffer(content, kind.as_numpy_dtype).reshape(shape))
    except (FileFormatError, ValueError, TypeError, KeyError) as error:
        raise InvalidArgumentError(
            None, None, f"Could not parse tensor proto: {error} [Op:ParseTensor]"
        ) from error
