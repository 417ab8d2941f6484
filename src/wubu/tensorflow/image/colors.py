"""Colours, brightness and contrast of pictures."""

from __future__ import annotations

from typing import Any

import torch

from wubu.ops.image.colors import hsv_to_rgb as keras_hsv_to_rgb
from wubu.ops.image.colors import rgb_to_hsv as keras_rgb_to_hsv
from wubu.tensorflow.conversion import convert, host_value_of
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.elementwise import FLOATS
from wubu.tensorflow.image.pictures import as_floats, converted, in_floats, picture
from wubu.tensorflow.operators import Binary
from wubu.tensorflow.tensor import type_of

_GREY = (0.2989, 0.5870, 0.1140)
_YIQ = ((0.299, 0.59590059, 0.2115), (0.587, -0.27455667, -0.52273617), (0.114, -0.32134392, 0.31119955))
_YUV = ((0.299, -0.14714119, 0.61497538), (0.587, -0.28886916, -0.51496512), (0.114, 0.43601035, -0.10001026))
# TensorFlow's inverses, which are rounded.
_FROM_YIQ = ((1.0, 1.0, 1.0), (0.95598634, -0.27201283, -1.10674021), (0.6208248, -0.64720424, 1.70423049))
_FROM_YUV = ((1.0, 1.0, 1.0), (0.0, -0.394642334, 2.03206185), (1.13988303, -0.58062185, 0.0))


def _number(value: Any) -> float:
    return float(host_value_of(value))


def _planes(images: Any, what: str) -> torch.Tensor:
    x = convert(images)
    if x.dim() < 1 or x.shape[-1] != 3:
        raise ValueError(f"{what}: expected 3 channels in the last axis. Received: shape {tuple(x.shape)}")
    return x


@api
def rgb_to_grayscale(images: Any) -> torch.Tensor:
    """Pictures in grey, one channel."""
    x = _planes(images, "rgb_to_grayscale")
    floats = as_floats(x)
    weights = torch.tensor(_GREY, dtype=floats.dtype, device=floats.device)
    return converted((floats * weights).sum(-1, keepdim=True), x.dtype)


@api
def grayscale_to_rgb(images: Any) -> torch.Tensor:
    """Pictures of one channel with three equal ones."""
    x = convert(images)
    if x.shape[-1] != 1:
        raise ValueError("Last dimension of a grayscale image should be size 1.")
    return x.expand(*x.shape[:-1], 3).clone()


def _hsv(images: Any, name: str) -> torch.Tensor:
    x = convert(images)
    Binary(name, torch.add, FLOATS).check_type(type_of(x))
    return x


@api
def rgb_to_hsv(images: Any) -> torch.Tensor:
    """Red, green and blue from 0 to 1 as hue, saturation and value."""
    return _any_rank(keras_rgb_to_hsv, _hsv(images, "RGBToHSV"))


@api
def hsv_to_rgb(images: Any) -> torch.Tensor:
    """Hue, saturation and value from 0 to 1 as red, green and blue."""
    return _any_rank(keras_hsv_to_rgb, _hsv(images, "HSVToRGB"))


def _any_rank(function: Any, x: torch.Tensor) -> torch.Tensor:
    return function(x.reshape(-1, 1, 3), "channels_last").reshape(x.shape)


def _linear(images: Any, matrix: Any) -> torch.Tensor:
    x = convert(images)
    return x @ torch.tensor(matrix, dtype=x.dtype, device=x.device)


@api
def rgb_to_yiq(images: Any) -> torch.Tensor:
    """Red, green and blue as luma and the two chrominances of NTSC."""
    return _linear(images, _YIQ)


@api
def yiq_to_rgb(images: Any) -> torch.Tensor:
    """The inverse of ``rgb_to_yiq``."""
    return _linear(images, _FROM_YIQ)


@api
def rgb_to_yuv(images: Any) -> torch.Tensor:
    """Red, green and blue as luma and the two chrominances of PAL."""
    return _linear(images, _YUV)


@api
def yuv_to_rgb(images: Any) -> torch.Tensor:
    """The inverse of ``rgb_to_yuv``."""
    return _linear(images, _FROM_YUV)


# --- adjusting -------------------------------------------------------------------------------------------------------


@api
def adjust_brightness(image: Any, delta: Any) -> torch.Tensor:
    """A number added, of the range 0 to 1."""
    return brightened(convert(image), _number(delta))


@api
def adjust_contrast(images: Any, contrast_factor: Any) -> torch.Tensor:
    """The distances from each channel's mean multiplied."""
    return contrasted(picture(images), _number(contrast_factor))


@api
def adjust_saturation(image: Any, saturation_factor: Any) -> torch.Tensor:
    """The saturation multiplied."""
    return saturated(_planes(image, "adjust_saturation"), _number(saturation_factor))


@api
def adjust_hue(image: Any, delta: Any) -> torch.Tensor:
    """The hue turned, by a number from -1 to 1."""
    return turned(_planes(image, "adjust_hue"), _number(delta))


@api
def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> torch.Tensor:
    """gain · x^gamma, of the range 0 to 1."""
    power = _number(gamma)
    if power < 0:
        raise ValueError("Gamma should be a non-negative real number.")
    return in_floats(lambda x: _number(gain) * x**power, convert(image))


def brightened(x: torch.Tensor, delta: float) -> torch.Tensor:
    """Plain pictures with a number added."""
    return in_floats(lambda y: y + delta, x)


def contrasted(x: torch.Tensor, factor: float) -> torch.Tensor:
    """Plain pictures with distances from the mean multiplied."""

    def stretch(y: torch.Tensor) -> torch.Tensor:
        mean = y.float().mean((-3, -2), keepdim=True)
        return ((y.float() - mean) * factor + mean).to(y.dtype)

    return in_floats(stretch, x)


def saturated(x: torch.Tensor, factor: float) -> torch.Tensor:
    """Plain pictures with their saturation multiplied."""

    def change(y: torch.Tensor) -> torch.Tensor:
        hue, saturation, value = _any_rank(keras_rgb_to_hsv, y).unbind(-1)
        return _any_rank(keras_hsv_to_rgb, torch.stack([hue, (saturation * factor).clamp(0, 1), value], -1))

    return in_floats(change, x)


def turned(x: torch.Tensor, delta: float) -> torch.Tensor:
    """Plain pictures with their hue turned."""

    def change(y: torch.Tensor) -> torch.Tensor:
        hue, saturation, value = _any_rank(keras_rgb_to_hsv, y).unbind(-1)
        return _any_rank(keras_hsv_to_rgb, torch.stack([torch.remainder(hue + delta, 1.0), saturation, value], -1))

    return in_floats(change, x)


@api
def per_image_standardization(image: Any) -> torch.Tensor:
    """(x - mean) / max(deviation, 1 / √count) of each picture, float32."""
    x = picture(image).float() if not convert(image).dtype.is_floating_point else picture(image)
    count = x.shape[-3] * x.shape[-2] * x.shape[-1]
    where = (-3, -2, -1)
    mean = x.mean(where, keepdim=True)
    deviation = x.var(where, correction=0, keepdim=True).sqrt().clamp(min=count**-0.5)
    return (x - mean) / deviation
