"""A short way through Pillow for small JPEG files, where finding out what a file is takes longer than decoding it.

It talks to Pillow's decoder directly, which is not part of Pillow's public interface. So it is compared with the long way
the first time, and given up for good when it fails or differs. Whatever is unusual about a file (more than eight bits,
four colours, damage) takes the long way.
"""

from __future__ import annotations

import os
import struct
from typing import Any

import numpy as np
from PIL import Image

MOST_BYTES = 64 << 10
_usable: bool | None = None


def quickly_decoded(path: str | os.PathLike[str], below: tuple[int, int] | None = None) -> np.ndarray | None:
    """A small JPEG file as an array, shape ``(height, width, 1 or 3)``; None when it has to take the long way.

    Args:
        path: the file.
        below: a height and a width; pictures that reach both take the long way, which can decode them at a smaller scale.
    """
    global _usable
    if _usable is False:
        return None
    data = _contents(path)
    if data is None:
        return None
    try:
        found = _decoded(data, below)
        if found is not None and _usable is None:
            with Image.open(path) as picture:
                _usable = bool(np.array_equal(found, np.asarray(picture).reshape(found.shape)))
        return found if _usable else None
    except Exception:  # another version of Pillow, or a damaged file, which the long way can tell
        return None


def _contents(path: str | os.PathLike[str]) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    try:
        data = os.read(descriptor, MOST_BYTES + 1)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return data if data[:3] == b"\xff\xd8\xff" and data[-2:] == b"\xff\xd9" and len(data) <= MOST_BYTES else None


def _decoded(data: bytes, below: tuple[int, int] | None) -> np.ndarray | None:
    size = _size(data)
    if size is None:
        return None
    height, width, channels = size
    if below is not None and height >= below[0] and width >= below[1]:
        return None
    mode = "RGB" if channels == 3 else "L"
    core: Any = Image.core
    made = core.new(mode, (width, height))
    decoder = Image._getdecoder(mode, "jpeg", (mode, ""))
    try:
        decoder.setimage(made, (0, 0, width, height))
        consumed, error = decoder.decode(data)
    finally:
        decoder.cleanup()
    if consumed >= 0 or error < 0:  # it would like to have more
        return None
    return np.array(Image.Image()._new(made)).reshape(height, width, channels)


def _size(data: bytes) -> tuple[int, int, int] | None:
    """Height, width and channels, from the frame's header."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xC2:
            precision, height, width, channels = struct.unpack_from(">BHHB", data, at + 4)
            usual = precision == 8 and channels in (1, 3) and height and width
            return (height, width, channels) if usual and height * width <= len(data) * 8256 else None
        if marker == 0xDA or marker >= 0xC3 and marker <= 0xCF and marker != 0xC4:
            return None
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
