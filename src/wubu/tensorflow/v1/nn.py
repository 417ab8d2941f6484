"""``tf.nn`` of TensorFlow 1: what has changed since; all else is TensorFlow 2's."""

from __future__ import annotations

from typing import Any

from wubu.tensorflow.v1 import rnn_cell
from wubu.tensorflow.v1.dropping import drop
from wubu.tensorflow.v1.facade import facade, falling_back
from wubu.tensorflow.v1.rnn import bidirectional_dynamic_rnn, dynamic_rnn, static_rnn

__all__ = [
    "avg_pool",
    "bidirectional_dynamic_rnn",
    "conv2d",
    "dropout",
    "dynamic_rnn",
    "log_softmax",
    "max_pool",
    "moments",
    "rnn_cell",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
    "static_rnn",
    "xw_plus_b",
]


def dropout(
    x: Any, keep_prob: Any = None, noise_shape: Any = None, seed: Any = None, name: str | None = None, rate: Any = None
) -> Any:
    """A share of the numbers set to 0, the rest made larger.

    Args:
        x: the numbers.
        keep_prob: the share that stays; may be a placeholder.
        noise_shape, seed: accepted.
        rate: the share that is set to 0, instead.
    """
    return drop(x, keep_prob if rate is None else 1.0 - rate)


def softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    """Powers of e, divided by their sum."""
    axis = dim if axis is None else axis
    return facade("nn.softmax")(logits, axis=-1 if axis is None else axis)


def log_softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    """The logarithm of ``softmax``."""
    axis = dim if axis is None else axis
    return facade("nn.log_softmax")(logits, axis=-1 if axis is None else axis)


def softmax_cross_entropy_with_logits(
    logits: Any = None, labels: Any = None, dim: Any = None, name: str | None = None, axis: Any = None, **kwargs: Any
) -> Any:
    """The cross-entropy of one-hot labels, one number a sample."""
    axis = dim if axis is None else axis
    made = facade("nn.softmax_cross_entropy_with_logits")
    return made(labels=labels, logits=logits, axis=-1 if axis is None else axis)


def softmax_cross_entropy_with_logits_v2(
    labels: Any = None, logits: Any = None, axis: Any = None, name: str | None = None, dim: Any = None
) -> Any:
    """The cross-entropy of one-hot labels, one number a sample."""
    return softmax_cross_entropy_with_logits(logits, labels, dim, name, axis)


def sparse_softmax_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: str | None = None, _sentinel: Any = None
) -> Any:
    """The cross-entropy of labels that are whole numbers, one number a sample."""
    return facade("nn.sparse_softmax_cross_entropy_with_logits")(labels=labels, logits=logits)


def sigmoid_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: str | None = None, _sentinel: Any = None, targets: Any = None
) -> Any:
    """The cross-entropy of each yes-or-no label."""
    labels = targets if labels is None else labels
    return facade("nn.sigmoid_cross_entropy_with_logits")(labels=labels, logits=logits)


def conv2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Any:
    """A convolution of pictures."""
    kernel = filter if filters is None else filters
    return facade("nn.conv2d")(
        input, kernel, strides=list(strides), padding=padding, data_format=data_format, dilations=list(dilations)
    )


def max_pool(
    value: Any = None,
    ksize: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str = "NHWC",
    name: str | None = None,
    input: Any = None,
) -> Any:
    """The largest of each window."""
    value = input if value is None else value
    return facade("nn.max_pool2d")(value, ksize=list(ksize), strides=list(strides), padding=padding, data_format=data_format)


def avg_pool(
    value: Any = None,
    ksize: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str = "NHWC",
    name: str | None = None,
    input: Any = None,
) -> Any:
    """The mean of each window."""
    value = input if value is None else value
    return facade("nn.avg_pool2d")(value, ksize=list(ksize), strides=list(strides), padding=padding, data_format=data_format)


def moments(
    x: Any, axes: Any, shift: Any = None, name: str | None = None, keep_dims: Any = None, keepdims: Any = None
) -> Any:
    """The mean and the variance along axes."""
    return facade("nn.moments")(x, axes, keepdims=bool(keep_dims or keepdims))


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Any:
    """``x · weights + biases``."""
    return facade("matmul")(x, weights) + biases


__getattr__ = falling_back(__name__, __all__, "nn")
