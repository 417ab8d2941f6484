"""Dropout masks drawn in the program itself.

``wubu::keep_mask`` is written in Python, so calling it from torch's interpreter would take Python's lock. On a CPU this
pass writes out the operations that it consists of: the same draws from the same generator, so the same masks.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import fx

from wubu.core import dropout_op
from wubu.engine.passes.rewrite import insert, replace
from wubu.engine.program import Program, TensorMeta, meta_of

aten = torch.ops.aten


def expand_keep_masks(program: Program) -> int:
    """Replace every ``wubu::keep_mask`` on a CPU by integer draws and a comparison.

    All masks of a program draw into one buffer, each after the one before has been read.
    """
    found = [node for node in program.calls if _expandable(node)]
    if not found:
        return 0
    most = max(dropout_op.draws(meta_of(node).numel) for node in found)  # type: ignore[union-attr]
    buffer = torch.empty(most, dtype=torch.int64)
    storage = program.fresh_storage()
    for node in found:
        meta = meta_of(node)
        assert meta is not None
        rate = float(node.args[1])  # type: ignore[arg-type]
        generator = node.args[2] if len(node.args) > 2 else node.kwargs.get("generator")
        bits = _bind(program, buffer[: dropout_op.draws(meta.numel)], storage)
        lanes = _bind(program, buffer.view(torch.int16).as_strided(meta.shape, meta.stride), storage)
        draw: dict[str, Any] = {"generator": generator} if generator is not None else {}
        insert(program, node, getattr(aten.random_, "from"), bits, dropout_op.LOWEST, None, **draw)
        blank = insert(
            program,
            node,
            aten.empty_strided.default,
            list(meta.shape),
            list(meta.stride),
            dtype=meta.dtype,
            device=meta.device,
        )
        kept = insert(program, node, aten.ge.Scalar_out, lanes, dropout_op.threshold(rate), out=blank)
        mask = insert(program, node, aten.mul_.Tensor, kept, 1.0 / (1.0 - rate))
        replace(program, node, mask)
    return len(found)


def _expandable(node: fx.Node) -> bool:
    if node.target is not torch.ops.wubu.keep_mask.default:
        return False
    meta = meta_of(node)
    rate = float(node.args[1])  # type: ignore[arg-type]
    return meta is not None and meta.device.type == "cpu" and dropout_op.threshold(rate) < 1 << (dropout_op.BITS - 1)


def _bind(program: Program, tensor: torch.Tensor, storage: int) -> fx.Node:
    return program.bind(tensor, TensorMeta.of(tensor, storage))
