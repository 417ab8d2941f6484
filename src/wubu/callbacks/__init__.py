"""Callbacks, by Keras's names."""

from __future__ import annotations

from wubu.callbacks.backup_and_restore import BackupAndRestore
from wubu.callbacks.base import Callback
from wubu.callbacks.csv_logger import CSVLogger
from wubu.callbacks.early_stopping import EarlyStopping
from wubu.callbacks.gradient_accumulation import GradientAccumulation
from wubu.callbacks.history import History
from wubu.callbacks.lambda_callback import LambdaCallback
from wubu.callbacks.learning_rate_scheduler import LearningRateScheduler
from wubu.callbacks.lr_finder import LRFinder
from wubu.callbacks.model_checkpoint import ModelCheckpoint
from wubu.callbacks.progbar_logger import ProgbarLogger
from wubu.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau
from wubu.callbacks.remote_monitor import RemoteMonitor
from wubu.callbacks.runner import CallbackList
from wubu.callbacks.swap_ema_weights import SwapEMAWeights
from wubu.callbacks.tensorboard import TensorBoard
from wubu.callbacks.terminate_on_nan import TerminateOnNaN
from wubu.callbacks.time_budget import TimeBudget
from wubu.callbacks.weight_averaging import WeightAveraging
from wubu.core.registry import register_room

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "GradientAccumulation",
    "History",
    "LRFinder",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
    "TimeBudget",
    "WeightAveraging",
]

register_room("callbacks", {name: globals()[name] for name in __all__})
