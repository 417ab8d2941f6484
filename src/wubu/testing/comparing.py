"""What the kits have in common: saying what is wrong, and comparing numbers and configs."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object


def claim(holds: Any, message: str) -> None:
    """Raise an AssertionError with a message unless something holds."""
    if not holds:
        raise AssertionError(message)


def near(first: Any, second: Any, what: str, tolerance: float = 1e-4) -> None:
    """Two structures of tensors hold the same numbers."""
    pairs = list(zip(nest.flatten(first), nest.flatten(second), strict=True))
    for a, b in pairs:
        x, y = (np.asarray(t.detach().float().cpu() if isinstance(t, torch.Tensor) else t) for t in (a, b))
        claim(x.shape == y.shape, f"{what}: shapes {x.shape} and {y.shape}")
        if x.dtype.kind in "biufc":
            claim(np.allclose(x, y, rtol=tolerance, atol=tolerance, equal_nan=True), f"{what}: the numbers differ")
        else:
            claim((x == y).all(), f"{what}: the values differ")


def round_trip(thing: Any, what: str) -> Any:
    """An object made again from its config, which gives the same config."""
    written = serialize_keras_object(thing)
    made = deserialize_keras_object(written)
    claim(type(made) is type(thing), f"{what}: the config makes {type(made).__name__}")
    again = serialize_keras_object(made)
    claim(plain(again["config"]) == plain(written["config"]), f"{what}: the config of what a config makes is another")
    return made


def plain(config: Any) -> Any:
    """A config with lists for tuples and without what depends on whether an object was used."""
    if isinstance(config, dict):
        return {k: plain(v) for k, v in config.items() if k not in ("build_config", "shared_object_id")}
    if isinstance(config, list | tuple):
        return [plain(v) for v in config]
    return config.tolist() if isinstance(config, np.ndarray) else config
