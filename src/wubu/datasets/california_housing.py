"""California housing: 20,640 blocks of the 1990 census, 8 features, the median house price."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from wubu.datasets.npz_files import KERAS_STORE, NpzFile
from wubu.datasets.splitting import Split, check_test_split, shuffled_split
from wubu.errors import ArgumentError

FEATURE_NAMES = (
    "MedInc",
    "HouseAge",
    "AveRooms",
    "AveBedrms",
    "Population",
    "AveOccup",
    "Latitude",
    "Longitude",
)
_SMALL = 600


def _shape_problem(arrays: Mapping[str, np.ndarray]) -> str | None:
    x, y = arrays["x"], arrays["y"]
    if x.ndim != 2 or x.shape[1] != len(FEATURE_NAMES) or y.shape != (len(x),):
        return f"x of shape (n, 8) and y of shape (n,), received {x.shape} and {y.shape}"
    return None


_FILE = NpzFile(
    urls=(f"{KERAS_STORE}california_housing.npz",),
    names=("x", "y"),
    shape_problem=_shape_problem,
    file_sha256="1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
)


def load_data(
    version: str = "large",
    path: str | os.PathLike[str] = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> Split:
    """Load the California housing prices from ``$KERAS_HOME/datasets``, downloading them if they are missing.

    R. K. Pace, R. Barry, Sparse spatial autoregressions, Statistics and Probability Letters 33, 1997.

    Args:
        version: ``"large"`` for all rows, ``"small"`` for the first 600.
        path: the file's name below the data sets' folder, or an absolute path.
        test_split: share of test rows, at least 0 and below 1.
        seed: of the order.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: features (n, 8) in the order of ``FEATURE_NAMES``, prices
        (n,) in dollars; 16,512 and 4,128 rows by default.

    Raises:
        DownloadError: it is not in the cache and cannot be downloaded; the message says where to put it.

    Example::

        (x_train, y_train), (x_test, y_test) = wubu.datasets.california_housing.load_data("small")
    """
    check_test_split(test_split)
    if version not in ("large", "small"):
        raise ArgumentError(f"Expected version to be 'large' or 'small'. Received: {version!r}")
    a = _FILE.load(path)
    rows = _SMALL if version == "small" else None
    return shuffled_split(a["x"][:rows], a["y"][:rows], test_split, seed)
