"""Gradients of biases as products with ones: ``sum over rows of dy = 1ᵀ dy``.

torch's sum over the rows of a small matrix spends most of its time on finding out how to iterate; a product of one row goes
to the BLAS at once and takes half as long. As a product it can also be folded into plain gradient descent, and only there it
is made one: the sum is formed in another order, so results differ in the last bits, and a training with another optimizer
that is resumed should give the very bits of one that was not interrupted.
"""

from __future__ import annotations

import dataclasses

import torch
from torch import fx

from wubu.engine.passes.sgd_fold import plain_updates
from wubu.engine.program import Program, TensorMeta, meta_of

aten = torch.ops.aten

# Above this many elements the sum's own time counts, not the way to it.
MOST_ELEMENTS = 1 << 17


def sum_by_products(program: Program) -> int:
    """Replace sums over the rows of matrices that plain gradient descent takes as gradients by products with ones."""
    gradients = [meta for update in plain_updates(program) if (meta := meta_of(update.args[1]))]  # type: ignore[arg-type]
    ones: dict[int, fx.Node] = {}
    changes = 0
    for node in program.calls:
        if node.target is not aten.sum.IntList_out or node.users or tuple(node.args[1]) != (0,):  # type: ignore[arg-type]
            continue
        source, place = node.args[0], node.kwargs["out"]
        if not isinstance(source, fx.Node) or not isinstance(place, fx.Node) or place.op != "get_attr":
            continue
        meta, out = meta_of(source), meta_of(place)
        if meta is None or out is None or not _suits(meta, out) or not any(out.overlaps(g) for g in gradients):
            continue
        rows, columns = meta.shape
        if rows not in ones:
            row = torch.ones(1, rows, dtype=meta.dtype, device=meta.device)
            ones[rows] = program.bind(row, TensorMeta.of(row, program.fresh_storage()))
        wide = dataclasses.replace(out, shape=(1, columns), stride=(columns, 1))
        target = program.bind(
            program.constants[str(place.target)].detach().as_strided(wide.shape, wide.stride, out.offset), wide
        )
        with program.graph.inserting_before(node):
            new = program.graph.call_function(aten.mm.out, (ones[rows], source), {"out": target})
        new.meta["tensor"] = wide
        program.graph.erase_node(node)
        changes += 1
    return changes


def _suits(meta: TensorMeta, out: TensorMeta) -> bool:
    """Whether a product is quicker: a small matrix of floats on a CPU, in rows."""
    return (
        len(meta.shape) == 2
        and meta.dtype is torch.float32
        and out.dtype is torch.float32
        and meta.device.type == "cpu"
        and 1 < meta.numel <= MOST_ELEMENTS
        and meta.stride == (meta.shape[1], 1)
        and out.shape == meta.shape[1:]
        and out.stride == (1,)
    )
