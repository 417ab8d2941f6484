"""Gradients written where they belong.

A step ends its backward pass by copying every gradient into the arena: a product writes a temporary, the copy reads it
and writes it again. Here the product writes into the arena itself. The numbers are the same.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import fx

from wubu.engine.effects import Accesses, is_view
from wubu.engine.program import Program, TensorMeta, meta_of

aten = torch.ops.aten

_INTO: dict[Any, Any] = {
    aten.mm.default: aten.mm.out,
    aten.bmm.default: aten.bmm.out,
    aten.addmm.default: aten.addmm.out,
    aten.add.Tensor: aten.add.out,
    aten.sub.Tensor: aten.sub.out,
    aten.mul.Tensor: aten.mul.out,
    aten.div.Tensor: aten.div.out,
    aten.sum.dim_IntList: aten.sum.IntList_out,
}


def split_group_copies(program: Program) -> int:
    """Turn one copy of many tensors into one copy each, so that each can be removed."""
    split = 0
    for node in program.calls:
        if node.target is not aten._foreach_copy_.default:
            continue
        with program.graph.inserting_before(node):
            for target, source in zip(node.args[0], node.args[1]):  # type: ignore[arg-type]
                copy = program.graph.call_function(aten.copy_.default, (target, source))
                copy.meta["tensor"] = target.meta["tensor"]
        program.graph.erase_node(node)
        split += 1
    return split


def write_gradients_directly(program: Program) -> int:
    """Let the operation that makes a tensor write it where it is copied to."""
    changes = 0
    accesses = Accesses(program)
    for copy in program.calls:
        if copy.target is not aten.copy_.default or len(copy.args) != 2 or copy.users:
            continue
        place, source = copy.args
        if not isinstance(place, fx.Node) or place.op != "get_attr" or not isinstance(source, fx.Node):
            continue
        maker = _maker(source)
        meta, made = meta_of(place), meta_of(maker) if maker is not None else None
        if maker is None or meta is None or made is None or made.dtype != meta.dtype or made.device != meta.device:
            continue
        arguments = _arguments(maker, made, meta)
        if arguments is None:
            continue
        start, stop = accesses.position[maker], accesses.position[copy]
        if accesses.read_between(meta, start - 1, stop) or accesses.written_between(meta, start, stop):
            continue
        with program.graph.inserting_before(maker):
            direct = program.graph.call_function(_INTO[maker.target], arguments, {**maker.kwargs, "out": place})
        direct.meta["tensor"] = meta
        for node in (copy, maker):
            accesses.forget(node)
        accesses.add(direct, start)
        program.graph.erase_node(copy)
        view: Any = source
        while view is not maker:
            view, unused = view.args[0], view
            program.graph.erase_node(unused)
        program.graph.erase_node(maker)
        changes += 1
    return changes


def _maker(source: fx.Node) -> fx.Node | None:
    """The operation whose result, seen through views that nobody else uses, is copied."""
    while source.op == "call_function" and len(source.users) == 1:
        if source.target in _INTO:
            return source
        if not is_view(source.target) or not isinstance(source.args[0], fx.Node):
            return None
        source = source.args[0]
    return None


def _arguments(maker: fx.Node, made: TensorMeta, place: TensorMeta) -> tuple[Any, ...] | None:
    """The operands with which the maker's result has the shape of its place; None when it cannot."""
    if made.same_layout(place):
        return maker.args
    if maker.target is aten.sum.dim_IntList and len(maker.args) == 3 and maker.args[2]:
        # keepdim and a reshape behind it: sum without keepdim
        reduced: Any = maker.args[1]
        dims = {d % len(made.shape) for d in reduced}
        if tuple(n for d, n in enumerate(made.shape) if d not in dims) == place.shape and place.dense:
            return (maker.args[0], maker.args[1], False)
    return None
