"""Initializers, by Keras's names."""

from wubu.core.registry import register_room
from wubu.initializers.base import Initializer
from wubu.initializers.chance import RandomNormal, RandomUniform, TruncatedNormal
from wubu.initializers.constants import Constant, Identity, Ones, Zeros
from wubu.initializers.fourier import STFT
from wubu.initializers.lookup import deserialize, get, serialize
from wubu.initializers.orthogonality import Orthogonal
from wubu.initializers.variance_scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)

constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = IdentityInitializer = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
orthogonal = OrthogonalInitializer = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
stft = STFTInitializer = STFT
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "STFT",
    "STFTInitializer",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "stft",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]

_LOOKUP = {"deserialize", "get", "serialize"}

register_room(
    "initializers",
    {name: globals()[name] for name in __all__ if name not in _LOOKUP},
    aliases={
        # Keras 1
        "normal": "RandomNormal",
        "one": "Ones",
        "uniform": "RandomUniform",
        "zero": "Zeros",
        # TensorFlow 1
        "constant_initializer": "Constant",
        "glorot_normal_initializer": "GlorotNormal",
        "glorot_uniform_initializer": "GlorotUniform",
        "ones_initializer": "Ones",
        "orthogonal_initializer": "Orthogonal",
        "random_normal_initializer": "RandomNormal",
        "random_uniform_initializer": "RandomUniform",
        "truncated_normal_initializer": "TruncatedNormal",
        "variance_scaling_initializer": "VarianceScaling",
        "zeros_initializer": "Zeros",
        # tf.keras wrote these into saved models
        "ConstantV2": "Constant",
        "GlorotNormalV2": "GlorotNormal",
        "GlorotUniformV2": "GlorotUniform",
        "HeNormalV2": "HeNormal",
        "HeUniformV2": "HeUniform",
        "IdentityV2": "Identity",
        "LecunNormalV2": "LecunNormal",
        "LecunUniformV2": "LecunUniform",
        "OnesV2": "Ones",
        "OrthogonalV2": "Orthogonal",
        "RandomNormalV2": "RandomNormal",
        "RandomUniformV2": "RandomUniform",
        "TruncatedNormalV2": "TruncatedNormal",
        "VarianceScalingV2": "VarianceScaling",
        "ZerosV2": "Zeros",
    },
)
