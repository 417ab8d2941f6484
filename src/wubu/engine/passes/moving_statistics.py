"""Moving averages of batch normalisation kept by the kernel that computes the batch's statistics.

torch's kernel can update moving averages itself, but takes the unbiased variance where Keras takes the biased one, so
the recorded step does it with four small operations a layer. Both updates are linear: an average that is scaled by
``n / (n - 1)``, n being the values per channel, grows under the kernel's rule as the true one does under Keras's. So the
program moves a scaled copy, which the executor makes before a call of many steps and scales back after it.
"""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch import fx

from wubu.engine.effects import Accesses
from wubu.engine.program import Program, Shadow, TensorMeta, meta_of

aten = torch.ops.aten


def move_statistics_in_kernels(program: Program) -> int:
    """Let ``native_batch_norm`` update moving averages that the program updates behind it."""
    changes = 0
    for norm in program.calls:
        if norm.target is not aten.native_batch_norm.default or norm.args[3:6] != (None, None, True):
            continue
        found = _updates(norm)
        meta = meta_of(norm.args[0]) if isinstance(norm.args[0], fx.Node) else None
        if found is None or meta is None or meta.device.type != "cpu" or meta.dtype is not torch.float32:
            continue
        mean, variance, chain, step = found
        values = meta.numel // meta.shape[1]
        accesses = Accesses(program)
        if values < 2 or not (_alone(accesses, mean, chain) and _alone(accesses, variance, chain)):
            continue
        average = program.constants[str(variance.target)].detach()
        scaled = torch.empty_like(average)
        bound = program.bind(scaled, TensorMeta.of(scaled, program.fresh_storage()))
        program.shadows.append(Shadow(scaled, average, values / (values - 1)))
        norm.args = (*norm.args[:3], mean, bound, True, step, norm.args[7])
        for node in reversed(chain):
            program.graph.erase_node(node)
        changes += 1
    return changes


def _updates(norm: fx.Node) -> tuple[fx.Node, fx.Node, list[fx.Node], float] | None:
    """The averages that follow a batch's statistics, the operations that move them, and the size of their step."""
    items = {user.args[1]: user for user in norm.users if user.target is operator.getitem}
    mean, inverse = items.get(1), items.get(2)
    if mean is None or inverse is None:
        return None
    powers = [user for user in inverse.users if user.target is aten.pow.Tensor_Scalar and user.args[1] == -2]
    moved = [user for user in mean.users if user.target is aten.lerp_.Scalar and user.args[1] is mean]
    if len(powers) != 1 or len(moved) != 1:
        return None
    readers = sorted(powers[0].users, key=lambda user: user.target is not aten.sub_.Tensor)
    if [user.target for user in readers] != [aten.sub_.Tensor, aten.lerp_.Scalar]:
        return None
    less, last = readers
    step: Any = moved[0].args[2]
    if less.args != (powers[0], norm.args[7]) or less.users or last.args[1:] != (powers[0], step):
        return None
    averages = moved[0].args[0], last.args[0]
    if not all(isinstance(a, fx.Node) and a.op == "get_attr" and meta_of(a) is not None for a in averages):
        return None
    if any(meta_of(a).dtype is not torch.float32 for a in averages):  # type: ignore[arg-type,union-attr]
        return None
    return averages[0], averages[1], [powers[0], less, moved[0], last], step  # type: ignore[return-value]


def _alone(accesses: Accesses, average: fx.Node, chain: list[fx.Node]) -> bool:
    """Whether nothing but its own update touches an average."""
    meta = meta_of(average)
    assert meta is not None
    entries = [*accesses.reads[meta.storage], *accesses.writes[meta.storage]]
    return all(node in chain for _, other, node in entries if other.overlaps(meta))
