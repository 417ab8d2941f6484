"""How good a classifier's predictions are, class by class."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from wubu.core.files import write_text
from wubu.report.calibration import Calibration, calibration
from wubu.report.json_values import jsonable, thinned
from wubu.report.predictions import read_predictions
from wubu.report.text_table import number, table
from wubu.report.threshold_curves import (
    PrecisionRecallCurve,
    RocCurve,
    precision_recall_curve,
    roc_curve,
)

RATES = ("precision", "recall", "specificity", "fpr", "fnr", "f1")
_CURVE_POINTS = 101
_CURVE_CLASSES = 50  # with more classes the curves are left out of dictionaries
_MATRIX_CLASSES = 12  # with more classes the matrix is left out of the text


@dataclass(frozen=True)
class Confusion:
    """A class that is taken for another: ``count`` rows, which are ``share`` of the true class's rows."""

    true: int
    predicted: int
    count: int
    share: float


@dataclass(frozen=True)
class Mistake:
    """A row that was predicted wrongly, and with which probability (NaN where only labels are known)."""

    index: int
    true: int
    predicted: int
    confidence: float


@dataclass(frozen=True)
class ClassificationReport:
    """What a classifier got right and wrong; made by ``classification``.

    Precision, recall and F1 without a case to count are 0, as in scikit-learn; the other rates are then
    NaN, and means leave NaN out.

    Args:
        class_names: names of the classes.
        y_true: labels (n,).
        y_pred: predicted labels (n,).
        y_prob: probabilities (n, classes); None where only labels were predicted.
        confusion: rows of each true class (axis 0) by predicted class (axis 1) (classes, classes).
        precision: of what is called this class, the share that is: ``TP / (TP + FP)`` (classes,).
        recall: of this class, the share that is found, also TPR or sensitivity: ``TP / (TP + FN)``
            (classes,).
        specificity: of the other classes, the share not called this, also TNR: ``TN / (TN + FP)`` (classes,).
        fpr: false positive rate, ``FP / (FP + TN)`` (classes,).
        fnr: false negative rate, ``FN / (FN + TP)`` (classes,).
        f1: harmonic mean of precision and recall, ``2 TP / (2 TP + FP + FN)`` (classes,).
        support: rows of each class (classes,).
        accuracy: share of rows predicted rightly.
    """

    class_names: tuple[str, ...]
    y_true: np.ndarray = field(repr=False)
    y_pred: np.ndarray = field(repr=False)
    y_prob: np.ndarray | None = field(repr=False)
    confusion: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    specificity: np.ndarray
    fpr: np.ndarray
    fnr: np.ndarray
    f1: np.ndarray
    support: np.ndarray
    accuracy: float

    @cached_property
    def normalized(self) -> np.ndarray:
        """The confusion matrix as shares of the true classes; a row without cases is 0 (classes, classes)."""
        return self.confusion / np.maximum(self.support, 1)[:, None]

    @cached_property
    def balanced_accuracy(self) -> float:
        """Mean recall of the classes that occur."""
        return float(self.recall[self.support > 0].mean())

    @cached_property
    def macro(self) -> dict[str, float]:
        """Plain means over classes, of every rate."""
        return {name: _mean(getattr(self, name)) for name in RATES}

    @cached_property
    def weighted(self) -> dict[str, float]:
        """Means over classes weighted by support, of every rate."""
        return {name: _mean(getattr(self, name), self.support) for name in RATES}

    @cached_property
    def micro(self) -> dict[str, float]:
        """Rates of all classes' cases counted together."""
        return {
            name: float(value[0])
            for name, value in _rates(*(c.sum(keepdims=True) for c in _cases(self.confusion))).items()
        }

    @cached_property
    def roc(self) -> tuple[RocCurve, ...]:
        """One class against the rest, for each class; empty without probabilities."""
        if self.y_prob is None:
            return ()
        return tuple(roc_curve(self.y_true == c, self.y_prob[:, c]) for c in range(len(self.class_names)))

    @cached_property
    def precision_recall(self) -> tuple[PrecisionRecallCurve, ...]:
        """One class against the rest, for each class; empty without probabilities."""
        if self.y_prob is None:
            return ()
        return tuple(
            precision_recall_curve(self.y_true == c, self.y_prob[:, c]) for c in range(len(self.class_names))
        )

    @cached_property
    def auc(self) -> np.ndarray:
        """Area under each class's ROC curve (classes,), NaN where a class, or its rest, does not occur."""
        return np.array([curve.auc for curve in self.roc])

    @cached_property
    def average_precision(self) -> np.ndarray:
        """Average precision of each class (classes,)."""
        return np.array([curve.average_precision for curve in self.precision_recall])

    @cached_property
    def micro_roc(self) -> RocCurve | None:
        """All classes' decisions in one ROC curve; None without probabilities."""
        if self.y_prob is None:
            return None
        return roc_curve(
            (self.y_true[:, None] == np.arange(len(self.class_names))).ravel(), self.y_prob.ravel()
        )

    @cached_property
    def mean_auc(self) -> dict[str, float]:
        """Macro, weighted and micro means of the areas under the ROC curves; NaN without probabilities."""
        if self.micro_roc is None:
            return dict.fromkeys(("macro", "weighted", "micro"), float("nan"))
        return {
            "macro": _mean(self.auc),
            "weighted": _mean(self.auc, self.support),
            "micro": self.micro_roc.auc,
        }

    @cached_property
    def confidence(self) -> np.ndarray:
        """Probability of the predicted class (n,); NaN without probabilities."""
        if self.y_prob is None:
            return np.full(len(self.y_true), np.nan)
        return self.y_prob[np.arange(len(self.y_pred)), self.y_pred]

    @cached_property
    def calibration(self) -> Calibration | None:
        """Confidence against accuracy, in ten bins; None without probabilities."""
        if self.y_prob is None:
            return None
        return calibration(self.y_true == self.y_pred, self.confidence)

    @cached_property
    def log_loss(self) -> float:
        """Mean of ``-log`` of the true class's probability (rows scaled to sum 1); NaN without probabilities."""
        if self.y_prob is None:
            return float("nan")
        tiny = np.finfo(np.float64).eps
        values = self.y_prob / np.maximum(self.y_prob.sum(axis=1, keepdims=True), tiny)
        return float(-np.log(values[np.arange(len(values)), self.y_true].clip(tiny, 1 - tiny)).mean())

    def top_k_accuracy(self, k: int) -> float:
        """Share of rows whose true class is among the ``k`` most probable; NaN without probabilities.

        Of equal probabilities the later class comes first, as in scikit-learn.
        """
        if self.y_prob is None:
            return float("nan")
        best = np.argsort(self.y_prob, axis=1, kind="stable")[:, ::-1][:, :k]
        return float((best == self.y_true[:, None]).any(axis=1).mean())

    def top_confusions(self, limit: int = 10) -> list[Confusion]:
        """The pairs of classes that are mixed up most often, by count."""
        off = self.confusion.copy()
        np.fill_diagonal(off, 0)
        order = np.argsort(-off.ravel(), kind="stable")[:limit]
        rows, columns = np.unravel_index(order, off.shape)
        return [
            Confusion(int(t), int(p), int(off[t, p]), float(self.normalized[t, p]))
            for t, p in zip(rows, columns)
            if off[t, p]
        ]

    def mistakes(self, limit: int | None = 20) -> list[Mistake]:
        """The rows predicted wrongly, the most confident first (all of them for None)."""
        wrong = np.flatnonzero(self.y_true != self.y_pred)
        order = wrong[np.argsort(-self.confidence[wrong], kind="stable")][:limit]
        return [
            Mistake(int(i), int(self.y_true[i]), int(self.y_pred[i]), float(self.confidence[i]))
            for i in order
        ]

    def as_text(self) -> str:
        """The report as tables for a terminal."""
        head = ("", "precision", "recall", "specificity", "FPR", "FNR", "F1", "AUC", "support")
        areas = self.auc if self.y_prob is not None else np.full(len(self.class_names), np.nan)
        rows: list[tuple[str, ...]] = [head]
        for c, name in enumerate(self.class_names):
            rates = [number(getattr(self, rate)[c]) for rate in RATES]
            rows.append((name, *rates, number(areas[c]), str(self.support[c])))
        total = str(len(self.y_true))
        for title, means, area in (
            ("macro mean", self.macro, self.mean_auc["macro"]),
            ("weighted mean", self.weighted, self.mean_auc["weighted"]),
            ("micro mean", self.micro, self.mean_auc["micro"]),
        ):
            rows.append((title, *(number(means[rate]) for rate in RATES), number(area), total))
        if self.y_prob is None:
            rows = [(*row[:-2], row[-1]) for row in rows]
        lines = table(rows)
        lines.insert(1 + len(self.class_names), "")
        right = int(np.trace(self.confusion))
        lines += [
            "",
            f"accuracy {self.accuracy:.4f} ({right} of {total}), balanced {self.balanced_accuracy:.4f}",
        ]
        if self.calibration is not None:
            lines[-1] += f", log loss {self.log_loss:.4f}, calibration error {self.calibration.ece:.4f}"
        if len(self.class_names) <= _MATRIX_CLASSES:
            cells = [("true \\ predicted", *self.class_names)]
            cells += [(name, *map(str, row)) for name, row in zip(self.class_names, self.confusion)]
            lines += ["", *table(cells)]
        confusions = self.top_confusions(5)
        if confusions:
            lines += ["", "most often mixed up:"]
            for pair in confusions:
                true, taken = self.class_names[pair.true], self.class_names[pair.predicted]
                lines.append(f"  {true} taken for {taken}: {pair.count} ({pair.share:.1%} of {true})")
        return "\n".join(lines)

    def as_dict(self, curves: bool = True) -> dict[str, Any]:
        """The report as values that JSON can hold; what is undefined is None.

        Args:
            curves: with points of the ROC and precision-recall curves, at most 101 each; left out anyway
                beyond 50 classes.
        """
        with_curves = curves and self.y_prob is not None and len(self.class_names) <= _CURVE_CLASSES
        classes = []
        for c, name in enumerate(self.class_names):
            entry: dict[str, Any] = {"name": name, **{rate: getattr(self, rate)[c] for rate in RATES}}
            entry["support"] = self.support[c]
            if self.y_prob is not None:
                entry["auc"], entry["average_precision"] = self.auc[c], self.average_precision[c]
            if with_curves:
                entry["roc"] = {k: thinned(getattr(self.roc[c], k), _CURVE_POINTS) for k in ("fpr", "tpr")}
                pr = self.precision_recall[c]
                entry["precision_recall"] = {
                    k: thinned(getattr(pr, k), _CURVE_POINTS) for k in ("precision", "recall")
                }
            classes.append(entry)
        found: dict[str, Any] = {
            "kind": "classification",
            "samples": len(self.y_true),
            "accuracy": self.accuracy,
            "balanced_accuracy": self.balanced_accuracy,
            "classes": classes,
            "macro": self.macro,
            "micro": self.micro,
            "weighted": self.weighted,
            "confusion_matrix": self.confusion,
            "confusion_matrix_normalized": self.normalized,
            "top_confusions": [
                {
                    "true": self.class_names[pair.true],
                    "predicted": self.class_names[pair.predicted],
                    "count": pair.count,
                    "share": pair.share,
                }
                for pair in self.top_confusions()
            ],
            "mistakes": [vars(mistake) for mistake in self.mistakes()],
        }
        if self.calibration is not None:
            found["auc"] = self.mean_auc
            found["log_loss"] = self.log_loss
            found["calibration"] = vars(self.calibration)
        return jsonable(found)

    def to_json(self, path: str | os.PathLike[str]) -> Path:
        """Write ``as_dict()`` to a file, atomically, and return its path."""
        return write_text(path, json.dumps(self.as_dict(), indent=2, ensure_ascii=False) + "\n")


def classification(
    y_true: Any, y_prob: Any, class_names: Sequence[str] | None = None, *, from_logits: bool = False
) -> ClassificationReport:
    """Compare a classifier's predictions with the labels.

    Args:
        y_true: labels (n,) or (n, 1), one-hot rows (n, classes), or names of classes.
        y_prob: probabilities (n, classes); probabilities of the second class (n,) or (n, 1), where above
            0.5 counts as that class; or predicted labels: whole numbers or names (n,).
        class_names: a name for each class; default their numbers.
        from_logits: ``y_prob`` are logits rather than probabilities.

    Returns:
        A report: ``print(report.as_text())``, ``report.as_dict()``, ``report.to_json(path)``.

    Raises:
        EmptyDataError, ShapeError, LabelError, NonFiniteError, ArgumentError: see ``read_predictions``.

    Example::

        report = wubu.report.classification(y_test, model.predict(x_test))
        print(report.as_text())
    """
    true, predicted, probabilities, names = read_predictions(y_true, y_prob, class_names, from_logits)
    count = len(names)
    confusion = np.bincount(true * count + predicted, minlength=count * count).reshape(count, count)
    rates = _rates(*_cases(confusion))
    return ClassificationReport(
        class_names=names,
        y_true=true,
        y_pred=predicted,
        y_prob=probabilities,
        confusion=confusion,
        support=confusion.sum(axis=1),
        accuracy=float(np.trace(confusion) / len(true)),
        **rates,
    )


def _cases(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """True positives, false positives, false negatives, true negatives of each class against the rest."""
    tp = np.diag(confusion)
    fp = confusion.sum(axis=0) - tp
    fn = confusion.sum(axis=1) - tp
    return tp, fp, fn, confusion.sum() - tp - fp - fn


def _rates(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "precision": _ratio(tp, tp + fp, 0.0),
        "recall": _ratio(tp, tp + fn, 0.0),
        "specificity": _ratio(tn, tn + fp, np.nan),
        "fpr": _ratio(fp, tn + fp, np.nan),
        "fnr": _ratio(fn, tp + fn, np.nan),
        "f1": _ratio(2 * tp, 2 * tp + fp + fn, 0.0),
    }


def _ratio(part: np.ndarray, whole: np.ndarray, undefined: float) -> np.ndarray:
    return np.divide(part, whole, out=np.full(part.shape, undefined), where=whole > 0)


def _mean(values: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Mean of the values that are defined; NaN if none is."""
    defined = ~np.isnan(values)
    weights = np.ones(len(values)) if weights is None else weights
    total = weights[defined].sum()
    return float((values[defined] * weights[defined]).sum() / total) if total else float("nan")
