"""Decompositions, solutions, norms of matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.ops.promotion import axes_of, floating, tensors
from wubu.symbolic.function import op


@op
def cholesky(x: Any, upper: bool = False) -> torch.Tensor:
    """The triangular factor L of x = L·Lᵀ (or U of Uᵀ·U)."""
    return torch.linalg.cholesky(floating(x), upper=upper)


@op
def cholesky_inverse(x: Any, upper: bool = False) -> torch.Tensor:
    """The inverse of the matrix whose Cholesky factor is x."""
    return torch.cholesky_inverse(floating(x), upper=upper)


@op
def det(x: Any) -> torch.Tensor:
    """The determinant."""
    return torch.linalg.det(floating(x))


@op
def eig(x: Any) -> Any:
    """Eigenvalues and eigenvectors, complex."""
    return tuple(torch.linalg.eig(floating(x)))


@op
def eigh(x: Any) -> Any:
    """Eigenvalues, smallest first, and eigenvectors of a symmetric matrix."""
    return tuple(torch.linalg.eigh(floating(x)))


@op
def inv(x: Any) -> torch.Tensor:
    """The inverse."""
    return torch.linalg.inv(floating(x))


@op
def pinv(x: Any, rcond: float | None = None) -> torch.Tensor:
    """The Moore-Penrose pseudo-inverse."""
    return torch.linalg.pinv(floating(x), rtol=rcond)


@op
def lu_factor(x: Any) -> Any:
    """The packed LU decomposition and its pivots (counted from 0)."""
    lu, pivots = torch.linalg.lu_factor(floating(x))
    return lu, pivots - 1


@op
def matrix_rank(x: Any, tol: float | None = None) -> torch.Tensor:
    """The number of singular values above a tolerance."""
    return torch.linalg.matrix_rank(floating(x), atol=tol, rtol=None if tol is None else 0.0).to(torch.int32)


@op
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """A norm of vectors (one axis) or matrices (two axes).

    Args:
        x: the numbers.
        ord: 1, 2, inf, "fro", "nuc"…; by default √Σ|x|².
        axis: one axis or two. Default: everything.
        keepdims: whether the axes stay with size 1.
    """
    x = floating(x)
    axes = axes_of(axis)
    if ord is None:
        return torch.linalg.vector_norm(x, 2, dim=axes, keepdim=keepdims)
    if axes is None:
        axes = tuple(range(x.dim()))
    if len(axes) == 1:
        return torch.linalg.vector_norm(x, ord, dim=axes, keepdim=keepdims)
    return torch.linalg.matrix_norm(x, ord, dim=axes, keepdim=keepdims)


@op
def qr(x: Any, mode: str = "reduced") -> Any:
    """An orthogonal Q and an upper triangular R with Q·R = x."""
    return tuple(torch.linalg.qr(floating(x), mode=mode))


@op
def solve(a: Any, b: Any) -> torch.Tensor:
    """The x of a·x = b."""
    a, b = tensors(floating(a), floating(b))
    return torch.linalg.solve(a, b)


@op
def solve_triangular(a: Any, b: Any, lower: bool = False) -> torch.Tensor:
    """The x of a·x = b for a triangular a."""
    a, b = tensors(floating(a), floating(b))
    if b.dim() == a.dim() - 1:
        return torch.linalg.solve_triangular(a, b.unsqueeze(-1), upper=not lower).squeeze(-1)
    return torch.linalg.solve_triangular(a, b, upper=not lower)


@op
def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The singular values S of x = U·S·Vᴴ, and by default U and Vᴴ."""
    x = floating(x)
    return tuple(torch.linalg.svd(x, full_matrices=full_matrices)) if compute_uv else torch.linalg.svdvals(x)


@op
def lstsq(a: Any, b: Any, rcond: float | None = None) -> torch.Tensor:
    """The x with the smallest |a·x - b|."""
    a, b = tensors(floating(a), floating(b))
    return torch.linalg.lstsq(a, b, rcond=rcond, driver="gelsd" if a.device.type == "cpu" else None).solution


def jvp(fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """A function's value and its derivative in a direction (forward mode)."""
    return torch.func.jvp(fun, tuple(map(as_tensor, primals)), tuple(map(as_tensor, tangents)), has_aux=has_aux)
