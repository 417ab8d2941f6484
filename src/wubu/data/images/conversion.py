"""Pictures as arrays and arrays as pictures: ``load_img``, ``img_to_array``, ``array_to_img``, ``save_img``."""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from wubu.core import settings
from wubu.data.images.decode import read_picture
from wubu.errors import ArgumentError, ShapeError

_LAYOUTS = ("channels_last", "channels_first")
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def load_img(
    path: str | bytes | os.PathLike[str] | io.BytesIO,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Image.Image:
    """Read a picture file.

    The orientation in a photograph's EXIF data is not applied, as in Keras.

    Args:
        path: the file, or its content as ``io.BytesIO``.
        color_mode: ``"grayscale"`` (8, 16 or 32 bits, as stored), ``"rgb"`` or ``"rgba"``.
        target_size: height and width; None leaves the size.
        interpolation: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"hamming"``, ``"box"`` or ``"lanczos"``.
        keep_aspect_ratio: cut out the largest centred part with the target's proportions first.

    Returns:
        A picture of Pillow.

    Raises:
        MissingFileError: there is no such file.
        FileFormatError: it is no picture, or a damaged one; the path is named.

    Example:
        >>> img_to_array(load_img("cat.jpg", target_size=(224, 224))).shape
        (224, 224, 3)
    """
    if not isinstance(path, str | bytes | os.PathLike | io.BytesIO):
        raise TypeError(f"Expected a path or io.BytesIO. Received: {type(path).__name__}")
    return read_picture(path, color_mode, target_size, interpolation, keep_aspect_ratio)


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """The pixels of a picture.

    Args:
        img: a picture of Pillow, or an array of shape ``(height, width[, channels])``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the setting's.
        dtype: of the result. Default: floatx.

    Returns:
        Shape ``(height, width, channels)``, or ``(channels, height, width)``.
    """
    layout = checked_layout(data_format)
    x = np.asarray(img, dtype=dtype or settings.floatx())
    if x.ndim == 2:
        x = x[:, :, None]
    if x.ndim != 3:
        raise ShapeError(f"Expected a picture of two or three axes. Received: shape {x.shape}")
    return x.transpose(2, 0, 1) if layout == "channels_first" else x


def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Image.Image:
    """An array as a picture.

    Args:
        x: shape ``(height, width, channels)``, or ``(channels, height, width)``, with 1, 3 or 4 channels.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the setting's.
        scale: stretch the values so that the smallest becomes 0 and the largest 255. Without it they are taken as
            they are, fractions cut off.
        dtype: to compute in. Default: floatx.

    Raises:
        ShapeError: for another number of axes or channels.
    """
    layout = checked_layout(data_format)
    if isinstance(x, torch.Tensor):
        x = x.detach().cpu().numpy()
    x = np.asarray(x, dtype=dtype or settings.floatx())
    if x.ndim != 3:
        raise ShapeError(f"Expected a single picture, with three axes. Received: an array of shape {x.shape}")
    if layout == "channels_first":
        x = x.transpose(1, 2, 0)
    if x.shape[2] not in _MODES:
        raise ShapeError(f"Expected 1, 3 or 4 channels with {layout}. Received: {x.shape[2]} in shape {x.shape}")
    if scale:
        x = x - np.min(x)
        largest = np.max(x)
        if largest != 0:
            x /= largest
        x *= 255
    if x.shape[2] > 1:
        return Image.fromarray(np.ascontiguousarray(_as_bytes(x)))
    grey = x[:, :, 0]
    return Image.fromarray(grey.astype("int32") if np.max(grey) > 255 else np.ascontiguousarray(_as_bytes(grey)))


def save_img(
    path: Any, x: Any, data_format: str | None = None, file_format: str | None = None, scale: bool = True, **kwargs: Any
) -> None:
    """Write an array as a picture file.

    Args:
        path: where to, or a file object.
        x: see ``array_to_img``.
        data_format: see ``array_to_img``.
        file_format: such as ``"png"``. Default: by the path's extension.
        scale: see ``array_to_img``.
        **kwargs: for Pillow's ``save``.
    """
    if file_format is None and isinstance(path, str | Path):
        file_format = Path(path).suffix[1:].lower() or None
    if file_format is not None and file_format.lower() == "jpg":
        file_format = "jpeg"
    picture = array_to_img(x, data_format=data_format, scale=scale)
    if picture.mode == "RGBA" and str(file_format).lower() == "jpeg":
        warnings.warn("JPEG files have no transparency: the picture is saved without it.", stacklevel=2)
        picture = picture.convert("RGB")
    picture.save(path, format=file_format, **kwargs)


def checked_layout(data_format: str | None) -> str:
    """The layout's name, the setting's for None."""
    if data_format is None:
        return settings.image_data_format()
    if data_format not in _LAYOUTS:
        raise ArgumentError(f"Expected data_format to be one of {_LAYOUTS}. Received: {data_format!r}")
    return data_format


def _as_bytes(x: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):  # what lies outside of a byte wraps around
        return x.astype(np.int64).astype(np.uint8) if x.size and (x.min() < 0 or x.max() > 255) else x.astype(np.uint8)
