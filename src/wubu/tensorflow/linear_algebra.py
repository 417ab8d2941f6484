"""Products, decompositions and equations of matrices; what is there for batches is for batches here."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from wubu.tensorflow import operators as rules
from wubu.tensorflow.conversion import axes, convert, host_value_of, integer, sizes
from wubu.tensorflow.dispatch import api, inner
from wubu.tensorflow.dtypes import torch_type
from wubu.tensorflow.elementwise import COMPLEX
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.operators import Binary
from wubu.tensorflow.tensor import needs, type_of

_FLOATING = [name for name in COMPLEX if name not in ("bfloat16", "float16")]


def _floating(value: Any, name: str) -> torch.Tensor:
    x = convert(value)
    Binary(name, torch.add, _FLOATING).check_type(type_of(x))
    return x


def _square(value: Any, name: str) -> torch.Tensor:
    x = _floating(value, name)
    needs(x.dim() >= 2 and x.shape[-1] == x.shape[-2], f"Input matrix must be square. [Op:{name}]")
    return x


@api
def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
) -> torch.Tensor:
    """The product of matrices, or of each of a batch; either may be transposed (and conjugated: ``adjoint``)."""
    x, y = rules.MATMUL.operands(a, b)
    needs(
        x.dim() >= 2 and y.dim() >= 2,
        f"In[0] and In[1] has different ndims: {list(x.shape)} vs. {list(y.shape)} [Op:MatMul] name: ",
    )
    x = x.transpose(-1, -2) if transpose_a or adjoint_a else x
    y = y.transpose(-1, -2) if transpose_b or adjoint_b else y
    x = x.conj() if adjoint_a else x
    y = y.conj() if adjoint_b else y
    made = rules.MATMUL(x, y)
    return made if output_type is None else made.to(torch_type(output_type))


@api
def matvec(a: Any, b: Any, transpose_a: bool = False, adjoint_a: bool = False, **accepted: Any) -> torch.Tensor:
    """The product of a matrix and a vector, or of each of a batch."""
    x = convert(a)
    x = x.transpose(-1, -2) if transpose_a or adjoint_a else x
    x = x.conj() if adjoint_a else x
    return rules.MATMUL(x, convert(b, hint=type_of(x)).unsqueeze(-1)).squeeze(-1)


@api
def tensordot(a: Any, b: Any, axes: Any) -> torch.Tensor:
    """The product summed over axes: the last of one and the first of the other, or those that are named."""
    x, y = rules.MULTIPLY.operands(a, b)
    if isinstance(axes, int):
        return torch.tensordot(x, y, dims=axes)
    found = host_value_of(convert(axes)).tolist() if not isinstance(axes, list | tuple) else axes
    if isinstance(found, int):
        return torch.tensordot(x, y, dims=found)
    pairs = [[p] if isinstance(p, int) else list(sizes(p)) for p in found]
    return torch.tensordot(x, y, dims=([n % x.dim() for n in pairs[0]], [n % y.dim() for n in pairs[1]]))


@api
def einsum(equation: str, *inputs: Any, **accepted: Any) -> torch.Tensor:
    """Sums of products, by Einstein's convention: ``"ij,jk->ik"``."""
    first = convert(inputs[0])
    parts = [first, *(convert(part, hint=type_of(first)) for part in inputs[1:])]
    return torch.einsum(equation.replace(" ", ""), *parts)


@api
def cross(a: Any, b: Any) -> torch.Tensor:
    """The cross product of vectors along the last axis."""
    x, y = rules.MULTIPLY.operands(a, b)
    return torch.linalg.cross(x, y, dim=-1)


@api
def matrix_transpose(a: Any, conjugate: bool = False) -> torch.Tensor:
    """The last two axes exchanged."""
    made = convert(a).transpose(-1, -2)
    return made.conj().resolve_conj() if conjugate else made


@api
def adjoint(matrix: Any) -> torch.Tensor:
    """The last two axes exchanged, and the conjugate."""
    return convert(matrix).transpose(-1, -2).conj().resolve_conj()


@api
def trace(x: Any) -> torch.Tensor:
    """The sum of the diagonal of each matrix."""
    value = convert(x)
    return torch.diagonal(value, dim1=-2, dim2=-1).sum(-1, dtype=value.dtype)


@api
def norm(tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: Any = None) -> torch.Tensor:
    """The length of vectors (along one axis, or of everything) or matrices (along two).

    Args:
        tensor: the numbers.
        ord: ``euclidean``, 1, 2, infinity or any positive number; for matrices ``fro`` as well.
        axis: one axis, two, or None.
        keepdims: whether the axes stay with size 1.
    """
    x, where, keep = convert(tensor), axes(axis), bool(keepdims)
    power = 2 if isinstance(ord, str) and ord in ("euclidean", "fro") else ord
    if isinstance(power, str):
        raise ValueError(f"`ord` must be a supported matrix norm in ['euclidean', 'fro', 1, 2, inf], got {ord!r}")
    if isinstance(where, tuple) and len(where) == 2:
        if isinstance(ord, str):
            return torch.linalg.matrix_norm(x, "fro", dim=where, keepdim=keep)
        return torch.linalg.matrix_norm(x, power, dim=where, keepdim=keep)
    return torch.linalg.vector_norm(x, float(power), dim=where, keepdim=keep)


@api
def normalize(tensor: Any, ord: Any = "euclidean", axis: Any = None) -> tuple[torch.Tensor, torch.Tensor]:
    """The numbers divided by their norm, and the norm."""
    x = convert(tensor)
    length = inner(norm)(x, ord, axis, True)
    return x / length, length


@api
def l2_normalize(x: Any, axis: Any = None, epsilon: Any = 1e-12) -> torch.Tensor:
    """x / √max(Σ x², epsilon) along axes."""
    value, where = convert(x), axes(axis)
    total = torch.sum(torch.square(value), dim=where, keepdim=True) if where is not None else value.square().sum().reshape(
        [1] * value.dim()
    )
    return value * torch.rsqrt(torch.clamp(total, min=float(host_value_of(epsilon))))


@api
def global_norm(t_list: Any) -> torch.Tensor:
    """The length of all tensors of a list together."""
    return _global_norm([convert(t) for t in t_list if t is not None])


def _global_norm(parts: list[torch.Tensor]) -> torch.Tensor:
    return torch.sqrt(torch.stack([torch.sum(torch.square(p)) for p in parts]).sum())


@api
def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None) -> torch.Tensor:  # noqa: A002
    """The tensor scaled down where its length is above a limit."""
    x = convert(t)
    limit = convert(clip_norm, hint=type_of(x))
    where = tuple(range(x.dim())) if axes is None else ((axes,) if isinstance(axes, int) else tuple(axes))
    total = torch.sum(torch.square(x), dim=where, keepdim=True)
    length = torch.where(total > 0, torch.sqrt(torch.where(total > 0, total, 1.0)), total)
    return x * limit / torch.maximum(length, limit)


@api
def clip_by_average_norm(t: Any, clip_norm: Any) -> torch.Tensor:
    """The tensor scaled down where its mean length an element is above a limit."""
    x = convert(t)
    limit = convert(clip_norm, hint=type_of(x))
    count = float(x.numel())
    inverse = torch.rsqrt(torch.sum(torch.square(x))) * count
    return x * limit * torch.minimum(inverse, 1.0 / limit)


@api
def clip_by_global_norm(t_list: Any, clip_norm: Any, use_norm: Any = None) -> tuple[list[Any], torch.Tensor]:
    """The tensors scaled down together where their common length is above a limit, and that length."""
    parts = [None if t is None else convert(t) for t in t_list]
    length = _global_norm([p for p in parts if p is not None]) if use_norm is None else convert(use_norm)
    limit = convert(clip_norm, hint=type_of(length))
    scale = limit * torch.minimum(1.0 / length, 1.0 / limit)
    scale = torch.where(torch.isfinite(length), scale, torch.full_like(length, float("nan")))
    return [None if p is None else p * scale for p in parts], length


# --- equations and decompositions ------------------------------------------------------------------------------------


@api
def inv(input: Any, adjoint: bool = False) -> torch.Tensor:
    """The inverse.

    Raises:
        InvalidArgumentError: when there is none.
    """
    x = _square(input, "MatrixInverse")
    try:
        return torch.linalg.inv(x.transpose(-1, -2).conj() if adjoint else x)
    except torch.linalg.LinAlgError as error:
        raise InvalidArgumentError(None, None, "Input is not invertible. [Op:MatrixInverse] name: ") from error


@api
def pinv(a: Any, rcond: Any = None, validate_args: bool = False) -> torch.Tensor:
    """The pseudo-inverse."""
    x = _floating(a, "Svd")
    if rcond is None:
        rcond = 10 * max(x.shape[-2:]) * torch.finfo(x.dtype).eps
    return torch.linalg.pinv(x, rtol=float(host_value_of(rcond)))


@api
def det(input: Any) -> torch.Tensor:
    """The determinant."""
    return torch.linalg.det(_square(input, "MatrixDeterminant"))


@api
def logdet(matrix: Any) -> torch.Tensor:
    """The logarithm of the determinant of a positive definite matrix."""
    factor = torch.linalg.cholesky(_square(matrix, "Cholesky"))
    return 2 * torch.log(torch.diagonal(factor, dim1=-2, dim2=-1).real).sum(-1)


@api
def slogdet(input: Any) -> Any:
    """The sign of the determinant and the logarithm of its absolute value."""
    sign, value = torch.linalg.slogdet(_square(input, "LogMatrixDeterminant"))
    return SignedLog(sign, value)


@api
def cholesky(input: Any) -> torch.Tensor:
    """The lower triangular L with L·Lᴴ = the matrix; NaN for a matrix that is not positive definite."""
    made, status = torch.linalg.cholesky_ex(_square(input, "Cholesky"))
    failed = (status != 0).reshape(*status.shape, 1, 1)
    return torch.where(failed, torch.tril(torch.full_like(made, float("nan"))), made)


@api
def cholesky_solve(chol: Any, rhs: Any) -> torch.Tensor:
    """x of A·x = rhs, from A's Cholesky factor."""
    return torch.cholesky_solve(convert(rhs), convert(chol))


@api
def solve(matrix: Any, rhs: Any, adjoint: bool = False) -> torch.Tensor:
    """x of matrix·x = rhs."""
    x = _square(matrix, "MatrixSolve")
    y = convert(rhs, hint=type_of(x))
    needs(y.dim() == x.dim(), f"Input matrix and rhs must have one rank: {list(x.shape)} and {list(y.shape)} [Op:MatrixSolve]")
    try:
        return torch.linalg.solve(x.transpose(-1, -2).conj() if adjoint else x, y)
    except torch.linalg.LinAlgError as error:
        raise InvalidArgumentError(None, None, "Input matrix is not invertible. [Op:MatrixSolve] name: ") from error


@api
def triangular_solve(matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False) -> torch.Tensor:
    """x of matrix·x = rhs for a triangular matrix."""
    x = _square(matrix, "MatrixTriangularSolve")
    y = convert(rhs, hint=type_of(x))
    if adjoint:
        x, lower = x.transpose(-1, -2).conj(), not lower
    return torch.linalg.solve_triangular(x, y, upper=not lower)


@api
def lstsq(matrix: Any, rhs: Any, l2_regularizer: Any = 0.0, fast: bool = True) -> torch.Tensor:
    """x with the least ‖matrix·x - rhs‖² + l2_regularizer·‖x‖²."""
    a, b = _floating(matrix, "MatrixSolveLs"), convert(rhs, hint=type_of(convert(matrix)))
    penalty = float(host_value_of(l2_regularizer))
    if penalty == 0.0:
        return torch.linalg.lstsq(a, b).solution if a.shape[-2] >= a.shape[-1] else torch.linalg.pinv(a) @ b
    own = a.transpose(-1, -2).conj()
    return torch.linalg.solve(own @ a + penalty * torch.eye(a.shape[-1], dtype=a.dtype, device=a.device), own @ b)


@api
def qr(input: Any, full_matrices: bool = False) -> Any:
    """An orthogonal and an upper triangular matrix whose product is the input."""
    q, r = torch.linalg.qr(_floating(input, "Qr"), mode="complete" if full_matrices else "reduced")
    return QR(q, r)


@api
def svd(tensor: Any, full_matrices: bool = False, compute_uv: bool = True) -> Any:
    """Singular values, in descending order, and with ``compute_uv`` the matrices U and V: tensor = U·diag(s)·Vᴴ."""
    x = _floating(tensor, "Svd")
    if not compute_uv:
        return torch.linalg.svdvals(x)
    u, s, v = torch.linalg.svd(x, full_matrices=full_matrices)
    return s, u, v.transpose(-1, -2).conj().resolve_conj()


@api
def eigh(tensor: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Eigenvalues, ascending, and eigenvectors of a self-adjoint matrix."""
    values, vectors = torch.linalg.eigh(_square(tensor, "SelfAdjointEigV2"))
    return values, vectors


@api
def eigvalsh(tensor: Any) -> torch.Tensor:
    """Eigenvalues, ascending, of a self-adjoint matrix."""
    return torch.linalg.eigvalsh(_square(tensor, "SelfAdjointEigV2"))


@api
def eig(tensor: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Eigenvalues and eigenvectors, complex."""
    values, vectors = torch.linalg.eig(_square(tensor, "Eig"))
    return values, vectors


@api
def eigvals(tensor: Any) -> torch.Tensor:
    """Eigenvalues, complex."""
    return torch.linalg.eigvals(_square(tensor, "Eig"))


@api
def expm(input: Any) -> torch.Tensor:
    """The exponential of a matrix."""
    return torch.linalg.matrix_exp(_square(input, "MatrixExp"))


@api
def sqrtm(input: Any) -> torch.Tensor:
    """The matrix whose square is the input."""
    x = _square(input, "MatrixSquareRoot")
    values, vectors = torch.linalg.eig(x)
    made = vectors @ torch.diag_embed(torch.sqrt(values)) @ torch.linalg.inv(vectors)
    return made if x.is_complex() else made.real


@api
def logm(input: Any) -> torch.Tensor:
    """The matrix whose exponential is the input, complex."""
    x = _square(input, "MatrixLogarithm")
    values, vectors = torch.linalg.eig(x)
    return vectors @ torch.diag_embed(torch.log(values)) @ torch.linalg.inv(vectors)


@api
def matrix_rank(a: Any, tol: Any = None, validate_args: bool = False) -> torch.Tensor:
    """How many singular values are above a tolerance."""
    x = _floating(a, "Svd")
    values = torch.linalg.svdvals(x)
    if tol is None:
        limit = torch.finfo(x.dtype).eps * max(x.shape[-2:]) * values.amax(-1, keepdim=True)
    else:
        limit = convert(tol, hint=type_of(values)).unsqueeze(-1)
    return (values > limit).sum(-1).to(torch.int32)


@api
def lu(input: Any, output_idx_type: Any = "int32") -> tuple[torch.Tensor, torch.Tensor]:
    """Both triangular factors in one matrix, and the permutation of the rows."""
    factors, pivots = torch.linalg.lu_factor(_square(input, "Lu"))
    return factors, _as_permutation(pivots, factors.shape[-1]).to(torch_type(output_idx_type))


def _as_permutation(pivots: torch.Tensor, size: int) -> torch.Tensor:
    flat = pivots.reshape(-1, pivots.shape[-1]).tolist()
    made = []
    for row in flat:
        order = list(range(size))
        for i, other in enumerate(row):
            order[i], order[other - 1] = order[other - 1], order[i]
        made.append(order)
    return torch.tensor(made).reshape(*pivots.shape[:-1], size)


# --- diagonals and bands ----------------------------------------------------------------------------------------------


@api
def diag(diagonal: Any, k: Any = 0, num_rows: Any = -1, num_cols: Any = -1, padding_value: Any = 0, **accepted: Any) -> Any:
    """Matrices with given numbers on a diagonal, ``k`` places above the main one."""
    x, offset = convert(diagonal), integer(k)
    made = torch.diag_embed(x, offset=offset)
    rows, columns = integer(num_rows), integer(num_cols)
    if (rows, columns) != (-1, -1) or padding_value != 0:
        rows = made.shape[-2] if rows == -1 else rows
        columns = made.shape[-1] if columns == -1 else columns
        full = torch.full((*x.shape[:-1], rows, columns), padding_value, dtype=x.dtype, device=x.device)
        torch.diagonal(full, offset, -2, -1)[..., : x.shape[-1]] = x
        return full
    return made


@api
def diag_part(input: Any, k: Any = 0, padding_value: Any = 0, **accepted: Any) -> torch.Tensor:
    """The numbers on a diagonal of each matrix."""
    return torch.diagonal(convert(input), integer(k), -2, -1).clone()


@api
def set_diag(input: Any, diagonal: Any, k: Any = 0, **accepted: Any) -> torch.Tensor:
    """Matrices with other numbers on a diagonal."""
    x = convert(input)
    return torch.diagonal_scatter(x, convert(diagonal, hint=type_of(x)), integer(k), -2, -1)


@api
def tensor_diag(diagonal: Any) -> torch.Tensor:
    """A tensor of twice the axes with given numbers on its diagonal."""
    x = convert(diagonal)
    return torch.diag(x.reshape(-1)).reshape(*x.shape, *x.shape)


@api
def tensor_diag_part(input: Any) -> torch.Tensor:
    """The inverse of ``tensor_diag``."""
    x = convert(input)
    shape = x.shape[: x.dim() // 2]
    return torch.diagonal(x.reshape(shape.numel(), -1)).reshape(shape).clone()


@api
def band_part(input: Any, num_lower: Any, num_upper: Any) -> torch.Tensor:
    """Zeros beyond a number of diagonals below and above the main one; -1 keeps all."""
    x = convert(input)
    lower, upper = integer(num_lower), integer(num_upper)
    rows = torch.arange(x.shape[-2], device=x.device).unsqueeze(1)
    columns = torch.arange(x.shape[-1], device=x.device)
    keep = torch.ones(x.shape[-2:], dtype=torch.bool, device=x.device)
    if lower >= 0:
        keep &= rows - columns <= lower
    if upper >= 0:
        keep &= columns - rows <= upper
    return torch.where(keep, x, torch.zeros((), dtype=x.dtype, device=x.device))


class QR(NamedTuple):
    """What ``tf.linalg.qr`` gives."""

    q: Any
    r: Any


class SignedLog(NamedTuple):
    """What ``tf.linalg.slogdet`` gives."""

    sign: Any
    log_abs_determinant: Any
