"""The graph of objects in a TensorFlow checkpoint: which object has which others, under which names, and its tensors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wubu.core.protobuf import Field, decode, encode
from wubu.errors import FileFormatError
from wubu.saving.limits import MAX_MEMBERS

KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
VALUE = "VARIABLE_VALUE"

_REFERENCE = {"node_id": Field(1, "int"), "local_name": Field(2, "text")}
_TENSOR = {"name": Field(1, "text"), "full_name": Field(2, "text"), "checkpoint_key": Field(3, "text")}
_SLOT = {"original": Field(1, "int"), "slot_name": Field(2, "text"), "slot": Field(3, "int")}
_OBJECT = {
    "children": Field(1, _REFERENCE, repeated=True),
    "attributes": Field(2, _TENSOR, repeated=True),
    "slot_variables": Field(3, _SLOT, repeated=True),
    "has_checkpoint_values": Field(5, {"value": Field(1, "bool")}),
}
_GRAPH = {"nodes": Field(1, _OBJECT, repeated=True)}


@dataclass
class ObjectNode:
    """One object.

    Attributes:
        children: name -> number of another object.
        tensors: name (``VARIABLE_VALUE``) -> key in the bundle.
        full_names: name -> what the variable was called.
        slots: for an optimizer: (variable's number, slot's name, slot's number).
    """

    children: dict[str, int] = field(default_factory=dict)
    tensors: dict[str, str] = field(default_factory=dict)
    full_names: dict[str, str] = field(default_factory=dict)
    slots: list[tuple[int, str, int]] = field(default_factory=list)

    @property
    def key(self) -> str | None:
        """The key of the variable's value, or None for what is no variable."""
        return self.tensors.get(VALUE)


def parse(data: bytes, name: str) -> list[ObjectNode]:
    """The objects of a graph, the root first.

    Raises:
        FileFormatError: when the graph refers to objects that it does not have.
    """
    found = decode(data, _GRAPH, f"{name}: the object graph")["nodes"]
    if len(found) > MAX_MEMBERS:
        raise FileFormatError(f"{name}: the object graph has {len(found):,} objects")
    return [_node(one, len(found), name) for one in found]


def _node(message: dict[str, Any], count: int, name: str) -> ObjectNode:
    node = ObjectNode()
    for child in message["children"]:
        if not 0 <= child["node_id"] < count:
            raise FileFormatError(f"{name}: the object graph is damaged: there is no object {child['node_id']}")
        node.children[child["local_name"]] = child["node_id"]
    for tensor in message["attributes"]:
        node.tensors[tensor["name"]] = tensor["checkpoint_key"]
        node.full_names[tensor["name"]] = tensor["full_name"]
    node.slots = [(s["original"], s["slot_name"], s["slot"]) for s in message["slot_variables"]]
    return node


def serialize(nodes: list[ObjectNode]) -> bytes:
    """A graph as bytes."""
    messages = []
    for node in nodes:
        messages.append(
            {
                "children": [{"node_id": i, "local_name": n} for n, i in node.children.items()],
                "attributes": [
                    {"name": n, "full_name": node.full_names.get(n, ""), "checkpoint_key": k}
                    for n, k in node.tensors.items()
                ],
                "slot_variables": [{"original": a, "slot_name": n, "slot": b} for a, n, b in node.slots],
                "has_checkpoint_values": {"value": bool(node.tensors)},
            }
        )
    return encode({"nodes": messages}, _GRAPH)
