"""``tf.Module``: an object that finds the variables and modules in its attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import torch

from wubu.core.names import to_snake_case
from wubu.core.variable import Variable
from wubu.tensorflow.naming import ModuleScope


class Module:
    """Base of objects that hold variables.

    Args:
        name: default the class's name in snake case.

    Example:
        >>> class Dense(tf.Module):
        ...     def __init__(self, inputs, outputs):
        ...         super().__init__()
        ...         self.w = tf.Variable(tf.random.normal([inputs, outputs]), name="w")
        ...     def __call__(self, x):
        ...         return x @ self.w
        >>> len(Dense(3, 2).trainable_variables)
        1
    """

    def __init__(self, name: str | None = None) -> None:
        if name is not None and not name.isidentifier():
            raise ValueError(
                f"{name!r} is not a valid module name. Module names must be valid Python identifiers "
                "(e.g. a valid class name)."
            )
        self._name = name or to_snake_case(type(self).__name__)

    @property
    def name(self) -> str:
        """The name."""
        return getattr(self, "_name", to_snake_case(type(self).__name__))

    @property
    def name_scope(self) -> Any:
        """A scope with the module's name."""
        return ModuleScope(self.name)

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables of this module and of those within."""
        return _once(_variables(self))

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The variables that training changes."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Any, ...]:
        """The variables that training leaves alone."""
        return tuple(v for v in self.variables if not v.trainable)

    @property
    def submodules(self) -> tuple[Any, ...]:
        """The modules within, at any depth."""
        return _once(m for m in _modules(self, set()) if m is not self)

    @classmethod
    def with_name_scope(cls, method: Callable[..., Any]) -> Callable[..., Any]:
        """Decorate a method so that it runs in the module's scope."""

        @wraps(method)
        def scoped(self: Any, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return scoped

    def _trackable_children(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if not k.startswith("_")}


def _once(found: Iterator[Any]) -> tuple[Any, ...]:
    kept: dict[int, Any] = {}
    for one in found:
        kept.setdefault(id(one), one)
    return tuple(kept.values())


def _parts(value: Any) -> Iterator[Any]:
    """What an attribute holds, containers opened."""
    if isinstance(value, list | tuple):
        for part in value:
            yield from _parts(part)
    elif isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from _parts(value[key])
    else:
        yield value


def _held(module: Module) -> Iterator[Any]:
    for name in sorted(vars(module)):
        yield from _parts(vars(module)[name])


def _variables(module: Module, seen: set[int] | None = None) -> Iterator[Any]:
    seen = set() if seen is None else seen
    if id(module) in seen:
        return
    seen.add(id(module))
    inner = []
    for part in _held(module):
        if isinstance(part, Variable):
            yield part
        elif isinstance(part, Module | torch.nn.Module):
            inner.append(part)
    for part in inner:
        if isinstance(part, Module):
            yield from _variables(part, seen)
        else:
            yield from getattr(part, "weights", None) or part.parameters()


def _modules(module: Any, seen: set[int]) -> Iterator[Any]:
    if id(module) in seen:
        return
    seen.add(id(module))
    yield module
    if isinstance(module, Module):
        for part in _held(module):
            if isinstance(part, Module | torch.nn.Module):
                yield from _modules(part, seen)
    else:
        yield from module.modules()
