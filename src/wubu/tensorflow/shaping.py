"""Shapes: asking for them, changing them, joining and cutting tensors."""

from __future__ import annotations

import math
from typing import Any

import torch

from wubu.ops.nn.encoding import depth_to_space as keras_depth_to_space
from wubu.ops.nn.encoding import space_to_depth as keras_space_to_depth
from wubu.ops.numpy.manipulation import pad as keras_pad
from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import axes, convert, host_value_of, integer, sizes
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.dtypes import torch_type
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.shapes import TensorShape
from wubu.tensorflow.tensor import mark_static, type_of


def _refuse(condition: bool, message: str) -> None:
    if condition:
        raise InvalidArgumentError(None, None, message)


def _listed(shape: Any) -> str:
    return "[" + ",".join(str(n) for n in shape) + "]"


# --- asking --------------------------------------------------------------------------------------------------------


@api(text="reads")
def shape(input: Any, out_type: Any = dtypes.int32) -> torch.Tensor:
    """The sizes as a tensor. They are known while a step is recorded, and may be read there."""
    kind = torch_type(out_type)
    return mark_static(torch.tensor(list(convert(input).shape), dtype=kind, device=_host()))


def _host() -> torch.device:
    """Shapes are small and asked for by Python: they stay beside it."""
    return torch.device("cpu")


@api(text="reads")
def shape_n(input: Any, out_type: Any = dtypes.int32) -> list[torch.Tensor]:
    """The sizes of several tensors."""
    return [mark_static(torch.tensor(list(convert(x).shape), dtype=torch_type(out_type))) for x in input]


@api(text="reads")
def size(input: Any, out_type: Any = dtypes.int32) -> torch.Tensor:
    """The number of elements."""
    return mark_static(torch.tensor(math.prod(convert(input).shape), dtype=torch_type(out_type)))


@api(text="reads")
def rank(input: Any) -> torch.Tensor:
    """The number of axes."""
    return mark_static(torch.tensor(len(convert(input).shape), dtype=torch.int32))


@api(text="moves")
def ensure_shape(x: Any, shape: Any) -> torch.Tensor:
    """The same values, whose shape must be compatible with one.

    Raises:
        InvalidArgumentError: when it is not.
    """
    value = convert(x)
    wanted = TensorShape(shape)
    _refuse(
        not wanted.is_compatible_with(tuple(value.shape)),
        f"Shape of tensor dummy_input {_listed(value.shape)} is not compatible with expected shape {wanted}. [Op:EnsureShape]",
    )
    return value


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """The shape that two broadcast to.

    Raises:
        ValueError: when they do not.
    """
    x, y = TensorShape(shape_x), TensorShape(shape_y)
    length = max(len(x), len(y))
    a, b = [1] * (length - len(x)) + x.as_list(), [1] * (length - len(y)) + y.as_list()
    made: list[int | None] = []
    for m, n in zip(a, b):
        if m is None or n is None:
            made.append(m if n in (None, 1) and m is not None else (n if m in (None, 1) and n != 1 else m))
        elif m == n or 1 in (m, n):
            made.append(n if m == 1 else m)
        else:
            raise ValueError(f"Incompatible shapes for broadcasting. Two shapes are compatible if for each dimension pair "
                             f"they are either equal or one of them is 1. Received: {x} and {y}.")
    return TensorShape(made)


@api
def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> torch.Tensor:
    """The shape that two broadcast to, as a tensor."""
    return torch.tensor(torch.broadcast_shapes(sizes(shape_x), sizes(shape_y)), dtype=torch.int32)


# --- changing ------------------------------------------------------------------------------------------------------


@api(text="moves")
def reshape(tensor: Any, shape: Any) -> torch.Tensor:
    """The same elements in another shape; one size may be -1."""
    x, wanted = convert(tensor), sizes(shape)
    total = x.numel()
    known = math.prod(n for n in wanted if n != -1)
    if wanted.count(-1) > 1:
        raise InvalidArgumentError(None, None, "Only one input size may be -1, not both [Op:Reshape]")
    if -1 not in wanted:
        _refuse(
            known != total,
            f"Input to reshape is a tensor with {total} values, but the requested shape has {known} [Op:Reshape]",
        )
    else:
        _refuse(
            known == 0 or total % known != 0,
            f"Input to reshape is a tensor with {total} values, but the requested shape requires a multiple of {known} "
            "[Op:Reshape]",
        )
    return torch.reshape(x, wanted)


@api(text="moves")
def transpose(a: Any, perm: Any = None, conjugate: bool = False) -> torch.Tensor:
    """The axes in another order; reversed by default."""
    x = convert(a)
    order = tuple(reversed(range(x.dim()))) if perm is None else sizes(perm)
    _refuse(
        sorted(n % x.dim() if x.dim() else n for n in order) != list(range(x.dim())),
        f"transpose expects a vector of size {x.dim()}. But input(1) is a vector of size {len(order)} [Op:Transpose]",
    )
    made = torch.permute(x, order)
    return torch.conj(made).resolve_conj() if conjugate and x.is_complex() else made


@api(text="moves")
def expand_dims(input: Any, axis: Any) -> torch.Tensor:
    """A new axis of size 1."""
    x, where = convert(input), integer(axis)
    _refuse(
        not -x.dim() - 1 <= where <= x.dim(),
        f"Tried to expand dim index {where} for tensor with {x.dim()} dimensions. [Op:ExpandDims]",
    )
    return torch.unsqueeze(x, where)


@api(text="moves")
def squeeze(input: Any, axis: Any = None) -> torch.Tensor:
    """Axes of size 1 taken out: all of them, or those that are named."""
    x, where = convert(input), axes(axis)
    if where is None or where == ():
        return torch.squeeze(x)
    for a in (where,) if isinstance(where, int) else where:
        _refuse(
            not -x.dim() <= a < x.dim(),
            f"Tried to squeeze dim index {a} for tensor with {x.dim()} dimensions. [Op:Squeeze]",
        )
        _refuse(x.shape[a] != 1, f"Can not squeeze dim[{a}], expected a dimension of 1, got {x.shape[a]} [Op:Squeeze]")
    return torch.squeeze(x, where)


@api(text="moves")
def broadcast_to(input: Any, shape: Any) -> torch.Tensor:
    """Repeated along axes of size 1."""
    return torch.broadcast_to(convert(input), sizes(shape)).clone()


@api(text="moves")
def tile(input: Any, multiples: Any) -> torch.Tensor:
    """The whole repeated along each axis."""
    x, counts = convert(input), sizes(multiples)
    _refuse(
        len(counts) != x.dim(),
        f"Expected multiples argument to be a vector of length {x.dim()} but got length {len(counts)} [Op:Tile]",
    )
    return torch.tile(x, counts)


@api(text="moves")
def repeat(input: Any, repeats: Any, axis: Any = None) -> torch.Tensor:
    """Each element repeated, along an axis or of all of them."""
    x = convert(input)
    if axis is None:
        x, axis = x.flatten(), 0
    where = integer(axis)
    counts = [int(n) for n in host_value_of(repeats).reshape(-1)]
    each = counts * x.shape[where] if len(counts) == 1 else counts
    places = torch.tensor([i for i, n in enumerate(each) for _ in range(n)], dtype=torch.int64, device=x.device)
    _refuse(len(each) != x.shape[where], "Repeats must be a scalar or have one entry for each element of the axis")
    return torch.index_select(x, where, places)


@api(text="moves")
def reverse(tensor: Any, axis: Any) -> torch.Tensor:
    """The order along axes reversed."""
    x = convert(tensor)
    where = axes(axis)
    return torch.flip(x, (where,) if isinstance(where, int) else where)


@api(text="moves")
def roll(input: Any, shift: Any, axis: Any) -> torch.Tensor:
    """Moved along axes, what leaves at one end entering at the other."""
    moves, where = axes(shift), axes(axis)
    return torch.roll(convert(input), moves, where)


@api(text="moves")
def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0) -> torch.Tensor:
    """Elements added around a tensor.

    Args:
        tensor: what to pad.
        paddings: how many before and after, a pair for each axis.
        mode: ``CONSTANT``, ``REFLECT`` or ``SYMMETRIC``.
        constant_values: what is added with ``CONSTANT``.
    """
    x = convert(tensor)
    widths = host_value_of(convert(paddings)).astype(int)
    _refuse(
        widths.shape != (x.dim(), 2),
        f"The first dimension of paddings must be the rank of inputs{_listed(widths.shape)} {_listed(x.shape)} [Op:Pad]",
    )
    kind = mode.upper()
    if kind not in ("CONSTANT", "REFLECT", "SYMMETRIC"):
        raise ValueError(
            "Value of argument `mode` expected to be one of 'CONSTANT', 'REFLECT', or 'SYMMETRIC'. "
            f"Received `mode` = {mode}"
        )
    for axis, (before, after) in enumerate(widths):
        limit = x.shape[axis] - (kind == "REFLECT")
        _refuse(
            kind != "CONSTANT" and max(before, after) > limit,
            f"paddings must be no greater than the dimension size: {before}, {after} greater than {limit} [Op:MirrorPad]",
        )
    if kind == "CONSTANT":
        value = convert(constant_values, hint=type_of(x)) if not isinstance(constant_values, torch.Tensor) else constant_values
        flat = [int(n) for pair in reversed(widths.tolist()) for n in pair]
        return torch.nn.functional.pad(x, flat, value=host_value_of(value).item())
    return keras_pad(x, widths, mode=kind.lower())


# --- joining and cutting -------------------------------------------------------------------------------------------


def _same_types(parts: list[torch.Tensor], name: str) -> None:
    for i, part in enumerate(parts):
        _refuse(
            part.dtype is not parts[0].dtype,
            f"cannot compute {name} as input #{i}(zero-based) was expected to be a {type_of(parts[0]).spoken} tensor but is "
            f"a {type_of(part).spoken} tensor [Op:{name}] name: ",
        )


def _converted(values: Any) -> list[torch.Tensor]:
    known = next((type_of(v) for v in values if isinstance(v, torch.Tensor)), None)
    first = known or type_of(convert(values[0]))
    return [convert(v, hint=first) for v in values]


@api(text="moves")
def concat(values: Any, axis: Any) -> torch.Tensor:
    """Tensors joined along an axis that they have."""
    if isinstance(values, torch.Tensor) and values.dim() == 0:
        return values
    parts = _converted(list(values))
    _same_types(parts, "ConcatV2")
    where = integer(axis)
    first = parts[0]
    _refuse(first.dim() == 0, "ConcatOp : Expected concatenating dimensions in the range [0, 0), but got 0 [Op:ConcatV2]")
    _refuse(
        not -first.dim() <= where < first.dim(),
        f"ConcatOp : Expected concatenating dimensions in the range [{-first.dim()}, {first.dim()}), but got {where} "
        "[Op:ConcatV2] name: concat",
    )
    for i, part in enumerate(parts):
        same = part.dim() == first.dim() and all(
            m == n for a, (m, n) in enumerate(zip(part.shape, first.shape)) if a != where % first.dim()
        )
        _refuse(
            not same,
            "ConcatOp : Dimension 1 in both shapes must be equal: "
            f"shape[0] = {_listed(first.shape)} vs. shape[{i}] = {_listed(part.shape)} [Op:ConcatV2] name: concat",
        )
    return torch.cat(parts, dim=where)


@api(text="moves")
def stack(values: Any, axis: Any = 0) -> torch.Tensor:
    """Tensors joined along a new axis."""
    parts = _converted(list(values))
    _same_types(parts, "Pack")
    for i, part in enumerate(parts):
        _refuse(
            part.shape != parts[0].shape,
            f"Shapes of all inputs must match: values[0].shape = {_listed(parts[0].shape)} != values[{i}].shape = "
            f"{_listed(part.shape)} [Op:Pack] name: stack",
        )
    where = integer(axis)
    limit = parts[0].dim() + 1
    if not -limit <= where < limit:
        raise ValueError(f"Argument `axis` = {where} not in range [{-limit}, {limit})")
    return torch.stack(parts, dim=where)


parallel_stack = stack


@api(text="moves")
def unstack(value: Any, num: Any = None, axis: Any = 0) -> list[torch.Tensor]:
    """The slices along an axis."""
    x, where = convert(value), integer(axis)
    if not -x.dim() <= where < x.dim():
        raise ValueError(f"Argument `axis` = {where} not in range [{-x.dim()}, {x.dim()})")
    return list(torch.unbind(x, dim=where))


@api(text="moves")
def split(value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None) -> list[torch.Tensor]:
    """Cut along an axis into a number of equal parts, or into parts of given sizes, one of which may be -1."""
    x, where = convert(value), integer(axis)
    length = x.shape[where]
    given = host_value_of(num_or_size_splits)
    if given.ndim == 0:
        count = int(given)
        _refuse(
            count < 1 or length % count != 0,
            f"Number of ways to split should evenly divide the split dimension, but got split_dim {where} (size = {length}) "
            f"and num_split {count} [Op:Split] name: split",
        )
        return list(torch.split(x, length // count, dim=where)) if length else [x] * count
    parts = [int(n) for n in given]
    if -1 in parts:
        parts[parts.index(-1)] = length - sum(n for n in parts if n != -1)
    _refuse(
        sum(parts) != length,
        f"Determined shape must either match input shape along split_dim exactly if fully specified, or be less than the "
        f"size of the input along split_dim if not fully specified.  Got: {sum(parts)} [Op:SplitV] name: split",
    )
    return list(torch.split(x, parts, dim=where))


# --- blocks --------------------------------------------------------------------------------------------------------


@api
def depth_to_space(input: Any, block_size: Any, data_format: str = "NHWC") -> torch.Tensor:
    """Channels as blocks of pixels."""
    return keras_depth_to_space(convert(input), integer(block_size), _order(data_format))


@api
def space_to_depth(input: Any, block_size: Any, data_format: str = "NHWC") -> torch.Tensor:
    """Blocks of pixels as channels."""
    x, block = convert(input), integer(block_size)
    if data_format == "NHWC":
        return keras_space_to_depth(x, block, "channels_last")
    made = keras_space_to_depth(x.permute(0, 2, 3, 1), block, "channels_last")
    return made.permute(0, 3, 1, 2)


def _order(data_format: str) -> str:
    return "channels_last" if data_format == "NHWC" else "channels_first"


@api
def space_to_batch(input: Any, block_shape: Any, paddings: Any) -> torch.Tensor:
    """Blocks of the axes after the first as further samples, after padding with zeros."""
    x, block = convert(input), sizes(block_shape)
    widths = host_value_of(convert(paddings)).astype(int).tolist()
    n = len(block)
    rest = x.dim() - n - 1
    flat = [0, 0] * rest + [int(v) for pair in reversed(widths) for v in pair] + [0, 0]
    x = torch.nn.functional.pad(x, flat)
    cut: list[int] = [x.shape[0]]
    for axis in range(n):
        cut += [x.shape[axis + 1] // block[axis], block[axis]]
    inner = list(x.shape[n + 1 :])
    x = x.reshape(*cut, *inner)
    order = [2 * a + 2 for a in range(n)] + [0] + [2 * a + 1 for a in range(n)] + list(range(2 * n + 1, x.dim()))
    return x.permute(order).reshape(-1, *cut[1::2], *inner)


space_to_batch_nd = space_to_batch


@api
def batch_to_space(input: Any, block_shape: Any, crops: Any) -> torch.Tensor:
    """The inverse of ``space_to_batch``: samples as blocks, then cropped."""
    x, block = convert(input), sizes(block_shape)
    n = len(block)
    count = math.prod(block)
    inner, space = list(x.shape[n + 1 :]), list(x.shape[1 : n + 1])
    x = x.reshape(*block, x.shape[0] // count, *space, *inner)
    order = [n]
    for axis in range(n):
        order += [n + 1 + axis, axis]
    x = x.permute(*order, *range(2 * n + 1, x.dim()))
    x = x.reshape(x.shape[0], *[space[a] * block[a] for a in range(n)], *inner)
    for axis, (before, after) in enumerate(host_value_of(convert(crops)).astype(int).tolist()):
        x = x.narrow(axis + 1, before, x.shape[axis + 1] - before - after)
    return x


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor as an array; eager tensors always have one."""
    return host_value_of(tensor)
