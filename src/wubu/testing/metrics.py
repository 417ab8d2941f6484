"""What every metric must do."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.testing.comparing import claim, near, round_trip


def check_metric(metric: Any, *arguments: Any) -> None:
    """Check a metric: its config, that batches add up as the whole does not, and that a reset forgets them.

    Args:
        metric: the metric, an object.
        *arguments: what ``update_state`` takes. Default: labels 0 and 1 and predictions, both of shape (8, 3).

    Raises:
        AssertionError: that says what does not hold.

    Example:
        >>> check_metric(wubu.metrics.MeanSquaredError())
    """
    what = type(metric).__name__
    given = [as_tensor(a) for a in arguments] or [torch.eye(8, 3), torch.rand(8, 3)]
    again = round_trip(metric, what)
    metric.update_state(*given)
    whole = metric.result()
    again.update_state(*given)
    near(again.result(), whole, f"{what}: the metric that its config makes")
    metric.reset_state()
    metric.update_state(*given)
    near(metric.result(), whole, f"{what}: after a reset")
    state = [v.clone() for v in metric.variables]
    metric.result()
    near([v.clone() for v in metric.variables], state, f"{what}: reading the result must not change the state")
    claim(all(not v.requires_grad for v in metric.variables), f"{what}: its variables are trained")
    if given[0].dim() and len(given[0]) % 2 == 0:
        metric.reset_state()
        for half in (slice(0, len(given[0]) // 2), slice(len(given[0]) // 2, None)):
            metric.update_state(*(a[half] for a in given))
        near(metric.result(), whole, f"{what}: the whole in two batches", 1e-3)
