"""Keras's ``backend`` namespace: the ``K`` functions that old programs use, on ``wubu.ops``."""

from __future__ import annotations

# fmt: off
# ruff: noqa: I001 - one name a line would make this page too long to read
from wubu.backend.chance import (
    random_bernoulli, random_binomial, random_normal, random_uniform, truncated_normal,
)
from wubu.backend.convolutions import (
    conv1d, conv2d, conv2d_transpose, conv3d, conv3d_transpose, depthwise_conv2d, local_conv1d, local_conv2d,
    pool2d, pool3d, separable_conv1d, separable_conv2d,
)
from wubu.backend.ctc import (
    ctc_batch_cost, ctc_decode, ctc_label_dense_to_sparse,
)
from wubu.backend.functions import (
    eval, function, gradients, moving_average_update, stop_gradient, update, update_add, update_sub,
)
from wubu.backend.mathematics import (
    abs, all, any, argmax, argmin, clip, cos, cumprod, cumsum, equal, exp, greater, greater_equal, less,
    less_equal, log, logsumexp, max, maximum, mean, min, minimum, not_equal, pow, prod, round, sign, sin,
    sqrt, square, std, sum, var,
)
from wubu.backend.networks import (
    batch_normalization, bias_add, binary_crossentropy, binary_focal_crossentropy, categorical_crossentropy,
    categorical_focal_crossentropy, dropout, elu, hard_sigmoid, in_top_k, l2_normalize,
    normalize_batch_in_training, relu, sigmoid, softmax, softplus, softsign, sparse_categorical_crossentropy,
    switch, tanh,
)
from wubu.backend.phases import (
    in_test_phase, in_train_phase, learning_phase, learning_phase_scope, set_learning_phase,
)
from wubu.backend.products import (
    batch_dot, dot,
)
from wubu.backend.sequences import (
    foldl, foldr, map_fn, rnn,
)
from wubu.backend.settings import (
    backend, cast_to_floatx, clear_session, device, epsilon, floatx, get_session, get_uid, image_data_format,
    image_dim_ordering, manual_variable_initialization, name_scope, reset_uids, set_epsilon, set_floatx,
    set_image_data_format, set_image_dim_ordering, set_session,
)
from wubu.backend.shapes import (
    arange, asymmetric_temporal_padding, batch_flatten, concatenate, expand_dims, flatten, gather, one_hot,
    permute_dimensions, repeat, repeat_elements, reshape, resize_images, resize_volumes, reverse, slice,
    spatial_2d_padding, spatial_3d_padding, squeeze, stack, temporal_padding, tile, transpose,
)
from wubu.backend.types import (
    is_float_dtype, is_int_dtype, result_type, standardize_dtype,
)
from wubu.backend.variables import (
    batch_get_value, batch_set_value, cast, constant, count_params, dtype, eye, get_value, int_shape,
    is_keras_tensor, is_placeholder, is_sparse, ndim, ones, ones_like, placeholder, print_tensor,
    random_normal_variable, random_uniform_variable, set_value, shape, to_dense, variable, zeros, zeros_like,
)

__all__ = [
    "abs", "all", "any", "arange", "argmax", "argmin", "asymmetric_temporal_padding", "backend",
    "batch_dot", "batch_flatten", "batch_get_value", "batch_normalization", "batch_set_value", "bias_add",
    "binary_crossentropy", "binary_focal_crossentropy", "cast", "cast_to_floatx",
    "categorical_crossentropy", "categorical_focal_crossentropy", "clear_session", "clip", "concatenate",
    "constant", "conv1d", "conv2d", "conv2d_transpose", "conv3d", "conv3d_transpose", "cos", "count_params",
    "ctc_batch_cost", "ctc_decode", "ctc_label_dense_to_sparse", "cumprod", "cumsum", "depthwise_conv2d",
    "device", "dot", "dropout", "dtype", "elu", "epsilon", "equal", "eval", "exp", "expand_dims", "eye",
    "flatten", "floatx", "foldl", "foldr", "function", "gather", "get_session", "get_uid", "get_value",
    "gradients", "greater", "greater_equal", "hard_sigmoid", "image_data_format", "image_dim_ordering",
    "in_test_phase", "in_top_k", "in_train_phase", "int_shape", "is_float_dtype", "is_int_dtype",
    "is_keras_tensor", "is_placeholder", "is_sparse", "l2_normalize", "learning_phase",
    "learning_phase_scope", "less", "less_equal", "local_conv1d", "local_conv2d", "log", "logsumexp",
    "manual_variable_initialization", "map_fn", "max", "maximum", "mean", "min", "minimum",
    "moving_average_update", "name_scope", "ndim", "normalize_batch_in_training", "not_equal", "one_hot",
    "ones", "ones_like", "permute_dimensions", "placeholder", "pool2d", "pool3d", "pow", "print_tensor",
    "prod", "random_bernoulli", "random_binomial", "random_normal", "random_normal_variable",
    "random_uniform", "random_uniform_variable", "relu", "repeat", "repeat_elements", "reset_uids",
    "reshape", "resize_images", "resize_volumes", "result_type", "reverse", "rnn", "round",
    "separable_conv1d", "separable_conv2d", "set_epsilon", "set_floatx", "set_image_data_format",
    "set_image_dim_ordering", "set_learning_phase", "set_session", "set_value", "shape", "sigmoid", "sign",
    "sin", "slice", "softmax", "softplus", "softsign", "sparse_categorical_crossentropy",
    "spatial_2d_padding", "spatial_3d_padding", "sqrt", "square", "squeeze", "stack", "standardize_dtype",
    "std", "stop_gradient", "sum", "switch", "tanh", "temporal_padding", "tile", "to_dense", "transpose",
    "truncated_normal", "update", "update_add", "update_sub", "var", "variable", "zeros", "zeros_like",
]
# fmt: on
