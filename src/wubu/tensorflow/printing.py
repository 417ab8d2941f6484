"""``tf.print``: values in TensorFlow's short form, on standard error."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import numpy as np
import torch

from wubu.core.capture import is_capturing
from wubu.errors import CaptureError
from wubu.symbolic.function import any_symbolic
from wubu.tensorflow.dtypes import DType
from wubu.tensorflow.shapes import TensorShape
from wubu.tensorflow.tensor import host_value

_real_stdout: TextIO | None = None


@contextlib.contextmanager
def through_stdout(stream: TextIO) -> Iterator[None]:
    """Within this block ``tf.print`` takes this stream for standard output, whatever ``sys.stdout`` is."""
    global _real_stdout
    before, _real_stdout = _real_stdout, stream
    try:
        yield
    finally:
        _real_stdout = before


def print(  # noqa: A001
    *inputs: Any, output_stream: Any = None, summarize: int = 3, sep: str = " ", end: str = "\n", name: Any = None
) -> None:
    """Print values: tensors without their type, long ones shortened.

    Args:
        inputs: tensors, numbers, text, and structures of these.
        output_stream: ``sys.stdout``, ``sys.stderr`` (the default), a function of the logging module, or ``"file://…"``.
        summarize: how many elements are shown at either end of each axis; -1 for all.
        sep: between two values.
        end: after the last.
    """
    if is_capturing():
        raise CaptureError("tf.print shows values in the middle of the step")
    if any_symbolic(inputs):
        return
    text = sep.join(text_of(value, summarize) for value in inputs) + end
    _write(text, output_stream)


def _write(text: str, stream: Any) -> None:
    if stream is None:
        stream = sys.stderr
    if isinstance(stream, str):
        if stream.startswith("file://"):
            with open(stream.removeprefix("file://"), "a", encoding="utf-8") as file:
                file.write(text)
            return
        stream = {"stdout": sys.stdout, "stderr": sys.stderr}.get(stream.split(".")[-1], sys.stderr)
    if stream is sys.stdout and _real_stdout is not None:
        stream = _real_stdout
    if callable(stream) and not hasattr(stream, "write"):
        stream(text.removesuffix("\n"))
        return
    stream.write(text)
    stream.flush()


def text_of(value: Any, summarize: int = 3) -> str:
    """A value as ``tf.print`` shows it."""
    if isinstance(value, torch.Tensor):
        return _array(host_value(value), summarize)
    if isinstance(value, dict):
        keys = sorted(value, key=str)
        return "{" + ", ".join(f"{_quoted(k)}: {_inner(value[k], summarize)}" for k in keys) + "}"
    if isinstance(value, list | tuple) and not isinstance(value, TensorShape):
        inner = ", ".join(_inner(part, summarize) for part in value)
        if isinstance(value, tuple):
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        return f"[{inner}]"
    if isinstance(value, np.ndarray | np.generic | TensorShape | DType):
        return repr(value)
    return str(value)


def _quoted(key: Any) -> str:
    return f"'{key}'" if isinstance(key, str) else str(key)


def _inner(value: Any, summarize: int) -> str:
    return f"'{value}'" if isinstance(value, str) else text_of(value, summarize)


def _array(array: np.ndarray, summarize: int, depth: int = 0) -> str:
    if array.ndim == 0:
        return _element(array[()])
    count = array.shape[0]
    if summarize < 0 or count <= 2 * summarize:
        parts = [_array(part, summarize, depth + 1) for part in _parts(array, range(count))]
    else:
        head = [_array(part, summarize, depth + 1) for part in _parts(array, range(summarize))]
        tail = [_array(part, summarize, depth + 1) for part in _parts(array, range(count - summarize, count))]
        parts = [*head, "...", *tail]
    between = " " if array.ndim == 1 else "\n" * (array.ndim - 1) + " " * (depth + 1)
    return "[" + between.join(parts) + "]"


def _parts(array: np.ndarray, places: range) -> Iterator[np.ndarray]:
    return (array[i : i + 1].reshape(array.shape[1:]) for i in places)


def _element(value: Any) -> str:
    if isinstance(value, bytes):
        return '"' + value.decode("utf-8", "replace") + '"'
    return _number(value)


def _number(value: Any) -> str:
    kind = np.asarray(value).dtype.kind
    if kind == "b":
        return "1" if value else "0"
    if kind == "f":
        return _float(value)
    return str(int(value)) if kind in "iu" else "?"  # TensorFlow does not print complex numbers


def _float(value: Any) -> str:
    """Six digits (fifteen in double precision) where they say it all, else as many as it may take."""
    number = float(value)
    if not np.isfinite(number):
        return "nan" if np.isnan(number) else ("inf" if number > 0 else "-inf")
    single = np.asarray(value).dtype != np.float64
    short = f"{number:.6g}" if single else f"{number:.15g}"
    same = np.float32(short) == np.float32(number) if single else float(short) == number
    return short if same else (f"{number:.9g}" if single else f"{number:.17g}")
