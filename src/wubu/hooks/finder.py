"""The finder on ``sys.meta_path``: names of Keras and TensorFlow become emulated modules."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType

from wubu.errors import did_you_mean
from wubu.hooks import keras_paths, tensorboard_paths, tensorflow_paths
from wubu.hooks.backend_name import tell_backend
from wubu.hooks.emulated_module import EmulatedModule
from wubu.hooks.route import Route
from wubu.hooks.scope import advice

ROOTS = ("keras", "tensorflow", "tf_keras")


def route_of(full: str) -> Route | None:
    """Where the names of a module come from, or None when wubu knows nothing of it."""
    root, *parts = full.split(".")
    if root in ("keras", "tf_keras"):
        return keras_paths.route(root, tuple(parts))
    if root == "tensorflow":
        return tensorflow_paths.route(tuple(parts))
    return tensorboard_paths.route(full)


def knows(full: str) -> bool:
    """Whether a module name is answered for."""
    return full in sys.modules or route_of(full) is not None


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers for the modules that ``route_of`` knows; for others below our roots it says which name is nearest."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """What Python's import asks."""
        root, dot, _ = fullname.partition(".")
        if root not in ROOTS and root != "tensorboard":
            return None
        route = route_of(fullname)
        if route is not None:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        if root in ROOTS and dot:
            raise ModuleNotFoundError(_complaint(fullname))
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> EmulatedModule:
        """What Python's import asks of a loader."""
        route = route_of(spec.name)
        assert route is not None
        return EmulatedModule(spec.name, route, knows)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is run; an old path is told of, and TensorFlow's programs see tensors as TensorFlow's from here on."""
        if isinstance(module, EmulatedModule):
            if module.__name__ == "tensorflow":
                importlib.import_module("wubu.tensorflow")._answer()
            if module.__name__ == "tensorflow" and tensorflow_paths.prefers_graphs():
                importlib.import_module("wubu.tensorflow.v1.graph").build_graphs(True)
            if module.__name__.endswith(".backend") or ".backend." in module.__name__:
                tell_backend()
            module._wubu_announce()


def _complaint(full: str) -> str:
    owner, _, name = full.rpartition(".")
    parent = sys.modules.get(owner)
    known = parent._wubu_names() if isinstance(parent, EmulatedModule) else []
    said = advice(owner, name, did_you_mean(name, known))
    return f"cannot import name {name!r} from {owner!r}, which wubu stands in for.{said}"
