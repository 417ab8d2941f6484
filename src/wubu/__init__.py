"""wubu: the Keras API on PyTorch.

``import wubu as keras`` is the whole of a port: the public names are Keras's. They resolve on first use, so
that ``import wubu`` alone costs almost nothing and ``wubu --help`` answers without loading torch.
"""

from __future__ import annotations

import gc
import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what editors and type checkers see; _HOMES below is the same list for the interpreter
    from wubu import (
        activations,
        applications,
        backend,
        callbacks,
        config,
        constraints,
        data,
        datasets,
        distillation,
        distribution,
        dtype_policies,
        errors,
        initializers,
        layers,
        losses,
        metrics,
        mixed_precision,
        models,
        ops,
        optimizers,
        preprocessing,
        random,
        regularizers,
        report,
        saving,
        tensorboard,
        testing,
        tree,
        utils,
        visualization,
        wrappers,
    )
    from wubu.core.device import device_scope as device
    from wubu.core.names import name_scope
    from wubu.core.policy import DTypePolicy
    from wubu.core.policy import DTypePolicy as FloatDTypePolicy
    from wubu.core.variable import Variable
    from wubu.hooks import install
    from wubu.initializers import Initializer
    from wubu.layers import InputSpec, Layer
    from wubu.losses import Loss
    from wubu.metrics import Metric
    from wubu.models import Input, Model, Sequential
    from wubu.optimizers import Optimizer
    from wubu.regularizers import Regularizer
    from wubu.symbolic import KerasTensor
    from wubu.symbolic.operation import Function, Operation

__version__ = "0.1.0"

__all__ = [
    "DTypePolicy",
    "FloatDTypePolicy",
    "Function",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Operation",
    "Optimizer",
    "Regularizer",
    "Sequential",
    "Variable",
    "__version__",
    "activations",
    "applications",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "data",
    "datasets",
    "device",
    "distillation",
    "distribution",
    "dtype_policies",
    "errors",
    "initializers",
    "install",
    "layers",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "name_scope",
    "ops",
    "optimizers",
    "preprocessing",
    "random",
    "regularizers",
    "report",
    "saving",
    "tensorboard",
    "testing",
    "tree",
    "utils",
    "version",
    "visualization",
    "wrappers",
]

# Where each class and function comes from; every other public name is a module of this package.
_HOMES = {
    "DTypePolicy": "wubu.core.policy",
    "FloatDTypePolicy": "wubu.dtype_policies",
    "Function": "wubu.symbolic.operation",
    "Initializer": "wubu.initializers",
    "Input": "wubu.models",
    "InputSpec": "wubu.layers",
    "KerasTensor": "wubu.symbolic",
    "Layer": "wubu.layers",
    "Loss": "wubu.losses",
    "Metric": "wubu.metrics",
    "Model": "wubu.models",
    "Operation": "wubu.symbolic.operation",
    "Optimizer": "wubu.optimizers",
    "Regularizer": "wubu.regularizers",
    "Sequential": "wubu.models",
    "Variable": "wubu.core.variable",
    "install": "wubu.hooks",
    "name_scope": "wubu.core.names",
}
_RENAMED = {"device": ("wubu.core.device", "device_scope")}


def version() -> str:
    """The version of wubu, such as ``"0.1.0"``."""
    return __version__


def _import(name: str) -> Any:
    """Import a module. Python's search for garbage waits meanwhile: it would walk through all of torch, and find nothing."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        if collects:
            gc.enable()


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(_import(_HOMES[name]), name)
    elif name in _RENAMED:
        home, own = _RENAMED[name]
        value = getattr(_import(home), own)
    elif name in __all__:
        value = _import(f"wubu.{name}")
    else:
        from wubu.errors import did_you_mean

        raise AttributeError(f"module 'wubu' has no attribute {name!r}.{did_you_mean(name, __all__)}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
