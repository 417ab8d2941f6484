"""``tf.sparse``: functions of sparse tensors."""

from __future__ import annotations

# fmt: off
# ruff: noqa: I001 - one name a line would make this page too long to read
from wubu.tensorflow.sparse_more import (
    fill_empty_rows, map_values, mask, maximum, minimum, reduce_max, reset_shape, softmax, split, to_indicator,
)
from wubu.tensorflow.sparse_tensor import (
    SparseTensor, add, concat, expand_dims, eye, from_dense, reduce_sum, reorder, reshape, retain, slice,
    sparse_dense_matmul, to_dense, transpose,
)

__all__ = [
    "SparseTensor", "add", "concat", "expand_dims", "eye", "fill_empty_rows", "from_dense", "map_values", "mask", "maximum",
    "minimum", "reduce_max", "reduce_sum", "reorder", "reset_shape", "reshape", "retain", "slice", "softmax",
    "sparse_dense_matmul", "split", "to_dense", "to_indicator", "transpose",
]
# fmt: on
