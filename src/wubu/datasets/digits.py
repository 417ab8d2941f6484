"""1,797 real handwritten digits of 8x8 pixels, inside the package: no network, no scikit-learn."""

from __future__ import annotations

from importlib import resources

import numpy as np

from wubu.datasets.splitting import Split, stratified_split

CLASS_NAMES = tuple("0123456789")


def load_data(test_split: float = 0.2, seed: int = 113) -> Split:
    """Load the digits, split so that every class has the same share of test rows.

    E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
    1998 (CC BY 4.0).

    Args:
        test_split: share of test rows, at least 0 and below 1.
        seed: chooses the test rows and the order.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images uint8 (n, 8, 8) with values 0..16, labels uint8
        (n,) 0..9; 1,438 and 359 rows by default.

    Example::

        (x_train, y_train), (x_test, y_test) = wubu.datasets.digits.load_data()
        x_train = x_train / 16
    """
    source = resources.files("wubu.datasets") / "embedded" / "digits.npz"
    with source.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        x, y = arrays["x"], arrays["y"]
    return stratified_split(x, y, test_split, seed)
