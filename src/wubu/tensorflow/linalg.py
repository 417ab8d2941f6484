"""``tf.linalg``: functions of matrices."""

from __future__ import annotations

# fmt: off
# ruff: noqa: I001 - one name a line would make this page too long to read
from wubu.tensorflow.creation import eye
from wubu.tensorflow.linear_algebra import (
    adjoint, band_part, cholesky, cholesky_solve, cross, det, diag, diag_part, eig, eigh, eigvals, eigvalsh,
    einsum, expm, global_norm, inv, l2_normalize, logdet, logm, lstsq, lu, matmul, matrix_rank,
    matrix_transpose, matvec, norm, normalize, pinv, qr, set_diag, slogdet, solve, sqrtm, svd, tensor_diag,
    tensor_diag_part, tensordot, trace, triangular_solve,
)

__all__ = [
    "adjoint", "band_part", "cholesky", "cholesky_solve", "cross", "det", "diag", "diag_part", "eig", "eigh",
    "eigvals", "eigvalsh", "einsum", "expm", "eye", "global_norm", "inv", "l2_normalize", "logdet", "logm",
    "lstsq", "lu", "matmul", "matrix_rank", "matrix_transpose", "matvec", "norm", "normalize", "pinv", "qr",
    "set_diag", "slogdet", "solve", "sqrtm", "svd", "tensor_diag", "tensor_diag_part", "tensordot", "trace",
    "triangular_solve",
]
