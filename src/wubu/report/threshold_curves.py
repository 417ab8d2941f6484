"""ROC and precision-recall curves: what every threshold of a probability would give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RocCurve:
    """Hits against false alarms, over all thresholds.

    Args:
        fpr: false positive rates, rising (k,); NaN where there are no negatives.
        tpr: true positive rates, rising (k,); NaN where there are no positives.
        thresholds: falling (k,); the first is infinite: nothing is called positive.
        auc: area under the curve; NaN where either class is missing.
    """

    fpr: np.ndarray
    tpr: np.ndarray
    thresholds: np.ndarray
    auc: float


@dataclass(frozen=True)
class PrecisionRecallCurve:
    """Precision against recall, over all thresholds.

    Args:
        precision: (k + 1,); the last is 1.
        recall: falling (k + 1,); the last is 0.
        thresholds: rising (k,).
        average_precision: ``sum((R_i - R_{i-1}) P_i)``; 0 where there are no positives.
    """

    precision: np.ndarray
    recall: np.ndarray
    thresholds: np.ndarray
    average_precision: float


def roc_curve(positive: np.ndarray, score: np.ndarray) -> RocCurve:
    """The ROC curve of one class, with the points on straight lines left out.

    T. Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006.

    Args:
        positive: whether each row is of the class (n,).
        score: higher means more probably of the class (n,).
    """
    fps, tps, thresholds = _counts(positive, score)
    if len(fps) > 2:  # a point between two others on one line adds nothing
        bends = np.r_[True, np.logical_or(np.diff(fps, 2), np.diff(tps, 2)), True]
        fps, tps, thresholds = fps[bends], tps[bends], thresholds[bends]
    fps, tps, thresholds = np.r_[0, fps], np.r_[0, tps], np.r_[np.inf, thresholds]
    with np.errstate(invalid="ignore"):
        fpr, tpr = fps / fps[-1], tps / tps[-1]
    if not fps[-1]:
        fpr = np.full(len(fps), np.nan)
    if not tps[-1]:
        tpr = np.full(len(tps), np.nan)
    return RocCurve(fpr, tpr, thresholds, float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)))


def precision_recall_curve(positive: np.ndarray, score: np.ndarray) -> PrecisionRecallCurve:
    """The precision-recall curve of one class.

    Args:
        positive: whether each row is of the class (n,).
        score: higher means more probably of the class (n,).
    """
    fps, tps, thresholds = _counts(positive, score)
    precision = tps / (tps + fps)
    recall = tps / tps[-1] if tps[-1] else np.ones(len(tps))
    precision, recall = np.r_[precision[::-1], 1.0], np.r_[recall[::-1], 0.0]
    area = -float(np.sum(np.diff(recall) * precision[:-1]))
    return PrecisionRecallCurve(precision, recall, thresholds[::-1], max(0.0, area))


def _counts(positive: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """False and true positives at each distinct score, from the highest down."""
    order = np.argsort(-score, kind="stable")
    positive, score = np.asarray(positive)[order], score[order]
    ends = np.r_[np.flatnonzero(np.diff(score)), len(score) - 1]  # ties count together
    tps = np.cumsum(positive, dtype=np.float64)[ends]
    return 1 + ends - tps, tps, score[ends]
