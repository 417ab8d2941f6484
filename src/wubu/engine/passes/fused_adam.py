"""Adam on a flat arena in one kernel.

``wubu::adam_`` is Keras's formula in plain torch operations, six sweeps over memory. On a CPU torch has
``_fused_adam_``, one sweep. The learning rate and Keras's epsilon (``eps / sqrt(1 - beta_2 ** t)`` in torch's formula)
become numbers of the host.
"""

from __future__ import annotations

import torch
from torch import fx

from wubu.engine import host
from wubu.engine.optimizer_view import counter
from wubu.engine.program import Program, TensorMeta, meta_of

aten = torch.ops.aten


def fuse_adam(program: Program) -> int:
    """Replace every ``wubu::adam_`` on a CPU by ``_fused_adam_``."""
    target = getattr(torch.ops.wubu, "adam_", None)
    if target is None:
        return 0
    fused = 0
    for node in program.calls:
        if node.target is not target.default:
            continue
        p, g, m, v, step_size, iterations, beta_1, beta_2, epsilon = _operands(node)
        metas = [meta_of(t) for t in (p, g, m, v)]
        index = _optimizer_of(program, step_size, iterations)
        if index is None or any(
            meta is None or meta.device.type != "cpu" or meta.dtype is not torch.float32 or not meta.dense
            for meta in metas
        ):
            continue
        rate, count = program.scalar("rate", index), program.scalar("count", index)
        steps = torch.zeros(())
        bound = program.bind(steps, TensorMeta.of(steps, program.fresh_storage()))
        with program.graph.inserting_before(node):
            program.graph.call_function(aten.fill_.Scalar, (bound, count)).meta["tensor"] = bound.meta["tensor"]
            eps = program.graph.call_function(host.adam_epsilon, (epsilon, beta_2, count))
            program.graph.call_function(
                aten._fused_adam_.default,
                ([p], [g], [m], [v], [], [bound]),
                {
                    "lr": rate,
                    "beta1": beta_1,
                    "beta2": beta_2,
                    "weight_decay": 0.0,
                    "eps": eps,
                    "amsgrad": False,
                    "maximize": False,
                },
            )
        program.graph.erase_node(node)
        fused += 1
    return fused


def _operands(node: fx.Node) -> list:
    names = [argument.name for argument in node.target._schema.arguments]  # type: ignore[union-attr]
    return [node.args[i] if i < len(node.args) else node.kwargs[name] for i, name in enumerate(names)]


def _optimizer_of(program: Program, step_size: fx.Node, iterations: fx.Node) -> int | None:
    """Which optimizer's own step size and step count these are."""
    for index, optimizer in enumerate(program.optimizers):
        if stands_for(program, step_size, optimizer.step_size) and stands_for(program, iterations, counter(optimizer)):
            return index
    return None


def stands_for(program: Program, node: object, tensor: torch.Tensor) -> bool:
    """Whether a node is a bound tensor that lies exactly where the given one does."""
    if not isinstance(node, fx.Node) or node.op != "get_attr":
        return False
    bound = program.constants[node.target]  # type: ignore[index]
    return bound is tensor or (bound.data_ptr() == tensor.data_ptr() and bound.shape == tensor.shape)
