"""How raw inputs become numbers that a network learns well from; the settings keep it for later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wubu.errors import FileFormatError


@dataclass(frozen=True)
class Scaling:
    """``(x - shift) / scale`` in float32.

    Args:
        shift: what is subtracted: 0, or one number a column.
        scale: what it is divided by: the largest pixel value, or one number a column.
    """

    shift: list[float] = field(default_factory=lambda: [0.0])
    scale: list[float] = field(default_factory=lambda: [1.0])

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Scale an array of inputs; the shape stays."""
        out = x.astype(np.float32)
        if any(self.shift):
            out -= np.asarray(self.shift, np.float32)
        if any(s != 1 for s in self.scale):
            out /= np.asarray(self.scale, np.float32)
        return out

    @classmethod
    def fit(cls, x: np.ndarray) -> Scaling:
        """Choose by what the training inputs are.

        Pictures (two axes or more a sample) and tables of bytes are divided by the largest value that they
        can have: 255, or 16 for inputs that stay within 0 to 16, or 1. The columns of any other table are
        brought to mean 0 and deviation 1.

        Args:
            x: raw inputs, shape ``(samples, …)``.
        """
        low, high = float(x.min()), float(x.max())
        if x.ndim > 2 or x.dtype == np.uint8:
            if low < 0:
                return cls()
            return cls(scale=[next((float(top) for top in (1, 16, 255) if high <= top), high)])
        deviation = x.std(axis=0, dtype=np.float64)
        deviation[deviation == 0] = 1.0  # a constant column stays what it is: zero after the shift
        return cls(shift=x.mean(axis=0, dtype=np.float64).tolist(), scale=deviation.tolist())

    def to_dict(self) -> dict[str, list[float]]:
        """The form that goes into the settings."""
        return {"shift": self.shift, "scale": self.scale}

    @classmethod
    def from_dict(cls, config: Any) -> Scaling:
        """Read what ``to_dict`` wrote."""
        try:
            return cls([float(v) for v in config["shift"]], [float(v) for v in config["scale"]])
        except (KeyError, TypeError, ValueError) as error:
            raise FileFormatError(
                "Expected the settings' 'scaling' to hold two lists of numbers, 'shift' and 'scale'. "
                f"Received: {config!r}"
            ) from error
