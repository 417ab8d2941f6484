"""Arguments of Keras 1 and 2 in the constructors of today's layers: renamed, regrouped, told of once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from wubu.core import keras1, legacy
from wubu.errors import ArgumentError
from wubu.legacy.kernel_sizes import is_keras1, together

# Keyword arguments that anything of Keras 1 or 2 may have and that no class takes today; most calls have none of them.
_GONE = {
    "consume_less": None,
    "implementation": None,
    "input_length": None,
    "fused": None,
    "virtual_batch_size": None,
    "adjustment": None,
    "dynamic": None,
    "time_major": False,
    "ragged": False,
    "dropout_rate_fn": None,
    "mode": 0,
    "gamma_regularizer_fn": None,
}
_SILENT = {"implementation", "dynamic", "input_length"}  # tf.keras 2 still has them
_OLD = keras1.ARGUMENTS.keys() | {n for names in keras1.KERNEL_SIZES for n in names} | _GONE.keys() | {"forget_bias_init"}
_SIZES = {"Conv2D": 2, "Conv2DTranspose": 2, "SeparableConv2D": 2, "DepthwiseConv2D": 2, "Conv3D": 3}
_INITIALIZER_NAMES = {
    "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "identity", "lecun_uniform", "normal", "one",
    "orthogonal", "uniform", "zero",
}  # fmt: skip


def translate(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Today's form of the arguments of a layer's constructor; those of a program's own classes stay as they are."""
    if not cls.__module__.startswith("wubu."):
        return args, kwargs
    name = cls.__name__
    if name == "Dense" and len(args) > 1:
        args, kwargs = _dense(args, kwargs)
    if not (_OLD & kwargs.keys()):
        return args, kwargs
    if name in _SIZES and is_keras1(kwargs):
        args, kwargs = together(_SIZES[name])(args, kwargs)
    known = _parameters(cls)
    made = {}
    for key, value in kwargs.items():
        new = key if key in known and key not in ("padding",) else _today(name, key, known)
        if new != key:
            legacy.note(f"{key}=", f"{new}=")
        made[new] = _value(new, value)
    _special(name, made, known)
    return args, made


def _today(owner: str, key: str, known: set[str]) -> str:
    """Today's name of an argument: as in Keras 1's table, if the class takes it."""
    new = keras1.ARGUMENTS_OF.get(owner, {}).get(key) or keras1.ARGUMENTS.get(key, key)
    return new if new in known or new == "dtype" else key


def _value(key: str, value: Any) -> Any:
    """Today's form of a value."""
    if key == "data_format" and isinstance(value, str):
        return keras1.LAYOUTS.get(value, value)
    if key.endswith("_initializer") and isinstance(value, str):
        return keras1.INITIALIZERS.get(value, value)
    if key.endswith("_initializer") and callable(value):
        return _initializer(value)
    if key == "padding" and value == "full":
        raise ArgumentError("border_mode='full' was Theano's alone. Try: border_mode='same' or ZeroPadding before")
    return value


def _initializer(function: Callable[..., Any]) -> Callable[..., Any]:
    """An initializer of Keras 1, a function of (shape, name), as one of today, a function of (shape, dtype)."""
    if isinstance(function, type) or hasattr(function, "get_config"):
        return function
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return function
    if "name" not in parameters or "dtype" in parameters:
        return function

    def initialize(shape: Any, dtype: Any = None) -> Any:
        return function(shape, name=None)

    return initialize


def _special(name: str, made: dict[str, Any], known: set[str]) -> None:
    """What is more than another name."""
    if name == "LSTM" and "forget_bias_init" in made:
        made["unit_forget_bias"] = made.pop("forget_bias_init") in ("one", "ones")
    if name == "BatchNormalization" and made.get("mode") == 1:
        raise ArgumentError("BatchNormalization(mode=1) of Keras 1 normalised each sample. Try: LayerNormalization()")
    if name == "Embedding" and "dropout" in made:
        legacy.note("Embedding(dropout=…)", "SpatialDropout1D after the Embedding; it is left out here")
        made.pop("dropout")
    if "atrous_rate" not in known and "dilation_rate" in made and isinstance(made["dilation_rate"], list):
        made["dilation_rate"] = tuple(made["dilation_rate"])
    for key in _GONE:
        # input_length beside input_dim gives the shape of a first layer: Layer takes both.
        if key in made and key not in known and not (key == "input_length" and ("input_dim" in made or name == "Embedding")):
            made.pop(key)
            if key not in _SILENT:
                legacy.note(f"{key}=", "nothing, it has no meaning any more")


def _dense(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """``Dense(20, 64)`` of 2015 had the input's size first, ``Dense(64, "uniform")`` of 2016 the initializer second."""
    second = args[1]
    if isinstance(second, int) and not isinstance(second, bool):
        legacy.note("Dense(input_dim, output_dim)", "Dense(units, input_shape=(…,))")
        return (second, *args[2:]), {**kwargs, "input_dim": args[0]}
    if isinstance(second, str) and second in _INITIALIZER_NAMES and not {"init", "kernel_initializer"} & kwargs.keys():
        legacy.note("Dense(units, init)", "Dense(units, kernel_initializer=…)")
        return (args[0], *args[2:]), {**kwargs, "kernel_initializer": keras1.INITIALIZERS.get(second, second)}
    return args, kwargs


_known: dict[type, set[str]] = {}


def _parameters(cls: type) -> set[str]:
    """The names of the parameters of a class's constructors, its bases' included."""
    if cls not in _known:
        names: set[str] = set()
        for base in cls.__mro__:
            if base.__module__.startswith("wubu.") and "__init__" in vars(base):
                names |= set(inspect.signature(vars(base)["__init__"]).parameters)
        _known[cls] = names - {"self", "args", "kwargs"}
    return _known[cls]


legacy.add_translator(translate)
