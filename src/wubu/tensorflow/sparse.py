"""``tf.sparse``: functions of sparse tensors."""

from __future__ import annotations

from wubu.tensorflow.sparse_tensor import (
    SparseTensor,
    add,
    concat,
    expand_dims,
    eye,
    from_dense,
    reduce_sum,
    reorder,
    reshape,
    retain,
    slice,
    sparse_dense_matmul,
    to_dense,
    transpose,
)

__all__ = [
    "SparseTensor",
    "add",
    "concat",
    "expand_dims",
    "eye",
    "from_dense",
    "reduce_sum",
    "reorder",
    "reshape",
    "retain",
    "slice",
    "sparse_dense_matmul",
    "to_dense",
    "transpose",
]
