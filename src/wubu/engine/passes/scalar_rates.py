"""Learning rates as numbers of the host; step counts that are advanced once per call.

A 0-d tensor as an operand costs an operation to fill it and a slower kernel to read it. A step count that nothing else
reads is advanced once per call of many steps.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import fx

from wubu.engine import host
from wubu.engine.effects import Accesses
from wubu.engine.optimizer_view import counter
from wubu.engine.passes.fused_adam import stands_for
from wubu.engine.program import Program, meta_of

aten = torch.ops.aten


def use_scalar_rates(program: Program) -> int:
    """Replace step sizes that scale an update by numbers.

    ``addcmul_(p, g, step_size, value=c)`` becomes ``add_(p, g, alpha=c * rate)``, and
    ``addcdiv_(p, g * step_size, d, value=c)`` becomes ``addcdiv_(p, g, d, value=c * rate)``.
    """
    changes = 0
    for index, optimizer in enumerate(program.optimizers):
        for node in program.calls:
            if node.target is aten.addcmul_.default:
                changes += _scale_sum(program, node, index, optimizer.step_size)
            elif node.target is aten.addcdiv_.default:
                changes += _scale_quotient(program, node, index, optimizer.step_size)
    return changes


def _scale_sum(program: Program, node: fx.Node, index: int, step_size: torch.Tensor) -> int:
    gradient = _scaled(program, node.args[1], node.args[2], step_size)
    if gradient is None or not _same_type(gradient, node.args[0]):
        return 0
    alpha = _rate(program, node, index)
    with program.graph.inserting_before(node):
        new = program.graph.call_function(aten.add_.Tensor, (node.args[0], gradient), {"alpha": alpha})
    new.meta.update(node.meta)
    node.replace_all_uses_with(new)
    program.graph.erase_node(node)
    return 1


def _scale_quotient(program: Program, node: fx.Node, index: int, step_size: torch.Tensor) -> int:
    product = node.args[1]
    if not isinstance(product, fx.Node) or product.target is not aten.mul.Tensor or len(product.users) != 1:
        return 0
    gradient = _scaled(program, product.args[0], product.args[1], step_size)
    meta = meta_of(gradient) if gradient is not None else None
    if gradient is None or meta is None or not _same_type(gradient, node.args[0]):
        return 0
    accesses = Accesses(program)
    if accesses.written_between(meta, accesses.position[product], accesses.position[node]):
        return 0
    node.kwargs = {"value": _rate(program, node, index)}
    node.args = (node.args[0], gradient, node.args[2])
    program.graph.erase_node(product)
    return 1


def _scaled(program: Program, a: Any, b: Any, step_size: torch.Tensor) -> fx.Node | None:
    """The other factor of a product with the step size."""
    if stands_for(program, b, step_size) and isinstance(a, fx.Node):
        return a
    if stands_for(program, a, step_size) and isinstance(b, fx.Node):
        return b
    return None


def _same_type(a: fx.Node, b: Any) -> bool:
    first, second = meta_of(a), meta_of(b)
    return first is not None and second is not None and first.dtype == second.dtype and first.shape == second.shape


def _rate(program: Program, node: fx.Node, index: int) -> Any:
    """The rate times the node's own factor, as a number of the host."""
    factor: Any = node.kwargs.get("value", 1)
    rate = program.scalar("rate", index)
    if factor == 1:
        return rate
    with program.graph.inserting_before(node):
        return program.graph.call_function(host.scaled, (rate, float(factor)))


def fill_step_sizes(program: Program) -> int:
    """Set the step sizes that the program still reads, at its start."""
    filled = 0
    for index, optimizer in enumerate(program.optimizers):
        for node in list(program.graph.nodes):
            if node.op == "get_attr" and node.users and stands_for(program, node, optimizer.step_size):
                rate = program.scalar("rate", index)
                first = next(n for n in program.graph.nodes if n.op == "call_function")
                with program.graph.inserting_before(first):
                    fill = program.graph.call_function(aten.fill_.Scalar, (node, rate))
                fill.meta["tensor"] = node.meta["tensor"]
                filled += 1
    return filled


def strip_rates(program: Program) -> Program:
    """Take out the operations that set step sizes, for executors that set them between steps; returns the program."""
    for node in list(program.scalars.values()):
        for user in list(node.users):
            program.graph.erase_node(user)
        program.graph.erase_node(node)
    program.scalars.clear()
    return program


def defer_counts(program: Program) -> int:
    """Take ``iterations.add_(1)`` out of the program where nothing else reads or writes the count."""
    deferred = 0
    for index, optimizer in enumerate(program.optimizers):
        nodes = [n for n in program.graph.nodes if n.op == "get_attr" and stands_for(program, n, counter(optimizer))]
        users = [user for node in nodes for user in node.users]
        if len(users) != 1:
            continue
        step = users[0]
        if step.target is aten.add_.Tensor and step.args[1:] == (1,) and not step.kwargs:
            program.graph.erase_node(step)
            program.deferred_counts.append(index)
            deferred += 1
    return deferred
