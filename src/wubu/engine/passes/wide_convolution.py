"""A first convolution on one channel, done two columns at a time.

Vector units are idle when there is one channel to read and few to write. Two neighbouring columns of a one-channel
picture are two channels of a picture half as wide, for free, since they are neighbours in memory; and two neighbouring
columns of the result are twice as many channels. So a k x k kernel becomes one of k x (k // 2 + 1) positions of 2
channels, that holds the old kernel twice, once for each column, with zeros between. There are a fifth more
multiplications for k = 5, done at twice the speed.

Only sums of products with zero are added, so results differ from the plain convolution's in the last bits.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx

from wubu.engine.passes.rewrite import insert, replace
from wubu.engine.program import Program, TensorMeta, meta_of

aten = torch.ops.aten

# Smaller kernels would be mostly zeros, and with more filters there is enough to do already.
LEAST_KERNEL, MOST_FILTERS = 5, 8


@dataclass(frozen=True)
class _Shape:
    """Sizes of the convolution (batch, height, width, filters, kernel, padding) and of its wide form."""

    n: int
    h: int
    w: int
    o: int
    k: int
    p: int
    out_h: int
    out_w: int

    @property
    def wide_p(self) -> int:
        """Columns of zeros beside the wide picture."""
        return -(-self.p // 2)

    @property
    def first(self) -> int:
        """Where the old kernel begins in the wide one, for even columns; one further for odd ones."""
        return 2 * self.wide_p - self.p

    @property
    def wide_k(self) -> int:
        """Columns of the wide kernel."""
        return -(-(self.first + 1 + self.k) // 2)

    def fits(self) -> bool:
        """Whether the wide result has half as many columns."""
        return self.w % 2 == 0 and self.out_w == 2 * (self.w // 2 + 2 * self.wide_p - self.wide_k + 1)


def widen_first_convolution(program: Program) -> int:
    """Replace convolutions of a one-channel batch, and their gradients, by their wide form."""
    changes = 0
    for node in program.calls:
        if node.target is aten.convolution.default:
            shape = _shape(node)
            backward = _backward(node, shape) if shape is not None else None
            if shape is not None and backward is not None:
                _widen(program, node, backward, shape)
                changes += 1
    return changes


def _shape(node: fx.Node) -> _Shape | None:
    arguments: Any = node.args
    x, weight, bias, stride, padding, dilation, transposed, _, groups = arguments
    if transposed or groups != 1 or list(stride) != [1, 1] or list(dilation) != [1, 1] or bias is None:
        return None
    a, b, c, y = meta_of(x), meta_of(weight), meta_of(bias), meta_of(node)
    if a is None or b is None or c is None or y is None or a.dtype is not torch.float32 or a.device.type != "cpu":
        return None
    if weight.op != "get_attr" or b.shape[1] != 1 or b.shape[2] != b.shape[3] or padding[0] != padding[1]:
        return None
    n, _, h, w = a.shape
    o, _, k, _ = b.shape
    shape = _Shape(n, h, w, o, k, padding[0], y.shape[2], y.shape[3])
    if k < LEAST_KERNEL or o > MOST_FILTERS or not shape.fits():
        return None
    rows = (h * w, w, 1)  # one channel: pictures row by row
    if (a.stride[0], a.stride[2], a.stride[3]) != rows or not _channels_last(y):
        return None
    return shape


def _channels_last(meta: TensorMeta) -> bool:
    n, c, h, w = meta.shape
    return meta.stride == (h * w * c, 1, w * c, c)


def _backward(node: fx.Node, shape: _Shape) -> list[fx.Node] | None:
    """The gradients of a convolution's kernel and bias; None when one of them cannot be made wide."""
    x, weight = node.args[0], node.args[1]
    found = []
    for user in x.users:  # type: ignore[union-attr]
        if user.target is aten.convolution_backward.default and user.args[1] is x and user.args[2] is weight:
            gradient = meta_of(user.args[0])  # type: ignore[arg-type]
            if list(user.args[10]) != [False, True, True] or gradient is None or not _channels_last(gradient):  # type: ignore[arg-type]
                return None
            found.append(user)
    return found


def _widen(program: Program, node: fx.Node, backward: list[fx.Node], s: _Shape) -> None:
    x, weight, bias = node.args[0], node.args[1], node.args[2]
    wide_weight, wide_bias = _parameters(program, node, weight, bias, s)
    picture = insert(program, node, aten.as_strided.default, x, [s.n, 2, s.h, s.w // 2], [s.h * s.w, 1, s.w, 2])
    options = ([1, 1], [s.p, s.wide_p], [1, 1], False, [0, 0], 1)
    wide = insert(program, node, aten.convolution.default, picture, wide_weight, wide_bias, *options)
    back = insert(
        program,
        node,
        aten.as_strided.default,
        wide,
        [s.n, s.o, s.out_h, s.out_w],
        [s.out_h * s.out_w * s.o, 1, s.out_w * s.o, s.o],
    )
    replace(program, node, back)
    for gradient in backward:
        _widen_gradient(program, gradient, picture, wide_weight, options, s)


def _parameters(program: Program, node: fx.Node, weight: Any, bias: Any, s: _Shape) -> tuple[fx.Node, fx.Node]:
    """The wide kernel and bias, filled anew in every step from the live ones."""
    kernel = torch.zeros(2, s.o, s.k, 2 * s.wide_k)
    storage = program.fresh_storage()
    live = _bind_like(program, weight, lambda t: t.squeeze(1))  # (filters, k, k)
    for odd in (0, 1):
        part = kernel[odd, :, :, s.first + odd : s.first + odd + s.k]
        insert(program, node, aten.copy_.default, program.bind(part, TensorMeta.of(part, storage)), live)
    biases = torch.zeros(2, s.o)
    bias_storage = program.fresh_storage()
    insert(program, node, aten.copy_.default, program.bind(biases, TensorMeta.of(biases, bias_storage)), bias)
    shaped = kernel.view(2 * s.o, s.k, s.wide_k, 2).permute(0, 3, 1, 2)
    flat = biases.view(2 * s.o)
    return program.bind(shaped, TensorMeta.of(shaped, storage)), program.bind(flat, TensorMeta.of(flat, bias_storage))


def _bind_like(program: Program, node: fx.Node, view: Any) -> fx.Node:
    tensor = view(program.constants[str(node.target)].detach())
    meta = meta_of(node)
    assert meta is not None
    return program.bind(tensor, TensorMeta.of(tensor, meta.storage))


def _widen_gradient(
    program: Program, node: fx.Node, picture: fx.Node, wide_weight: fx.Node, options: tuple[Any, ...], s: _Shape
) -> None:
    gradient = insert(
        program,
        node,
        aten.as_strided.default,
        node.args[0],
        [s.n, 2 * s.o, s.out_h, s.out_w // 2],
        [s.out_h * s.out_w * s.o, 1, s.out_w * s.o, 2 * s.o],
    )
    with program.graph.inserting_before(node):
        wide = program.graph.call_function(
            aten.convolution_backward.default,
            (gradient, picture, wide_weight, [2 * s.o], *options, [False, True, True]),
        )
    shapes = [None, (2 * s.o, 2, s.k, s.wide_k), (2 * s.o,)]
    metas = [
        None
        if shape is None
        else TensorMeta.of(torch.empty(shape, device="meta"), program.fresh_storage())  # strides are not relied upon
        for shape in shapes
    ]
    wide.meta["tensor"] = tuple(metas)
    items = {user.args[1]: user for user in node.users}
    for which, build in ((1, _fold_kernel), (2, _fold_bias)):
        if which in items:
            with program.graph.inserting_before(node):
                item = program.graph.call_function(operator.getitem, (wide, which))
            item.meta["tensor"] = metas[which]
            replace(program, items[which], build(program, node, item, s))
    for rest in list(node.users):
        program.graph.erase_node(rest)
    program.graph.erase_node(node)


def _fold_kernel(program: Program, node: fx.Node, item: fx.Node, s: _Shape) -> fx.Node:
    """The kernel's gradient: the sum of those of its two copies."""
    turned = insert(program, node, aten.permute.default, item, [0, 2, 3, 1])  # (2 o, k, wide k, 2)
    dense = insert(program, node, aten.clone.default, turned, memory_format=torch.contiguous_format)
    pairs = insert(program, node, aten.view.default, dense, [2, s.o, s.k, 2 * s.wide_k])
    halves = []
    for odd in (0, 1):
        half = insert(program, node, aten.select.int, pairs, 0, odd)
        start = s.first + odd
        halves.append(insert(program, node, aten.slice.Tensor, half, 2, start, start + s.k))
    total = insert(program, node, aten.add.Tensor, *halves)
    return insert(program, node, aten.unsqueeze.default, total, 1)  # (o, 1, k, k)


def _fold_bias(program: Program, node: fx.Node, item: fx.Node, s: _Shape) -> fx.Node:
    pairs = insert(program, node, aten.view.default, item, [2, s.o])
    return insert(program, node, aten.sum.dim_IntList, pairs, [0])
