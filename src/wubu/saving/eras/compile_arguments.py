"""What a file says of ``compile``, of any era, as the ``compile_config`` of Keras 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wubu.core import registry
from wubu.saving.eras.keras2 import class_to_keras3

_REDUCTIONS = {"auto": "sum_over_batch_size"}
_SHORT = ("accuracy", "acc", "crossentropy", "ce")
_OPTIMIZERS = {"Optimizer": None, "TFOptimizer": None, "LossScaleOptimizerV1": "LossScaleOptimizer"}


def compile_config(training: Mapping[str, Any], output_names: Sequence[str]) -> dict[str, Any]:
    """The arguments of compile from the ``training_config`` of an HDF5 file or of a SavedModel's metadata.

    Args:
        training: ``optimizer_config``, ``loss``, ``metrics``, ``weighted_metrics``, ``loss_weights``.
        output_names: the names of the model's outputs, with which old files began the names of metrics.
    """
    made: dict[str, Any] = {
        "optimizer": optimizer(training.get("optimizer_config", training.get("optimizer"))),
        "loss": losses(training.get("loss")),
        "loss_weights": training.get("loss_weights"),
    }
    for key in ("metrics", "weighted_metrics"):
        made[key] = metrics(training.get(key), output_names)
    for key in ("run_eagerly", "steps_per_execution", "jit_compile"):
        if training.get(key) is not None:
            made[key] = training[key]
    return made


def optimizer(config: Any) -> Any:
    """An optimizer's config in today's form; None stays None."""
    if not isinstance(config, Mapping):
        return config
    name = class_to_keras3(config["class_name"])
    arguments = dict(config.get("config") or {})
    for gone in ("jit_compile", "is_legacy_optimizer"):
        arguments.pop(gone, None)
    rate = arguments.get("learning_rate")
    if isinstance(rate, Mapping) and isinstance(rate.get("config"), Mapping):
        schedule = {k: v for k, v in rate["config"].items() if not (k == "name" and v is None)}
        arguments["learning_rate"] = {**rate, "config": schedule, "registered_name": None}
    if arguments.get("decay") == 0:
        arguments.pop("decay")
    inner = arguments.get("inner_optimizer", arguments.get("optimizer"))
    if isinstance(inner, Mapping) and "class_name" in inner:
        arguments["inner_optimizer"] = optimizer(inner)
        arguments.pop("optimizer", None)
    module = config.get("module") if not _builtin(name) else "keras.optimizers"
    return {"module": module, "class_name": name, "config": arguments, "registered_name": None}


def _builtin(name: str) -> bool:
    return registry.find_builtin("keras.optimizers", name) is not None


def losses(config: Any) -> Any:
    """Losses in today's form: one, a list or a dict."""
    if isinstance(config, list):
        return [losses(c) for c in config]
    if not isinstance(config, Mapping):
        return config
    if "class_name" not in config:
        return {k: losses(v) for k, v in config.items()}
    inner = config.get("config")
    if not isinstance(inner, Mapping):
        return inner if isinstance(inner, str) else dict(config)
    name = class_to_keras3(config["class_name"])
    arguments = dict(inner)
    if name == "LossFunctionWrapper" and isinstance(arguments.get("fn"), str):
        return arguments["fn"]
    arguments.pop("fn", None)
    arguments["reduction"] = _REDUCTIONS.get(str(arguments.get("reduction")), arguments.get("reduction", "auto"))
    arguments["reduction"] = _REDUCTIONS.get(str(arguments["reduction"]), arguments["reduction"])
    return {**config, "class_name": name, "config": arguments}


def metrics(config: Any, output_names: Sequence[str]) -> Any:
    """Metrics in today's form: nested as they are, the outputs' names taken off their own."""
    if isinstance(config, list):
        found = [metrics(c, output_names) for c in config]
        # tf.keras 2 kept those of a single output in a list of its own.
        if len(found) == 1 and isinstance(found[0], list) and len(output_names) <= 1:
            return found[0]
        return found
    if not isinstance(config, Mapping):
        return config
    if "class_name" not in config:
        return {k: metrics(v, output_names) for k, v in config.items()}
    inner = config.get("config")
    if not isinstance(inner, Mapping):
        return inner if isinstance(inner, str) else dict(config)
    arguments = dict(inner)
    name = arguments.get("name")
    if isinstance(name, str):
        for output in output_names:
            if name.startswith(f"{output}_"):
                name = arguments["name"] = name[len(output) + 1 :]
                break
    class_name = class_to_keras3(config["class_name"])
    if class_name in ("MeanMetricWrapper", "SumOverBatchSizeMetricWrapper"):
        function = arguments.get("fn")
        if name in _SHORT:
            return name
        if isinstance(function, str):
            return name if _same(name, function) else function
        if isinstance(function, Mapping) and isinstance(function.get("config"), str):
            return name if _same(name, function["config"]) else function["config"]
    arguments.pop("fn", None)
    return {**config, "class_name": class_name, "config": arguments}


def _same(name: Any, function: str) -> bool:
    """Whether a metric's own name means its function, as ``mae`` does."""
    if not isinstance(name, str):
        return False
    found, meant = registry.find_builtin("keras.metrics", name), registry.find_builtin("keras.metrics", function)
    return found is not None and found is meant
