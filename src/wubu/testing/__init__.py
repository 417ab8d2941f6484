"""Conformance kits: what every layer, loss, metric, optimizer and callback must do, a user's own included."""

from __future__ import annotations

from wubu.testing.callbacks import check_callback
from wubu.testing.layers import check_layer
from wubu.testing.losses import check_loss
from wubu.testing.metrics import check_metric
from wubu.testing.optimizers import check_optimizer

__all__ = [
    "check_callback",
    "check_layer",
    "check_loss",
    "check_metric",
    "check_optimizer",
]
