"""``tf.signal``: Fourier transforms, windows and frames."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import axes, convert, integer, sizes
from wubu.tensorflow.dispatch import api, to_facade
from wubu.tensorflow.dtypes import torch_type

__all__ = [
    "dct",
    "fft",
    "fft2d",
    "fft3d",
    "fftshift",
    "frame",
    "hamming_window",
    "hann_window",
    "idct",
    "ifft",
    "ifft2d",
    "ifft3d",
    "ifftshift",
    "inverse_stft",
    "inverse_stft_window_fn",
    "irfft",
    "irfft2d",
    "irfft3d",
    "kaiser_window",
    "linear_to_mel_weight_matrix",
    "mfccs_from_log_mel_spectrograms",
    "overlap_and_add",
    "rfft",
    "rfft2d",
    "rfft3d",
    "stft",
]


def _complex(name: str, function: Callable[..., torch.Tensor], count: int) -> Callable[..., Any]:
    dims = tuple(range(-count, 0))

    def apply(input: Any) -> torch.Tensor:
        return function(convert(input), dim=dims)

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = f"The {'inverse ' if name[0] == 'i' else ''}Fourier transform of complex numbers over {count} axes."
    return api(apply)


fft = _complex("fft", torch.fft.fftn, 1)
fft2d = _complex("fft2d", torch.fft.fftn, 2)
fft3d = _complex("fft3d", torch.fft.fftn, 3)
ifft = _complex("ifft", torch.fft.ifftn, 1)
ifft2d = _complex("ifft2d", torch.fft.ifftn, 2)
ifft3d = _complex("ifft3d", torch.fft.ifftn, 3)


def _of_reals(name: str, function: Callable[..., torch.Tensor], count: int) -> Callable[..., Any]:
    dims = tuple(range(-count, 0))

    def apply(input_tensor: Any, fft_length: Any = None) -> torch.Tensor:
        return function(convert(input_tensor), s=None if fft_length is None else sizes(fft_length), dim=dims)

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = f"The {'inverse ' if name[0] == 'i' else ''}Fourier transform of real numbers, its first half."
    return api(apply)


rfft = _of_reals("rfft", torch.fft.rfftn, 1)
rfft2d = _of_reals("rfft2d", torch.fft.rfftn, 2)
irfft = _of_reals("irfft", torch.fft.irfftn, 1)
rfft3d = _of_reals("rfft3d", torch.fft.rfftn, 3)
irfft2d = _of_reals("irfft2d", torch.fft.irfftn, 2)
irfft3d = _of_reals("irfft3d", torch.fft.irfftn, 3)


@api
def fftshift(x: Any, axes: Any = None) -> torch.Tensor:  # noqa: A002
    """The zero frequency moved to the middle."""
    return torch.fft.fftshift(convert(x), _dims(axes))


@api
def ifftshift(x: Any, axes: Any = None) -> torch.Tensor:  # noqa: A002
    """The inverse of ``fftshift``."""
    return torch.fft.ifftshift(convert(x), _dims(axes))


def _dims(value: Any) -> Any:
    return axes(value)


@api
def dct(input: Any, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None) -> torch.Tensor:
    """The discrete cosine transform of type 2 (or 3) along the last axis."""
    x = convert(input)
    if n is not None:
        length = integer(n)
        x = x[..., :length] if x.shape[-1] >= length else torch.nn.functional.pad(x, (0, length - x.shape[-1]))
    return _dct(x, type, norm)


@api
def idct(input: Any, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None) -> torch.Tensor:
    """The inverse of ``dct``, up to a factor where there is no ``norm``."""
    return _dct(convert(input), {2: 3, 3: 2, 1: 1}[type], norm)


def _dct(x: torch.Tensor, kind: int, norm: str | None) -> torch.Tensor:
    size = x.shape[-1]
    n, k = np.arange(size)[:, None], np.arange(size)[None, :]
    if kind == 2:
        matrix = 2 * np.cos(np.pi * (2 * n + 1) * k / (2 * size))
        if norm == "ortho":
            matrix *= np.sqrt(1 / (2 * size))
            matrix[:, 0] *= np.sqrt(0.5)
    elif kind == 3:
        matrix = 2 * np.cos(np.pi * n * (2 * k + 1) / (2 * size))
        matrix[0] = 1.0
        if norm == "ortho":
            matrix *= np.sqrt(1 / (2 * size))
            matrix[0] *= np.sqrt(2)
    else:
        matrix = 2 * np.cos(np.pi * n * k / (size - 1))
        matrix[0], matrix[-1] = 1.0, (-1.0) ** np.arange(size)
    return x @ torch.as_tensor(matrix, dtype=x.dtype, device=x.device)


def _window(name: str, function: Callable[..., torch.Tensor]) -> Callable[..., Any]:
    def apply(window_length: Any, periodic: bool = True, dtype: Any = dtypes.float32) -> torch.Tensor:
        return function(integer(window_length), periodic=bool(periodic), dtype=torch_type(dtype))

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = "A window that fades signals in and out; periodic ones suit transforms."
    return api(apply)


hann_window = _window("hann_window", torch.hann_window)
hamming_window = _window("hamming_window", torch.hamming_window)


@api
def kaiser_window(window_length: Any, beta: Any = 12.0, dtype: Any = dtypes.float32) -> torch.Tensor:
    """Kaiser's window."""
    return torch.kaiser_window(integer(window_length), periodic=False, beta=float(beta), dtype=torch_type(dtype))


@api
def frame(
    signal: Any, frame_length: Any, frame_step: Any, pad_end: bool = False, pad_value: Any = 0, axis: Any = -1
) -> torch.Tensor:
    """Frames of a length, a step apart, along an axis, which becomes two."""
    return _framed(convert(signal), integer(frame_length), integer(frame_step), pad_end, pad_value, integer(axis))


def _framed(x: torch.Tensor, length: int, step: int, pad_end: bool, value: Any, axis: int = -1) -> torch.Tensor:
    moved = x.movedim(axis, -1)
    if pad_end:
        count = -(-moved.shape[-1] // step)
        missing = max(0, (count - 1) * step + length - moved.shape[-1])
        moved = torch.nn.functional.pad(moved, (0, missing), value=float(value))
    made = moved.unfold(-1, length, step)
    return made if axis in (-1, x.dim() - 1) else made.movedim((-2, -1), (axis, axis + 1))


def _power_of_two(number: int) -> int:
    return 1 << (number - 1).bit_length()


@api
def stft(
    signals: Any, frame_length: Any, frame_step: Any, fft_length: Any = None, window_fn: Any = hann_window,
    pad_end: bool = False,
) -> torch.Tensor:
    """The short-time Fourier transform: (…, frames, fft_length // 2 + 1), complex."""
    x, length = convert(signals), integer(frame_length)
    frames = _framed(x, length, integer(frame_step), pad_end, 0)
    if window_fn is not None:
        frames = frames * convert(window_fn(length, dtype=dtypes.as_dtype(x.dtype)))
    return torch.fft.rfft(frames, n=_power_of_two(length) if fft_length is None else integer(fft_length))


@api
def inverse_stft(
    stfts: Any, frame_length: Any, frame_step: Any, fft_length: Any = None, window_fn: Any = hann_window
) -> torch.Tensor:
    """Signals from their short-time Fourier transform: frames windowed and added."""
    length = integer(frame_length)
    size = _power_of_two(length) if fft_length is None else integer(fft_length)
    frames = torch.fft.irfft(convert(stfts), n=size)[..., :length]
    if frames.shape[-1] < length:
        frames = torch.nn.functional.pad(frames, (0, length - frames.shape[-1]))
    if window_fn is not None:
        frames = frames * convert(window_fn(length, dtype=dtypes.as_dtype(frames.dtype)))
    return _added(frames, integer(frame_step))


def inverse_stft_window_fn(frame_step: Any, forward_window_fn: Any = hann_window, name: Any = None) -> Any:
    """The window with which ``inverse_stft`` gives back what ``stft`` with ``forward_window_fn`` was given.

    Args:
        frame_step: how far frames are apart.
        forward_window_fn: the window of ``stft``.
    """
    step = integer(frame_step)

    def window(frame_length: Any, dtype: Any = dtypes.float32) -> Any:
        length = integer(frame_length)
        forward = convert(forward_window_fn(length, dtype=dtype))
        count = -(-length // step)
        whole = torch.nn.functional.pad(forward**2, (0, count * step - length)).reshape(count, step).sum(0)
        return to_facade(forward / whole.repeat(count)[:length])

    return window


@api
def overlap_and_add(signal: Any, frame_step: Any) -> torch.Tensor:
    """Frames added where they overlap."""
    return _added(convert(signal), integer(frame_step))


def _added(frames: torch.Tensor, step: int) -> torch.Tensor:
    count, length = frames.shape[-2:]
    total = (count - 1) * step + length
    flat = frames.reshape(-1, count, length)
    made = torch.zeros((flat.shape[0], total), dtype=frames.dtype, device=frames.device)
    place = (torch.arange(count).unsqueeze(1) * step + torch.arange(length)).reshape(-1).to(frames.device)
    made = made.index_add(1, place, flat.reshape(flat.shape[0], -1))
    return made.reshape(*frames.shape[:-2], total)


@api
def linear_to_mel_weight_matrix(
    num_mel_bins: Any = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: Any = 125.0,
    upper_edge_hertz: Any = 3800.0,
    dtype: Any = dtypes.float32,
) -> torch.Tensor:
    """The matrix that turns linear frequencies into bins on the mel scale, 1127·log(1 + f / 700)."""

    def mel(frequency: Any) -> Any:
        return 1127.0 * np.log(1.0 + np.asarray(frequency, dtype=np.float64) / 700.0)

    bins, rows = integer(num_mel_bins), integer(num_spectrogram_bins)
    linear = np.linspace(0.0, float(sample_rate) / 2, rows)[1:]
    edges = np.linspace(mel(float(lower_edge_hertz)), mel(float(upper_edge_hertz)), bins + 2)
    left, middle, right = edges[:-2], edges[1:-1], edges[2:]
    own = mel(linear)[:, None]
    weights = np.maximum(0.0, np.minimum((own - left) / (middle - left), (right - own) / (right - middle)))
    return torch.as_tensor(np.pad(weights, [[1, 0], [0, 0]]), dtype=torch_type(dtype))


@api
def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any) -> torch.Tensor:
    """Cepstral coefficients: the cosine transform of logarithmic mel spectrograms, scaled."""
    x = convert(log_mel_spectrograms)
    return _dct(x, 2, None) * (1 / math.sqrt(2.0 * x.shape[-1]))
