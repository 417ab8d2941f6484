"""Judging a model: rates of each class, curves, pictures, a look inside, and one page that can be mailed."""

from __future__ import annotations

from wubu.diagnosis import Finding, diagnose
from wubu.report.calibration import Calibration
from wubu.report.classification_report import ClassificationReport, Confusion, Mistake, classification
from wubu.report.evaluation import evaluate
from wubu.report.feature_maps import save_feature_maps
from wubu.report.figures import show
from wubu.report.grad_cam import grad_cam, save_grad_cam
from wubu.report.html import save_html
from wubu.report.kernels import save_kernels
from wubu.report.layer_outputs import layer_outputs
from wubu.report.model_diagram import model_svg, model_to_dot, plot_model
from wubu.report.occlusion import occlusion_map, save_occlusion
from wubu.report.plots import (
    save_calibration,
    save_confusion_matrix,
    save_curves,
    save_precision_recall,
    save_residuals,
    save_roc,
    save_samples,
)
from wubu.report.regression_report import RegressionReport, regression
from wubu.report.threshold_curves import PrecisionRecallCurve, RocCurve

__all__ = [
    "Calibration",
    "ClassificationReport",
    "Confusion",
    "Finding",
    "Mistake",
    "PrecisionRecallCurve",
    "RegressionReport",
    "RocCurve",
    "classification",
    "diagnose",
    "evaluate",
    "grad_cam",
    "layer_outputs",
    "model_svg",
    "model_to_dot",
    "occlusion_map",
    "plot_model",
    "regression",
    "save_calibration",
    "save_confusion_matrix",
    "save_curves",
    "save_feature_maps",
    "save_grad_cam",
    "save_html",
    "save_kernels",
    "save_occlusion",
    "save_precision_recall",
    "save_residuals",
    "save_roc",
    "save_samples",
    "show",
]
