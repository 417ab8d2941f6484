"""How far a model's numbers are from the true ones."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from wubu.core.files import write_text
from wubu.errors import EmptyDataError, NonFiniteError, ShapeError
from wubu.report.json_values import jsonable
from wubu.report.predictions import as_array
from wubu.report.text_table import table


@dataclass(frozen=True)
class RegressionReport:
    """Errors of predicted numbers; made by ``regression``. With several outputs, figures are means over them.

    Args:
        y_true: true values (n, outputs).
        y_pred: predicted values (n, outputs).
        mae: mean absolute error, ``mean(|t - p|)``.
        mse: mean squared error, ``mean((t - p)^2)``.
        rmse: its root, in the unit of the values.
        r2: share of the variance that is explained, ``1 - sum((t - p)^2) / sum((t - mean(t))^2)``; for
            constant true values 1 if all predictions are right, else 0; NaN for a single row.
    """

    y_true: np.ndarray = field(repr=False)
    y_pred: np.ndarray = field(repr=False)
    mae: float
    mse: float
    rmse: float
    r2: float

    @cached_property
    def residuals(self) -> np.ndarray:
        """True minus predicted values (n, outputs)."""
        return self.y_true - self.y_pred

    @cached_property
    def median_error(self) -> float:
        """Median absolute error."""
        return float(np.median(np.abs(self.residuals), axis=0).mean())

    @cached_property
    def largest_error(self) -> float:
        """Largest absolute error."""
        return float(np.abs(self.residuals).max())

    @cached_property
    def bias(self) -> float:
        """Mean of predicted minus true values: above 0, the model says too much."""
        return float(-self.residuals.mean())

    def worst(self, limit: int = 20) -> list[int]:
        """The rows with the largest absolute error (summed over outputs), the worst first."""
        return np.argsort(-np.abs(self.residuals).sum(axis=1), kind="stable")[:limit].tolist()

    def as_text(self) -> str:
        """The report as a table for a terminal."""
        rows = [
            ("mean absolute error", f"{self.mae:.6g}"),
            ("median absolute error", f"{self.median_error:.6g}"),
            ("largest absolute error", f"{self.largest_error:.6g}"),
            ("mean squared error", f"{self.mse:.6g}"),
            ("root mean squared error", f"{self.rmse:.6g}"),
            ("R²", f"{self.r2:.4f}"),
            ("bias (predicted - true)", f"{self.bias:.6g}"),
            ("rows", str(len(self.y_true))),
        ]
        return "\n".join(table(rows))

    def as_dict(self) -> dict[str, Any]:
        """The report as values that JSON can hold."""
        return jsonable(
            {
                "kind": "regression",
                "samples": len(self.y_true),
                "outputs": self.y_true.shape[1],
                "mae": self.mae,
                "mse": self.mse,
                "rmse": self.rmse,
                "r2": self.r2,
                "median_absolute_error": self.median_error,
                "largest_absolute_error": self.largest_error,
                "bias": self.bias,
                "worst": [
                    {"index": i, "true": self.y_true[i], "predicted": self.y_pred[i]} for i in self.worst()
                ],
            }
        )

    def to_json(self, path: str | os.PathLike[str]) -> Path:
        """Write ``as_dict()`` to a file, atomically, and return its path."""
        return write_text(path, json.dumps(self.as_dict(), indent=2, ensure_ascii=False) + "\n")


def regression(y_true: Any, y_pred: Any) -> RegressionReport:
    """Compare predicted numbers with the true ones.

    Args:
        y_true: (n,) or (n, outputs).
        y_pred: the same shape, or (n, 1) beside (n,).

    Raises:
        EmptyDataError: there are no rows.
        ShapeError: the shapes differ.
        NonFiniteError: a value is NaN or infinite.

    Example::

        print(wubu.report.regression(y_test, model.predict(x_test)).as_text())
    """
    true, predicted = (as_array(v).astype(np.float64) for v in (y_true, y_pred))
    if not true.size or not predicted.size:
        raise EmptyDataError("Expected at least one row. Received none")
    true, predicted = (v.reshape(len(v) if v.ndim else 1, -1) for v in (true, predicted))  # (n, outputs)
    if true.shape != predicted.shape:
        raise ShapeError(
            f"Expected predictions of the shape of the true values, {true.shape}. Received: {predicted.shape}"
        )
    for name, values in (("true values", true), ("predictions", predicted)):
        if not np.isfinite(values).all():
            row = int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
            raise NonFiniteError(f"Expected finite {name}. Received NaN or infinity, first in row {row}")
    squared = (true - predicted) ** 2
    return RegressionReport(
        y_true=true,
        y_pred=predicted,
        mae=float(np.abs(true - predicted).mean()),
        mse=float(squared.mean()),
        rmse=float(np.sqrt(squared.mean(axis=0)).mean()),
        r2=_explained(squared.sum(axis=0), ((true - true.mean(axis=0)) ** 2).sum(axis=0), len(true)),
    )


def _explained(errors: np.ndarray, spread: np.ndarray, rows: int) -> float:
    if rows < 2:
        return float("nan")
    share = 1 - errors / np.where(spread == 0, 1, spread)
    return float(np.where(spread == 0, np.where(errors == 0, 1.0, 0.0), share).mean())
