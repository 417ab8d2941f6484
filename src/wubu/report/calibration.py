"""Whether a probability of 0.8 is right in 80 of 100 cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Calibration:
    """Confidence against accuracy, in bins of equal width. Bins without rows have NaN means.

    Args:
        edges: of the bins, from 0 to 1 (bins + 1,). A bin holds its upper edge.
        confidence: mean confidence in each bin (bins,).
        accuracy: share of right predictions in each bin (bins,).
        count: rows in each bin (bins,).
        ece: expected calibration error, ``sum(count / n * |accuracy - confidence|)``.
    """

    edges: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray
    ece: float


def calibration(right: np.ndarray, confidence: np.ndarray, bins: int = 10) -> Calibration:
    """Sort predictions into bins by confidence and compare with how often they are right.

    C. Guo et al., On Calibration of Modern Neural Networks, ICML 2017.

    Args:
        right: whether each prediction is right (n,).
        confidence: the probability that was given to the predicted class (n,).
        bins: their number.
    """
    edges = np.linspace(0, 1, bins + 1)
    place = np.searchsorted(edges[1:-1], confidence)
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean_confidence = np.bincount(place, confidence, minlength=bins) / count
        accuracy = np.bincount(place, right, minlength=bins) / count
    gap = np.nan_to_num(np.abs(accuracy - mean_confidence))
    return Calibration(edges, mean_confidence, accuracy, count, float((count * gap).sum() / count.sum()))
