"""Judging a model: rates of each class, curves, pictures, and one page that can be mailed."""

from __future__ import annotations

from wubu.report.calibration import Calibration
from wubu.report.classification_report import ClassificationReport, Confusion, Mistake, classification
from wubu.report.regression_report import RegressionReport, regression
from wubu.report.threshold_curves import PrecisionRecallCurve, RocCurve

__all__ = [
    "Calibration",
    "ClassificationReport",
    "Confusion",
    "Mistake",
    "PrecisionRecallCurve",
    "RegressionReport",
    "RocCurve",
    "classification",
    "regression",
]
