"""Whether two described results are the same, up to rounding."""

from __future__ import annotations

from typing import Any

import numpy as np


def difference(mine: Any, theirs: Any, rtol: float = 2e-4, atol: float = 2e-5) -> str | None:
    """What differs first, or None."""
    if isinstance(theirs, dict) and isinstance(mine, dict):
        if set(mine) != set(theirs):
            return f"{_short(mine)} instead of {_short(theirs)}"
        for key in theirs:
            if key == "raises":
                return None if theirs[key] in mine[key] else f"raises {mine[key][0]} instead of {theirs[key]}"
            found = (
                _numbers(mine[key], theirs[key], rtol, atol)
                if key in ("is", "ragged", "float")
                else difference(mine[key], theirs[key], rtol, atol)
            )
            if found:
                return found
        return None
    if isinstance(theirs, list) and isinstance(mine, list):
        if len(mine) != len(theirs):
            return f"{_short(mine)} instead of {_short(theirs)}"
        return next((d for a, b in zip(mine, theirs) if (d := difference(a, b, rtol, atol))), None)
    return None if mine == theirs else f"{_short(mine)} instead of {_short(theirs)}"


def _numbers(mine: Any, theirs: Any, rtol: float, atol: float) -> str | None:
    a, b = _flat(mine), _flat(theirs)
    texts = [(x, y) for x, y in zip(a, b) if isinstance(x, str) or isinstance(y, str)]
    if len(a) != len(b) or any(x != y for x, y in texts):
        return f"{_short(mine)} instead of {_short(theirs)}"
    x = np.array([v for v in a if not isinstance(v, str)], float)
    y = np.array([v for v in b if not isinstance(v, str)], float)
    return None if np.allclose(x, y, rtol, atol) else f"{_short(mine)} instead of {_short(theirs)}"


def _flat(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [x for v in value for x in _flat(v)]
    return [float(value) if isinstance(value, bool | int | float) else value]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "…"


def tolerances(expression: str) -> tuple[float, float]:
    """How far results may be apart: TensorFlow's bicubic weights come from a table."""
    return (1e-3, 1e-2) if "bicubic" in expression else (2e-4, 2e-5)
