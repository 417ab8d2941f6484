"""Fourier transforms and frames of signals. Complex numbers are pairs of tensors: the real and the imaginary part."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.ops.promotion import floating
from wubu.symbolic.function import op


def _complex(x: Any) -> torch.Tensor:
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise ArgumentError(
            f"Expected a pair of tensors, the real and the imaginary part. Received: {type(x).__name__}"
        )
    return torch.complex(floating(x[0]), floating(x[1]))


def _pair(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return x.real, x.imag


@op
def fft(x: Any) -> Any:
    """The discrete Fourier transform along the last axis of (real, imaginary)."""
    return _pair(torch.fft.fft(_complex(x)))


@op
def fft2(x: Any) -> Any:
    """The discrete Fourier transform along the last two axes of (real, imaginary)."""
    return _pair(torch.fft.fft2(_complex(x)))


@op
def ifft2(x: Any) -> Any:
    """The inverse of ``fft2``."""
    return _pair(torch.fft.ifft2(_complex(x)))


@op
def rfft(x: Any, fft_length: int | None = None) -> Any:
    """The transform of real numbers along the last axis, its first half."""
    return _pair(torch.fft.rfft(floating(x), n=fft_length))


@op
def irfft(x: Any, fft_length: int | None = None) -> torch.Tensor:
    """The inverse of ``rfft``."""
    return torch.fft.irfft(_complex(x), n=fft_length)


@op
def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> torch.Tensor:
    """Frames of a length, a stride apart, along the last axis: (…, frames, length)."""
    return as_tensor(x).unfold(-1, sequence_length, sequence_stride)


def _window(window: Any, length: int, size: int, like: torch.Tensor) -> torch.Tensor:
    """A window of ``length``, put into the middle of ``size``."""
    if window is None:
        made = torch.ones(length, dtype=like.dtype, device=like.device)
    elif isinstance(window, str):
        makers = {"hann": torch.hann_window, "hamming": torch.hamming_window}
        if window not in makers:
            raise ArgumentError(f"Expected window 'hann', 'hamming', a tensor or None. Received: {window!r}")
        made = makers[window](length, periodic=True, dtype=like.dtype, device=like.device)
    else:
        made = as_tensor(window).to(like.device, like.dtype)
    left = (size - length) // 2
    return torch.nn.functional.pad(made, (left, size - length - left))


@op
def stft(
    x: Any, sequence_length: int, sequence_stride: int, fft_length: int, window: Any = "hann", center: bool = True
) -> Any:
    """The short-time Fourier transform: (…, frames, fft_length // 2 + 1), real and imaginary.

    Args:
        x: signals along the last axis.
        sequence_length: the length of the window.
        sequence_stride: from one frame to the next.
        fft_length: the length of each transform, at least the window's.
        window: "hann", "hamming", a tensor, or None for all ones.
        center: whether frames are centred on their times, with the signal reflected at its ends.
    """
    x = floating(x)
    if fft_length < sequence_length:
        raise ArgumentError(f"Expected fft_length >= sequence_length. Received: {fft_length} < {sequence_length}")
    shaped = _window(window, sequence_length, fft_length, x)
    flat = x.reshape(-1, x.shape[-1])
    if center:
        flat = torch.nn.functional.pad(flat.unsqueeze(1), (fft_length // 2, fft_length // 2), mode="reflect").squeeze(1)
    frames = flat.unfold(-1, fft_length, sequence_stride) * shaped
    made = torch.fft.rfft(frames, n=fft_length)
    return _pair(made.reshape(*x.shape[:-1], *made.shape[-2:]))


@op
def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> torch.Tensor:
    """The inverse of ``stft``: frames are windowed, added where they overlap, and divided by the sum of squared windows."""
    spectrum = _complex(x)
    frames = torch.fft.irfft(spectrum, n=fft_length)
    shaped = _window(window, sequence_length, fft_length, frames)
    lead = frames.shape[:-2]
    frames = (frames * shaped).reshape(-1, *frames.shape[-2:])
    count = frames.shape[1]
    total = fft_length + sequence_stride * (count - 1)

    def overlap(parts: torch.Tensor) -> torch.Tensor:
        folded = torch.nn.functional.fold(
            parts.transpose(1, 2), output_size=(1, total), kernel_size=(1, fft_length), stride=(1, sequence_stride)
        )
        return folded.reshape(parts.shape[0], total)

    weight = overlap((shaped * shaped).expand(1, count, fft_length).contiguous())
    made = overlap(frames) / torch.where(weight > 1e-11, weight, torch.ones_like(weight))
    start = fft_length // 2 if center else 0
    stop = total - start if length is None else start + length
    made = made[:, start:stop]
    if length is not None and made.shape[-1] < length:
        made = torch.nn.functional.pad(made, (0, length - made.shape[-1]))
    return made.reshape(*lead, made.shape[-1])
