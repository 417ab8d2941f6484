"""Pictures in files' formats, by Pillow."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError

from wubu.core.capture import is_capturing
from wubu.errors import CaptureError
from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, host_value_of, integer
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.dtypes import as_dtype, torch_type
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.image.pictures import converted
from wubu.tensorflow.tensor import type_of
from wubu.tensorflow.text import of_array, scalar_of

_UNKNOWN = "Unknown image file format. One of JPEG, JPEG XL, PNG, GIF, BMP, WebP required. [Op:Decode{}]"
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def _data(contents: Any) -> bytes:
    if is_capturing():
        raise CaptureError("a picture is decoded in the middle of the step")
    return scalar_of(contents)


def _opened(data: bytes, name: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InvalidArgumentError(None, None, _UNKNOWN.format(name)) from error


def _array(found: Image.Image, channels: int, name: str, deep: bool = False) -> np.ndarray:
    if channels not in (0, 1, 2, 3, 4):
        raise InvalidArgumentError(None, None, f"channels must be 0, 1, 3, or 4, got {channels} [Op:Decode{name}]")
    try:
        if deep and found.mode.startswith("I"):
            return np.asarray(found, dtype=np.int64)[..., None].astype(np.uint16)
        mode = _MODES.get(channels) or {"1": "L", "P": "RGBA" if "transparency" in found.info else "RGB", "I": "L",
                                        "I;16": "L", "CMYK": "RGB", "YCbCr": "RGB"}.get(found.mode, found.mode)
        if mode == "L" and found.format == "PNG" and found.mode in ("RGB", "RGBA", "P"):
            return _grey(np.asarray(found.convert("RGB")))
        array = np.asarray(found.convert(mode))
    except (OSError, SyntaxError) as error:
        raise InvalidArgumentError(None, None, f"{error} [Op:Decode{name}]") from error
    return array[..., None] if array.ndim == 2 else array


def _grey(array: np.ndarray) -> np.ndarray:
    """Colours as libpng makes them grey: in whole numbers, cut rather than rounded."""
    red, green, blue = np.moveaxis(array.astype(np.int32), -1, 0)
    return ((9798 * red + 19235 * green + 3735 * blue) >> 15).astype(np.uint8)[..., None]


def _frames(found: Image.Image, name: str) -> np.ndarray:
    parts = []
    for i in range(getattr(found, "n_frames", 1)):
        found.seek(i)
        parts.append(_array(found, 3, name))
    return np.stack(parts)


def _decoder(name: str, what: str) -> Callable[..., Any]:
    def decode(
        contents: Any, channels: Any = 0, ratio: Any = 1, dtype: Any = dtypes.uint8, **accepted: Any
    ) -> torch.Tensor:
        if not isinstance(ratio, int):  # decode_png's third argument
            ratio, dtype = 1, ratio
        found = _opened(_data(contents), name)
        if ratio != 1:
            found.draft(None, (-(-found.width // ratio), -(-found.height // ratio)))
        deep = as_dtype(dtype) == dtypes.uint16
        if found.format == "GIF" and name != "Jpeg":
            return torch.from_numpy(_frames(found, name)[0].copy())
        array = _array(found, integer(channels), name, deep)
        made = torch.from_numpy(array.astype(np.int32)) if array.dtype == np.uint16 else torch.from_numpy(array.copy())
        if deep and array.dtype == np.uint8:
            made = made.to(torch.int32) * 257
        return made.to(torch_type(dtype)) if deep else made

    decode.__name__ = decode.__qualname__ = f"decode_{what}"
    decode.__doc__ = (
        "A picture from the contents of a file, (height, width, channels).\n\n    ``channels``: 1 for grey, 3 for colours, 4 "
        "with transparency, 0 as the file has it."
    )
    return api(decode, text="reads")


decode_jpeg = _decoder("Jpeg", "jpeg")
decode_png = _decoder("Png", "png")
decode_bmp = _decoder("Bmp", "bmp")
decode_webp = _decoder("Webp", "webp")


@api(text="reads")
def decode_gif(contents: Any) -> torch.Tensor:
    """All pictures of an animation: (number, height, width, 3)."""
    return torch.from_numpy(_frames(_opened(_data(contents), "Gif"), "Gif").copy())


@api(text="reads")
def decode_image(
    contents: Any, channels: Any = None, dtype: Any = dtypes.uint8, expand_animations: bool = True
) -> torch.Tensor:
    """A picture from the contents of a file of any format; an animation has one axis more."""
    data = _data(contents)
    found = _opened(data, "Image")
    if found.format == "GIF":
        frames = torch.from_numpy(_frames(found, "Image").copy())
        made = frames if expand_animations else frames[0]
    else:
        made = torch.from_numpy(_array(found, 0 if channels is None else integer(channels), "Image").copy())
    return converted(made, torch_type(dtype))


@api(text="reads")
def decode_and_crop_jpeg(contents: Any, crop_window: Any, channels: Any = 0, **accepted: Any) -> torch.Tensor:
    """A part of a picture: top, left, height and width."""
    top, left, height, width = (int(n) for n in host_value_of(crop_window))
    array = _array(_opened(_data(contents), "Jpeg"), integer(channels), "Jpeg")
    return torch.from_numpy(array[top : top + height, left : left + width].copy())


@api(text="reads")
def extract_jpeg_shape(contents: Any, output_type: Any = dtypes.int32) -> torch.Tensor:
    """Height, width and channels of a picture, without decoding it."""
    found = _opened(_data(contents), "Jpeg")
    return torch.tensor([found.height, found.width, len(found.getbands())], dtype=torch_type(output_type))


@api(text="reads")
def is_jpeg(contents: Any) -> torch.Tensor:
    """Whether the contents of a file are a JPEG's."""
    return torch.tensor(_data(contents)[:3] == b"\xff\xd8\xff")


def _checked(image: Any, name: str, allowed: tuple[Any, ...]) -> np.ndarray:
    x = convert(image)
    if type_of(x) not in allowed:
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute {name} as input #0(zero-based) was expected to be a uint8 tensor but is a "
            f"{type_of(x).spoken} tensor [Op:{name}] name: ",
        )
    if x.dim() != 3:
        raise InvalidArgumentError(None, None, f"image must be 3-dimensional {list(x.shape)} [Op:{name}]")
    return host_value_of(x)


def _pillow(array: np.ndarray) -> Image.Image:
    if array.dtype == np.uint16:
        return Image.fromarray(array[..., 0]) if array.shape[-1] == 1 else Image.fromarray((array >> 8).astype(np.uint8))
    return Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array)


def _encoded(picture: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, **options)
    return buffer.getvalue()


@api(text="reads")
def encode_jpeg(
    image: Any, format: str = "", quality: Any = 95, progressive: bool = False, optimize_size: bool = False,
    chroma_downsampling: bool = True, **accepted: Any,
) -> torch.Tensor:
    """The contents of a JPEG file of a uint8 picture with 1 or 3 channels."""
    array = _checked(image, "EncodeJpeg", (dtypes.uint8,))
    if array.shape[-1] not in (1, 3):
        raise InvalidArgumentError(None, None, f"image must have 1 or 3 channels: {list(array.shape)} [Op:EncodeJpeg]")
    data = _encoded(
        _pillow(array), format="JPEG", quality=integer(quality), progressive=progressive, optimize=optimize_size,
        subsampling=2 if chroma_downsampling else 0,
    )
    return of_array(np.array(data, dtype=object))


@api(text="reads")
def encode_png(image: Any, compression: Any = -1) -> torch.Tensor:
    """The contents of a PNG file of a uint8 or uint16 picture with 1 to 4 channels."""
    array = _checked(image, "EncodePng", (dtypes.uint8, dtypes.uint16))
    level = integer(compression)
    return of_array(np.array(_encoded(_pillow(array), format="PNG", compress_level=6 if level < 0 else level), dtype=object))


def in_jpeg(x: torch.Tensor, quality: int) -> torch.Tensor:
    """A plain picture as it comes out of a JPEG file."""
    array = host_value_of(converted(x, torch.uint8, saturate=True))
    data = _encoded(_pillow(array), format="JPEG", quality=quality)
    made = torch.from_numpy(_array(_opened(data, "Jpeg"), x.shape[-1], "Jpeg").copy())
    return converted(made, x.dtype, saturate=True)


@api
def adjust_jpeg_quality(image: Any, jpeg_quality: Any, dct_method: str = "") -> torch.Tensor:
    """A picture as it comes out of a JPEG file of a quality, from 0 to 100."""
    return in_jpeg(convert(image), integer(jpeg_quality))
