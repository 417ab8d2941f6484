"""Many small JPEG files of one size, decoded in one go.

A TIFF file may hold a picture in strips, each of them a JPEG stream of its own. So files are put one below the other into such
a file in memory, which Pillow decodes in one call: what it costs to begin with a picture is paid once, and no lock of
Python's is held meanwhile, so that threads decode side by side.

Only plain files are taken (JFIF, baseline, three colours); pixels are the same as those of files read one by one, which is
checked the first time. Whatever is unusual about a file, or damaged, is left to those who read it by itself.
"""

from __future__ import annotations

import io
import os
import re
import struct
from collections.abc import Sequence

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

MOST_BYTES = 64 << 10
_STRIPS = 128  # in one file
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_SHORT, _LONG = 3, 4  # TIFF's types of numbers
_JPEG, _YCBCR = 7, 6  # its compression, and its kind of colours
_usable: bool | None = None


def decode_together(paths: Sequence[str], made: np.ndarray) -> list[int]:
    """Decode small colour JPEG files that have the size of their places.

    Args:
        paths: the files.
        made: where the pictures go, shape ``(files, height, width, 3)``, bytes.

    Returns:
        Which of them have to be read one by one; their places are undefined.
    """
    left: list[int] = []
    for start in range(0, len(paths), _STRIPS):
        stop = min(start + _STRIPS, len(paths))
        left += [start + i for i in _decode(paths[start:stop], made[start:stop])]
    return left


def _decode(paths: Sequence[str], made: np.ndarray) -> list[int]:
    global _usable
    everything = list(range(len(paths)))
    _, height, width, channels = made.shape
    if _usable is False or channels != 3:
        return everything
    strips: list[bytes] = []
    taken: list[int] = []
    left: list[int] = []
    known = sampling = b""  # what all files begin with that are taken, and how they store colours
    for i, path in enumerate(paths):
        data = _contents(path)
        if data is not None and not (known and data.startswith(known)):
            header = _header(data, height, width)
            if header is None or sampling and header[1] != sampling:
                data = None
            else:
                known, sampling = header
        if data is None or _MARKER.search(data, len(known), len(data) - 2):  # pixels and an end are all that may follow
            left.append(i)
        else:
            strips.append(data)
            taken.append(i)
    if not strips:
        return left
    try:
        with TiffImageFile(io.BytesIO(_as_tiff(strips, height, width, sampling))) as picture:
            found = np.frombuffer(picture.tobytes(), np.uint8).reshape(len(strips), height, width, 3)
        if _usable is None:
            with Image.open(paths[taken[0]]) as picture:
                _usable = bool(np.array_equal(found[0], np.asarray(picture)))
    except Exception:  # one of them is damaged, or this Pillow has no TIFF
        return everything
    if not _usable:
        return everything
    if left:
        made[taken] = found
    else:
        made[...] = found
    return left


def _contents(path: str) -> bytes | None:
    """A file that is small, begins as JFIF does and has an end."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError:
        return None
    try:
        data = os.read(descriptor, MOST_BYTES + 1)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    usual = data[:3] == b"\xff\xd8\xff" and data[6:10] == b"JFIF" and data[-2:] == b"\xff\xd9"
    return data if usual and len(data) <= MOST_BYTES else None


def _header(data: bytes, height: int, width: int) -> tuple[bytes, bytes] | None:
    """The bytes before the first pixels, and how often each colour is sampled; None for files of another kind."""
    at, sampling = 2, b""
    while at + 19 < len(data) and data[at] == 0xFF:
        marker, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            return (data[:end], sampling) if sampling and end < len(data) else None
        if marker in (0xC0, 0xC1):
            precision, *size, channels = struct.unpack_from(">BHHB", data, at + 4)
            if precision != 8 or size != [height, width] or channels != 3:
                return None
            sampling = data[at + 11 : at + 18 : 3]
            # Colours must share one sample, as nearly all files have it; Adobe's marker may say that they are no YCbCr.
            usual = sampling[1:] == b"\x11\x11" and sampling[:1] in (b"\x11", b"\x21", b"\x12", b"\x22")
            if not usual or b"Adobe" in data[:at]:
                return None
        elif 0xC0 < marker <= 0xCF and marker != 0xC4:
            return None
        at = end
    return None


def _as_tiff(strips: Sequence[bytes], height: int, width: int, sampling: bytes) -> bytes:
    """A TIFF file with these strips, each of that height and width."""
    count = len(strips)
    across, down = sampling[0] >> 4, sampling[0] & 15
    entries = [  # tag, type, how many, the values or where they are; sorted by tag
        (256, _LONG, 1, width),
        (257, _LONG, 1, height * count),
        (258, _SHORT, 3, 0),  # bits of each colour
        (259, _SHORT, 1, _JPEG),
        (262, _SHORT, 1, _YCBCR),
        (273, _LONG, count, 0),  # where strips begin
        (277, _SHORT, 1, 3),  # colours
        (278, _LONG, 1, height),  # rows in a strip
        (279, _LONG, count, 0),  # bytes of strips
        (530, _SHORT, 2, across | down << 16),
    ]
    lengths = [len(strip) for strip in strips]
    bits_at = 8 + 2 + 12 * len(entries) + 4
    begins_at = bits_at + 8
    lengths_at = begins_at + 4 * count
    begins = np.cumsum([lengths_at + 4 * count, *lengths[:-1]])
    places = {258: bits_at, 273: begins_at if count > 1 else int(begins[0]), 279: lengths_at if count > 1 else lengths[0]}
    parts = [struct.pack("<2sHIH", b"II", 42, 8, len(entries))]
    parts += [struct.pack("<HHII", tag, kind, n, places.get(tag, value)) for tag, kind, n, value in entries]
    parts.append(struct.pack("<I4H", 0, 8, 8, 8, 0))
    parts += [np.asarray(begins, "<u4").tobytes(), np.asarray(lengths, "<u4").tobytes(), *strips]
    return b"".join(parts)
