"""Sounds as pictures of how loud each frequency is at each time, by convolutions that can be trained."""

from __future__ import annotations

import math
from typing import Any

import torch

from wubu.core import settings
from wubu.core.settings import standardize_data_format
from wubu.errors import ArgumentError
from wubu.initializers import STFT
from wubu.layers.arguments import as_choice, stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec
from wubu.ops.nn.convolution import conv
from wubu.ops.nn.spatial import window_counts

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


class STFTSpectrogram(Layer):
    """The short-time Fourier transform of signals, channel by channel, as weights that training may change.

    Args:
        mode: ``"log"`` or ``"magnitude"``, ``"psd"`` (power), ``"real"``, ``"imag"``, ``"angle"``, or ``"stft"``: real
            and imaginary parts beside each other.
        frame_length: the length of a frame.
        frame_step: how far frames are apart. Default: half a frame.
        fft_length: the length of each transform. Default: the next power of two.
        window: a window's name, such as ``"hann"``, or None.
        periodic: whether the window is periodic.
        scaling: ``"density"``, ``"spectrum"`` or None.
        padding: ``"valid"`` or ``"same"``.
        expand_dims: whether the channels have an axis of their own.
        data_format, **kwargs: ``"channels_last"`` or ``"channels_first"``, and the arguments of ``Layer``.

    Input shape: ``(batch, samples, channels)``. Output shape: ``(batch, frames, channels * frequencies)``, or with
    ``expand_dims`` ``(batch, frames, frequencies, channels)``.
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: str | None = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if frame_step is not None and not 1 <= frame_step <= frame_length:
            raise ArgumentError(f"Expected frame_step from 1 to frame_length. Received: frame_step={frame_step!r}")
        if fft_length is not None and fft_length < frame_length:
            raise ArgumentError(f"Expected fft_length >= frame_length. Received: {fft_length} < {frame_length}")
        self.mode = as_choice(mode, _MODES, "mode")
        self.frame_length, self.frame_step, self.fft_length = frame_length, frame_step, fft_length
        self._step = frame_step or frame_length // 2
        self._bins = (fft_length or 2 ** math.ceil(math.log2(frame_length))) // 2 + 1
        self.window, self.periodic = window, periodic
        if scaling not in (None, "density", "spectrum"):
            raise ArgumentError(f"Expected scaling 'density', 'spectrum' or None. Received: scaling={scaling!r}")
        self.scaling, self.padding = scaling, as_choice(padding, ("valid", "same"), "padding")
        self.expand_dims, self.data_format = expand_dims, standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=3)

    def build(self, input_shape: Any) -> None:
        """Make the kernels of the real and the imaginary part, where they are used."""
        shape = (self.frame_length, 1, self._bins)
        for side, other in (("real", "imag"), ("imag", "real")):
            if self.mode != other:
                start = STFT(side, self.window, self.scaling, self.periodic)
                setattr(self, f"{side}_kernel", self.add_weight(shape, start, name=f"{side}_kernel"))

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        signals = inputs if self.data_format == "channels_first" else inputs.transpose(1, 2)  # (batch, channels, samples)
        flat = signals.reshape(-1, signals.shape[2], 1)

        def part(side: str) -> torch.Tensor:
            kernel = getattr(self, f"{side}_kernel").to(flat.dtype)
            made = conv(flat, kernel, self._step, self.padding, "channels_last")  # (batch * channels, frames, bins)
            return made.reshape(*signals.shape[:2], *made.shape[1:])  # (batch, channels, frames, bins)

        if self.mode in ("real", "imag"):
            return self._arranged(part(self.mode))
        real, imaginary = part("real"), part("imag")
        if self.mode == "angle":
            return self._arranged(torch.atan2(imaginary, real))
        if self.mode == "stft":
            return self._arranged(torch.cat([real, imaginary], dim=-1))
        power = real * real + imaginary * imaginary
        if self.mode == "psd":  # all but the first and the last frequency stand for two
            return self._arranged(power + torch.nn.functional.pad(power[..., 1:-1], (1, 1)))
        least = settings.epsilon()
        size = self._arranged(torch.sqrt(power.clamp(min=least)))
        return size if self.mode == "magnitude" else torch.log(size.clamp(min=least))

    def _arranged(self, x: torch.Tensor) -> torch.Tensor:
        """From (batch, channels, frames, bins) to the layout of the output."""
        if self.expand_dims:
            return x.permute(0, 2, 3, 1) if self.data_format == "channels_last" else x
        joined = x.permute(0, 2, 1, 3).flatten(2)  # (batch, frames, channels * bins)
        return joined if self.data_format == "channels_last" else joined.transpose(1, 2)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, the frames, and the channels and frequencies."""
        last = self.data_format == "channels_last"
        samples, channels = (input_shape[1], input_shape[2]) if last else (input_shape[2], input_shape[1])
        (frames,) = window_counts((samples,), (self.frame_length,), (self._step,), self.padding, owner=self.name)
        bins = self._bins * (2 if self.mode == "stft" else 1)
        if self.expand_dims:
            return (input_shape[0], frames, bins, channels) if last else (input_shape[0], channels, frames, bins)
        both = None if channels is None else channels * bins
        return (input_shape[0], frames, both) if last else (input_shape[0], both, frames)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = (
            "mode", "frame_length", "frame_step", "fft_length", "window", "periodic", "scaling", "padding",
            "data_format", "expand_dims",
        )  # fmt: skip
        return {**super().get_config(), **stored(self, *names)}
