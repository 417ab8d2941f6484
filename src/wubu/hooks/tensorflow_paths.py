"""Modules of TensorFlow, public and private, and where their names live here."""

from __future__ import annotations

import types

from wubu.hooks import keras_paths
from wubu.hooks.loading import load
from wubu.hooks.route import Route

_FACADE = "wubu.tensorflow"
_V1 = "wubu.tensorflow.v1"
_PRIVATE = {"python", "_api", "core", "contrib", "examples"}
# Private modules that programs import whole, and what stands for them.
_WHOLE = {
    "python.framework.ops": (_V1, _FACADE),
    "python.framework.dtypes": (f"{_FACADE}.dtypes", _FACADE),
    "python.framework.random_seed": (_V1, f"{_FACADE}.random"),
    "python.ops.math_ops": (f"{_FACADE}.math", _FACADE),
    "python.ops.array_ops": (_FACADE,),
    "python.ops.nn": (f"{_FACADE}.nn",),
    "python.ops.nn_ops": (f"{_FACADE}.nn",),
    "python.ops.random_ops": (f"{_FACADE}.random", _V1),
    "python.ops.init_ops": (_V1, f"{_FACADE}.initializers"),
    "python.platform.gfile": (f"{_FACADE}.io.gfile",),
    "examples.tutorials.mnist": ("wubu.tensorflow.v1.examples",),
    "examples.tutorials.mnist.input_data": ("wubu.tensorflow.v1.input_data",),
}
_PACKAGES = {"examples", "examples.tutorials", "compat"}
_graph_era: list[bool] = [False]


def prefer_graphs(on: bool) -> None:
    """Whether ``import tensorflow`` means TensorFlow 1, whose programs build a graph and run it in a session."""
    _graph_era[0] = on


def prefers_graphs() -> bool:
    """Whether ``import tensorflow`` means TensorFlow 1."""
    return _graph_era[0]


def route(parts: tuple[str, ...]) -> Route | None:
    """Where a module of TensorFlow has its names, or None.

    Args:
        parts: the parts of the path below ``tensorflow``, such as ``("compat", "v1")``.
    """
    if not parts:
        return Route((_V1, _FACADE) if _graph_era[0] else (_FACADE, _V1))
    if "keras" in parts:
        return keras_paths.route("keras", _below_keras(parts))
    path = ".".join(parts)
    if path in _WHOLE:
        return Route(_WHOLE[path], by_name=not path.startswith("examples"))
    if path in _PACKAGES:
        return Route((f"{_FACADE}.{path}",))
    if parts[:2] == ("compat", "v1"):
        return _namespace(parts[2:], (_V1, _FACADE))
    if parts[:2] == ("compat", "v2"):
        return _namespace(parts[2:], (_FACADE,))
    found = _namespace(parts, (_V1, _FACADE) if _graph_era[0] else (_FACADE, _V1))
    if found is None and parts[0] in _PRIVATE and all(p == p.lower() for p in parts):
        last = parts[-1].removesuffix("_ops")
        return Route((f"{_FACADE}.{last}", _FACADE, _V1), by_name=True)
    return found


def _below_keras(parts: tuple[str, ...]) -> tuple[str, ...]:
    at = parts.index("keras")
    private = ("python",) if "python" in parts[:at] else ()
    return (*private, *parts[at + 1 :])


def _namespace(parts: tuple[str, ...], homes: tuple[str, ...]) -> Route | None:
    """The route of a namespace that the facade has, in the order of the homes."""
    if not parts:
        return Route(homes)
    targets = []
    for home in homes:
        target = ".".join((home, *parts))
        found = load(target)
        if isinstance(found, types.ModuleType) or (found is not None and getattr(found, "_is_namespace", False)):
            targets.append(target)
    return Route(tuple(targets)) if targets else None
