"""Sums of products: matrices, vectors, and Einstein's notation."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.ops.promotion import floating, tensors
from wubu.symbolic.function import op


@op
def matmul(x1: Any, x2: Any) -> torch.Tensor:
    """The matrix product over the last two axes, with broadcasting over the others; of two int8 it is int32."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    if x1.dtype is torch.int8 and x2.dtype is torch.int8:
        x1, x2 = x1.to(torch.int32), x2.to(torch.int32)
    return _multiplied(torch.matmul, *tensors(x1, x2))


def _multiplied(function: Any, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """A product of two tensors; torch has none of Booleans, where a sum is whether any term holds."""
    if a.dtype is torch.bool:
        return function(a.float(), b.float()) != 0
    return function(a, b)


@op
def dot(x1: Any, x2: Any) -> torch.Tensor:
    """The sum over x1's last axis and x2's second to last (or only) one."""
    a, b = tensors(x1, x2)
    if a.dim() == 0 or b.dim() == 0:
        return a * b
    last = 0 if b.dim() == 1 else b.dim() - 2
    return _multiplied(lambda a, b: torch.tensordot(a, b, dims=([a.dim() - 1], [last])), a, b)


@op
def vdot(x1: Any, x2: Any) -> torch.Tensor:
    """The sum of the products of the flattened tensors, x1 conjugated."""
    a, b = tensors(x1, x2)
    return _multiplied(torch.vdot, a.flatten(), b.flatten())


@op
def inner(x1: Any, x2: Any) -> torch.Tensor:
    """The sum of products over the last axes."""
    return _multiplied(torch.inner, *tensors(x1, x2))


@op
def outer(x1: Any, x2: Any) -> torch.Tensor:
    """All products of the flattened tensors, as a matrix."""
    a, b = tensors(x1, x2)
    return torch.outer(a.flatten(), b.flatten())


@op
def kron(x1: Any, x2: Any) -> torch.Tensor:
    """The Kronecker product."""
    return torch.kron(*tensors(x1, x2))


@op
def tensordot(x1: Any, x2: Any, axes: Any = 2) -> torch.Tensor:
    """The sum of products over a number of last and first axes, or over two lists of axes."""
    a, b = tensors(x1, x2)
    if not isinstance(axes, int):
        first, second = axes
        axes = (
            [first] if isinstance(first, int) else list(first),
            [second] if isinstance(second, int) else list(second),
        )
    return _multiplied(lambda a, b: torch.tensordot(a, b, dims=axes), a, b)


@op
def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> torch.Tensor:
    """Einstein's summation: letters that the output does not have are summed over.

    Example:
        >>> einsum("ij,jk->ik", torch.ones(2, 3), torch.ones(3, 4)).shape
        torch.Size([2, 4])
    """
    found = tensors(*operands)
    narrow = found[0].dtype
    if narrow in (torch.int8, torch.uint8, torch.int16):
        return torch.einsum(subscripts, *[t.to(torch.int32) for t in found])
    return torch.einsum(subscripts, *found)


@op
def cross(x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> torch.Tensor:
    """The cross product of vectors of 2 or 3 numbers along an axis."""
    a, b = tensors(x1, x2)
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = a.movedim(axisa, -1), b.movedim(axisb, -1)
    if a.shape[-1] == 2 and b.shape[-1] == 2:
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    a, b = (torch.nn.functional.pad(t, (0, 1)) if t.shape[-1] == 2 else t for t in (a, b))
    a, b = torch.broadcast_tensors(a, b)
    return torch.linalg.cross(a, b, dim=-1).movedim(-1, axisc)


@op
def correlate(x1: Any, x2: Any, mode: str = "valid") -> torch.Tensor:
    """The sums of products of one vector with the other moved along it; mode full, same or valid."""
    a, b = tensors(x1, x2)
    a, b = floating(a), floating(b)
    swapped = a.numel() < b.numel()
    if swapped:
        a, b = b, a
    n = b.numel()
    padding = {"valid": (0, 0), "full": (n - 1, n - 1), "same": (n // 2, n - 1 - n // 2)}[mode]
    a = torch.nn.functional.pad(a, padding)
    made = torch.nn.functional.conv1d(a.reshape(1, 1, -1), b.reshape(1, 1, -1)).flatten()
    return made.flip(0) if swapped else made


@op
def vectorize(pyfunc: Any, *, excluded: Any = None, signature: Any = None) -> Any:
    """A function of single numbers as one of tensors: it is applied to each element, with broadcasting."""

    def apply(*args: Any) -> Any:
        found = torch.broadcast_tensors(*[as_tensor(a) for a in args])
        flat = [t.flatten() for t in found]
        results = [as_tensor(pyfunc(*parts)) for parts in zip(*flat)]
        return torch.stack(results).reshape(found[0].shape)

    return apply


def slogdet(x: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """The sign of the determinant and the logarithm of its size."""
    sign, size = torch.linalg.slogdet(floating(x))
    return sign, size
