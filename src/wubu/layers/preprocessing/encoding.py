"""Indices as vectors: what lookups, hashes and bins have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core.device import default_device
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.ops.nn.encoding import one_hot

MODES = ("int", "one_hot", "multi_hot", "count")


def as_mode(mode: Any, choices: tuple[str, ...]) -> str:
    """An output mode, by its old names too."""
    found = {"binary": "multi_hot", "tf-idf": "tf_idf"}.get(mode, mode)
    if found not in choices:
        raise ArgumentError(f"Expected output_mode to be one of {choices}. Received: output_mode={mode!r}")
    return found


def refuse_sparse(sparse: Any) -> None:
    """Sparse tensors are not supported."""
    if sparse:
        raise ArgumentError("Sparse tensors are not supported. Try: sparse=False")


def encoded(
    indices: torch.Tensor, mode: str, depth: int, dtype: Any, weights: torch.Tensor | None = None
) -> torch.Tensor:
    """Indices in a mode of output; those out of range count nothing.

    Args:
        indices: whole numbers, of shape (…, n).
        mode: ``"int"`` as they are; ``"one_hot"`` each as a vector; ``"multi_hot"`` which occur in a sample;
            ``"count"`` how often.
        depth: the length of the vectors.
        dtype: the result's type.
        weights: how much each counts, for ``"count"``.
    """
    if mode == "int":
        return indices.to(torch_dtype(dtype))
    if mode == "one_hot" and indices.dim() > 1 and indices.shape[-1] == 1:
        indices = indices.squeeze(-1)
    vectors = one_hot(indices, depth, dtype=dtype)  # (…, n, depth)
    if mode == "one_hot":
        return vectors
    axis = 1 if indices.dim() > 1 else 0
    if mode == "multi_hot":
        return vectors.amax(axis) if vectors.shape[axis] else vectors.sum(axis).to(vectors.dtype)
    if weights is not None:
        vectors = vectors * weights.unsqueeze(-1)
    return vectors.sum(axis).to(vectors.dtype)


def encoded_shape(shape: Any, mode: str, depth: int | None) -> tuple[int | None, ...]:
    """The shape of ``encoded``."""
    sizes = tuple(shape)
    if mode == "int":
        return sizes
    if mode == "one_hot":
        return (*(sizes[:-1] if len(sizes) > 1 and sizes[-1] == 1 else sizes), depth)
    return (*((sizes[0], *sizes[2:]) if len(sizes) > 1 else ()), depth)


def as_values(x: Any) -> np.ndarray:
    """Strings or numbers as an array on the host; bytes are read as UTF-8."""
    if isinstance(x, torch.Tensor):
        return x.detach().cpu().numpy()  # waits for the device
    array = x.numpy() if hasattr(x, "numpy") and not isinstance(x, np.ndarray) else np.asarray(x)
    if array.dtype.kind == "S":
        return np.char.decode(array, "utf-8")
    if array.dtype.kind == "O":
        flat = [v.decode("utf-8") if isinstance(v, bytes) else str(v) for v in array.reshape(-1)]
        return np.array(flat, dtype=str).reshape(array.shape)
    return array


def as_indices(x: np.ndarray) -> torch.Tensor:
    """Indices from the host, on the device."""
    return as_tensor(np.ascontiguousarray(x, dtype=np.int64), device=default_device())
