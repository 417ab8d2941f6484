"""The tree of objects that have state, in Keras 3's order and under Keras 3's names.

A model's state lies in its layers and its optimizer. Each is found by walking attributes: a layer under the attribute's
name (``encoder/vars/0``), the layers in a list, tuple or dict under the list's name and the class name
(``blocks/dense_1/vars/0``), those of a Sequential or functional model under ``layers``. What is found twice counts
once, under the first name; attributes are visited in alphabetical order, private ones last.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import torch

from wubu.core.names import to_snake_case
from wubu.layers.base import Layer

Visit = Callable[[Any, str], bool]

_GRAPH_MODELS = ("Sequential", "Functional")
# How a graph model keeps its layers is its own affair: files list them under "layers" alone.
_OWN_AFFAIR = {"_functional", "_graph", "operations", "_operations", "_layers", "_nodes", "_inbound_nodes"}
_ALWAYS = {"layers", "optimizer"}


def walk(root: Any, visit: Visit) -> None:
    """Call ``visit(thing, path)`` for everything that has state, the root first.

    Args:
        root: a model or layer.
        visit: called with each layer or optimizer, and with plain torch modules. What it returns says whether the
            thing is done with: False lets another path to the same thing try again.
    """
    _walk(root, "", visit, set())


def has_state(thing: Any) -> bool:
    """Whether something is a layer, an optimizer, or a torch module."""
    if isinstance(thing, torch.nn.Module):
        return not isinstance(thing, _containers())
    return hasattr(thing, "save_own_variables") and not isinstance(thing, type)


@functools.cache
def _containers() -> tuple[type, ...]:
    from wubu.layers.tracking import Shelf

    return (Shelf,)


def _walk(thing: Any, path: str, visit: Visit, done: set[int]) -> bool:
    if id(thing) in done:
        return True
    complete = visit(thing, path)
    # Marked before its children are visited, for a child may point back to it; taken back if it must be tried again.
    done.add(id(thing))
    for name, child in children(thing):
        if has_state(child):
            complete = _walk(child, _join(path, name), visit, done) and complete
        elif isinstance(child, list | dict | tuple):
            complete = _walk_container(child, _join(path, name), visit, done, set()) and complete
    if not complete:
        done.discard(id(thing))
    return complete


def _walk_container(container: Any, path: str, visit: Visit, done: set[int], inside: set[int]) -> bool:
    if id(container) in inside:  # a list that contains itself
        return True
    inside.add(id(container))
    used: dict[str, int] = {}
    complete = True
    for child in container.values() if isinstance(container, dict) else container:
        if has_state(child):
            name = _unique(to_snake_case(type(child).__name__), used)
            complete = _walk(child, _join(path, name), visit, done) and complete
        elif isinstance(child, list | dict | tuple):
            name = _unique("container", used)
            complete = _walk_container(child, _join(path, name), visit, done, inside) and complete
    return complete


def children(thing: Any) -> Iterator[tuple[str, Any]]:
    """The attributes of something, by name, that may have state: alphabetical, private ones last."""
    if not isinstance(thing, Layer):
        return
    graph = any(base.__name__ in _GRAPH_MODELS and base.__module__.startswith("wubu.") for base in type(thing).__mro__)
    if graph:
        yield "layers", thing.layers  # type: ignore[attr-defined]
    skipped = _own_names(type(thing))
    keeps_its_own = type(thing).save_own_variables is not Layer.save_own_variables
    for name in sorted(dir(thing), key=lambda n: f"~{n}" if n.startswith("_") else n):
        if name.startswith("__") or name in skipped:
            continue
        try:
            child = getattr(thing, name)
        except Exception:  # a property that cannot answer yet
            continue
        if keeps_its_own and isinstance(child, torch.nn.Module) and not isinstance(child, Layer):
            continue  # a wrapper of a torch module writes that itself
        yield name, child


@functools.cache
def _own_names(cls: type) -> frozenset[str]:
    """The names that every layer or model has, as opposed to what a subclass put there."""
    names = set(dir(Layer(name="reference"))) | _OWN_AFFAIR
    for base in cls.__mro__:
        if base.__module__.startswith(("wubu.models", "wubu.training", "torch.nn.modules.module")):
            names |= set(vars(base))
    return frozenset(names - _ALWAYS)


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _unique(name: str, used: dict[str, int]) -> str:
    if name in used:
        used[name] += 1
        return f"{name}_{used[name]}"
    used[name] = 0
    return name
