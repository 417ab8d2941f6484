"""Optimizers: from gradients to new weights. Keras's names, arguments, defaults and formulas."""

from wubu.core.registry import register_room
from wubu.optimizers import experimental, legacy, schedules
from wubu.optimizers.adadelta import Adadelta
from wubu.optimizers.adafactor import Adafactor
from wubu.optimizers.adagrad import Adagrad
from wubu.optimizers.adam import Adam
from wubu.optimizers.adamax import Adamax
from wubu.optimizers.adamw import AdamW
from wubu.optimizers.base import Optimizer
from wubu.optimizers.ftrl import Ftrl
from wubu.optimizers.lamb import Lamb
from wubu.optimizers.lion import Lion
from wubu.optimizers.lookup import deserialize, get, serialize
from wubu.optimizers.loss_scale_optimizer import LossScaleOptimizer
from wubu.optimizers.multi_optimizer import MultiOptimizer, OptimizerMap
from wubu.optimizers.muon import Muon
from wubu.optimizers.nadam import Nadam
from wubu.optimizers.rmsprop import RMSprop
from wubu.optimizers.schedule_free_adamw import ScheduleFreeAdamW
from wubu.optimizers.sgd import SGD

__all__ = [
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "OptimizerMap",
    "RMSprop",
    "SGD",
    "ScheduleFreeAdamW",
    "deserialize",
    "experimental",
    "get",
    "legacy",
    "schedules",
    "serialize",
]

register_room("optimizers", {name: globals()[name] for name in __all__ if name[0].isupper()})
