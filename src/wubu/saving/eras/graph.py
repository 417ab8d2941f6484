"""The nodes of a functional model of Keras 1 and 2 in Keras 3's form.

Then: a node is a list of ``[layer, node, tensor, arguments]``. Now: a dict of ``args`` and ``kwargs`` in which each tensor
is ``{"class_name": "__keras_tensor__", "config": {"keras_history": [layer, node, tensor]}}``.

A model within a model counted its own making as its first node, so the numbers of its nodes begin with 1 there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.errors import FileFormatError

_MODELS = ("Sequential", "Model", "Functional")


class Numbers:
    """What a node's number in an old graph is in today's.

    Args:
        layers: the layers of the old graph.
        addresses: where its inputs and outputs come from.
    """

    def __init__(self, layers: list[Mapping[str, Any]], addresses: Any) -> None:
        used: dict[str, set[int]] = {}
        for layer in layers:
            for node in layer.get("inbound_nodes") or []:
                _collect(node, used)
        _collect(addresses, used)
        self._first = {}
        for layer in layers:
            name = layer.get("name") or layer["config"].get("name")
            count, numbers = len(layer.get("inbound_nodes") or []), used.get(name, set())
            nested = layer["class_name"] in _MODELS or "layers" in layer["config"]
            beyond = bool(numbers) and max(numbers) >= count
            self._first[name] = 1 if count and (beyond or (nested and 0 not in numbers)) else 0

    def __call__(self, name: str, number: int) -> int:
        return number - self._first.get(name, 0)


def _collect(value: Any, used: dict[str, set[int]]) -> None:
    if is_address(value):
        used.setdefault(value[0], set()).add(value[1])
        for inner in value[3:]:
            _collect(inner, used)
    elif isinstance(value, list | tuple):
        for inner in value:
            _collect(inner, used)
    elif isinstance(value, dict):
        for inner in value.values():
            _collect(inner, used)


def is_address(value: Any) -> bool:
    """Whether a value is ``[layer, node, tensor]`` or ``[layer, node, tensor, arguments]``."""
    return (
        isinstance(value, list | tuple)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(isinstance(v, int) and not isinstance(v, bool) for v in value[1:3])
        and value[1] >= 0
    )


def node_to_current(node: Any, number: Numbers, named: Mapping[str, Any]) -> dict[str, Any]:
    """A node of Keras 1 or 2 in today's form.

    Args:
        node: the old node.
        number: see ``Numbers``.
        named: the layers by name; a list of three is an address only if its first item is one of them.
    """

    def tensor(address: Any) -> Any:
        if isinstance(address, list | tuple) and address and address[0] in ("_CONSTANT_VALUE", "_CONSTANT"):
            return address[2]
        if not is_address(address):
            raise FileFormatError(f"The model's graph is damaged: {address!r:.200} is no address of a tensor")
        where = [address[0], number(address[0], address[1]), address[2]]
        return {"class_name": "__keras_tensor__", "config": {"shape": None, "dtype": None, "keras_history": where}}

    def argument(value: Any) -> Any:
        if is_address(value) and value[0] in named:
            return tensor(value)
        if isinstance(value, list | tuple):
            return [argument(v) for v in value]
        if isinstance(value, dict):
            return {k: argument(v) for k, v in value.items()}
        return value

    if isinstance(node, dict):
        if "args" in node:
            return dict(node)
        return {"args": [{key: tensor(value) for key, value in node.items()}], "kwargs": {}}
    if not isinstance(node, list) or not node:
        raise FileFormatError(f"The model's graph is damaged: {node!r:.200} is no node")
    if isinstance(node[0], str):  # a layer called with one tensor and other arguments
        node = [node]
        single = True
    else:
        single = len(node) == 1
    kwargs: dict[str, Any] = {}
    for address in node:
        if isinstance(address, list) and len(address) > 3 and isinstance(address[3], dict):
            kwargs.update({k: argument(v) for k, v in address[3].items()})
    tensors = [tensor(address) for address in node]
    return {"args": [tensors[0] if single else tensors], "kwargs": kwargs}


def addresses_to_current(value: Any, number: Numbers, graphs: set[str]) -> Any:
    """The addresses of a model's inputs or outputs with today's numbers; a list of one becomes that one.

    Args:
        value: the addresses.
        number: see ``Numbers``.
        graphs: the names of functional models in the graph; here alone, Keras 3 counts their making as a call.
    """
    if is_address(value):
        return [value[0], number(value[0], value[1]) + (value[0] in graphs), value[2]]
    if isinstance(value, dict):
        return {k: addresses_to_current(v, number, graphs) for k, v in value.items()}
    if isinstance(value, list):
        made = [addresses_to_current(v, number, graphs) for v in value]
        return made[0] if len(made) == 1 and is_address(made[0]) else made
    raise FileFormatError(f"The model's graph is damaged: {value!r:.200} is no address of a tensor")
