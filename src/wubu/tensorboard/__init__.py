"""Event files for TensorBoard, written without TensorFlow by TensorBoard's own package."""

from __future__ import annotations

import importlib
from typing import Any

from wubu.tensorboard import summary
from wubu.tensorboard.projector import write_embeddings
from wubu.tensorboard.writer import SummaryWriter, create_file_writer

__all__ = [
    "Discrete",
    "HParam",
    "IntInterval",
    "KerasCallback",
    "Metric",
    "RealInterval",
    "SummaryWriter",
    "create_file_writer",
    "hparams",
    "hparams_config",
    "summary",
    "write_embeddings",
]

_HPARAMS = ("Discrete", "HParam", "IntInterval", "KerasCallback", "Metric", "RealInterval", "hparams", "hparams_config")


def __getattr__(name: str) -> Any:
    # The hyperparameters' module needs TensorBoard's package, which is an extra.
    if name in _HPARAMS:
        return getattr(importlib.import_module("wubu.tensorboard.hparams_api"), name)
    raise AttributeError(f"module 'wubu.tensorboard' has no attribute {name!r}")
