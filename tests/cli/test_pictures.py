"""Picture files for ``wubu predict``."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from wubu.cli.pictures import read_picture
from wubu.errors import ArgumentError, FileFormatError, ShapeError


@pytest.fixture
def stroke(tmp_path):
    """A white bar on black, 32×32."""
    pixels = np.zeros((32, 32), np.uint8)
    pixels[8:24, 12:20] = 255
    path = tmp_path / "stroke.png"
    Image.fromarray(pixels).save(path)
    return pixels, str(path)


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 1), (28, 28), (40, 20), (8, 8, 3)])
def test_a_picture_takes_the_models_shape(stroke, shape):
    x = read_picture(stroke[1], shape, None, None)
    assert x.shape == shape and x.dtype == np.float32
    assert x.min() == 0 and x.max() == 1


def test_shrinking_averages(stroke):
    x = read_picture(stroke[1], (8, 8), None, None)
    assert np.allclose(x, stroke[0].reshape(8, 4, 8, 4).mean(axis=(1, 3)) / 255, atol=1 / 255)


def test_ink_on_paper_is_turned_into_the_training_pictures_kind(stroke, tmp_path):
    paper = tmp_path / "paper.png"
    Image.fromarray(255 - stroke[0]).save(paper)
    white_on_black = read_picture(stroke[1], (8, 8), 0.0, None)
    assert np.allclose(read_picture(str(paper), (8, 8), 0.0, None), white_on_black)
    assert np.allclose(read_picture(str(paper), (8, 8), 0.0, False), 1 - white_on_black)
    assert np.allclose(read_picture(stroke[1], (8, 8), 0.0, True), 1 - white_on_black)
    assert np.allclose(read_picture(str(paper), (8, 8), 0.5, None), 1 - white_on_black)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode_is_read(tmp_path, mode):
    grey = Image.fromarray(np.full((16, 16), 255, np.uint8))
    picture = Image.fromarray(np.full((16, 16), 65535, np.uint16)) if mode == "I;16" else grey.convert(mode)
    path = tmp_path / ("picture.tiff" if mode == "CMYK" else "picture.png")
    picture.save(path)
    assert np.allclose(read_picture(str(path), (8, 8), None, None), 1, atol=0.01)


def test_transparency_is_paper(tmp_path):
    path = tmp_path / "clear.png"
    Image.new("RGBA", (16, 16), (0, 0, 0, 0)).save(path)
    assert np.allclose(read_picture(str(path), (8, 8), None, None), 1)


def test_the_cameras_orientation_is_honoured(tmp_path, stroke):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    path = tmp_path / "turned.jpg"
    Image.fromarray(stroke[0]).save(path, exif=exif, quality=95)
    turned = read_picture(str(path), (8, 8), None, None)
    assert np.allclose(turned, np.rot90(read_picture(stroke[1], (8, 8), None, None), -1), atol=0.1)


def test_what_is_no_picture_is_refused(tmp_path, stroke):
    text = tmp_path / "text.png"
    text.write_text("hello")
    cut = tmp_path / "cut.png"
    cut.write_bytes(open(stroke[1], "rb").read()[:60])
    for path in (text, cut):
        with pytest.raises(FileFormatError, match=path.name):
            read_picture(str(path), (8, 8), None, None)
    with pytest.raises(ArgumentError, match="No such picture"):
        read_picture(str(tmp_path / "none.png"), (8, 8), None, None)
    for shape in [(4,), (8, 8, 7)]:
        with pytest.raises(ShapeError, match="model of pictures"):
            read_picture(stroke[1], shape, None, None)
