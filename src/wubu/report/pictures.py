"""Arrays of pictures, in whatever shape and range, as bytes that can be shown."""

from __future__ import annotations

import math
import struct
import zlib
from typing import Any

import numpy as np

from wubu.errors import ShapeError
from wubu.report.predictions import as_array


def as_pictures(images: Any, value_range: tuple[float, float] | None = None) -> np.ndarray:
    """Pictures as bytes, (n, height, width) or (n, height, width, 3).

    Args:
        images: (n, height, width), with a last axis of 1, 3 or 4 channels, the same with channels first, or
            rows of a square number of pixels (n, side * side).
        value_range: the values of black and white; default by the values: 0..1 or 0..255 where they fit,
            else from the smallest to the largest.

    Raises:
        ShapeError: the shape is that of no pictures.
    """
    values = as_array(images)
    if values.ndim == 2 and math.isqrt(values.shape[1]) ** 2 == values.shape[1] > 1:
        side = math.isqrt(values.shape[1])
        values = values.reshape(-1, side, side)
    if values.ndim == 4 and values.shape[-1] not in (1, 3, 4) and values.shape[1] in (1, 3, 4):
        values = values.transpose(0, 2, 3, 1)  # channels first -> (n, height, width, channels)
    if values.ndim == 4 and values.shape[-1] == 1:
        values = values[..., 0]
    if values.ndim == 4 and values.shape[-1] == 4:
        values = values[..., :3]
    if values.ndim not in (3, 4) or (values.ndim == 4 and values.shape[-1] != 3):
        raise ShapeError(
            "Expected pictures of shape (n, height, width), (n, height, width, 1, 3 or 4 channels), channels "
            f"first, or flattened squares. Received: {np.shape(images)}"
        )
    if values.dtype == np.uint8 and value_range is None and (not values.size or values.max() > 16):
        return values
    values = values.astype(np.float32)
    finite = np.where(np.isfinite(values), values, 0)
    low, high = value_range or _range(finite)
    return ((finite - low) / (high - low or 1) * 255).round().clip(0, 255).astype(np.uint8)


def _range(values: np.ndarray) -> tuple[float, float]:
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    if low >= 0 and 16 < high <= 255:
        return 0.0, 255.0
    return (0.0 if low >= 0 else low), high


def png(picture: np.ndarray) -> bytes:
    """A picture as the bytes of a PNG file, without an imaging library.

    Args:
        picture: uint8 (height, width) or (height, width, 3).
    """
    height, width = picture.shape[:2]
    colour = 2 if picture.ndim == 3 else 0
    rows = np.ascontiguousarray(picture, np.uint8).reshape(height, -1)
    data = np.concatenate(
        [np.zeros((height, 1), np.uint8), rows], axis=1
    ).tobytes()  # filter 0 before each row
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(data, 6)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
