"""Lists and dicts of layers that are assigned to attributes: they stay lists and dicts, and what is in them is tracked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch


def holds_modules(value: Any) -> bool:
    """Whether a list, tuple or dict has a module or a weight in it, at any depth."""
    if isinstance(value, torch.nn.Module | torch.nn.Parameter):
        return True
    if isinstance(value, Mapping):
        return any(holds_modules(v) for v in value.values())
    if isinstance(value, list | tuple):
        return any(holds_modules(v) for v in value)
    return False


class Shelf(torch.nn.Module):
    """The module that holds what is in a tracked container, so that ``state_dict`` and ``modules`` find it."""

    def refill(self, container: Any) -> None:
        """Take over what is in the container now."""
        self._modules.clear()
        self._parameters.clear()
        items = container.items() if isinstance(container, Mapping) else enumerate(container)
        for key, value in items:
            key = str(key).replace(".", "_") or "_"
            if isinstance(value, torch.nn.Module):
                self._modules[key] = value
            elif isinstance(value, torch.nn.Parameter):
                self._parameters[key] = value
            elif isinstance(value, list | tuple | Mapping) and holds_modules(value):
                inner = Shelf()
                inner.refill(value)
                self._modules[key] = inner


def _telling(name: str, base: type) -> Any:
    method = getattr(base, name)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        self._shelf.refill(self)
        return result

    call.__name__ = name
    return call


class TrackedList(list):
    """A list whose layers are tracked by the layer that owns it, also those added later."""

    def __init__(self, items: Any, shelf: Shelf) -> None:
        super().__init__(items)
        self._shelf = shelf
        shelf.refill(self)

    def __reduce__(self) -> Any:
        return list, (list(self),)

    def __deepcopy__(self, memo: Any) -> TrackedList:
        import copy

        made = TrackedList([copy.deepcopy(x, memo) for x in self], copy.deepcopy(self._shelf, memo))
        return made


class TrackedDict(dict):
    """A dict whose layers are tracked by the layer that owns it, also those added later."""

    def __init__(self, items: Any, shelf: Shelf) -> None:
        super().__init__(items)
        self._shelf = shelf
        shelf.refill(self)

    def __reduce__(self) -> Any:
        return dict, (dict(self),)

    def __deepcopy__(self, memo: Any) -> TrackedDict:
        import copy

        made = TrackedDict({k: copy.deepcopy(v, memo) for k, v in self.items()}, copy.deepcopy(self._shelf, memo))
        return made


_LIST = (
    "append",
    "extend",
    "insert",
    "pop",
    "remove",
    "clear",
    "reverse",
    "sort",
    "__setitem__",
    "__delitem__",
    "__iadd__",
)
for _name in _LIST:
    setattr(TrackedList, _name, _telling(_name, list))
for _name in ("update", "pop", "popitem", "clear", "setdefault", "__setitem__", "__delitem__", "__ior__"):
    setattr(TrackedDict, _name, _telling(_name, dict))
