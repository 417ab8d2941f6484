"""Hyperparameters of many runs side by side, as ``tensorboard.plugins.hparams.api`` has them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from wubu.errors import ArgumentError, MissingDependencyError
from wubu.tensorboard.writer import SummaryWriter, create_file_writer, default_writer

try:
    from tensorboard.compat.proto import summary_pb2 as _summary_pb2
    from tensorboard.plugins.hparams import api_pb2 as _api_pb2
    from tensorboard.plugins.hparams import metadata as _metadata
    from tensorboard.plugins.hparams import plugin_data_pb2 as _plugin_data_pb2
    from tensorboard.plugins.hparams import summary_v2 as _api
except ImportError as error:
    raise MissingDependencyError("tensorboard", "tensorboard", "Writing hyperparameters") from error

__all__ = [
    "Discrete",
    "Domain",
    "HParam",
    "IntInterval",
    "KerasCallback",
    "Metric",
    "RealInterval",
    "hparams",
    "hparams_config",
    "hparams_config_pb",
    "hparams_pb",
]

Discrete = _api.Discrete
Domain = _api.Domain
HParam = _api.HParam
IntInterval = _api.IntInterval
Metric = _api.Metric
RealInterval = _api.RealInterval
hparams_pb = _api.hparams_pb
hparams_config_pb = _api.hparams_config_pb


def _write(summary: Any) -> bool:
    writer = default_writer()
    if writer is None:
        return False
    for value in summary.value:
        writer.add(value, 0)
    return True


def hparams(hparams: Mapping[Any, Any], trial_id: str | None = None, start_time_secs: float | None = None) -> bool:
    """Write the hyperparameters of the run whose writer is current; False when there is none.

    Args:
        hparams: values by ``HParam`` or by name.
        trial_id: groups runs with the same hyperparameters. Default: made from them.
        start_time_secs: when the run began. Default: now.
    """
    return _write(hparams_pb(dict(hparams), trial_id=trial_id, start_time_secs=start_time_secs))


def hparams_config(hparams: Sequence[Any], metrics: Sequence[Any], time_created_secs: float | None = None) -> bool:
    """Write which hyperparameters and metrics an experiment has; False when there is no current writer.

    Args:
        hparams: ``HParam`` objects.
        metrics: ``Metric`` objects.
        time_created_secs: when the experiment began. Default: now.
    """
    return _write(hparams_config_pb(hparams, metrics, time_created_secs=time_created_secs))


class KerasCallback:
    """A callback that writes a run's hyperparameters when training begins and its end when training ends.

    Args:
        writer: a writer, or the run's folder.
        hparams: values by ``HParam`` or by name.
        trial_id: groups runs with the same hyperparameters.
    """

    def __init__(self, writer: Any, hparams: Mapping[Any, Any], trial_id: str | None = None) -> None:
        if writer is None:
            raise ArgumentError("Expected a writer or the folder of the run. Received: writer=None")
        self._hparams, self._trial_id = dict(hparams), trial_id
        hparams_pb(self._hparams, trial_id=trial_id)  # an error in the hyperparameters shows now, not after training
        self._writer = writer if isinstance(writer, SummaryWriter) else create_file_writer(writer)
        self.model: Any = None
        self.params: Any = None

    def set_model(self, model: Any) -> None:
        """Receive the model."""
        self.model = model

    def set_params(self, params: Any) -> None:
        """Receive what there is to know of the training."""
        self.params = params

    def on_train_begin(self, logs: Any = None) -> None:
        """Write the hyperparameters."""
        with self._writer.as_default():
            hparams(self._hparams, trial_id=self._trial_id)

    def on_train_end(self, logs: Any = None) -> None:
        """Write that the run has ended."""
        with self._writer.as_default():
            _write(_session_end())


def _session_end() -> Any:
    """The summary that says that a run has ended well."""
    status = _api_pb2.Status.Value("STATUS_SUCCESS")
    ended = _plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=time.time())
    metadata = _metadata.create_summary_metadata(_plugin_data_pb2.HParamsPluginData(session_end_info=ended))
    summary = _summary_pb2.Summary()
    summary.value.add(tag=_metadata.SESSION_END_INFO_TAG, metadata=metadata, tensor=_metadata.NULL_TENSOR)
    return summary
