"""What callbacks that watch a metric share: finding it, and knowing when it got better."""

from __future__ import annotations

import warnings
from typing import Any

from wubu.callbacks.base import Callback
from wubu.callbacks.metric_names import Logs, resolve

_MORE_IS_BETTER = (
    "acc",
    "accuracy",
    "auc",
    "precision",
    "recall",
    "f1",
    "fbeta",
    "fmeasure",
    "iou",
    "dice",
    "r2",
    "sensitivity",
    "specificity",
    "cosine_similarity",
    "psnr",
    "ssim",
)
_LESS_IS_BETTER = (
    "loss",
    "error",
    "mse",
    "mae",
    "mape",
    "msle",
    "rmse",
    "crossentropy",
    "divergence",
    "hinge",
    "perplexity",
)
_MODES = ("auto", "min", "max")


class MonitorCallback(Callback):
    """Base of callbacks that watch one metric.

    Args:
        monitor: the metric's name, such as ``"val_loss"``; its other names will do.
        mode: ``"min"``, ``"max"``, or ``"auto"``, which goes by the metric.
        baseline: the value to beat; None for the first one seen.
        min_delta: what counts as better must be better by more than this.
    """

    def __init__(
        self, monitor: str = "val_loss", mode: str = "auto", baseline: float | None = None, min_delta: float = 0
    ) -> None:
        super().__init__()
        if mode not in _MODES:
            warnings.warn(
                f"{type(self).__name__} mode {mode!r} is unknown, fallback to auto mode. Known: {', '.join(_MODES)}",
                stacklevel=3,
            )
            mode = "auto"
        self.monitor, self.mode = monitor, mode
        self.best = baseline
        self.min_delta = abs(min_delta)
        self._sign: int | None = None  # 1 when more is better, -1 when less is

    def _set_direction(self) -> None:
        """Settle the direction once the model's metrics exist."""
        if self._sign is None:
            self._sign = direction(self.monitor, self.mode, self.model)

    def _is_improvement(self, value: Any, reference: Any) -> bool:
        if reference is None:
            return True
        self._set_direction()
        assert self._sign is not None
        # The order of operations is Keras's: the last digits decide in close cases.
        return (
            bool(value - self._sign * self.min_delta > reference)
            if self._sign > 0
            else bool(value + self.min_delta < reference)
        )

    def _monitored(self, logs: Any) -> Any:
        """The metric's value, or None when it was not logged."""
        logs = logs if isinstance(logs, Logs) else Logs(logs or {})
        return logs.get(self.monitor)


def direction(monitor: str, mode: str, model: Any) -> int:
    """Return 1 when more of a metric is better, -1 when less is.

    Args:
        monitor: the metric's name.
        mode: ``"min"``, ``"max"`` or ``"auto"``.
        model: whose metrics are looked at for ``"auto"``; may be None.
    """
    if mode != "auto":
        return 1 if mode == "max" else -1
    name = monitor.removeprefix("val_")
    if name == "loss" or name.endswith("_loss"):
        return -1
    metrics = {m.name: m for m in _all_metrics(model)}
    found = metrics.get(resolve(name, metrics) or "")
    own = getattr(found, "_direction", None)
    if own is not None:
        return 1 if own == "up" else -1
    lowered = name.lower()
    if any(part in lowered for part in _LESS_IS_BETTER):
        return -1
    if any(part in lowered for part in _MORE_IS_BETTER):
        return 1
    warnings.warn(
        f"Whether more or less of {monitor!r} is better cannot be told from its name; less is taken for better. "
        "Try: mode='max' or mode='min'",
        stacklevel=4,
    )
    return -1


def _all_metrics(model: Any) -> list[Any]:
    found: list[Any] = []
    for metric in getattr(model, "metrics", None) or ():
        found += getattr(metric, "metrics", None) or [metric]
    return found
