"""Boston housing: 506 districts of the 1970s, 13 features, the median house price."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from wubu.datasets.npz_files import KERAS_STORE, NpzFile
from wubu.datasets.splitting import Split, check_test_split, shuffled_split


def _shape_problem(arrays: Mapping[str, np.ndarray]) -> str | None:
    x, y = arrays["x"], arrays["y"]
    if x.ndim != 2 or x.shape[1] != 13 or y.shape != (len(x),):
        return f"x of shape (n, 13) and y of shape (n,), received {x.shape} and {y.shape}"
    return None


_FILE = NpzFile(
    urls=(f"{KERAS_STORE}boston_housing.npz",),
    names=("x", "y"),
    shape_problem=_shape_problem,
    file_sha256="f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
)


def load_data(
    path: str | os.PathLike[str] = "boston_housing.npz", test_split: float = 0.2, seed: int = 113
) -> Split:
    """Load the Boston housing prices from ``$KERAS_HOME/datasets``, downloading them if they are missing.

    One feature, "B", encodes the share of Black residents as if segregation raised prices. Prefer
    ``california_housing`` unless that is the point of the lesson.

    D. Harrison, D. L. Rubinfeld, Hedonic prices and the demand for clean air, J. Environ. Econ. Manage. 5,
    1978.

    Args:
        path: the file's name below the data sets' folder, or an absolute path.
        test_split: share of test rows, at least 0 and below 1.
        seed: of the order.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: features float64 (n, 13), prices float64 (n,) in 1,000
        dollars; 404 and 102 rows by default.

    Raises:
        DownloadError: it is not in the cache and cannot be downloaded; the message says where to put it.

    Example::

        (x_train, y_train), (x_test, y_test) = wubu.datasets.boston_housing.load_data()
    """
    check_test_split(test_split)
    a = _FILE.load(path)
    return shuffled_split(a["x"], a["y"], test_split, seed)
