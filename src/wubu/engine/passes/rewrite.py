"""Adding operations to a program, with the layout of what they give.

Where a rule tells the layout, it is used; else the operation runs on ``meta`` tensors. Most operations on those make torch
import its symbolic shapes, which takes half a second and more, so the rules cover what passes add most.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import torch
from torch import fx

from wubu.engine.effects import is_view, relabel, written
from wubu.engine.program import Program, TensorMeta, meta_of

aten = torch.ops.aten
# Results lie in memory as their operands do.
_ELEMENTWISE = {
    aten.relu.default,
    aten.threshold_backward.default,
    aten.add.Tensor,
    aten.div.Scalar,
    aten.mul.Scalar,
}


def insert(
    program: Program, before: fx.Node, target: Any, *args: Any, like: TensorMeta | None = None, **kwargs: Any
) -> fx.Node:
    """Add an operation before a node.

    Args:
        program: the program to change.
        before: where to add it.
        target: an aten operation with at most one tensor as its result.
        args, kwargs: its operands, nodes for tensors.
        like: what the result, new memory, looks like, where the caller knows.

    Returns:
        The new node, its ``TensorMeta`` set. Views keep the storage of their first operand, writes that of what they
        write, and everything else has memory of its own.
    """
    with program.graph.inserting_before(before):
        node = program.graph.call_function(target, args, kwargs)
    changed = written(target, args, kwargs)
    if like is None and changed and len(changed) == 1:
        node.meta["tensor"] = meta_of(changed[0])
        return node
    if like is None and target in _ELEMENTWISE:
        like = _as_operands([meta_of(operand) for operand in node.all_input_nodes])
    if like is not None:
        node.meta["tensor"] = dataclasses.replace(like, offset=0, storage=program.fresh_storage())
        return node
    result = target(*_stand_ins(args), **_stand_ins(kwargs))
    if not isinstance(result, torch.Tensor):
        return node
    source = changed[0] if changed else args[0] if is_view(target) else None
    origin = meta_of(source) if isinstance(source, fx.Node) else None
    metas = [meta_of(operand) for operand in node.all_input_nodes]
    device = next((meta.device for meta in metas if meta is not None), kwargs.get("device") or torch.device("cpu"))
    storage = origin.storage if origin is not None else program.fresh_storage()
    node.meta["tensor"] = dataclasses.replace(TensorMeta.of(result, storage), device=torch.device(device))
    return node


def _as_operands(metas: list[TensorMeta | None]) -> TensorMeta | None:
    """What an elementwise operation gives for operands of one layout; None where no rule tells.

    torch keeps the order in which axes lie in memory, and closes gaps.
    """
    first = metas[0]
    if first is None or not all(meta is not None and meta.same_layout(first) for meta in metas):
        return None
    if first.dense:
        return first
    order = sorted(range(len(first.shape)), key=lambda axis: -first.stride[axis])
    if len({first.stride[axis] for axis in order}) < len(order) or min(first.shape, default=1) < 2:
        return None  # which axis comes first is not plain
    strides, step = [0] * len(order), 1
    for axis in reversed(order):
        strides[axis], step = step, step * first.shape[axis]
    return dataclasses.replace(first, stride=tuple(strides))


def _stand_ins(arguments: Any) -> Any:
    """Operands on the meta device, with the true strides and offsets; a device that is asked for becomes meta too."""
    if isinstance(arguments, fx.Node):
        meta = meta_of(arguments)
        if meta is None:
            raise TypeError(f"{arguments} is not one tensor")
        length = meta.extent[1] // meta.dtype.itemsize
        return torch.empty(length, dtype=meta.dtype, device="meta").as_strided(meta.shape, meta.stride, meta.offset)
    if isinstance(arguments, torch.device):
        return torch.device("meta")
    if isinstance(arguments, torch.Generator):
        return None
    if isinstance(arguments, list | tuple):
        return type(arguments)(_stand_ins(argument) for argument in arguments)
    if isinstance(arguments, dict):
        return {name: _stand_ins(argument) for name, argument in arguments.items()}
    return arguments


def replace(program: Program, node: fx.Node, other: fx.Node) -> None:
    """Let another node stand for a node, and remove it; views of the node lie in the other's memory from then on."""
    old, new = meta_of(node), meta_of(other)
    if old is not None and new is not None:
        relabel(program, old, new)
    node.replace_all_uses_with(other)
    program.graph.erase_node(node)
