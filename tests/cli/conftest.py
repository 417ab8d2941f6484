"""A trained run that the tests of the commands share."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from wubu.cli.main import run


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The run folder of ``wubu train digits`` with its defaults."""
    folder = tmp_path_factory.mktemp("runs") / "digits"
    assert run(["train", "digits", "--out", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture
def picture(tmp_path):
    """A held-out digit as a picture file, and its label."""
    from wubu.datasets import digits

    _, (x, y) = digits.load_data()
    path = tmp_path / "digit.png"
    Image.fromarray((x[0].astype(np.float32) * 255 / 16).astype(np.uint8)).resize(
        (80, 80), Image.Resampling.NEAREST
    ).save(path)
    return str(path), str(y[0])
