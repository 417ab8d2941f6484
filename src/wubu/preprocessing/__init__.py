"""Keras's ``preprocessing`` namespace: pictures, sequences and text, as programs prepared them before layers did."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from wubu.errors import did_you_mean

if TYPE_CHECKING:
    from wubu.preprocessing import image, sequence, text

__all__ = ["image", "sequence", "text"]

# Functions that Keras has in ``utils`` as well.
_IN_UTILS = ("image_dataset_from_directory", "text_dataset_from_directory", "timeseries_dataset_from_array")


def __getattr__(name: str) -> Any:
    if name in _IN_UTILS:
        found = getattr(importlib.import_module("wubu.utils"), name)
    elif name in __all__:
        found = importlib.import_module(f"{__name__}.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}.{did_you_mean(name, __all__)}")
    globals()[name] = found
    return found
