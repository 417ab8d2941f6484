"""Pictures as arrays, and arrays as pictures; generators of pictures that are moved, turned and lit differently."""

from __future__ import annotations

import importlib
from typing import Any

from wubu.errors import did_you_mean

# ruff: noqa: F822 - every name is found when it is asked for

# All of it needs Pillow or more, and is loaded when it is asked for.
_HOMES = ("wubu.utils", "wubu.data.images")

__all__ = [
    "DataFrameIterator",
    "DirectoryIterator",
    "ImageDataGenerator",
    "Iterator",
    "NumpyArrayIterator",
    "apply_affine_transform",
    "apply_brightness_shift",
    "apply_channel_shift",
    "array_to_img",
    "img_to_array",
    "load_img",
    "random_brightness",
    "random_channel_shift",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_zoom",
    "save_img",
    "smart_resize",
]


def __getattr__(name: str) -> Any:
    for home in _HOMES if name in __all__ else ():
        found = getattr(importlib.import_module(home), name, None)
        if found is not None:
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}.{did_you_mean(name, __all__)}")
