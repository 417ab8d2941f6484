"""Operations on tensors, by Keras's names; symbolic tensors are welcome everywhere."""

from __future__ import annotations

from wubu.core.registry import register_room

# fmt: off
# ruff: noqa: I001 - one name a line would make this page too long to read
from wubu.ops import image, linalg, nn, numpy  # noqa: F401 - the namespaces of Keras
from wubu.ops.core.basics import (
    cast, convert_to_numpy, convert_to_tensor, custom_gradient, dtype, is_tensor, saturate_cast, scatter,
    scatter_update, shape, slice, slice_update, stop_gradient, unstack,
)
from wubu.ops.core.control_flow import (
    associative_scan, cond, fori_loop, map, scan, switch, vectorized_map, while_loop,
)
from wubu.ops.linalg.decompositions import (
    cholesky, cholesky_inverse, det, eig, eigh, inv, jvp, lstsq, lu_factor, matrix_rank, norm, pinv, qr, solve,
    solve_triangular, svd,
)
from wubu.ops.einops import rearrange
from wubu.ops.math.special import (
    cdist, erf, erfc, erfinv, in_top_k, logdet, logsumexp, rsqrt, segment_max, segment_min, segment_prod,
    segment_sum, top_k, view_as_complex, view_as_real,
)
from wubu.ops.math.transforms import (
    extract_sequences, fft, fft2, ifft2, irfft, istft, rfft, stft,
)
from wubu.ops.nn.activations import (
    celu, elu, gelu, glu, hard_shrink, hard_sigmoid, hard_silu, hard_swish, hard_tanh, leaky_relu, log_sigmoid,
    log_softmax, relu, relu6, selu, sigmoid, silu, soft_shrink, softmax, softplus, softsign, sparse_plus,
    sparse_sigmoid, sparsemax, squareplus, swish, tanh_shrink, threshold,
)
from wubu.ops.nn.alignment import ctc_decode, ctc_loss
from wubu.ops.nn.attention import dot_product_attention
from wubu.ops.nn.convolution import conv, conv_transpose, depthwise_conv, separable_conv
from wubu.ops.nn.crossentropy import binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy
from wubu.ops.nn.encoding import (
    depth_to_space, multi_hot, one_hot, polar, psnr, space_to_depth,
)
from wubu.ops.nn.normalization import (
    batch_normalization, layer_normalization, moments, normalize, rms_normalization,
)
from wubu.ops.nn.patches import fold, unfold
from wubu.ops.nn.pooling import adaptive_average_pool, adaptive_max_pool, average_pool, max_pool
from wubu.ops.numpy.binary import (
    add, allclose, arctan2, bitwise_and, bitwise_left_shift, bitwise_or, bitwise_right_shift, bitwise_xor, divide,
    divide_no_nan, equal, floor_divide, fmax, fmin, fmod, gcd, greater, greater_equal, heaviside, hypot, isclose,
    isin, lcm, ldexp, left_shift, less, less_equal, logaddexp, logaddexp2, logical_and, logical_or, logical_xor,
    maximum, minimum, mod, multiply, nextafter, not_equal, power, right_shift, subtract, true_divide,
)
from wubu.ops.numpy.creation import (
    arange, array, bartlett, blackman, empty, empty_like, eye, full, full_like, geomspace, hamming, hanning,
    identity, kaiser, linspace, logspace, meshgrid, ones, ones_like, tri, vander, zeros, zeros_like,
)
from wubu.ops.numpy.elementwise import (
    abs, absolute, angle, arccos, arccosh, arcsin, arcsinh, arctan, arctanh, bitwise_invert, bitwise_not, cbrt,
    ceil, conj, conjugate, copy, cos, cosh, deg2rad, exp, exp2, expm1, fabs, floor, i0, imag, isfinite, isinf,
    isnan, isneginf, isposinf, isreal, log, log10, log1p, log2, logical_not, nan_to_num, negative, rad2deg, real,
    reciprocal, round, sign, signbit, sin, sinc, sinh, sqrt, square, tan, tanh, trunc,
)
from wubu.ops.numpy.manipulation import (
    append, array_split, broadcast_to, clip, concatenate, diag, diagflat, diagonal, diff, dsplit, dstack,
    expand_dims, flip, fliplr, flipud, get_item, hsplit, hstack, moveaxis, ndim, nonzero, pad, ravel, repeat,
    reshape, roll, rot90, select, size, split, squeeze, stack, swapaxes, take, take_along_axis, tile, trace,
    transpose, tril, triu, unravel_index, view, vsplit, vstack, where,
)
from wubu.ops.numpy.products import (
    correlate, cross, dot, einsum, inner, kron, matmul, outer, slogdet, tensordot, vdot, vectorize,
)
from wubu.ops.numpy.reductions import (
    all, amax, amin, any, argmax, argmin, average, corrcoef, count_nonzero, cumprod, cumsum, max, mean, median, min,
    nanargmax, nanargmin, nancumprod, nancumsum, nanmax, nanmean, nanmedian, nanmin, nanpercentile, nanprod,
    nanquantile, nanstd, nansum, nanvar, percentile, prod, ptp, quantile, std, sum, trapezoid, var,
)
from wubu.ops.numpy.sorting import (
    argpartition, argsort, bincount, digitize, histogram, searchsorted, sort, unique,
)

__all__ = [
    "abs", "absolute", "adaptive_average_pool", "adaptive_max_pool", "add", "all", "allclose", "amax", "amin",
    "angle", "any", "append", "arange", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh",
    "argmax", "argmin", "argpartition", "argsort", "array", "array_split", "associative_scan", "average",
    "average_pool", "bartlett", "batch_normalization", "binary_crossentropy", "bincount", "bitwise_and",
    "bitwise_invert", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
    "blackman", "broadcast_to", "cast", "categorical_crossentropy", "cbrt", "cdist", "ceil", "celu", "cholesky",
    "cholesky_inverse", "clip", "concatenate", "cond", "conj", "conjugate", "conv", "conv_transpose",
    "convert_to_numpy", "convert_to_tensor", "copy", "corrcoef", "correlate", "cos", "cosh", "count_nonzero",
    "cross", "ctc_decode", "ctc_loss", "cumprod", "cumsum", "custom_gradient", "deg2rad", "depth_to_space",
    "depthwise_conv", "det", "diag", "diagflat", "diagonal", "diff", "digitize", "divide", "divide_no_nan", "dot",
    "dot_product_attention", "dsplit", "dstack", "dtype", "eig", "eigh", "einsum", "elu", "empty", "empty_like",
    "equal", "erf", "erfc", "erfinv", "exp", "exp2", "expand_dims", "expm1", "extract_sequences", "eye", "fabs",
    "fft", "fft2", "flip", "fliplr", "flipud", "floor", "floor_divide", "fmax", "fmin", "fmod", "fold", "fori_loop",
    "full", "full_like", "gcd", "gelu", "geomspace", "get_item", "glu", "greater", "greater_equal", "hamming",
    "hanning", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "heaviside", "histogram",
    "hsplit", "hstack", "hypot", "i0", "identity", "ifft2", "imag", "in_top_k", "inner", "inv", "irfft",
    "is_tensor", "isclose", "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf", "isreal", "istft", "jvp",
    "kaiser", "kron", "layer_normalization", "lcm", "ldexp", "leaky_relu", "left_shift", "less", "less_equal",
    "linspace", "log", "log10", "log1p", "log2", "log_sigmoid", "log_softmax", "logaddexp", "logaddexp2", "logdet",
    "logical_and", "logical_not", "logical_or", "logical_xor", "logspace", "logsumexp", "lstsq", "lu_factor", "map",
    "matmul", "matrix_rank", "max", "max_pool", "maximum", "mean", "median", "meshgrid", "min", "minimum", "mod",
    "moments", "moveaxis", "multi_hot", "multiply", "nan_to_num", "nanargmax", "nanargmin", "nancumprod",
    "nancumsum", "nanmax", "nanmean", "nanmedian", "nanmin", "nanpercentile", "nanprod", "nanquantile", "nanstd",
    "nansum", "nanvar", "ndim", "negative", "nextafter", "nonzero", "norm", "normalize", "not_equal", "one_hot",
    "ones", "ones_like", "outer", "pad", "percentile", "pinv", "polar", "power", "prod", "psnr", "ptp", "qr",
    "quantile", "rad2deg", "ravel", "real", "rearrange", "reciprocal", "relu", "relu6", "repeat", "reshape", "rfft",
    "right_shift", "rms_normalization", "roll", "rot90", "round", "rsqrt", "saturate_cast", "scan", "scatter",
    "scatter_update", "searchsorted", "segment_max", "segment_min", "segment_prod", "segment_sum", "select", "selu",
    "separable_conv", "shape", "sigmoid", "sign", "signbit", "silu", "sin", "sinc", "sinh", "size", "slice",
    "slice_update", "slogdet", "soft_shrink", "softmax", "softplus", "softsign", "solve", "solve_triangular",
    "sort", "space_to_depth", "sparse_categorical_crossentropy", "sparse_plus", "sparse_sigmoid", "sparsemax",
    "split", "sqrt", "square", "squareplus", "squeeze", "stack", "std", "stft", "stop_gradient", "subtract", "sum",
    "svd", "swapaxes", "swish", "switch", "take", "take_along_axis", "tan", "tanh", "tanh_shrink", "tensordot",
    "threshold", "tile", "top_k", "trace", "transpose", "trapezoid", "tri", "tril", "triu", "true_divide", "trunc",
    "unfold", "unique", "unravel_index", "unstack", "vander", "var", "vdot", "vectorize", "vectorized_map", "view",
    "view_as_complex", "view_as_real", "vsplit", "vstack", "where", "while_loop", "zeros", "zeros_like",
]

_pictures = {name: getattr(image, name) for name in image.__all__}
register_room("ops", {name: globals()[name] for name in __all__} | _pictures)
