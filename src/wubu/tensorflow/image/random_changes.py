"""Random changes of pictures: with the global generator, and without state from a pair of seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.core.seeds import SeedGenerator
from wubu.tensorflow.conversion import convert, sizes
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.image import codecs, colors
from wubu.tensorflow.image.pictures import three_or_four
from wubu.tensorflow.random import stateless_stream, stream


def _draw(seed: SeedGenerator | None, low: float, high: float) -> float:
    return float(torch.empty(()).uniform_(low, high, generator=None if seed is None else seed.generator("cpu")))


def _twins(name: str, change: Callable[..., torch.Tensor], formula: str) -> tuple[Any, Any]:
    """A function that draws from the global stream, and its twin that takes a pair of seeds."""

    def stateful(image: Any, *args: Any, seed: Any = None, **kwargs: Any) -> torch.Tensor:
        return change(convert(image), stream(seed), *args, **kwargs)

    def stateless(image: Any, *args: Any, seed: Any = None, **kwargs: Any) -> torch.Tensor:
        if seed is None:  # the last of the positional arguments
            *args, seed = args  # type: ignore[assignment]
        return change(convert(image), stateless_stream(seed), *args, **kwargs)

    stateful.__name__ = stateful.__qualname__ = f"random_{name}"
    stateless.__name__ = stateless.__qualname__ = f"stateless_random_{name}"
    stateful.__doc__ = f"{formula}; ``seed=`` for a stream of its own."
    stateless.__doc__ = f"{formula}, the same with the same pair ``seed``, which comes last."
    return api(stateful), api(stateless)


def _flip(x: torch.Tensor, seed: Any, axis: int) -> torch.Tensor:
    x = three_or_four(x)
    if x.dim() == 3:
        return torch.flip(x, (axis,)) if _draw(seed, 0, 1) < 0.5 else x.clone()
    keep = torch.rand((x.shape[0], 1, 1, 1), generator=None if seed is None else seed.generator("cpu")) < 0.5
    return torch.where(keep.to(x.device), torch.flip(x, (axis,)), x)


def _left_right(x: torch.Tensor, seed: Any) -> torch.Tensor:
    return _flip(x, seed, -2)


def _up_down(x: torch.Tensor, seed: Any) -> torch.Tensor:
    return _flip(x, seed, -3)


def _brightness(x: torch.Tensor, seed: Any, max_delta: float) -> torch.Tensor:
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    return colors.brightened(x, _draw(seed, -max_delta, max_delta))


def _range(lower: float, upper: float) -> None:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")


def _contrast(x: torch.Tensor, seed: Any, lower: float, upper: float) -> torch.Tensor:
    _range(lower, upper)
    return colors.contrasted(x, _draw(seed, lower, upper))


def _saturation(x: torch.Tensor, seed: Any, lower: float, upper: float) -> torch.Tensor:
    _range(lower, upper)
    return colors.saturated(x, _draw(seed, lower, upper))


def _hue(x: torch.Tensor, seed: Any, max_delta: float) -> torch.Tensor:
    if max_delta > 0.5:
        raise ValueError("max_delta must be <= 0.5.")
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    return colors.turned(x, _draw(seed, -max_delta, max_delta))


def _quality(x: torch.Tensor, seed: Any, min_jpeg_quality: int, max_jpeg_quality: int) -> torch.Tensor:
    if not 0 <= min_jpeg_quality < max_jpeg_quality <= 100:
        raise ValueError("Expected 0 <= min_jpeg_quality < max_jpeg_quality <= 100")
    return codecs.in_jpeg(x, int(_draw(seed, min_jpeg_quality, max_jpeg_quality)))


def _crop(x: torch.Tensor, seed: Any, size: Any) -> torch.Tensor:
    wanted = sizes(size)
    if len(wanted) != x.dim() or any(n < m for n, m in zip(x.shape, wanted)):
        raise InvalidArgumentError(None, None, f"Need value.shape >= size, got {tuple(x.shape)} and {wanted}")
    for axis, (have, want) in enumerate(zip(x.shape, wanted)):
        start = int(_draw(seed, 0, have - want + 1)) if have > want else 0
        x = x.narrow(axis, min(start, have - want), want)
    return x.clone()


random_flip_left_right, stateless_random_flip_left_right = _twins(
    "flip_left_right", _left_right, "Left and right exchanged with probability one half, for each picture"
)
random_flip_up_down, stateless_random_flip_up_down = _twins(
    "flip_up_down", _up_down, "Upside down with probability one half, for each picture"
)
random_brightness, stateless_random_brightness = _twins(
    "brightness", _brightness, "``adjust_brightness`` by a number between -max_delta and max_delta"
)
random_contrast, stateless_random_contrast = _twins(
    "contrast", _contrast, "``adjust_contrast`` by a factor between lower and upper"
)
random_saturation, stateless_random_saturation = _twins(
    "saturation", _saturation, "``adjust_saturation`` by a factor between lower and upper"
)
random_hue, stateless_random_hue = _twins("hue", _hue, "``adjust_hue`` by a number between -max_delta and max_delta")
random_jpeg_quality, stateless_random_jpeg_quality = _twins(
    "jpeg_quality", _quality, "``adjust_jpeg_quality`` with a quality between the two"
)
random_crop, stateless_random_crop = _twins("crop", _crop, "A part of a size from a random place")
