"""Picture files as arrays: reading, colour modes, resizing as Pillow does it, and errors that name the file.

Everything here treats a picture as Keras's ``load_img`` does. In particular the orientation in a photograph's EXIF data
is not applied, a palette becomes its colours, and 16-bit grey stays 16-bit when grey is asked for.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
from PIL import Image

from wubu.errors import ArgumentError, FileFormatError, MissingFileError, UnknownNameError

Image.preinit()  # the usual formats, now rather than at the first picture
VERSION = 1  # of the pixels that come out, for files of decoded pictures
EXTENSIONS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
INTERPOLATIONS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "hamming": Image.Resampling.HAMMING,
    "box": Image.Resampling.BOX,
    "lanczos": Image.Resampling.LANCZOS,
}

# Deflate packs at most 1032 to 1, and a pixel of PNG is at least a bit; a block of JPEG (64 pixels) is at least a bit too.
_MOST_PIXELS_PER_BYTE = 8 * 1032
_GREY = ("L", "I;16", "I;16L", "I;16B", "I")

Source = str | bytes | os.PathLike[str] | io.BytesIO


def open_picture(source: Source) -> Image.Image:
    """Open a picture without decoding it: ``size``, ``mode`` and ``format`` are known, pixels are read when needed.

    Args:
        source: a path (as bytes too), or the file's content as ``io.BytesIO``.

    Raises:
        MissingFileError: there is no such file.
        FileFormatError: it is no picture, or its header is damaged; the path is named.
    """
    name = name_of(source)
    try:
        if not isinstance(source, io.BytesIO):
            with open(source, "rb") as file:
                source = io.BytesIO(file.read())
    except FileNotFoundError as error:
        raise MissingFileError(f"Expected a picture. There is no file {name}") from error
    except OSError as error:
        raise FileFormatError(f"Expected a picture. Cannot read {name}: {error.strerror or error}") from error
    size = source.getbuffer().nbytes
    if not size:
        raise FileFormatError(f"Expected a picture. Received: {name}, which is empty")
    try:
        picture = Image.open(source)
    except Exception as error:  # a damaged header can fail in any way
        raise FileFormatError(f"Expected a picture. Received: {name}, which is none ({_reason(error)})") from error
    width, height = picture.size
    if picture.format in ("JPEG", "PNG", "MPO") and width * height > size * _MOST_PIXELS_PER_BYTE:
        raise FileFormatError(
            f"{name} is damaged: it claims to be {width}x{height} pixels large, but has only {size} bytes"
        )
    return picture


def load(picture: Image.Image, source: Source) -> Image.Image:
    """Decode the pixels of an open picture.

    Raises:
        FileFormatError: it is damaged or cut short; the path is named.
    """
    try:
        picture.load()
    except Exception as error:  # a damaged file can fail in any way
        raise FileFormatError(f"{name_of(source)} is damaged: {_reason(error)}") from error
    return picture


def as_mode(picture: Image.Image, color_mode: str, source: Source | None = None) -> Image.Image:
    """Convert a picture to grey (8, 16 or 32 bits, as it is stored), to RGB or to RGBA.

    Args:
        picture: any picture.
        color_mode: ``"grayscale"``, ``"rgb"`` or ``"rgba"``.
        source: where it comes from, for the message when its palette or profile is damaged.
    """
    wanted = _checked_mode(color_mode)
    if picture.mode == wanted or color_mode == "grayscale" and picture.mode in _GREY:
        return picture
    try:
        return picture.convert(wanted)
    except Exception as error:  # a damaged palette shows only now
        raise FileFormatError(f"{name_of(source or io.BytesIO())} is damaged: {_reason(error)}") from error


def in_eight_bits(picture: Image.Image, source: Source | None = None) -> Image.Image:
    """A picture whose grey has more than eight bits with the upper eight of sixteen; others as they are."""
    if picture.mode not in _GREY or picture.mode == "L":
        return picture
    values = np.asarray(picture).astype(np.int64)
    return Image.fromarray(np.clip(values >> 8, 0, 255).astype(np.uint8), "L")


def resized(
    picture: Image.Image, target_size: tuple[int, int], interpolation: str = "nearest", keep_aspect_ratio: bool = False
) -> Image.Image:
    """Resize a picture with Pillow's filters, which look at every pixel when a picture becomes smaller.

    Args:
        picture: any picture.
        target_size: height and width.
        interpolation: one of ``INTERPOLATIONS``.
        keep_aspect_ratio: cut the largest centred part with the target's proportions first.
    """
    height, width = target_size
    if picture.size == (width, height):
        return picture
    if interpolation not in INTERPOLATIONS:
        raise UnknownNameError("interpolation", interpolation, INTERPOLATIONS)
    box = _centred(picture.size, (width, height)) if keep_aspect_ratio else None
    return picture.resize((width, height), INTERPOLATIONS[interpolation], box=box)


def read_picture(
    source: Source,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
    draft: bool = False,
) -> Image.Image:
    """Read a picture as Keras's ``load_img`` does.

    Args:
        source: a path, or the file's content as ``io.BytesIO``.
        color_mode: ``"grayscale"``, ``"rgb"`` or ``"rgba"``.
        target_size: height and width; None leaves the size.
        interpolation: one of ``INTERPOLATIONS``.
        keep_aspect_ratio: cut the largest centred part with the target's proportions first.
        draft: decode a JPEG at a half, a quarter or an eighth of its size, the smallest that is no smaller than the
            target. It takes a fraction of the time; pixels are then means of the original ones.

    Raises:
        MissingFileError: there is no such file.
        FileFormatError: it is no picture, or a damaged one; the path is named.
        ArgumentError: for an unknown mode or interpolation.
    """
    _checked_mode(color_mode)
    if target_size is not None and interpolation not in INTERPOLATIONS:
        raise UnknownNameError("interpolation", interpolation, INTERPOLATIONS)
    picture = open_picture(source)
    if draft and target_size is not None:
        drafted(picture, target_size, color_mode, keep_aspect_ratio)
    load(picture, source)
    try:
        if target_size is None:
            return as_mode(picture, color_mode, source)
        if picture.mode == "L":  # the same pixels as the other way round, for a third of the work
            return as_mode(resized(picture, target_size, interpolation, keep_aspect_ratio), color_mode)
        return resized(as_mode(picture, color_mode, source), target_size, interpolation, keep_aspect_ratio)
    except (ArgumentError, FileFormatError):
        raise
    except Exception as error:
        raise FileFormatError(f"{name_of(source)} is damaged: {_reason(error)}") from error


def decode(
    source: Source,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
    draft: bool = False,
) -> np.ndarray:
    """Read a picture as an array of shape ``(height, width, channels)``.

    The arguments and errors are those of ``read_picture``.

    Returns:
        uint8; for grey of more bits that is to stay grey, uint16 or int32.

    Example:
        >>> decode("cat.jpg", target_size=(224, 224)).shape
        (224, 224, 3)
    """
    return as_array(read_picture(source, color_mode, target_size, interpolation, keep_aspect_ratio, draft))


def as_array(picture: Image.Image) -> np.ndarray:
    """The pixels of a picture, shape ``(height, width, channels)``; the array can be written to."""
    array = np.array(picture)
    return array[:, :, None] if array.ndim == 2 else array


def drafted(
    picture: Image.Image, target_size: tuple[int, int], color_mode: str = "rgb", keep_aspect_ratio: bool = False
) -> None:
    """Let an open JPEG be decoded at a reduced scale that is no smaller than the target; others are left alone.

    A colour picture of which only grey is wanted is then decoded without its colours.
    """
    if picture.format not in ("JPEG", "MPO"):
        return
    height, width = target_size
    if keep_aspect_ratio:  # the part that is cut out has to stay as large as the target
        left, top, right, bottom = _centred(picture.size, (width, height))
        width = -(-width * picture.width // max(1, right - left))
        height = -(-height * picture.height // max(1, bottom - top))
    picture.draft("L" if color_mode == "grayscale" else None, (width, height))


def name_of(source: Source) -> str:
    """What to call a picture in messages."""
    if isinstance(source, io.BytesIO):
        return "a picture in memory"
    return os.fsdecode(source) if isinstance(source, bytes) else str(Path(source))


def _checked_mode(color_mode: str) -> str:
    if color_mode not in CHANNELS:
        raise UnknownNameError("color_mode", color_mode, CHANNELS)
    return {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}[color_mode]


def _centred(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """The largest centred box with the target's proportions; sizes are (width, height)."""
    width, height = size
    target_width, target_height = target
    crop_width = min(width, height * target_width // target_height)
    crop_height = min(height, width * target_height // target_width)
    left, top = (width - crop_width) // 2, (height - crop_height) // 2
    return left, top, left + crop_width, top + crop_height


def _reason(error: BaseException) -> str:
    text = str(error)
    return "its format is unknown" if "cannot identify image file" in text else text or type(error).__name__
