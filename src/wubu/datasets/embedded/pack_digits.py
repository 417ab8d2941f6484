"""Make ``digits.npz`` from the copy that scikit-learn ships. Run by hand; wubu itself never needs it.

usage: python pack_digits.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np


def main() -> None:
    from sklearn.datasets import load_digits

    found = load_digits()
    images, labels = found.images, found.target
    x, y = images.astype(np.uint8), labels.astype(np.uint8)
    assert np.array_equal(x, images) and x.max() == 16 and x.shape == (1797, 8, 8)
    # savez_compressed stamps no times, so that the same data give the same bytes
    np.savez_compressed(Path(__file__).with_name("digits.npz"), x=x, y=y)


if __name__ == "__main__":
    main()
