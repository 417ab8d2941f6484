"""Tensors by name into a model: by the names of its ``state_dict``, or out of a plain torch model of the same layers.

A torch model keeps a linear layer's matrix as (out, in) and a convolution's kernel as (out, in, height, width); Keras has
(in, out) and (height, width, in, out). Names differ as well, so a foreign ``state_dict`` is matched layer by layer in
order, and every weight is turned as its layer wants it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import torch

from wubu.errors import FileFormatError

# torch's name of a weight -> Keras's, by the kind of layer
_RENAMED = {"weight": ("kernel", "gamma", "embeddings"), "bias": ("bias", "beta")}
_STATISTICS = {"running_mean": "moving_mean", "running_var": "moving_variance"}


def assign(model: Any, tensors: Mapping[str, torch.Tensor], source: str, skip_mismatch: bool = False) -> None:
    """Copy tensors into a model's weights.

    Args:
        model: the model, built.
        tensors: by name.
        source: the file's name, for errors.
        skip_mismatch: whether what does not fit keeps its values, with a warning.

    Raises:
        FileFormatError: when names or shapes do not fit.
    """
    own = {k: v for k, v in model.state_dict(keep_vars=True).items() if isinstance(v, torch.Tensor)}
    plan: list[tuple[torch.Tensor, torch.Tensor]] = []
    problems: list[str] = []
    if own.keys() != tensors.keys() and _same_in_order(own, tensors):
        # Automatic names count on, so a second model of the same layers has other ones.
        plan = list(zip(own.values(), tensors.values()))
    elif not _of_plain_torch(tensors):
        for name, tensor in own.items():
            if name not in tensors:
                problems.append(f"{name!r} is missing")
            elif tuple(tensors[name].shape) != tuple(tensor.shape):
                problems.append(f"{name!r} has shape {tuple(tensor.shape)}. Received: {tuple(tensors[name].shape)}")
            else:
                plan.append((tensor, tensors[name]))
        problems += [f"{name!r} is not in the model" for name in tensors if name not in own]
    else:
        plan, problems = _foreign(model, tensors)
    if problems:
        text = "; ".join(problems[:8]) + (" …" if len(problems) > 8 else "")
        if not skip_mismatch:
            raise FileFormatError(f"{source} does not fit the model: {text}. Try: skip_mismatch=True")
        warnings.warn(f"{source}: some weights keep their values: {text}", stacklevel=4)
    with torch.no_grad():
        for target, value in plan:
            target.copy_(value)


def _same_in_order(own: Mapping[str, torch.Tensor], tensors: Mapping[str, torch.Tensor]) -> bool:
    """Whether two lists have the same weights of the same shapes in the same order, but for the layers' names."""
    mine = [(name.rpartition(".")[2], tuple(tensor.shape)) for name, tensor in own.items()]
    return mine == [(name.rpartition(".")[2], tuple(tensor.shape)) for name, tensor in tensors.items()]


def _of_plain_torch(tensors: Mapping[str, torch.Tensor]) -> bool:
    """Whether the names are those that torch's own layers give."""
    return any(name.rpartition(".")[2] in ("weight", *_STATISTICS) for name in tensors)


def _foreign(
    model: Any, tensors: Mapping[str, torch.Tensor]
) -> tuple[list[tuple[torch.Tensor, torch.Tensor]], list[str]]:
    groups: dict[str, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        owner, _, last = name.rpartition(".")
        if last != "num_batches_tracked":
            groups.setdefault(owner, {})[last] = tensor
    layers = [layer for layer in model._flatten_layers() if layer._sorted_own()]
    if len(layers) != len(groups):
        return [], [
            f"the model has {len(layers)} layers with weights, the file {len(groups)}: {', '.join(list(groups)[:6])}"
        ]
    plan: list[tuple[torch.Tensor, torch.Tensor]] = []
    problems: list[str] = []
    for layer, (owner, group) in zip(layers, groups.items()):
        own = {w.name: w for w in layer._sorted_own()}
        for last, tensor in group.items():
            names = _RENAMED.get(last, (_STATISTICS.get(last, last), last))
            target = next((own[n] for n in names if n in own), None)
            turned = None if target is None else _turned(tensor, target)
            if turned is None or target is None:
                problems.append(f"{owner}.{last} of shape {tuple(tensor.shape)} does not fit layer {layer.name!r}")
            else:
                plan.append((target, turned))
        if len(group) != len(own):
            problems.append(f"layer {layer.name!r} has {len(own)} weights. Received: {len(group)} as {owner!r}")
    return plan, problems


def _turned(tensor: torch.Tensor, target: torch.Tensor) -> torch.Tensor | None:
    """A torch weight with its axes in Keras's order, or None when its shape does not fit."""
    if target.name == "kernel" and tensor.dim() >= 2:  # type: ignore[attr-defined]
        tensor = tensor.permute(*range(2, tensor.dim()), 1, 0)
    return tensor if tuple(tensor.shape) == tuple(target.shape) else None
