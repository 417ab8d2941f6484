"""Plain gradient descent inside the product that makes the gradient: ``W.addmm_(xᵀ, dy, alpha=-rate)``.

``G = xᵀ dy; W -= rate * G`` writes the gradient to memory and reads it again. One product that accumulates into the
weight does without. It is legal when nothing else wants that gradient (no clipping, decay or momentum) and nothing reads
the weight between the product and the update. The gradient arena then no longer holds those gradients. A gradient that
is copied into the arena is subtracted from the weight straight away: ``W.add_(G, alpha=-rate)``.

The sum is formed in another order, so weights differ in the last bit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import fx

from wubu.core.arena import ALIGNMENT
from wubu.engine.effects import Accesses
from wubu.engine.optimizer_view import scratch
from wubu.engine.passes.fused_adam import stands_for
from wubu.engine.program import Program, TensorMeta, meta_of

aten = torch.ops.aten

# What makes a gradient in the arena, and the operation that changes the weight instead.
_MAKERS: dict[Any, Any] = {aten.mm.out: aten.addmm_.default, aten.copy_.default: aten.add_.Tensor}
# The arena's remaining parts are updated piece by piece; more pieces cost more than the folding saves.
MOST_PIECES = 24


def fold_sgd(program: Program) -> int:
    """Fold the update ``P.add_(G, alpha=-rate)`` of a flat arena into the products that write into ``G``."""
    return sum(_fold(program, update) for update in plain_updates(program))


def plain_updates(program: Program) -> list[fx.Node]:
    """The updates ``P.add_(G, alpha=-rate)`` of flat arenas whose gradients nobody looks at after the step."""
    return [
        node
        for node in program.calls
        if node.target is aten.add_.Tensor
        and isinstance(node.kwargs.get("alpha"), fx.Node)
        and not node.users
        and _is_plain(program, node)
    ]


def _is_plain(program: Program, update: fx.Node) -> bool:
    weights, gradients = update.args[0], update.args[1]
    if not (isinstance(weights, fx.Node) and isinstance(gradients, fx.Node)):
        return False
    if weights.op != "get_attr" or gradients.op != "get_attr":
        return False
    if not any(stands_for(program, gradients, t) for optimizer in program.optimizers for t in scratch(optimizer)):
        return False
    w, g = meta_of(weights), meta_of(gradients)
    return w is not None and g is not None and len(w.shape) == 1 and w.stride == (1,) and w.same_layout(g)


def _fold(program: Program, update: fx.Node) -> int:
    weights: Any
    gradients: Any
    weights, gradients = update.args[0], update.args[1]
    w, g = meta_of(weights), meta_of(gradients)
    assert w is not None and g is not None
    accesses = Accesses(program)
    at = accesses.position[update]
    makers = [node for node in program.calls if node.target in _MAKERS and _foldable(node, g, w, accesses, at)]
    pieces = _remaining(g, [_place(node) for node in makers])
    if not any(node.target is aten.mm.out for node in makers) or len(pieces) > MOST_PIECES:
        return 0
    alpha: Any = update.kwargs["alpha"]
    for node in makers:
        place = _place(node)
        weight = _bind(program, weights, replace(place, storage=w.storage, offset=place.offset - g.offset + w.offset))
        with program.graph.inserting_before(update):
            new = program.graph.call_function(_MAKERS[node.target], (weight, *_operands(node)), {"alpha": alpha})
        new.meta["tensor"] = weight.meta["tensor"]
        program.graph.erase_node(node)
    for start, stop in pieces:
        layout = replace(g, shape=(stop - start,), offset=start)
        gradient = _bind(program, gradients, layout)
        weight = _bind(program, weights, replace(layout, storage=w.storage, offset=start - g.offset + w.offset))
        with program.graph.inserting_before(update):
            new = program.graph.call_function(aten.add_.Tensor, (weight, gradient), {"alpha": alpha})
        new.meta["tensor"] = weight.meta["tensor"]
    program.graph.erase_node(update)
    return len(makers)


def _place(maker: fx.Node) -> TensorMeta:
    """Where an operation puts a gradient."""
    meta = meta_of(maker.args[0] if maker.target is aten.copy_.default else maker.kwargs["out"])  # type: ignore[arg-type]
    assert meta is not None
    return meta


def _operands(maker: fx.Node) -> tuple[Any, ...]:
    """What it makes it of."""
    return maker.args[1:2] if maker.target is aten.copy_.default else maker.args[:2]


def _foldable(node: fx.Node, g: TensorMeta, w: TensorMeta, accesses: Accesses, at: int) -> bool:
    """Whether a product may be put off until the update: its gradient is the update's alone, its operands last."""
    place = _place(node)
    start = accesses.position[node]
    if node.target is aten.copy_.default and not _alike(node, place):
        return False
    if not place.overlaps(g) or not place.dense or not start < at or node.users:
        return False
    (low, high), (first, last) = place.extent, g.extent
    if low < first or high > last:
        return False
    end = len(accesses.position)
    readers = [n for at_, m, n in accesses.reads[place.storage] if m.overlaps(place) and n is not node and at_ != at]
    writers = [n for _, m, n in accesses.writes[place.storage] if m.overlaps(place) and n is not node]
    if readers or writers:
        return False
    weight = replace(place, storage=w.storage, offset=place.offset - g.offset + w.offset)
    if accesses.read_between(weight, at, end) or accesses.written_between(weight, -1, at):
        return False
    for operand in _operands(node):
        meta = meta_of(operand)
        if meta is None or accesses.written_between(meta, start, at):
            return False
    return True


def _alike(copy: fx.Node, place: TensorMeta) -> bool:
    """Whether a copy only moves a gradient, into the type and shape that it has already."""
    source = copy.args[1]
    meta = meta_of(source) if isinstance(source, fx.Node) else None
    return len(copy.args) == 2 and meta is not None and meta.shape == place.shape and meta.dtype == place.dtype


def _remaining(g: TensorMeta, places: list[TensorMeta]) -> list[tuple[int, int]]:
    """What of the flat gradient nothing covers, in elements of its storage; the gaps behind gradients are always zero."""
    unit = max(1, ALIGNMENT // g.dtype.itemsize)
    taken = sorted((p.offset, g.offset + -(-(p.offset - g.offset + p.numel) // unit) * unit) for p in places)
    at, stop = g.offset, g.offset + g.numel
    pieces = []
    for low, high in taken:
        if low > at:
            pieces.append((at, low))
        at = max(at, high)
    if at < stop:
        pieces.append((at, stop))
    return pieces


def _bind(program: Program, arena: fx.Node, meta: TensorMeta) -> fx.Node:
    base = program.constants[str(arena.target)].detach()
    with torch.no_grad():
        return program.bind(base.as_strided(meta.shape, meta.stride, meta.offset), meta)
