"""Average pooling whose windows tile the picture, without the detours of torch's general kernels.

* The gradient of such a pooling is the gradient of its means, divided by the window's size and repeated over the window.
  torch's kernel clears a whole picture and adds every window to it; enlarging the means writes each element once.
* Forward, torch's kernel adds channel by channel and is slow where there are few of them. Two by two windows are the sum
  of two rows, in which columns lie beside each other. That is another order of summation, so results may differ in
  the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import fx

from wubu.engine.effects import Accesses
from wubu.engine.passes.rewrite import insert, replace
from wubu.engine.program import Program, TensorMeta, meta_of

aten = torch.ops.aten

# torch's forward kernel does so many channels at a time.
VECTOR = 16


def spread_average_gradients(program: Program) -> int:
    """Enlarge the gradient of means instead of adding it up window by window."""
    changes = 0
    for node in program.calls:
        if node.target is not aten.avg_pool2d_backward.default:
            continue
        gradient: Any = node.args[0]
        window = _tiling(node, node.args[2:], meta_of(node))
        means = meta_of(gradient)
        if window is None or means is None or not means.channels_last:
            continue
        if not all(map(_repeats_exactly, means.shape[2:], window)):
            continue
        shares = insert(program, node, aten.div.Scalar, gradient, float(window[0] * window[1]))
        whole = meta_of(node)
        assert whole is not None  # channels-last, as the kernel that enlarges gives it
        spread = insert(program, node, aten.upsample_nearest2d.default, shares, list(whole.shape[2:]), like=whole)
        replace(program, node, spread)
        changes += 1
    return changes


def average_by_rows(program: Program) -> int:
    """Average two by two windows of few channels as sums of rows."""
    nodes = [node for node in program.calls if node.target is aten.avg_pool2d.default]
    accesses = Accesses(program) if nodes else None
    changes = 0
    for node in nodes:
        pictures: Any = node.args[0]
        source, result = meta_of(pictures), meta_of(node)
        if _tiling(node, node.args[1:], source) != (2, 2) or source is None or result is None:
            continue
        if source.shape[1] % VECTOR == 0 or not result.channels_last or accesses.is_written(result.storage):  # type: ignore[union-attr]
            continue
        chain = _Chain(program, node)
        batch, channels, height, width = source.shape
        rows = chain.add(aten.permute.default, pictures, [0, 2, 3, 1])
        rows = chain.add(aten.view.default, rows, [batch, height // 2, 2, width * channels])
        pairs = chain.sum_of_both(rows, 2)
        columns = chain.add(aten.view.default, pairs, [batch, height // 2, width // 2, 2, channels])
        sums = chain.sum_of_both(columns, 3)
        means = chain.add(aten.mul.Scalar, sums, 0.25)
        turned = chain.add(aten.permute.default, means, [0, 3, 1, 2])
        if meta_of(turned).same_layout(result):  # type: ignore[union-attr]
            replace(program, node, turned)
            changes += 1
        else:
            chain.erase()
    return changes


@dataclass
class _Chain:
    """Operations added one after the other before a node."""

    program: Program
    before: fx.Node

    def __post_init__(self) -> None:
        self.nodes: list[fx.Node] = []

    def add(self, target: Any, *args: Any) -> fx.Node:
        self.nodes.append(insert(self.program, self.before, target, *args))
        return self.nodes[-1]

    def sum_of_both(self, node: fx.Node, axis: int) -> fx.Node:
        """The sum over an axis of two."""
        first, second = (self.add(aten.select.int, node, axis, index) for index in (0, 1))
        return self.add(aten.add.Tensor, first, second)

    def erase(self) -> None:
        for node in reversed(self.nodes):
            self.program.graph.erase_node(node)


def _tiling(node: fx.Node, arguments: Any, pictures: TensorMeta | None) -> tuple[int, int] | None:
    """The window of a pooling whose windows tile channels-last pictures on the CPU exactly, else None."""
    given = list(arguments) + [[], [0, 0], False, True, None][len(arguments) - 1 :]
    kernel, stride, padding, _, _, divisor = given
    window = _pair(kernel)
    if pictures is None or len(pictures.shape) != 4 or pictures.device.type != "cpu" or not pictures.channels_last:
        return None
    fits = all(size % part == 0 for size, part in zip(pictures.shape[2:], window, strict=True))
    plain = _pair(stride or kernel) == window and not any(padding) and divisor is None
    return window if fits and plain else None


def _repeats_exactly(size: int, times: int) -> bool:
    """Whether torch's enlargement, which finds positions in float32, repeats each of so many elements so many times."""
    positions = torch.arange(size * times)
    found = (positions.float() * torch.tensor(1.0 / times, dtype=torch.float32)).floor().long()
    return times == 2 or torch.equal(found, positions // times)


def _pair(value: Any) -> tuple[int, int]:
    first, second = (value * 2)[:2] if len(value) == 1 else value
    return int(first), int(second)
