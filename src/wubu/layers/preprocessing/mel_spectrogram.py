"""Sounds as pictures of how loud each pitch is at each time."""

from __future__ import annotations

import math
from typing import Any

import torch

from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.ops.math.transforms import stft


class MelSpectrogram(Layer):
    """The spectrum of a signal's frames, in bands that are as wide as the ear hears (mel scale).

    Args:
        fft_length: the length of each transform.
        sequence_stride: how far frames are apart.
        sequence_length: the length of a frame. Default: ``fft_length``.
        window: ``"hann"`` or ``"hamming"``.
        sampling_rate: samples a second.
        num_mel_bins: how many bands.
        min_freq, max_freq: the ends of the bands in hertz. Default of the latter: half the sampling rate.
        power_to_db: whether the output is in decibels, relative to ``ref_power``.
        top_db: how far below the loudest the quietest may be.
        mag_exp: the exponent of the magnitude: 1 for energy, 2 for power.
        min_power: the smallest power that counts.
        ref_power: what has 0 decibels.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, samples)`` or ``(samples,)``. Output shape: ``(batch, num_mel_bins, frames)``.
    """

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: str = "hann",
        sampling_rate: int = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.fft_length, self.sequence_stride = fft_length, sequence_stride
        self.sequence_length = sequence_length or fft_length
        if self.fft_length < self.sequence_length:
            raise ArgumentError(f"Expected fft_length >= sequence_length. Received: {fft_length} < {sequence_length}")
        self.window, self.sampling_rate, self.num_mel_bins = window, sampling_rate, num_mel_bins
        self.min_freq, self.max_freq = min_freq, max_freq or int(sampling_rate / 2)
        self.power_to_db, self.top_db, self.mag_exp = power_to_db, top_db, mag_exp
        self.min_power, self.ref_power = min_power, ref_power

    def call(self, inputs: Any) -> torch.Tensor:
        """Compute the output."""
        x = as_tensor(inputs)
        x = x if x.dtype in (torch.float32, torch.float64) else x.float()
        real, imaginary = stft(x, self.sequence_length, self.sequence_stride, self.fft_length, self.window, True)
        power = torch.sqrt(real * real + imaginary * imaginary) ** self.mag_exp  # (…, frames, frequencies)
        made = power @ self._bands(power)
        if self.power_to_db:
            made = 10.0 * torch.log10(made.clamp(min=self.min_power))
            made = made - 10.0 * math.log10(max(abs(self.ref_power), self.min_power))
            made = torch.maximum(made, made.max() - self.top_db)
        return made.transpose(-1, -2).to(torch_dtype(self.compute_dtype))

    def _bands(self, like: torch.Tensor) -> torch.Tensor:
        """How much each frequency counts in each band: triangles on the mel scale, (frequencies, bands)."""

        def mel(hertz: torch.Tensor) -> torch.Tensor:
            return 1127.0 * torch.log(1.0 + hertz / 700.0)

        options: dict[str, Any] = {"dtype": like.dtype, "device": like.device}
        frequencies = mel(torch.linspace(0.0, self.sampling_rate / 2.0, like.shape[-1], **options))[1:, None]
        ends = [1127.0 * math.log(1.0 + f / 700.0) for f in (self.min_freq, self.max_freq)]
        edges = torch.linspace(ends[0], ends[1], self.num_mel_bins + 2, **options)
        low, middle, high = edges[:-2], edges[1:-1], edges[2:]
        up, down = (frequencies - low) / (middle - low), (high - frequencies) / (high - middle)
        return torch.nn.functional.pad(torch.minimum(up, down).clamp(min=0.0), (0, 0, 1, 0))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, the bands and the frames."""
        samples = input_shape[-1]
        frames = None if samples is None else samples // self.sequence_stride + 1
        return (*input_shape[:-1], self.num_mel_bins, frames)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = (
            "fft_length", "sequence_stride", "sequence_length", "window", "sampling_rate", "num_mel_bins", "min_freq",
            "max_freq", "power_to_db", "top_db", "mag_exp", "min_power", "ref_power",
        )  # fmt: skip
        return {**super().get_config(), **stored(self, *names)}
