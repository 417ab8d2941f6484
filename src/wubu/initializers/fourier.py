"""An initializer that makes a one-dimensional convolution compute a short-time Fourier transform."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch

from wubu.core.device import default_device
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, MissingDependencyError, ShapeError
from wubu.initializers.base import Initializer

_WINDOWS: dict[str, Callable[..., torch.Tensor]] = {
    "bartlett": torch.bartlett_window,
    "blackman": torch.blackman_window,
    "hamming": torch.hamming_window,
    "hann": torch.hann_window,
}


class STFT(Initializer):
    """The real or the imaginary part of a Fourier transform's matrix, times a window.

    ``kernel[t, 0, f] = window[t] * cos(-2π t f / n) / norm`` (sin for the imaginary part), with ``n`` the
    length of the transform, for a kernel of shape (frame length, 1, n // 2 + 1).

    Args:
        side: ``"real"`` or ``"imag"``.
        window: the name of a window (those beyond hann, hamming, blackman and bartlett need SciPy), an
            array as long as a frame, or None.
        scaling: ``"density"`` divides by the root of the window's summed squares, ``"spectrum"`` by its
            sum, None by nothing.
        periodic: whether the window is periodic (for analysis) or symmetric.

    Raises:
        ArgumentError: for an unknown side, window or scaling.
        ShapeError: when called for a shape that is not a one-dimensional convolution's.
    """

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        if side not in ("real", "imag"):
            raise ArgumentError(f"Expected side to be 'real' or 'imag'. Received: side={side!r}")
        if scaling not in (None, "density", "spectrum"):
            raise ArgumentError(f"Expected scaling to be 'density', 'spectrum' or None. Received: scaling={scaling!r}")
        if isinstance(window, str):
            _named_window(window, 1, periodic)  # an unknown name fails here, not when the weight is made
        self.side = side
        self.window = window
        self.scaling = scaling
        self.periodic = periodic

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Return the kernel."""
        if len(shape) != 3:
            raise ShapeError(
                f"STFT expected a shape (frame length, channels, frequencies). Received: shape {tuple(shape)}"
            )
        frame, _, frequencies = shape
        wanted, device = torch_dtype(dtype), default_device()
        length = (frequencies - 1) * 2
        frequency = torch.arange(frequencies, dtype=wanted, device=device).reshape(1, 1, -1) / length
        time = torch.arange(frame, dtype=wanted, device=device).reshape(-1, 1, 1)
        angle = -2 * time * frequency * math.pi  # (frame, 1, frequencies)
        kernel = torch.cos(angle) if self.side == "real" else torch.sin(angle)
        if self.window is None:
            return kernel
        window = _named_window(self.window, frame, self.periodic) if isinstance(self.window, str) else self.window
        window = as_tensor(window, wanted).to(device)
        if tuple(window.shape) != (frame,):
            raise ShapeError(f"Expected a window as long as a frame, {frame}. Received: shape {tuple(window.shape)}")
        kernel = kernel * window.reshape(-1, 1, 1)
        if self.scaling == "density":
            return kernel / torch.sqrt(torch.sum(torch.square(window)))
        if self.scaling == "spectrum":
            return kernel / torch.sum(torch.abs(window))
        return kernel

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        return {
            "side": self.side,
            "window": self.window,
            "periodic": self.periodic,
            "scaling": self.scaling,
        }


def _named_window(name: str, length: int, periodic: bool) -> Any:
    if name in _WINDOWS:
        return _WINDOWS[name](length, periodic=periodic, dtype=torch.float64)
    try:
        from scipy import signal
    except ImportError as error:
        raise MissingDependencyError("scipy", "report", f"The window {name!r} of STFT") from error
    try:
        return signal.get_window(name, length, periodic)
    except ValueError as error:
        raise ArgumentError(
            f"Expected the name of a window, such as 'hann'. Received: window={name!r} ({error})"
        ) from error
