"""Splitting rows into a training and a test part, the same way every time."""

from __future__ import annotations

import numpy as np

from wubu.errors import ArgumentError

Split = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def check_test_split(test_split: float) -> None:
    """Refuse a share of test rows that is not in [0, 1)."""
    if not 0 <= test_split < 1:
        raise ArgumentError(f"Expected test_split to be at least 0 and below 1. Received: {test_split}")


def shuffled_split(x: np.ndarray, y: np.ndarray, test_split: float, seed: int) -> Split:
    """Shuffle with NumPy's legacy generator, which gives Keras's order, and cut off the last rows for testing.

    Args:
        x: (n, …)
        y: (n, …)
        test_split: share of the rows that become test rows.
        seed: of the shuffle.
    """
    check_test_split(test_split)
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    cut = int(len(x) * (1 - test_split))
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def stratified_split(x: np.ndarray, y: np.ndarray, test_split: float, seed: int) -> Split:
    """Split so that every class has the same share of test rows, then shuffle both parts.

    Args:
        x: (n, …)
        y: (n,) class labels.
        test_split: share of each class's rows that become test rows, rounded.
        seed: of the choice and of the order.
    """
    check_test_split(test_split)
    generator = np.random.RandomState(seed)
    train, test = [], []
    for label in np.unique(y):
        rows = generator.permutation(np.flatnonzero(y == label))
        cut = round(len(rows) * test_split)
        test.append(rows[:cut])
        train.append(rows[cut:])
    a = generator.permutation(np.concatenate(train))
    b = generator.permutation(np.concatenate(test))
    return (x[a], y[a]), (x[b], y[b])
