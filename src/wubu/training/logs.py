"""Reading metrics from the device: once, all together, and only when somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from wubu.callbacks.lazy_logs import LazyLogs
from wubu.callbacks.metric_names import Logs
from wubu.callbacks.runner import plain_value


def metric_results(model: Any) -> dict[str, Any]:
    """The results of the model's metrics, on their device, in the order in which they are logged.

    The loss first, then the outputs' losses, then the metrics as they were given, then those of layers.
    """
    made: dict[str, Any] = {}
    for metric in in_log_order(model):
        result = metric.result()
        if isinstance(result, Mapping):
            made.update(result)
        else:
            made[metric.name] = result
    return made


def in_log_order(model: Any) -> list[Any]:
    """The model's metrics, the compiled ones after the outputs' losses."""
    found = list(model.metrics)
    compiled = getattr(model, "_compile_metrics", None)
    loss = getattr(model, "_compile_loss", None)
    if compiled is None or loss is None or not loss.metrics or not any(m is compiled for m in found):
        return found
    of_loss = {id(m) for m in loss.metrics}
    first = [m for m in found if id(m) in of_loss]
    rest = [m for m in found if id(m) not in of_loss]
    at = next(i for i, m in enumerate(rest) if m is compiled)
    return rest[:at] + first + rest[at:]


def to_host(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return results as Python numbers (arrays where they are not single), with nested dicts opened.

    All single numbers travel in one transfer.
    """
    flat: dict[str, Any] = {}
    _open(results, flat)
    single = [n for n, v in flat.items() if isinstance(v, torch.Tensor) and v.numel() == 1]
    on_device = [n for n in single if flat[n].device.type != "cpu"]
    if len(on_device) > 1:
        with torch.no_grad():
            stacked = torch.stack([flat[n].detach().reshape(()).double() for n in on_device])
            flat.update(zip(on_device, stacked.tolist()))  # waits for the device
    return {name: plain_value(value) for name, value in flat.items()}


def _open(results: Mapping[str, Any], into: dict[str, Any]) -> None:
    for name, value in results.items():
        if isinstance(value, Mapping):
            _open(value, into)
        else:
            into[name] = value


class LogReader:
    """Gives the logs of one mode's steps.

    Args:
        model: whose metrics are read.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._names: list[str] = []

    def logs(self, outputs: Any) -> Logs:
        """Logs of what has been run so far; nothing is read yet.

        Args:
            outputs: what the last step returned: None when the metrics hold everything, else a dict.
        """
        if isinstance(outputs, Mapping):
            return LazyLogs(outputs, lambda: to_host(outputs))
        return LazyLogs(self._names, self._read)

    def final(self, outputs: Any) -> Logs:
        """The logs of a whole epoch, read.

        What a step of the user's returned counts for its last batch only, so the metrics take its place where they have
        the same names, and where the step used them.
        """
        if not isinstance(outputs, Mapping):
            return Logs(self._read())
        values = to_host(outputs)
        if not self._tracks_loss():
            return Logs(values)
        results: dict[str, Any] = {}
        _open(self._model.get_metrics_result(), results)
        return Logs(to_host(results) if set(results) == set(values) else values)

    def _tracks_loss(self) -> bool:
        """Whether the step takes its loss into the trainer's mean; a step that only returns it does not."""
        tracker = self._model._loss_tracker
        if not any(m is tracker for m in self._model.metrics):
            return True
        return bool(tracker.count != 0)

    def _read(self) -> dict[str, Any]:
        values = to_host(self._model.get_metrics_result())
        self._names = list(values)
        return values
