"""relu inside the convolution that it follows: oneDNN clips each block of the result while it is still in the cache.

``relu(convolution(x))`` writes the result, reads it and writes it again. The fused kernel gives the same bits; what
backward reads is relu's result, so that nothing else changes. It gains most where memory is the limit: in bfloat16, whose
products are quick, and on large pictures.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import fx

from wubu.engine.effects import Accesses
from wubu.engine.passes.rewrite import insert, replace
from wubu.engine.program import Program, meta_of

aten = torch.ops.aten


def clip_in_convolutions(program: Program) -> int:
    """Replace every convolution whose result only a relu reads, and that relu, by one operation."""
    candidates = [node for node in program.calls if _is_candidate(node)]
    if not candidates:
        return 0
    accesses = Accesses(program)
    fused = 0
    for node in candidates:
        relu = next(iter(node.users))
        before, after = meta_of(node), meta_of(relu)
        if before is None or after is None or accesses.is_written(before.storage) or not _supported(before.dtype):
            continue
        inputs, kernel, bias, stride, padding, dilation = node.args[:6]
        operation = torch.ops.mkldnn._convolution_pointwise.default
        if not after.channels_last:
            continue  # the fused kernel keeps to its input's order of axes
        options: tuple[Any, ...] = (padding, stride, dilation, node.args[8], "relu", [], "")
        new = insert(program, relu, operation, inputs, kernel, bias, *options, like=after)
        replace(program, relu, new)
        program.graph.erase_node(node)
        fused += 1
    return fused


def _is_candidate(node: fx.Node) -> bool:
    """Whether a node is a plain convolution of pictures on the CPU, in channels-last memory, that ends in a relu."""
    if node.target is not aten.convolution.default or len(node.args) != 9 or len(node.users) != 1:
        return False
    inputs: Any = node.args[0]
    meta, source, user = meta_of(node), meta_of(inputs), next(iter(node.users))
    return (
        user.target is aten.relu.default
        and node.args[6] is False
        and meta is not None
        and source is not None
        and meta.device.type == "cpu"
        and len(meta.shape) == 4
        and source.channels_last
    )



@cache
def _supported(dtype: torch.dtype) -> bool:
    """Whether oneDNN computes in a type here."""
    if not torch.backends.mkldnn.is_available() or not hasattr(torch.ops.mkldnn, "_convolution_pointwise"):
        return False
    if dtype is torch.bfloat16:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return dtype is torch.float32
