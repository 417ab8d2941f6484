"""Which pictures to show of a test: the mistakes worth looking at, and enough hits to compare."""

from __future__ import annotations

import numpy as np

from wubu.report.classification_report import ClassificationReport


def choose_samples(report: ClassificationReport, limit: int) -> np.ndarray:
    """Rows to show: the most confident mistakes, then hits spread over the data; at least a quarter are hits."""
    hits = np.flatnonzero(report.y_true == report.y_pred)
    room = limit - min(len(hits), limit // 4)
    wrong = [mistake.index for mistake in report.mistakes(room)]
    left = min(len(hits), limit - len(wrong))
    spread = hits[np.linspace(0, len(hits) - 1, left).round().astype(int)] if left else hits[:0]
    return np.concatenate([np.array(wrong, dtype=np.int64), spread])
