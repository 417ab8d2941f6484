"""Products with weights by oneDNN rather than MKL, on processors where it is much faster.

torch's products of float32 matrices go to MKL, which uses AVX2 on processors that are not Intel's. oneDNN, which torch
has for convolutions, uses AVX-512 wherever there is any: forward products of dense layers and the gradients of their
inputs take half the time there. Small products stay with MKL, whose calls cost less. On the gradients of weights oneDNN
gains too little to make up for a result that has to be copied into the arena.

Sums are formed in another order, so results differ in the last bits.
"""

from __future__ import annotations

import itertools
import platform
import re
from functools import cache
from typing import Any

import torch
from torch import fx

from wubu.engine.effects import Accesses
from wubu.engine.passes.rewrite import insert, replace
from wubu.engine.program import Program, TensorMeta, meta_of

aten = torch.ops.aten

# Fewer multiplications than these are done sooner by MKL, whose calls cost some microseconds less. The second is for
# processors before family 26 (Zen 5), whose units of AVX-512 are half as wide as its registers: measured on Zen 4.
LEAST_MULTIPLICATIONS, LEAST_ON_HALF_WIDTH = 1_000_000, 10_000_000
_FULL_WIDTH_FAMILY = 26


def multiply_by_onednn(program: Program) -> int:
    """Replace products with a weight, and the relu behind them, by oneDNN's."""
    if not any(_product(node) for node in program.calls) or not onednn_is_faster():
        return 0
    accesses = Accesses(program)
    changes = 0
    for node in program.calls:
        found = _product(node)
        if found is None:
            continue
        bias, left, weight = found
        turned = _turned(program, weight)
        activation, last = "none", node
        relu = next(iter(node.users)) if len(node.users) == 1 else None
        meta = meta_of(node)
        if relu is not None and relu.target is aten.relu.default and meta and not accesses.is_written(meta.storage):
            activation, last = "relu", relu
        new = insert(program, node, _linear(), left, turned, bias, activation, [], "")
        if not meta_of(new).same_layout(meta_of(last)):  # type: ignore[union-attr,arg-type]
            program.graph.erase_node(new)
            continue
        replace(program, last, new)
        if last is not node:
            program.graph.erase_node(node)
        changes += 1
    return changes


def _linear() -> Any:
    return torch.ops.mkldnn._linear_pointwise.default


def _product(node: fx.Node) -> tuple[fx.Node | None, fx.Node, fx.Node] | None:
    """Bias, left factor and weight of a product that oneDNN might do."""
    if node.target is aten.addmm.default and len(node.args) == 3 and not node.kwargs:
        bias, left, weight = node.args
    elif node.target is aten.mm.default and len(node.args) == 2:
        bias, (left, weight) = None, node.args
    else:
        return None
    if not (isinstance(left, fx.Node) and isinstance(weight, fx.Node) and weight.op == "get_attr"):
        return None
    a, b = meta_of(left), meta_of(weight)
    if a is None or b is None or a.dtype is not torch.float32 or b.dtype is not torch.float32:
        return None
    if a.device.type != "cpu" or not a.dense or not b.dense or a.shape[0] * b.numel < _least():
        return None
    if bias is not None:
        c = meta_of(bias) if isinstance(bias, fx.Node) else None
        if c is None or c.shape != (b.shape[1],) or not c.dense or c.dtype is not torch.float32:
            return None
    return bias, left, weight  # type: ignore[return-value]


def _turned(program: Program, weight: fx.Node) -> fx.Node:
    """The weight as (out, in), the way oneDNN wants it; the memory stays as it is."""
    view = program.constants[str(weight.target)].detach().t()
    meta = meta_of(weight)
    assert meta is not None
    return program.bind(view, TensorMeta.of(view, meta.storage))


@cache
def _least() -> int:
    family = re.search(r"^cpu family\s*: (\d+)$", _processor(), re.MULTILINE)
    wide = family is None or int(family[1]) >= _FULL_WIDTH_FAMILY
    return LEAST_MULTIPLICATIONS if wide else LEAST_ON_HALF_WIDTH


@cache
def onednn_is_faster() -> bool:
    """Whether oneDNN multiplies float32 matrices much faster than MKL here: on AMD's processors with AVX-512.

    Not by a trial: the same machine must give the same bits each time.
    """
    if not torch.backends.mkldnn.is_available() or not hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        return False
    return torch.backends.cpu.get_cpu_capability() == "AVX512" and "AuthenticAMD" in _processor()


def _processor() -> str:
    """What the system says of the first processor: maker and family among other things."""
    try:
        with open("/proc/cpuinfo") as lines:
            return "".join(itertools.takewhile(str.strip, lines))
    except OSError:
        return platform.processor()
