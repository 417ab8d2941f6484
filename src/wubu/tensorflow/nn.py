"""``tf.nn``: what networks are made of."""

from __future__ import annotations

# fmt: off
# ruff: noqa: I001 - one name a line would make this page too long to read
from wubu.tensorflow.activation_functions import (
    crelu, elu, gelu, l2_loss, leaky_relu, log_softmax, relu, relu6, selu, silu, softmax, swish,
)
from wubu.tensorflow.convolution import (
    atrous_conv2d, atrous_conv2d_transpose, conv1d, conv1d_transpose, conv2d, conv2d_transpose, conv3d,
    conv3d_transpose, conv_transpose, convolution, depthwise_conv2d, dilation2d, erosion2d, separable_conv2d,
)
from wubu.tensorflow.decoding import ctc_beam_search_decoder, ctc_greedy_decoder
from wubu.tensorflow.elementwise import sigmoid, softplus, softsign, tanh
from wubu.tensorflow.gathering import in_top_k, top_k
from wubu.tensorflow.linear_algebra import l2_normalize
from wubu.tensorflow.neural import (
    batch_normalization, bias_add, collapse_repeated, compute_average_loss, ctc_loss, dropout,
    embedding_lookup, local_response_normalization, log_poisson_loss, lrn, moments, normalize_moments,
    scale_regularization_loss, sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits,
    sparse_softmax_cross_entropy_with_logits, sufficient_statistics, weighted_cross_entropy_with_logits,
    weighted_moments,
)
from wubu.tensorflow.pooling import (
    avg_pool, avg_pool1d, avg_pool2d, avg_pool3d, max_pool, max_pool1d, max_pool2d, max_pool3d,
    max_pool_with_argmax, pool,
)
from wubu.tensorflow.reductions import zero_fraction
from wubu.tensorflow.sampling import nce_loss, sampled_softmax_loss
from wubu.tensorflow.sparse_more import embedding_lookup_sparse, safe_embedding_lookup_sparse
from wubu.tensorflow.shaping import depth_to_space, space_to_batch, space_to_depth

__all__ = [
    "atrous_conv2d", "atrous_conv2d_transpose", "avg_pool", "avg_pool1d", "avg_pool2d", "avg_pool3d",
    "batch_normalization", "bias_add", "collapse_repeated", "compute_average_loss", "conv1d", "conv1d_transpose",
    "conv2d", "conv2d_transpose", "conv3d", "conv3d_transpose", "conv_transpose", "convolution", "crelu",
    "ctc_beam_search_decoder", "ctc_greedy_decoder", "ctc_loss", "depth_to_space", "depthwise_conv2d", "dilation2d",
    "dropout", "elu", "embedding_lookup", "embedding_lookup_sparse", "erosion2d", "gelu", "in_top_k", "l2_loss",
    "l2_normalize", "leaky_relu", "local_response_normalization", "log_poisson_loss", "log_softmax", "lrn",
    "max_pool", "max_pool1d", "max_pool2d", "max_pool3d", "max_pool_with_argmax", "moments", "nce_loss",
    "normalize_moments", "pool", "relu", "relu6", "safe_embedding_lookup_sparse", "sampled_softmax_loss",
    "scale_regularization_loss", "selu", "separable_conv2d", "sigmoid", "sigmoid_cross_entropy_with_logits", "silu",
    "softmax", "softmax_cross_entropy_with_logits", "softplus", "softsign", "space_to_batch", "space_to_depth",
    "sparse_softmax_cross_entropy_with_logits", "sufficient_statistics", "swish", "tanh", "top_k",
    "weighted_cross_entropy_with_logits", "weighted_moments", "zero_fraction",
]
