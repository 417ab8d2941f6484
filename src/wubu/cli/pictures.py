"""Picture files as the inputs of a model that was trained on pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from wubu.errors import ArgumentError, FileFormatError, ShapeError


def read_picture(path: str, input_shape: tuple[int, ...], background: float | None, invert: bool | None) -> np.ndarray:
    """Read a picture, upright, resized to what the model takes.

    Args:
        path: of a file in any format that Pillow reads.
        input_shape: ``(height, width)`` or ``(height, width, channels)`` with 1, 3 or 4 channels.
        background: the mean of the outermost pixels of the training pictures, 0 to 1, or None.
        invert: whether to exchange light and dark; None does so for grey pictures whose edge lies at the
            other end than ``background``, such as ink on paper for a model of white digits on black.

    Returns:
        float32 from 0 to 1, of shape ``input_shape``.
    """
    if len(input_shape) not in (2, 3) or (len(input_shape) == 3 and input_shape[2] not in (1, 3, 4)):
        raise ShapeError(
            f"Expected a model of pictures. This one takes inputs of shape {input_shape}; "
            "use model.predict() in Python for it"
        )
    if not Path(path).is_file():
        raise ArgumentError(f"No such picture: {path}")
    channels = input_shape[2] if len(input_shape) == 3 else 1
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[channels]
    try:
        with Image.open(path) as opened:
            picture = _flattened(ImageOps.exif_transpose(opened), mode)
            picture = picture.resize(
                (input_shape[1], input_shape[0]),
                Image.Resampling.BOX if _shrinks(picture, input_shape) else Image.Resampling.BILINEAR,
            )
            pixels = np.asarray(picture, np.float32) / 255  # (height, width) or (height, width, channels)
    except UnidentifiedImageError as error:
        raise FileFormatError(f"Expected a picture, such as a PNG or JPEG. {path} is none that can be read") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FileFormatError(f"Expected a whole picture. {path} cannot be read: {error}") from error
    if invert is None:
        invert = background is not None and channels == 1 and _lies_opposite(pixels, background)
    return (1 - pixels if invert else pixels).reshape(input_shape)


def _flattened(picture: Image.Image, mode: str) -> Image.Image:
    """Convert to ``mode``; what is transparent becomes white paper where the mode knows no transparency."""
    if picture.mode.startswith("I;16") or picture.mode == "I":  # convert("L") would clip 16 bits to 8
        picture = Image.fromarray((np.asarray(picture, np.float64) / 257).clip(0, 255).astype(np.uint8))
    if mode != "RGBA" and (picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info):
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert(mode)


def _shrinks(picture: Image.Image, input_shape: tuple[int, ...]) -> bool:
    return picture.width > input_shape[1] or picture.height > input_shape[0]


def _lies_opposite(pixels: np.ndarray, background: float) -> bool:
    edge = float(np.mean([pixels[0].mean(), pixels[-1].mean(), pixels[:, 0].mean(), pixels[:, -1].mean()]))
    clear = background < 0.25 or background > 0.75
    return clear and abs(edge - background) > abs(1 - edge - background)
