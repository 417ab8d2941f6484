"""Folding: what every step would compute to the same end is computed when the program is made.

* ``fold_literals``: operations that depend on literals and shapes alone (``ones``, ``arange``, the 1 that
  ``backward`` starts from).
* ``hoist_views``: views of bound tensors. The view is made once; it shows the live memory.

Results are bit for bit the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import fx

from wubu.engine.effects import Accesses, is_pure, is_view
from wubu.engine.program import Program, TensorMeta, meta_of, metas_of

aten = torch.ops.aten

# Of these only the operand's shape, type and device count.
_SHAPE_ONLY = {
    aten.ones_like.default,
    aten.zeros_like.default,
    aten.full_like.default,
    aten.empty_like.default,
    aten.new_zeros.default,
    aten.new_ones.default,
    aten.new_full.default,
    aten.new_empty.default,
}

# A larger literal is cheaper to make again than to keep and read.
LARGEST = 1 << 16


def fold_literals(program: Program) -> int:
    """Compute literals once and bind them."""
    accesses = Accesses(program)
    handed_out = {meta.storage for result in program.output.all_input_nodes for meta in metas_of(result)}
    values: dict[fx.Node, torch.Tensor] = {
        node: program.constants[node.target]
        for node in program.graph.nodes
        if node.op == "get_attr" and node.meta.get("literal")
    }
    folded: list[fx.Node] = []
    for node in program.calls:
        meta = meta_of(node)
        if meta is None or not is_pure(node) or meta.numel > LARGEST:
            continue
        if meta.storage in handed_out or accesses.is_written(meta.storage):
            continue
        arguments = node.args
        if node.target in _SHAPE_ONLY:
            operand = meta_of(node.args[0])  # type: ignore[arg-type]
            if operand is None:
                continue
            stand_in = torch.empty_strided(operand.shape, operand.stride, dtype=operand.dtype, device=operand.device)
            arguments = (stand_in, *node.args[1:])
        elif not all(operand in values for operand in node.all_input_nodes):
            continue
        with torch.no_grad():
            value = node.target(*_filled(arguments, values), **_filled(node.kwargs, values))  # type: ignore[operator]
        if isinstance(value, torch.Tensor):
            values[node] = value
            folded.append(node)
    for node in folded:
        # Only those that something else than a folded node reads have to be bound.
        if any(user not in values for user in node.users):
            # The storage's number stays, since views that are not folded still go by it: with another one they would
            # pass for memory of the program's own, free to be written over.
            meta = meta_of(node)
            storage = program.fresh_storage() if meta is None else meta.storage
            bound = program.bind(values[node], TensorMeta.of(values[node], storage))
            bound.meta["literal"] = True
            node.replace_all_uses_with(bound)
    for node in reversed(folded):
        if not node.users:
            program.graph.erase_node(node)
    return len(folded)


def _filled(arguments: Any, values: dict[fx.Node, torch.Tensor]) -> Any:
    return fx.node.map_arg(arguments, lambda node: values[node])


def hoist_views(program: Program) -> int:
    """Bind views of bound tensors instead of making them in every step."""
    hoisted = 0
    for node in program.calls:
        source = node.args[0] if node.args else None
        if not isinstance(source, fx.Node) or source.op != "get_attr" or not is_view(node.target):
            continue
        meta, origin = meta_of(node), meta_of(source)
        if meta is None or origin is None:
            continue
        base = program.constants[source.target]  # type: ignore[index]
        with torch.no_grad():
            view = node.target(base.detach(), *node.args[1:], **node.kwargs)  # type: ignore[operator]
        bound = program.bind(view, replace(meta, storage=origin.storage))
        if source.meta.get("literal"):
            bound.meta["literal"] = True
        node.replace_all_uses_with(bound)
        program.graph.erase_node(node)
        hoisted += 1
    return hoisted
