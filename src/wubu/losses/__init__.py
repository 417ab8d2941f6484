"""Losses, by Keras's names."""

from wubu.core.registry import register_room
from wubu.losses.absolute_error import (
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
)
from wubu.losses.base import Loss
from wubu.losses.binary_entropy import BinaryCrossentropy, binary_crossentropy
from wubu.losses.categorical_entropy import CategoricalCrossentropy, categorical_crossentropy
from wubu.losses.cosine import CosineSimilarity, cosine_similarity
from wubu.losses.divergence import KLDivergence, Poisson, kl_divergence, poisson
from wubu.losses.focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
)
from wubu.losses.generalized_entropy import (
    CategoricalGeneralizedCrossEntropy,
    categorical_generalized_cross_entropy,
)
from wubu.losses.hinges import CategoricalHinge, Hinge, SquaredHinge, categorical_hinge, hinge, squared_hinge
from wubu.losses.lookup import deserialize, get, serialize
from wubu.losses.metric_learning import Circle, circle
from wubu.losses.overlap import Dice, Tversky, dice, tversky
from wubu.losses.reduction import Reduction
from wubu.losses.sequences import CTC, ctc
from wubu.losses.sparse_entropy import SparseCategoricalCrossentropy, sparse_categorical_crossentropy
from wubu.losses.squared_error import (
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from wubu.losses.wrapper import LossFunctionWrapper

# The short names of old programs.
KLD = kld = kullback_leibler_divergence = kl_divergence
MAE = mae = mean_absolute_error
MAPE = mape = mean_absolute_percentage_error
MSE = mse = mean_squared_error
MSLE = msle = mean_squared_logarithmic_error
bce = BCE = binary_crossentropy
cosine = cosine_proximity = cosine_similarity
huber_loss = huber
logcosh = log_cosh
CosineProximity = CosineSimilarity

__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CTC",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLD",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "LossFunctionWrapper",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "Reduction",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "kld",
    "kullback_leibler_divergence",
    "log_cosh",
    "logcosh",
    "mae",
    "mape",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "poisson",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]

_LOOKUP = {"Reduction", "deserialize", "get", "serialize"}

register_room(
    "losses",
    {name: globals()[name] for name in __all__ if name not in _LOOKUP},
    aliases={
        "BCE": "binary_crossentropy",
        "CosineProximity": "CosineSimilarity",
        "bce": "binary_crossentropy",
        "cosine": "cosine_similarity",
        "cosine_proximity": "cosine_similarity",
        "huber_loss": "huber",
    },
)
