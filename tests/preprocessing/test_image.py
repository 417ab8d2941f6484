"""``preprocessing.image`` and ``utils``: pictures as arrays, arrays as pictures, and functions on single ones."""

from __future__ import annotations

import io

import keras
import numpy as np
import pytest
from PIL import Image

from wubu import utils
from wubu.errors import FileFormatError, MissingFileError, ShapeError
from wubu.preprocessing import image

legacy = pytest.importorskip("keras.src.legacy.preprocessing.image")


@pytest.fixture
def picture():
    y, x = np.mgrid[0:18, 0:25]
    return np.stack([127 + 60 * np.sin(x / 4 + k) + 60 * np.cos(y / 3) for k in range(3)], -1).astype(np.float32)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "I;16", "1", "LA", "CMYK"])
@pytest.mark.parametrize("color_mode", ["grayscale", "rgb", "rgba"])
def test_files_are_read_as_keras_reads_them(tmp_path, mode, color_mode):
    chance = np.random.default_rng(0)
    if mode == "I;16":
        made = Image.fromarray(chance.integers(0, 60_000, (12, 17), dtype=np.uint16))
    else:
        made = Image.fromarray(chance.integers(0, 255, (12, 17, 3), dtype=np.uint8)).convert(mode)
    path = tmp_path / ("p.tif" if mode == "CMYK" else "p.png")
    made.save(path)
    for options in ({}, {"target_size": (9, 5)}, {"target_size": (5, 9), "keep_aspect_ratio": True}):
        for interpolation in ("nearest", "bilinear", "lanczos"):
            if mode == "I;16" and interpolation != "nearest" and color_mode == "grayscale":
                continue  # Pillow's filters for 16 bits are another matter
            arguments = {"color_mode": color_mode, "interpolation": interpolation, **options}
            own = image.img_to_array(image.load_img(path, **arguments))
            reference = keras.utils.img_to_array(keras.utils.load_img(path, **arguments))
            np.testing.assert_array_equal(own, reference)


def test_the_orientation_in_exif_is_left_alone(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (20, 10)).save(tmp_path / "p.jpg", exif=exif)
    assert image.load_img(tmp_path / "p.jpg").size == keras.utils.load_img(tmp_path / "p.jpg").size == (20, 10)


def test_arrays_and_pictures(picture):
    for layout, x in (("channels_last", picture), ("channels_first", picture.transpose(2, 0, 1))):
        for scale in (True, False):
            own, reference = (f(x, layout, scale) for f in (image.array_to_img, keras.utils.array_to_img))
            assert own.mode == reference.mode and own.tobytes() == reference.tobytes()
            np.testing.assert_array_equal(
                image.img_to_array(own, layout, "float64"), keras.utils.img_to_array(reference, layout, "float64")
            )
    assert image.array_to_img(picture[..., :1] * 300, scale=False).mode == "I"
    with pytest.raises(ShapeError, match="three axes"):
        image.array_to_img(picture[0])
    with pytest.raises(ShapeError, match="1, 3 or 4 channels"):
        image.array_to_img(picture[..., :2])


def test_saving(tmp_path, picture):
    utils.save_img(tmp_path / "p.png", picture, scale=False)
    np.testing.assert_array_equal(utils.img_to_array(utils.load_img(tmp_path / "p.png")), picture.astype(np.uint8))
    with pytest.warns(UserWarning, match="no transparency"):
        utils.save_img(tmp_path / "p.jpg", np.zeros((4, 4, 4)))
    file = io.BytesIO()
    utils.save_img(file, picture, file_format="png")
    assert utils.load_img(file).size == (25, 18)


def test_files_that_are_none(tmp_path):
    with pytest.raises(MissingFileError, match="nowhere"):
        image.load_img(tmp_path / "nowhere.png")
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(FileFormatError, match="text.png"):
        image.load_img(tmp_path / "text.png")
    with pytest.raises(TypeError, match="int"):
        image.load_img(3)


@pytest.mark.parametrize("size", [(10, 10), (7, 20), (30, 40)])
@pytest.mark.parametrize("interpolation", ["bilinear", "nearest", "bicubic"])
def test_smart_resize(picture, size, interpolation):
    own = image.smart_resize(picture, size, interpolation)
    reference = keras.preprocessing.image.smart_resize(picture, size, interpolation)
    assert isinstance(own, np.ndarray) and own.shape == (*size, 3)
    np.testing.assert_allclose(own, reference, atol=1e-3)
    assert image.smart_resize(np.stack([picture] * 2), size).shape == (2, *size, 3)
    with pytest.raises(ShapeError, match="three or four axes"):
        image.smart_resize(picture[0], size)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("random_rotation", (30,)),
        ("random_shift", (0.3, 0.2)),
        ("random_shear", (15,)),
        ("random_zoom", ((0.7, 1.4),)),
    ],
)
def test_single_changes(picture, name, arguments):
    pytest.importorskip("scipy")
    for axes in ({"row_axis": 0, "col_axis": 1, "channel_axis": 2}, {"row_axis": 1, "col_axis": 0, "channel_axis": 2}):
        found = []
        for module in (legacy, image):
            np.random.seed(4)
            found.append(getattr(module, name)(picture, *arguments, **axes, fill_mode="reflect"))
        np.testing.assert_allclose(found[1], found[0], atol=0.05)


def test_values_of_single_pictures(picture):
    for scale in (True, False):
        own, reference = (m.apply_brightness_shift(picture, 1.4, scale) for m in (image, legacy))
        np.testing.assert_allclose(own, reference, atol=1.01)
    own, reference = (m.apply_channel_shift(picture, 20.0, 2) for m in (image, legacy))
    np.testing.assert_allclose(own, reference)
