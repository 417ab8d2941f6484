"""Global settings, as Keras keeps them: float type, epsilon, image layout, and the home folder.

Read once from ``$KERAS_HOME/keras.json`` (``~/.keras`` when the variable is not set); the file is never written.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from wubu.errors import ArgumentError

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_LAYOUTS = ("channels_last", "channels_first")


def keras_home() -> Path:
    """The folder of data sets and settings: ``$KERAS_HOME``, else ``~/.keras``."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser()


def _read_file() -> dict[str, Any]:
    try:
        found = json.loads((keras_home() / "keras.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _initial() -> dict[str, Any]:
    found = _read_file()
    floatx_ = found.get("floatx")
    layout = found.get("image_data_format")
    epsilon_ = found.get("epsilon")
    return {
        "floatx": floatx_ if floatx_ in _FLOATS else "float32",
        "epsilon": float(epsilon_) if isinstance(epsilon_, int | float) else 1e-7,
        "image_data_format": layout if layout in _LAYOUTS else "channels_last",
    }


_values = _initial()


def floatx() -> str:
    """The default float type, such as ``"float32"``."""
    return _values["floatx"]


def set_floatx(value: str) -> None:
    """Set the default float type: float16, bfloat16, float32 or float64."""
    if value not in _FLOATS:
        raise ArgumentError(f"Expected floatx to be one of {_FLOATS}. Received: {value!r}")
    _values["floatx"] = value


def epsilon() -> float:
    """The small number that keeps divisions and logarithms finite (1e-7)."""
    return _values["epsilon"]


def set_epsilon(value: float) -> None:
    """Set the small number that keeps divisions and logarithms finite."""
    _values["epsilon"] = float(value)


def image_data_format() -> str:
    """``"channels_last"`` (the default) or ``"channels_first"``."""
    return _values["image_data_format"]


def set_image_data_format(data_format: str) -> None:
    """Set the default image layout."""
    data_format = {"tf": "channels_last", "th": "channels_first"}.get(str(data_format).lower(), str(data_format).lower())
    if data_format not in _LAYOUTS:
        raise ArgumentError(f"Expected image_data_format to be one of {_LAYOUTS}. Received: {data_format!r}")
    _values["image_data_format"] = data_format


def standardize_data_format(value: str | None) -> str:
    """Return the given layout, checked, or the default one for None."""
    if value is None:
        return image_data_format()
    value = {"tf": "channels_last", "th": "channels_first"}.get(str(value).lower(), str(value).lower())
    if value not in _LAYOUTS:
        raise ArgumentError(f"Expected data_format to be one of {_LAYOUTS}. Received: {value!r}")
    return value
