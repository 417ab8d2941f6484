"""``tf.compat.v1``: graphs and sessions, by recording what is called and running it on torch.

Where no graph is built, its names are TensorFlow 2's. A graph is built after ``disable_eager_execution()`` or
``disable_v2_behavior()``, within ``Graph().as_default()``, and by programs of TensorFlow 1 under ``wubu run``.
"""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

from wubu import initializers as _initializers
from wubu.tensorflow.v1 import graph as _graph
from wubu.tensorflow.v1 import math as _math
from wubu.tensorflow.v1 import operations as _operations
from wubu.tensorflow.v1 import optimizers as _optimizers
from wubu.tensorflow.v1 import scopes as _scopes
from wubu.tensorflow.v1 import session as _session
from wubu.tensorflow.v1 import symbols as _symbols
from wubu.tensorflow.v1 import variables as _variables
from wubu.tensorflow.v1.facade import falling_back

# Namespaces that differ from TensorFlow 2's; loaded when they are asked for.
_NAMESPACES = {
    "app", "contrib", "examples", "flags", "layers", "logging", "losses", "metrics", "nn", "random", "summary", "train",
}  # fmt: skip

_NAMES: dict[str, Any] = {
    **{name: getattr(_math, name) for name in _math.__all__},
    **{name: getattr(_scopes, name) for name in _scopes.__all__},
    **{name: getattr(_session, name) for name in _session.__all__ if name != "default_session"},
    **{name: getattr(_variables, name) for name in _variables.__all__ if name != "GraphVariable"},
    "Graph": _graph.Graph,
    "GraphKeys": _graph.GraphKeys,
    "Operation": _operations.Operation,
    "add_to_collection": _graph.add_to_collection,
    "constant_initializer": _initializers.Constant,
    "control_dependencies": _operations.control_dependencies,
    "disable_eager_execution": _graph.disable_eager_execution,
    "disable_v2_behavior": _graph.disable_eager_execution,
    "enable_eager_execution": _graph.enable_eager_execution,
    "enable_v2_behavior": _graph.enable_eager_execution,
    "executing_eagerly": _graph.executing_eagerly,
    "get_collection": _graph.get_collection,
    "get_collection_ref": _graph.get_collection_ref,
    "get_default_graph": _graph.get_default_graph,
    "glorot_normal_initializer": _initializers.GlorotNormal,
    "glorot_uniform_initializer": _initializers.GlorotUniform,
    "gradients": _optimizers.gradients,
    "group": _operations.group,
    "identity": _operations.identity,
    "name_scope": _graph.name_scope,
    "no_op": _operations.no_op,
    "ones_initializer": _initializers.Ones,
    "orthogonal_initializer": _initializers.Orthogonal,
    "placeholder": _symbols.placeholder,
    "placeholder_with_default": _symbols.placeholder_with_default,
    "random_normal_initializer": _initializers.RandomNormal,
    "random_uniform_initializer": _initializers.RandomUniform,
    "reset_default_graph": _graph.reset_default_graph,
    "truncated_normal_initializer": _initializers.TruncatedNormal,
    "tuple": _operations.tuple_of,
    "uniform_unit_scaling_initializer": _initializers.VarianceScaling,
    "variance_scaling_initializer": _initializers.VarianceScaling,
    "zeros_initializer": _initializers.Zeros,
}
# Names of 2016 for functions that kept their meaning.
_RENAMED = {
    "ceil": "math.ceil",
    "cholesky": "linalg.cholesky",
    "diag": "linalg.diag",
    "digamma": "math.digamma",
    "erf": "math.erf",
    "is_nan": "math.is_nan",
    "lgamma": "math.lgamma",
    "matrix_determinant": "linalg.det",
    "matrix_inverse": "linalg.inv",
    "matrix_transpose": "linalg.matrix_transpose",
    "mod": "math.floormod",
    "mul": "multiply",
    "neg": "negative",
    "rsqrt": "math.rsqrt",
    "select": "where",
    "self_adjoint_eig": "linalg.eigh",
    "sub": "subtract",
    "trace": "linalg.trace",
}

__all__ = sorted({*_NAMES, *_NAMESPACES, *_RENAMED})  # noqa: PLE0605 - the same names as above

_fallback = falling_back(__name__, __all__)


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        value = _NAMES[name]
    elif name in _NAMESPACES:
        value = importlib.import_module(f"{__name__}.{name}")
    elif name in _RENAMED:
        value = _fallback_path(_RENAMED[name])
    elif name == "initializers":
        value = SimpleNamespace(
            **{n.removesuffix("_initializer"): v for n, v in _NAMES.items() if n.endswith("_initializer")}
        )
    elif name == "test":
        value = SimpleNamespace(is_gpu_available=_has_gpu, gpu_device_name=lambda: "/device:GPU:0" if _has_gpu() else "")
    elif name == "gfile":
        value = _fallback_path("io.gfile")
    else:
        return _fallback(name)
    globals()[name] = value
    return value


def _fallback_path(path: str) -> Any:
    from wubu.tensorflow.v1.facade import facade

    return facade(path)


def _has_gpu(*args: Any, **kwargs: Any) -> bool:
    import torch

    return torch.cuda.is_available()
