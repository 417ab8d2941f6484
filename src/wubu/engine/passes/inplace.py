"""Pointwise operations that overwrite an operand which nothing reads again.

Saves an allocation and keeps the result in the cache lines that the operand was read from. The numbers are the same.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import fx

from wubu.engine.effects import Accesses, relabel
from wubu.engine.program import Program, TensorMeta, meta_of, metas_of, nodes_in

aten = torch.ops.aten

# No in-place form, but an ``out`` that may be the first operand.
_GRAD_INPUT = {
    aten.threshold_backward.default: aten.threshold_backward.grad_input,
    aten.sigmoid_backward.default: aten.sigmoid_backward.grad_input,
    aten.tanh_backward.default: aten.tanh_backward.grad_input,
    aten.elu_backward.default: aten.elu_backward.grad_input,
    aten.leaky_relu_backward.default: aten.leaky_relu_backward.grad_input,
}
_COMMUTES = {aten.add.Tensor, aten.mul.Tensor}


@cache
def in_place_form(target: Any) -> Any:
    """``aten.add_.Tensor`` for ``aten.add.Tensor``; None for what is not pointwise or has no such form."""
    if torch.Tag.pointwise not in getattr(target, "tags", ()):
        return None
    packet = getattr(aten, target._schema.name.removeprefix("aten::") + "_", None)
    form = getattr(packet, target._overloadname, None) if packet is not None else None
    if form is None:
        return None
    ours, theirs = target._schema.arguments, form._schema.arguments
    return form if [a.name for a in ours] == [a.name for a in theirs] else None


def overwrite_operands(program: Program) -> int:
    """Make pointwise operations work in place where their operand's memory is the program's own and read no more."""
    changes = 0
    accesses = Accesses(program)
    for node in program.calls:
        if node.target in _GRAD_INPUT:
            candidates: list[int] = [0]
        elif in_place_form(node.target) is not None:
            candidates = [0, 1] if node.target in _COMMUTES and node.kwargs.get("alpha", 1) == 1 else [0]
        else:
            continue
        result = meta_of(node)
        if result is None:
            continue
        for which in candidates:
            operand = node.args[which] if which < len(node.args) else None
            if isinstance(operand, fx.Node) and _free(node, operand, result, accesses):
                _overwrite(program, node, which, operand, accesses)
                changes += 1
                break
    return changes


def _free(node: fx.Node, operand: fx.Node, result: TensorMeta, accesses: Accesses) -> bool:
    """Whether a node may overwrite an operand."""
    meta = meta_of(operand)
    if meta is None or meta.storage in accesses.external or not meta.same_layout(result) or not meta.dense:
        return False
    if accesses.last_read(meta.storage) > accesses.position[node]:
        return False
    # The same memory seen another way by another operand would be overwritten while it is read.
    for other in nodes_in((node.args, node.kwargs)):
        for seen in metas_of(other):
            if seen.storage == meta.storage and not (seen.offset == meta.offset and seen.stride == meta.stride):
                return False
    return True


def _overwrite(program: Program, node: fx.Node, which: int, operand: fx.Node, accesses: Accesses) -> None:
    result, meta = meta_of(node), meta_of(operand)
    assert result is not None and meta is not None
    accesses.forget(node)
    if node.target in _GRAD_INPUT:
        node.target = _GRAD_INPUT[node.target]
        node.kwargs = {**node.kwargs, "grad_input": operand}
    else:
        node.target = in_place_form(node.target)
        if which == 1:
            node.args = (node.args[1], node.args[0], *node.args[2:])
    relabel(program, result, meta)
    node.meta["tensor"] = meta
    accesses.relabelled(result, meta)
    accesses.add(node, accesses.position[node])
