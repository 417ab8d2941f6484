"""How raw inputs are scaled."""

from __future__ import annotations

import numpy as np
import pytest

from wubu.cli.scaling import Scaling
from wubu.errors import FileFormatError


@pytest.mark.parametrize(("top", "dtype"), [(1, "float32"), (16, "uint8"), (255, "uint8"), (1000, "float64")])
def test_pictures_end_between_0_and_1(top, dtype):
    x = np.linspace(0, top, 3 * 4 * 4).reshape(3, 4, 4).astype(dtype)
    scaled = Scaling.fit(x)(x)
    assert scaled.dtype == np.float32
    assert scaled.min() == 0 and scaled.max() == 1


def test_the_test_part_is_scaled_like_the_training_part():
    dark = np.full((2, 4, 4), 40, np.uint8)
    scaling = Scaling.fit(np.full((2, 4, 4), 200, np.uint8))
    assert scaling(dark).max() == pytest.approx(40 / 255)


def test_the_columns_of_a_table_are_standardised():
    x = np.random.default_rng(0).normal([5, -100, 7], [1, 30, 0], (500, 3))
    scaled = Scaling.fit(x)(x)
    assert np.allclose(scaled.mean(axis=0), 0, atol=1e-5)
    assert np.allclose(scaled.std(axis=0)[:2], 1, atol=1e-5)
    assert np.allclose(scaled[:, 2], 0)


def test_it_survives_the_settings():
    scaling = Scaling.fit(np.random.default_rng(0).normal(size=(9, 3)))
    assert Scaling.from_dict(scaling.to_dict()) == scaling
    with pytest.raises(FileFormatError, match="scaling"):
        Scaling.from_dict({"shift": "x"})
