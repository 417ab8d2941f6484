"""Picture files: Keras's pixels, every mode, and a thousand damaged files."""

from __future__ import annotations

import io
import math
import warnings
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import torch
from PIL import Image

from wubu.data import picture_budget as budget
from wubu.data.folders.image_dataset import PictureReader
from wubu.data.images import jpeg_strips, quick_jpeg
from wubu.data.images.decode import INTERPOLATIONS, decode, open_picture
from wubu.data.images.resize import METHODS, SMOOTHING, resize
from wubu.data.images.store import PictureStore
from wubu.errors import ArgumentError, FileFormatError, MissingFileError

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (30, 40, 3)).astype(np.uint8)


def files(folder: Path) -> dict[str, Path]:
    """A picture of every kind."""
    made = Image.fromarray(PIXELS)
    alpha = made.convert("RGBA")
    alpha.putalpha(100)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter, which Keras leaves as it is
    grey = Image.fromarray(PIXELS[..., 0].astype(np.uint16) * 257)
    kinds: dict[str, tuple[Image.Image, dict[str, Any]]] = {
        "rgb.png": (made, {}),
        "grey.png": (made.convert("L"), {}),
        "palette.png": (made.quantize(16), {}),
        "palette.gif": (made.quantize(16), {}),
        "alpha.png": (alpha, {}),
        "grey_alpha.png": (made.convert("LA"), {}),
        "bits.png": (made.convert("1"), {}),
        "sixteen.png": (grey, {}),
        "rgb.bmp": (made, {}),
        "rgb.jpg": (made, {"quality": 90}),
        "grey.jpg": (made.convert("L"), {}),
        "cmyk.jpg": (made.convert("CMYK"), {}),
        "turned.jpg": (made, {"exif": exif}),
        "progressive.jpg": (made, {"progressive": True}),
    }
    for name, (picture, options) in kinds.items():
        picture.save(folder / name, **options)
    return {name: folder / name for name in kinds}


@pytest.mark.parametrize("color_mode", ["grayscale", "rgb", "rgba"])
@pytest.mark.parametrize("size", [None, (11, 17), (60, 70)])
def test_pixels_of_load_img(color_mode: str, size: Any, tmp_path: Path) -> None:
    for name, path in files(tmp_path).items():
        for interpolation in INTERPOLATIONS if size else ("nearest",):
            for keep in (False, True):
                arguments = (color_mode, size, interpolation, keep)
                expected = np.asarray(keras.utils.load_img(path, *arguments))
                found = decode(path, *arguments)
                assert found.ndim == 3 and np.array_equal(found, expected.reshape(found.shape)), (name, arguments)


def test_pictures_in_memory(tmp_path: Path) -> None:
    path = files(tmp_path)["rgb.png"]
    assert np.array_equal(decode(io.BytesIO(path.read_bytes())), PIXELS)
    assert np.array_equal(decode(str(path).encode()), PIXELS)


def test_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text("text")
    with pytest.raises(FileFormatError, match="x.png, which is none"):
        decode(tmp_path / "x.png")
    with pytest.raises(MissingFileError, match="y.png"):
        decode(tmp_path / "y.png")
    with pytest.raises(FileFormatError, match="Cannot read"):
        decode(tmp_path)
    good = files(tmp_path)["rgb.png"]
    for wrong in ({"color_mode": "bgr"}, {"target_size": (3, 3), "interpolation": "cubic"}):
        with pytest.raises(ArgumentError):
            decode(good, **wrong)


def test_a_header_that_lies_is_no_bomb(tmp_path: Path) -> None:
    path = files(tmp_path)["rgb.jpg"]
    data = bytearray(path.read_bytes())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    with pytest.raises(FileFormatError, match="rgb.jpg"):
        open_picture(path)


def test_a_thousand_damaged_files_are_told_or_read(tmp_path: Path) -> None:
    warnings.simplefilter("ignore")
    reader = PictureReader((12, 12))
    rng = np.random.default_rng(1)
    sources = [path.read_bytes() for path in files(tmp_path).values()]
    told = 0
    for i in range(1000):
        data = bytearray(sources[i % len(sources)])
        for _ in range(rng.integers(1, 10)):
            data[rng.integers(len(data))] = rng.integers(256)
        path = tmp_path / f"damaged{i}.jpg"
        path.write_bytes(data[: rng.integers(1, len(data) + 1)] if i % 2 else data)
        try:
            assert reader(str(path)).shape[:2] == (12, 12)
        except FileFormatError as error:
            assert path.name in str(error)
            told += 1
    assert told > 400


def test_the_short_way_gives_the_same_pixels(tmp_path: Path) -> None:
    made = files(tmp_path)
    for name in ("rgb.jpg", "grey.jpg", "progressive.jpg", "turned.jpg"):
        found = quick_jpeg.quickly_decoded(made[name])
        assert found is not None and np.array_equal(found, np.asarray(Image.open(made[name])).reshape(found.shape))
    for name in ("cmyk.jpg", "rgb.png"):
        assert quick_jpeg.quickly_decoded(made[name]) is None
    assert quick_jpeg.quickly_decoded(made["rgb.jpg"], (30, 40)) is None
    assert quick_jpeg.quickly_decoded(tmp_path / "nowhere") is None


def test_small_pictures_are_decoded_together(tmp_path: Path) -> None:
    made = files(tmp_path)
    Image.fromarray(PIXELS[:20]).save(tmp_path / "short.jpg")
    Image.fromarray(PIXELS).save(tmp_path / "full.jpg", subsampling=0, optimize=True)
    whole = made["rgb.jpg"].read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    good = ("rgb.jpg", "turned.jpg")
    others = ("full.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg", "short.jpg", "cut.jpg", "rgb.png", "nowhere.jpg")
    names = [*good, *others] * 40
    pictures = np.zeros((len(names), 30, 40, 3), np.uint8)
    left = jpeg_strips.decode_together([str(tmp_path / name) for name in names], pictures)
    assert {name for i, name in enumerate(names) if i not in left} == set(good)
    for name, found in zip(names, pictures):
        if name in good:
            assert np.array_equal(found, np.asarray(Image.open(made[name])))
    one = np.zeros((1, 30, 40, 3), np.uint8)
    assert jpeg_strips.decode_together([str(tmp_path / "full.jpg")], one) == []
    assert np.array_equal(one[0], np.asarray(Image.open(tmp_path / "full.jpg")))


def test_what_is_decoded_together_is_what_is_decoded_alone(tmp_path: Path) -> None:
    """Damage included: a picture that is taken has the pixels of the long way, and is left where that refuses it."""
    rng = np.random.default_rng(2)
    path = tmp_path / "x.jpg"
    whole = files(tmp_path)["rgb.jpg"].read_bytes()
    taken = 0
    for i in range(300):
        data = bytearray(whole)
        for _ in range(rng.integers(1, 6)):
            data[rng.integers(20 if i % 2 else 400, len(data) - 2)] = rng.integers(256)
        path.write_bytes(data[: rng.integers(400, len(data))] + b"\xff\xd9" if i % 3 == 0 else data)
        made = np.zeros((1, 30, 40, 3), np.uint8)
        if not jpeg_strips.decode_together([str(path)], made):
            taken += 1
            assert np.array_equal(made[0], decode(path))
    assert taken > 50


@pytest.mark.parametrize("room", [30, 4, 0])
def test_a_store_takes_what_was_decoded_together(room: int, monkeypatch: Any) -> None:
    """Every third picture has to be read by itself; there may be room for few."""
    unit = 4 * 4 * 3
    monkeypatch.setattr(budget, "_limit", budget._taken + room * unit)
    store = PictureStore(30, (4, 4, 3))
    asked: list[int] = []

    def together(numbers: list[int], made: np.ndarray) -> list[int]:
        asked.extend(numbers)
        for place, number in zip(made, numbers):
            place[...] = number if number % 3 else 99
        return [i for i, number in enumerate(numbers) if number % 3 == 0]

    def alone(number: int) -> np.ndarray:
        assert number % 3 == 0
        return np.full((4, 4, 1), number, np.uint8)

    for numbers in ([5, 5, 6, 6, 7], range(30), range(29, -1, -1)):
        found = store.rows(list(numbers), alone, np.float32, together)
        assert found.dtype == np.float32
        assert found[:, 3, 3].tolist() == [[n] * 3 for n in numbers]
    assert store.complete == (room == 30)
    if room == 30:
        assert len([n for n in asked if n % 3]) <= 20 + 3  # once each


@pytest.mark.parametrize("method", METHODS)
def test_resizing(method: str) -> None:
    flat = torch.full((9, 7, 3), 100, dtype=torch.uint8)
    for size in ((5, 12), (9, 7)):
        assert torch.allclose(resize(flat, size, method).float(), torch.tensor(100.0), atol=1e-3)
    if method not in SMOOTHING:
        assert resize(flat, (9, 7), method) is flat


@pytest.mark.parametrize(("method", "side"), [("mitchellcubic", 1 / 18 * 9 / 8), ("gaussian", math.exp(-2))])
def test_kernels_that_smooth_a_picture_of_the_same_size(method: str, side: float) -> None:
    """As TensorFlow's do: a dot is spread by the kernel's weights at the distances 0 and 1."""
    dot = torch.zeros(5, 5, 1, dtype=torch.uint8)
    dot[2, 2] = 90
    line = torch.tensor([0.0, side, 1.0, side, 0.0]) / (1 + 2 * side)
    found = resize(dot, (5, 5), method)
    assert torch.allclose(found[..., 0], 90 * torch.outer(line, line), atol=1e-4)


def test_a_store_decodes_each_picture_once() -> None:
    calls = []

    def read(number: int) -> np.ndarray:
        calls.append(number)
        return np.full((4, 4, 1), number, np.uint8)

    store = PictureStore(20, (4, 4, 3))
    for numbers in ([3, 1, 3], range(20), range(20)):
        found = store.rows(list(numbers), read)
        assert found[:, 0, 0].tolist() == [[n] * 3 for n in numbers]
    assert store.complete and sorted(set(calls)) == list(range(20)) and len(calls) <= 21
