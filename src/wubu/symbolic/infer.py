"""Output shapes without computing: a function runs on torch's ``meta`` device, twice where sizes are unknown.

Every None becomes one probe size in the first run and another in the second; a size that differs between the results is
unknown. No memory is used and nothing is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.core import nest
from wubu.core.dtypes import standardize_dtype
from wubu.errors import ShapeError
from wubu.symbolic.keras_tensor import KerasTensor

# Primes, and large enough that a few strided convolutions leave something.
PROBES = (83, 89)


def infer(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return the structure of KerasTensors that a function would give for arguments with KerasTensors in them."""
    unknown = any(isinstance(t, KerasTensor) and None in t.shape for t in nest.flatten([args, kwargs]))
    try:
        results = [_run(function, args, kwargs, probe) for probe in (PROBES if unknown else PROBES[:1])]
    except RuntimeError:
        found = _with_a_known_size(function, args, kwargs) if unknown else None
        if found is None:
            raise
        results = [found]
    return nest.map_structure(_merge, results[0], results[-1])


def _with_a_known_size(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """The result when an unknown size has to be that of another argument: a batch of any size beside one of four rows."""
    tensors = [t for t in nest.flatten([args, kwargs]) if isinstance(t, KerasTensor | torch.Tensor)]
    for size in dict.fromkeys(size for t in tensors for size in t.shape if size is not None and size > 1):
        try:
            return _run(function, args, kwargs, size)
        except RuntimeError:
            continue
    return None


def _run(function: Callable[..., Any], args: Any, kwargs: Any, probe: int) -> Any:
    def on_meta(leaf: Any) -> Any:
        if isinstance(leaf, KerasTensor):
            shape = [probe if d is None else d for d in leaf.shape]
            return torch.empty(shape, dtype=leaf.torch_dtype, device="meta")
        if isinstance(leaf, torch.Tensor):
            return leaf.detach().to("meta")
        return leaf

    with torch.no_grad():
        return function(*nest.map_structure(on_meta, args), **nest.map_structure(on_meta, kwargs))


def _merge(a: Any, b: Any) -> Any:
    if not isinstance(a, torch.Tensor):
        return a
    if a.dim() != b.dim():
        raise ShapeError(f"The number of axes depends on an unknown size: {tuple(a.shape)} and {tuple(b.shape)}.")
    shape = [m if m == n else None for m, n in zip(a.shape, b.shape, strict=True)]
    return KerasTensor(shape, standardize_dtype(a.dtype))
