"""What networks are made of: activations, losses, normalisations, encodings, convolutions and poolings."""

from __future__ import annotations

# fmt: off
# ruff: noqa: I001 - one name a line would make this page too long to read
from wubu.ops.nn.activations import (
    celu, elu, gelu, glu, hard_shrink, hard_sigmoid, hard_silu, hard_swish, hard_tanh, leaky_relu, log_sigmoid,
    log_softmax, relu, relu6, selu, sigmoid, silu, soft_shrink, softmax, softplus, softsign, sparse_plus,
    sparse_sigmoid, sparsemax, squareplus, swish, tanh_shrink, threshold,
)
from wubu.ops.nn.alignment import ctc_decode, ctc_loss
from wubu.ops.nn.attention import dot_product_attention
from wubu.ops.nn.convolution import conv, conv_transpose, depthwise_conv, separable_conv
from wubu.ops.nn.crossentropy import binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy
from wubu.ops.nn.encoding import depth_to_space, multi_hot, one_hot, polar, psnr, space_to_depth
from wubu.ops.nn.normalization import batch_normalization, layer_normalization, moments, normalize, rms_normalization
from wubu.ops.nn.patches import fold, unfold
from wubu.ops.nn.pooling import adaptive_average_pool, adaptive_max_pool, average_pool, max_pool

__all__ = [
    "adaptive_average_pool", "adaptive_max_pool", "average_pool", "batch_normalization", "binary_crossentropy",
    "categorical_crossentropy", "celu", "conv", "conv_transpose", "ctc_decode", "ctc_loss", "depth_to_space",
    "depthwise_conv", "dot_product_attention", "elu", "fold", "gelu", "glu", "hard_shrink", "hard_sigmoid",
    "hard_silu", "hard_swish", "hard_tanh", "layer_normalization", "leaky_relu", "log_sigmoid", "log_softmax",
    "max_pool", "moments", "multi_hot", "normalize", "one_hot", "polar", "psnr", "relu", "relu6",
    "rms_normalization", "selu", "separable_conv", "sigmoid", "silu", "soft_shrink", "softmax", "softplus",
    "softsign", "space_to_depth", "sparse_categorical_crossentropy", "sparse_plus", "sparse_sigmoid", "sparsemax",
    "squareplus", "swish", "tanh_shrink", "threshold", "unfold",
]
