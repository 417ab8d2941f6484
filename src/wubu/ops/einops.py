"""Axes rearranged by a pattern that names them."""

from __future__ import annotations

import math
import re
from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.symbolic.function import op


def _axes(side: str) -> list[list[str]]:
    """The axes of one side of a pattern, each the list of the names in it."""
    return [part.strip("()").split() for part in re.findall(r"\([^)]*\)|\w+", side)]


@op
def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> torch.Tensor:
    """A tensor whose axes are named on the left of ``->`` and put in order on the right.

    Names in parentheses make one axis together; of those on the left all but one need a length.

    Args:
        tensor: the tensor.
        pattern: such as ``"b (h1 h) w c -> (b h1) h w c"``.
        **axes_lengths: lengths of named axes.

    Raises:
        ArgumentError: when the pattern does not fit the tensor.

    Example:
        >>> rearrange(torch.ones(2, 6, 3), "b (h h1) c -> b h (c h1)", h1=2).shape
        torch.Size([2, 3, 6])
    """
    x = as_tensor(tensor)
    problem = f"pattern={pattern!r}, a tensor of shape {tuple(x.shape)}, lengths {axes_lengths}"
    if pattern.count("->") != 1:
        raise ArgumentError(f"Expected a pattern with one '->'. Received: {problem}")
    left, right = (_axes(side) for side in pattern.split("->"))
    if len(left) != x.dim():
        raise ArgumentError(f"Expected as many axes on the left as the tensor has. Received: {problem}")
    lengths = {name: int(length) for name, length in axes_lengths.items()}
    for group, size in zip(left, x.shape, strict=True):
        unknown = [name for name in group if name not in lengths]
        known = math.prod(lengths[name] for name in group if name in lengths)
        if len(unknown) > 1 or (known and size % known) or (not unknown and known != size):
            raise ArgumentError(f"Expected lengths that multiply to {size} for {group}. Received: {problem}")
        if unknown:
            lengths[unknown[0]] = size // known
    names = [name for group in left for name in group]
    wanted = [name for group in right for name in group]
    if sorted(names) != sorted(wanted):
        raise ArgumentError(f"Expected the same names on both sides. Received: {problem}")
    apart = x.reshape([lengths[name] for name in names]).permute([names.index(name) for name in wanted])
    return apart.reshape([math.prod(lengths[name] for name in group) for group in right])
