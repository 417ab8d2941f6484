"""relu behind max-pooling: ``max_pool(relu(x)) = relu(max_pool(x))``, so that relu sees a quarter of the elements.

Both orders give the same numbers. Where a window's largest element is positive, relu changes neither it nor its
position; where it is not, both results are 0 and no gradient passes either order.
"""

from __future__ import annotations

import operator
from typing import Any, cast

import torch
from torch import fx

from wubu.engine.effects import Accesses
from wubu.engine.passes.rewrite import insert, replace
from wubu.engine.program import Program, meta_of

aten = torch.ops.aten
_POOL = aten.max_pool2d_with_indices.default
_POOL_BACKWARD = aten.max_pool2d_with_indices_backward.default
_RELU = aten.relu.default
_RELU_BACKWARD = aten.threshold_backward.default


def lift_relu_over_permutes(program: Program) -> int:
    """Apply relu, and its gradient, before a permutation of axes rather than behind it."""
    changes = 0
    for node in program.calls:
        if node.target is _RELU:
            turned: Any = node.args[0]
            if not _is_permute(turned):
                continue
            operands: tuple[Any, ...] = (turned.args[0],)
        elif node.target is _RELU_BACKWARD and node.args[2] == 0:
            turned, kept = node.args[0], cast(Any, node.args[1])
            if not (_is_permute(turned) and _is_permute(kept) and turned.args[1] == kept.args[1]):
                continue
            operands = (turned.args[0], kept.args[0], 0)
        else:
            continue
        moved = insert(program, node, node.target, *operands)
        back = insert(program, node, aten.permute.default, moved, turned.args[1])
        if meta_of(back).same_layout(meta_of(node)):  # type: ignore[union-attr,arg-type]
            replace(program, node, back)
            changes += 1
        else:
            program.graph.erase_node(back)
            program.graph.erase_node(moved)
    return changes


def _is_permute(node: Any) -> bool:
    return isinstance(node, fx.Node) and node.target is aten.permute.default


def move_relu_behind_pool(program: Program) -> int:
    """Swap every relu that only a max-pooling (and its gradient) reads with that pooling."""
    swapped = 0
    accesses = Accesses(program)
    for relu in program.calls:
        if relu.target is not _RELU or not isinstance(relu.args[0], fx.Node):
            continue
        pools = [user for user in relu.users if user.target is _POOL and user.args[0] is relu]
        if len(pools) != 1:
            continue
        pool = pools[0]
        backward = [user for user in relu.users if user.target is _POOL_BACKWARD and user.args[1] is relu]
        masks = [user for user in relu.users if user.target is _RELU_BACKWARD and user.args[1] is relu]
        if set(relu.users) != {pool, *backward, *masks} or len(backward) > 1 or len(masks) != len(backward):
            continue
        if any(mask.args[0] is not gradient or mask.args[2] != 0 for mask, gradient in zip(masks, backward)):
            continue
        if any(set(gradient.users) != {masks[0]} for gradient in backward):
            continue
        result, before, after = meta_of(_item(pool)), meta_of(relu.args[0]), meta_of(relu)
        if result is None or before is None or after is None or result.numel >= before.numel:
            continue  # overlapping windows that do not shrink the picture: nothing to gain
        if accesses.is_written(before.storage) or accesses.is_written(after.storage):
            continue
        if any(not meta_of(g).same_layout(meta_of(m)) for g, m in zip(backward, masks)):  # type: ignore[union-attr,arg-type]
            continue
        _swap(program, relu, pool, backward, masks)
        swapped += 1
    return swapped


def _item(pool: fx.Node) -> fx.Node:
    return next(user for user in pool.users if user.target is operator.getitem and user.args[1] == 0)


def _swap(program: Program, relu: fx.Node, pool: fx.Node, backward: list[fx.Node], masks: list[fx.Node]) -> None:
    raw = relu.args[0]
    largest = _item(pool)
    pool.replace_input_with(relu, raw)  # type: ignore[arg-type]
    after = insert(program, largest.next, _RELU, largest)
    largest.replace_all_uses_with(after, delete_user_cb=lambda user: user is not after)
    for gradient, mask in zip(backward, masks):
        masked = insert(program, gradient, _RELU_BACKWARD, gradient.args[0], after, 0)
        gradient.replace_input_with(gradient.args[0], masked)  # type: ignore[arg-type]
        gradient.replace_input_with(relu, raw)  # type: ignore[arg-type]
        replace(program, mask, gradient)
    program.graph.erase_node(relu)
