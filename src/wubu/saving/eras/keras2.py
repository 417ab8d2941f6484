"""The configs of Keras 2 and tf.keras 2 (2017 to 2023) as those of Keras 3."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from wubu.core import registry
from wubu.saving.eras.activations import HARD_SIGMOID

# Arguments that no layer has any more, and whose absence changes nothing.
_GONE = {
    "fused",
    "virtual_batch_size",
    "adjustment",
    "implementation",
    "input_length",
    "input_dtype",
    "dynamic",
    "function_type",
    "output_shape_type",
    "output_shape_module",
    "jit_compile",
    "is_legacy_optimizer",
    "must_restore_from_config",
    "preserve_input_structure_in_config",
    "expects_training_arg",
    "unroll",
    "query_shape",
    "key_shape",
    "value_shape",
}
# What convolutions with two kernels wrote of the one that they do not have.
_NOT_THEIRS = {"kernel_initializer", "kernel_regularizer", "kernel_constraint", "groups"}
_TWO_KERNELS = ("SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D")
_CLASSES = {
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
    "SyncBatchNormalization": "BatchNormalization",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "LSTMV2": "LSTM",
    "GRUV2": "GRU",
    "Model": "Functional",
    "Policy": "DTypePolicy",
    "PolicyV1": "DTypePolicy",
    "RandomHeight": "RandomHeight",
}
_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")


def class_to_keras3(class_name: str) -> str:
    """Today's name of a class; ``Custom>Adam`` and the like lose what comes before the name of a built-in."""
    package, _, plain = class_name.rpartition(">")
    if package and registry.find_custom(class_name) is None and registry.find_builtin(None, plain) is not None:
        class_name = plain
    return _CLASSES.get(class_name, class_name)


def config_to_keras3(class_name: str, config: Mapping[str, Any], era: int) -> dict[str, Any]:
    """Today's arguments of a layer, initializer, optimizer or the like.

    Args:
        class_name: the class as the file names it.
        config: its arguments there.
        era: 1 or 2.
    """
    made = dict(config)
    plain = class_name.rpartition(">")[2]
    if plain == "InputLayer" and "batch_input_shape" in made:
        made["batch_shape"] = made.pop("batch_input_shape")
        made.pop("ragged", None)
    if plain.startswith(("BatchNormalization", "SyncBatchNormalization", "LayerNormalization", "Normalization")):
        axis = made.get("axis")
        if isinstance(axis, list) and len(axis) == 1:
            made["axis"] = axis[0]
    if plain in ("CuDNNLSTM", "CuDNNGRU"):
        made["recurrent_activation"] = "sigmoid"
        if plain == "CuDNNGRU":
            made["reset_after"] = True
    elif plain == "GRU" and "reset_after" not in made:
        made["reset_after"] = False
    if plain == "LeakyReLU" and "alpha" in made:
        made["negative_slope"] = made.pop("alpha")
    if plain == "Lambda":
        made["function"] = _lambda(made)
        made.pop("module", None)
        if made.get("output_shape") is not None and made.get("output_shape_type", "raw") != "raw":
            made["output_shape"] = None
    if plain == "Bidirectional" and made.get("backward_layer") is None:
        made.pop("backward_layer", None)
    for key in ("activation", "recurrent_activation"):
        if made.get(key) == "hard_sigmoid":
            made[key] = HARD_SIGMOID
        elif isinstance(made.get(key), dict) and made[key].get("config") == "hard_sigmoid":
            made[key] = HARD_SIGMOID
    if plain in _RECURRENT and "unroll" in made:
        kept = {"unroll": made["unroll"]}
    else:
        kept = {}
    if made.get("time_major") is False:
        made.pop("time_major")
    gone = _GONE | _NOT_THEIRS if plain in _TWO_KERNELS else _GONE
    made = {k: v for k, v in made.items() if k not in gone}
    made.update(kept)
    return _accepted(class_to_keras3(class_name), made)


def _lambda(config: Mapping[str, Any]) -> Any:
    """A Lambda's function: bytecode becomes what loading refuses unless it is told otherwise; a name stays a name."""
    function = config.get("function")
    if isinstance(function, list | tuple) and len(function) == 3:
        code, defaults, closure = function
        return {"class_name": "__lambda__", "config": {"code": code, "defaults": defaults, "closure": closure}}
    if isinstance(function, str) and config.get("function_type", "function") == "lambda":  # Keras 1
        return {"class_name": "__lambda__", "config": {"code": function, "defaults": None, "closure": None}}
    if isinstance(function, str):
        module = config.get("module") or "builtins"
        return {"module": module, "class_name": "function", "config": function, "registered_name": function}
    return function


def _accepted(class_name: str, config: dict[str, Any]) -> dict[str, Any]:
    """The arguments without those that say nothing and that today's class does not take."""
    cls = registry.find_custom(class_name) or registry.find_builtin(None, class_name)
    if not isinstance(cls, type) or not cls.__module__.startswith("wubu."):
        return config
    known: set[str] = set()
    for base in cls.__mro__:
        if "__init__" in vars(base):
            known |= set(inspect.signature(vars(base)["__init__"]).parameters)
    # What has a value may matter, and is left for the class to refuse.
    return {k: v for k, v in config.items() if k in known or k == "layers" or not _says_nothing(k, v)}


def _says_nothing(key: str, value: Any) -> bool:
    return value in (None, False, "", [], {}, 0) or (key in ("groups", "dilation_rate") and value in (1, [1], [1, 1]))
