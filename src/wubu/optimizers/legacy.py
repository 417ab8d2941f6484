"""``optimizers.legacy``: the names under which Keras 2.11 kept its old optimizers; the same classes as today's."""

from wubu.optimizers.adadelta import Adadelta
from wubu.optimizers.adagrad import Adagrad
from wubu.optimizers.adam import Adam
from wubu.optimizers.adamax import Adamax
from wubu.optimizers.base import Optimizer
from wubu.optimizers.ftrl import Ftrl
from wubu.optimizers.nadam import Nadam
from wubu.optimizers.rmsprop import RMSprop
from wubu.optimizers.sgd import SGD

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "Optimizer", "RMSprop"]
