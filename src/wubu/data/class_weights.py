"""Weights of classes as weights of samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from wubu.core import nest, settings
from wubu.core.dtypes import torch_dtype
from wubu.errors import ArgumentError


def add_class_weights(
    y: Any, sample_weight: Any, class_weight: Any, output_names: Sequence[str | None] | None = None
) -> Any:
    """Return the sample weights that class weights mean, times the given ones.

    Args:
        y: labels as tensors: class numbers of shape (n,) or (n, 1), or one-hot rows; or a structure of these.
        sample_weight: None, weights, or a structure like that of ``y``.
        class_weight: a dict from class numbers to weights; for several outputs, a dict from their names to such dicts,
            or a list of such dicts. Classes that are not named weigh 1.
        output_names: the names of the outputs, in order.

    Returns:
        Weights of shape (n,), or a list or dict of them like ``y``; None stands where nothing is weighted.
    """
    if not class_weight:
        return sample_weight
    if not nest.is_nested(y):
        if isinstance(class_weight, Mapping) and class_weight and all(_is_table(v) for v in class_weight.values()):
            class_weight = next(iter(class_weight.values()))  # one output, by name
        return _times(_weights(y, class_weight), sample_weight)
    keys = list(y) if isinstance(y, Mapping) else list(range(len(y)))
    tables = _tables_by_output(class_weight, keys, output_names)
    made = {}
    for key in keys:
        given = _part(sample_weight, key, output_names)
        table = tables.get(key)
        made[key] = given if table is None else _times(_weights(y[key], table), given)
    return made if isinstance(y, Mapping) else [made[key] for key in keys]


def _tables_by_output(class_weight: Any, keys: list[Any], names: Sequence[str | None] | None) -> dict[Any, Any]:
    if isinstance(class_weight, Mapping):
        if not all(v is None or _is_table(v) for v in class_weight.values()):
            if len(keys) > 1:
                raise ArgumentError(
                    f"Expected class_weight to name the outputs, since there are {len(keys)}: "
                    f"{{output: {{class: weight}}}}, with outputs {list(names or keys)}. Received: {class_weight}"
                )
            return {keys[0]: class_weight}
        found = {}
        for name, table in class_weight.items():
            found[_key_of(name, keys, names)] = table
        return found
    if isinstance(class_weight, Sequence) and len(class_weight) == len(keys):
        return dict(zip(keys, class_weight))
    raise ArgumentError(
        f"Expected class_weight to be a dict, or a list of {len(keys)} dicts. Received: {class_weight!r}"
    )


def _key_of(name: Any, keys: list[Any], names: Sequence[str | None] | None) -> Any:
    if name in keys:
        return name
    if names and name in names and len(names) == len(keys):
        return keys[list(names).index(name)]
    raise ArgumentError(f"class_weight names the output {name!r}. The outputs are {list(names or keys)}")


def _part(sample_weight: Any, key: Any, names: Sequence[str | None] | None) -> Any:
    if isinstance(sample_weight, Mapping):
        if key in sample_weight:
            return sample_weight[key]
        return sample_weight.get(names[key]) if names and isinstance(key, int) else None
    if isinstance(sample_weight, list | tuple):
        return sample_weight[key] if isinstance(key, int) else None
    return sample_weight


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str))


def _weights(y: torch.Tensor, class_weight: Any) -> torch.Tensor:
    """The weight of each sample, of shape (n,), or (n, steps) for sequences of one-hot rows."""
    if y is None:
        raise ArgumentError("class_weight needs labels. Received: y=None")
    dtype = torch_dtype(settings.floatx())
    y = torch.as_tensor(y)
    if y.dim() > 1:
        y = y.argmax(-1) if y.shape[-1] != 1 else y.squeeze(-1)
    classes = y.round().long() if y.is_floating_point() else y.long()
    if isinstance(class_weight, str):
        if class_weight not in ("balanced", "auto"):
            raise ArgumentError(f"Expected class_weight to be a dict or 'balanced'. Received: {class_weight!r}")
        found, counts = classes.unique(return_counts=True)
        class_weight = {int(c): classes.numel() / (len(found) * int(n)) for c, n in zip(found, counts)}
    pairs = class_weight.items() if isinstance(class_weight, Mapping) else enumerate(class_weight)
    try:
        table = {int(label): float(weight) for label, weight in pairs}
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"Expected class_weight to map class numbers to weights, as in {{0: 1.0, 1: 5.0}}. Received: {class_weight}"
        ) from error
    size = max([int(classes.max()) if classes.numel() else 0, *table]) + 1
    # One more place for classes below 0: they weigh 1.
    values = torch.ones(size + 1, dtype=dtype)
    for label, weight in table.items():
        if label >= 0:
            values[label] = weight
    return values.to(classes.device)[torch.where(classes < 0, size, classes)]


def _times(weights: torch.Tensor, sample_weight: Any) -> torch.Tensor:
    if sample_weight is None:
        return weights
    sample_weight = torch.as_tensor(sample_weight).to(weights.dtype).to(weights.device)
    if sample_weight.dim() == weights.dim() + 1 and sample_weight.shape[-1] == 1:
        sample_weight = sample_weight.squeeze(-1)
    while weights.dim() < sample_weight.dim():
        weights = weights.unsqueeze(-1)
    return weights * sample_weight
