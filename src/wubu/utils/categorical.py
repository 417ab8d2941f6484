"""Class labels as one-hot rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from wubu.errors import EmptyDataError, LabelError, UnknownArgumentError


def to_categorical(x: Any, num_classes: int | None = None, dtype: Any = None, **kwargs: Any) -> Any:
    """Turn class labels into one-hot rows.

    Formula: ``out[..., c] = 1`` where ``x == c``, else 0.

    Args:
        x: labels 0..num_classes-1, an array, list or torch tensor; a last axis of length 1 is dropped.
        num_classes: length of a row; default the largest label plus one.
        dtype: of the result; default float64 for arrays, as in Keras, and the default float type for tensors.
        **kwargs: ``nb_classes``, the old name of ``num_classes``.

    Returns:
        An array, or a tensor where ``x`` is one, of shape ``x.shape + (num_classes,)``.

    Raises:
        LabelError: a label is negative, not whole, or at least ``num_classes``.
        EmptyDataError: there are no labels to count classes from.

    Example::

        to_categorical([0, 2, 1], num_classes=3)   # [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    """
    num_classes = kwargs.pop("nb_classes", num_classes)
    if kwargs:
        raise UnknownArgumentError("to_categorical", kwargs, ["num_classes", "dtype"])
    tensor = x if hasattr(x, "detach") else None  # a torch tensor, told without importing torch
    labels = np.asarray(tensor.detach().cpu() if tensor is not None else x)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    whole = labels.astype(np.int64)
    if labels.dtype.kind == "f" and not np.array_equal(whole, labels):
        raise LabelError("Expected class labels as whole numbers. Received fractions or NaN")
    if not num_classes:
        if not whole.size:
            raise EmptyDataError("Expected labels, or num_classes to be given. Received no labels")
        num_classes = int(whole.max()) + 1
    if whole.size and (whole.min() < 0 or whole.max() >= num_classes):
        raise LabelError(
            f"Expected labels 0..{num_classes - 1} for {num_classes} classes. Received labels from {whole.min()} "
            f"to {whole.max()}. Try a larger num_classes, or numbering the classes from 0"
        )
    rows = np.zeros(
        (whole.size, num_classes), dtype=np.float64 if dtype is None or tensor is not None else dtype
    )
    rows[np.arange(whole.size), whole.reshape(-1)] = 1
    rows = rows.reshape(*whole.shape, num_classes)
    if tensor is None:
        return rows
    import torch

    from wubu.core.dtypes import torch_dtype
    from wubu.core.settings import floatx

    return torch.from_numpy(rows).to(device=tensor.device, dtype=torch_dtype(dtype or floatx()))
