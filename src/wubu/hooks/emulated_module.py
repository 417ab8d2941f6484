"""A module of another package's name whose attributes are wubu's."""

from __future__ import annotations

import importlib
import os
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from wubu.core import legacy
from wubu.errors import did_you_mean
from wubu.hooks import record
from wubu.hooks.by_name import find_by_name, public_names
from wubu.hooks.loading import load
from wubu.hooks.route import Route
from wubu.hooks.scope import advice

_MISSING = object()


class EmulatedModule(types.ModuleType):
    """Stands in ``sys.modules`` under a name such as ``tensorflow.keras.layers``.

    An attribute is looked up once, and lies in the module's dictionary from then on.

    Args:
        name: the full name.
        route: where the attributes come from.
        knows: whether a module of a full name would be answered for.
    """

    def __init__(self, name: str, route: Route, knows: Callable[[str], bool]) -> None:
        super().__init__(name, f"{name}, emulated by wubu")
        self.__path__: list[str] = []  # a package: anything may lie below it
        # Whoever goes through all loaded modules, as `inspect` does, asks for it: that must not load anything.
        self.__file__ = os.path.join(os.path.dirname(__file__), name)
        self.__dict__["_wubu_route"] = route
        self.__dict__["_wubu_knows"] = knows
        self.__dict__.update(route.extras)

    def _wubu_homes(self) -> Iterator[Any]:
        for target in self._wubu_route.targets:
            found = load(target)
            if found is not None:
                yield found

    def __getattr__(self, name: str) -> Any:
        route: Route = self.__dict__["_wubu_route"]
        if name == "__all__":
            return self._wubu_names()
        if name.startswith("__") and name != "__version__":
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        for home in self._wubu_homes():
            value = _attribute(home, name)
            if value is not _MISSING:
                return self._wubu_keep(name, value, getattr(home, "__name__", ""), False)
        if route.by_name:
            value, home = find_by_name(name, self.__name__)
            if home is not None:
                return self._wubu_keep(name, value, home, True)
        child = self._wubu_child(name)
        if child is not None:
            return child
        raise AttributeError(self._wubu_complaint(name))

    def _wubu_keep(self, name: str, value: Any, home: str, by_name: bool) -> Any:
        if isinstance(value, types.ModuleType) and not name.startswith("__"):
            child = self._wubu_child(name)
            if child is not None:
                return child
        if home == "wubu.tensorflow.v1" and self.__name__ == "tensorflow" and self._wubu_route.targets[0] != home:
            legacy.note(f"tf.{name}", f"tf.compat.v1.{name}")
        if not name.startswith("__"):
            record.saw(f"{self.__name__}.{name}", home, by_name)
        self.__dict__[name] = value
        return value

    def _wubu_child(self, name: str) -> Any:
        full = f"{self.__name__}.{name}"
        return importlib.import_module(full) if self._wubu_knows(full) else None

    def _wubu_names(self) -> list[str]:
        names = {n for home in self._wubu_homes() for n in public_names(home)}
        return sorted(names)

    def _wubu_complaint(self, name: str) -> str:
        near = did_you_mean(name, self._wubu_names()) if self._wubu_route.targets else ""
        return f"module {self.__name__!r} has no attribute {name!r}.{advice(self.__name__, name, near)}"

    def __dir__(self) -> list[str]:
        return sorted({*self._wubu_names(), *(n for n in self.__dict__ if not n.startswith("_wubu"))})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        target = self._wubu_route.called
        if target is None:
            owner, _, name = self.__name__.rpartition(".")
            parent = sys.modules.get(owner)
            near = did_you_mean(name, parent._wubu_names()) if isinstance(parent, EmulatedModule) else ""
            raise TypeError(f"{self.__name__!r} is no function that wubu knows.{near}")
        return load(target)(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<module {self.__name__!r}, emulated by wubu>"

    def _wubu_announce(self) -> None:
        """Tell of an old path, once."""
        if self._wubu_route.modern is not None:
            legacy.note(self.__name__, self._wubu_route.modern)


def _attribute(home: Any, name: str) -> Any:
    if isinstance(home, types.ModuleType) and name in vars(home) and _is_foreign(home, name):
        return _MISSING
    return getattr(home, name, _MISSING)


def _is_foreign(home: types.ModuleType, name: str) -> bool:
    """Whether a module has a name for itself alone: what it imports, and the files it is made of."""
    listed = vars(home).get("__all__")
    if listed is None or name in listed:
        return False
    return isinstance(vars(home)[name], types.ModuleType) or name.startswith("_")
