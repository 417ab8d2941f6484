"""Masks that travel on tensors: handed to layers that take them, and put on what layers give."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import nest


class _NoMask:
    """Says that outputs must be asked for a mask although the input has none."""


_NO_MASK = _NoMask()


def fill(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any], has_own: bool) -> Any:
    """Give ``call`` its masks; return the mask of the first input when the outputs must carry one, else None."""
    signature = layer._call_signature
    first = args[0] if args else next(iter(kwargs.values()), None)
    if isinstance(first, torch.Tensor):
        mask = getattr(first, "_keras_mask", None)
        found = mask is not None
    else:
        leaves = nest.flatten(first)
        mask = [getattr(leaf, "_keras_mask", None) for leaf in leaves]
        found = any(m is not None for m in mask)
        if found and nest.is_nested(first):
            mask = nest.pack_sequence_as(first, mask)
    if found and signature.mask and kwargs.get("mask") is None and "mask" not in signature.names[: len(args)]:
        kwargs["mask"] = mask
    for name in signature.mask_names:
        if kwargs.get(name) is None and name not in signature.names[: len(args)]:
            owner = name.removesuffix("_mask")
            value = kwargs.get(owner)
            if value is None and owner in signature.names[: len(args)]:
                value = args[signature.names.index(owner)]
            given = getattr(value, "_keras_mask", None) if isinstance(value, torch.Tensor) else None
            if given is not None:
                kwargs[name] = given
    if found or has_own:
        return mask if found else _NO_MASK
    return None


def set_on_outputs(layer: Any, inputs: Any, outputs: Any, mask: Any, has_own: bool) -> None:
    """Put the layer's mask for its outputs on them, when it has one."""
    if not layer.supports_masking and not has_own:
        return
    made = layer.compute_mask(inputs, None if mask is _NO_MASK else mask)
    if made is None:
        return
    leaves = nest.flatten(outputs)
    masks = nest.flatten(made) if nest.is_nested(made) else [made] * (1 if len(leaves) == 1 else len(leaves))
    for leaf, one in zip(leaves, masks, strict=False):
        if one is not None and isinstance(leaf, torch.Tensor):
            leaf._keras_mask = one  # type: ignore[attr-defined]
