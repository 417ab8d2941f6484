"""Sums that grow by the same number in every step, and the arithmetic around sums.

* ``total.add_(32)`` on a total that nothing else in the program touches is done once per call of many steps.
* ``total.add_(x * 32)`` becomes ``total.add_(x, alpha=32)``.
* The sum of a single number is that number.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import fx

from wubu.engine.effects import Accesses
from wubu.engine.optimizer_view import counter
from wubu.engine.passes.fused_adam import stands_for
from wubu.engine.passes.rewrite import replace
from wubu.engine.program import Program, meta_of

aten = torch.ops.aten


def simplify_sums(program: Program) -> int:
    """Drop sums of one number, and take constant factors into the addition that follows."""
    changes = 0
    accesses = Accesses(program)
    for node in program.calls:
        if node.target is aten.sum.default and not node.kwargs:
            source = node.args[0]
            meta, result = meta_of(source), meta_of(node)  # type: ignore[arg-type]
            if (
                isinstance(source, fx.Node)
                and meta is not None
                and result is not None
                and meta.shape == ()
                and meta.dtype == result.dtype
                and meta.storage not in accesses.external
                and not accesses.is_written(meta.storage)
                and not accesses.is_written(result.storage)
            ):
                replace(program, node, source)
                changes += 1
        elif node.target is aten.add_.Tensor and node.kwargs.get("alpha", 1) == 1:
            changes += _scale(program, node, accesses)
    return changes


def _scale(program: Program, node: fx.Node, accesses: Accesses) -> int:
    product = node.args[1]
    if not isinstance(product, fx.Node) or product.target is not aten.mul.Tensor or len(product.users) != 1:
        return 0
    factor, other = _number(program, product.args[1]), product.args[0]
    if factor is None or not isinstance(other, fx.Node):
        return 0
    total, meta, whole = meta_of(node.args[0]), meta_of(other), meta_of(product)  # type: ignore[arg-type]
    if total is None or meta is None or whole is None or not total.dtype == meta.dtype == whole.dtype:
        return 0
    if not total.dtype.is_floating_point or meta.shape != whole.shape or meta.storage == total.storage:
        return 0
    if accesses.is_written(meta.storage) and meta.storage in accesses.external:
        return 0
    if accesses.written_between(meta, accesses.position[product], accesses.position[node]):
        return 0
    node.args = (node.args[0], other)
    node.kwargs = {"alpha": factor}
    program.graph.erase_node(product)
    return 1


def defer_sums(program: Program) -> int:
    """Take additions of a constant number out of the program where nothing else reads or writes the total."""
    changes = 0
    accesses = Accesses(program)
    counters = [counter(optimizer) for optimizer in program.optimizers]  # those are not only advanced but watched
    for node in program.calls:
        if node.target is not aten.add_.Tensor or node.users:
            continue
        total, number = node.args[0], _number(program, node.args[1])
        meta = meta_of(total) if isinstance(total, fx.Node) else None
        alpha = node.kwargs.get("alpha", 1)
        if not isinstance(total, fx.Node) or total.op != "get_attr" or meta is None or meta.shape != ():
            continue
        if any(stands_for(program, total, tensor) for tensor in counters):
            continue
        if number is None or not isinstance(alpha, int | float) or len(total.users) != 1:
            continue
        users = {n for _, m, n in [*accesses.reads[meta.storage], *accesses.writes[meta.storage]] if m.overlaps(meta)}
        if users == {node}:
            program.deferred_sums.append((program.constants[str(total.target)].detach(), number * alpha))
            program.graph.erase_node(node)
            changes += 1
    return changes


def _number(program: Program, value: Any) -> float | int | None:
    """The number that an operand is in every step; None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    meta = meta_of(value) if isinstance(value, fx.Node) else None
    if meta is None or value.op != "get_attr" or not value.meta.get("literal") or meta.shape != ():
        return None
    found = program.constants[value.target].item()
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None
