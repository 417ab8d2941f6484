"""Losses, normalisations, embeddings and dropout of ``tf.nn``."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.capture import is_capturing
from wubu.ops.nn.normalization import moments as keras_moments
from wubu.random import dropout as keras_dropout
from wubu.tensorflow import operators as rules
from wubu.tensorflow.activation_functions import reduced_axes
from wubu.tensorflow.conversion import convert, host_value_of, integer, sizes
from wubu.tensorflow.convolution import layout_of
from wubu.tensorflow.dispatch import api, inner
from wubu.tensorflow.dtypes import as_dtype
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.gathering import gather
from wubu.tensorflow.tensor import needs, type_of

# --- losses ----------------------------------------------------------------------------------------------------------


def _logits_and_labels(logits: Any, labels: Any) -> tuple[torch.Tensor, torch.Tensor]:
    x = convert(logits)
    y = convert(labels, hint=type_of(x))
    if x.shape != y.shape:
        raise ValueError(
            f"`logits` and `labels` must have the same shape, received ({tuple(x.shape)} vs {tuple(y.shape)})."
        )
    return x, y


@api
def softmax_cross_entropy_with_logits(labels: Any, logits: Any, axis: Any = -1) -> torch.Tensor:
    """-Σ labels · log softmax(logits) along an axis."""
    x = convert(logits)
    y = convert(labels, hint=type_of(x)).to(x.dtype)
    try:
        x, y = torch.broadcast_tensors(x, y)
    except RuntimeError as error:
        raise InvalidArgumentError(
            None,
            None,
            f"logits and labels must be broadcastable: logits_size={list(x.shape)} labels_size={list(y.shape)} "
            "[Op:SoftmaxCrossEntropyWithLogits] name: ",
        ) from error
    return -(y * torch.log_softmax(x, integer(axis))).sum(integer(axis))


@api
def sparse_softmax_cross_entropy_with_logits(labels: Any, logits: Any) -> torch.Tensor:
    """-log softmax(logits) at the class that each label names.

    Raises:
        InvalidArgumentError: for a label that is no class.
        ValueError: when the shapes do not fit.
    """
    x, y = convert(logits), convert(labels).long()
    if x.dim() == 0:
        raise ValueError("`logits` cannot be a scalar. Received logits: " + repr(logits))
    if y.shape != x.shape[:-1]:
        raise ValueError(
            "Rank mismatch: Rank of labels (received "
            f"{y.dim()}) should equal rank of logits minus 1 (received {x.dim()})."
            if y.dim() != x.dim() - 1
            else f"`labels.shape` must equal `logits.shape` except for the last dimension. Received: labels.shape="
            f"{tuple(y.shape)} and logits.shape={tuple(x.shape)}"
        )
    classes = x.shape[-1]
    if not is_capturing() and y.numel() and y.device.type != "meta":
        wrong = y[(y < 0) | (y >= classes)]
        needs(
            not wrong.numel(),
            f"Received a label value of {int(wrong[0]) if wrong.numel() else 0} which is outside the valid range of "
            f"[0, {classes}).  Label values: {' '.join(str(int(v)) for v in y.flatten()[:100])} "
            "[Op:SparseSoftmaxCrossEntropyWithLogits] name: ",
        )
    flat = torch.nn.functional.cross_entropy(x.reshape(-1, classes), y.reshape(-1), reduction="none")
    return flat.reshape(y.shape)


@api
def sigmoid_cross_entropy_with_logits(labels: Any = None, logits: Any = None) -> torch.Tensor:
    """-labels · log σ(x) - (1 - labels) · log(1 - σ(x)), element by element."""
    x, y = _logits_and_labels(logits, labels)
    return torch.clamp(x, min=0) - x * y + torch.log1p(torch.exp(-torch.abs(x)))


@api
def weighted_cross_entropy_with_logits(labels: Any = None, logits: Any = None, pos_weight: Any = None) -> torch.Tensor:
    """``sigmoid_cross_entropy_with_logits`` with a weight for the positive part."""
    x, y = _logits_and_labels(logits, labels)
    weight = 1 + (convert(pos_weight, hint=type_of(x)) - 1) * y
    return (1 - y) * x + weight * (torch.log1p(torch.exp(-torch.abs(x))) + torch.relu(-x))


@api
def log_poisson_loss(targets: Any, log_input: Any, compute_full_loss: bool = False) -> torch.Tensor:
    """e^log_input - log_input · targets, and Stirling's approximation of log(targets!) where asked for."""
    x, y = _logits_and_labels(log_input, targets)
    made = torch.exp(x) - x * y
    if compute_full_loss:
        stirling = y * torch.log(y) - y + 0.5 * torch.log(2 * torch.pi * y)
        made = made + torch.where((y >= 0) & (y <= 1), torch.zeros_like(y), stirling)
    return made


@api
def compute_average_loss(
    per_example_loss: Any, sample_weight: Any = None, global_batch_size: Any = None
) -> torch.Tensor:
    """The weighted sum of the samples' losses divided by the size of the batch."""
    x = convert(per_example_loss)
    if sample_weight is not None:
        weight = convert(sample_weight, hint=type_of(x)).to(x.dtype)
        x = x * weight.reshape(*weight.shape, *[1] * (x.dim() - weight.dim()))
    count = x.shape[0] if global_batch_size is None and x.dim() else (global_batch_size or 1)
    return x.sum() / float(host_value_of(count))


@api
def scale_regularization_loss(regularization_loss: Any) -> torch.Tensor:
    """The sum of the losses, a share of it for each of several replicas (one here)."""
    return convert(regularization_loss).sum()


@api
def ctc_loss(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: Any = None,
) -> torch.Tensor:
    """The loss of connectionist temporal classification, one for each sequence.

    Args:
        labels: (batch, longest label).
        logits: (time, batch, classes), or (batch, time, classes) unless ``logits_time_major``.
        label_length, logit_length: how much of each is used.
        blank_index: the class that says nothing. Default 0.
        unique: accepted.
    """
    x, y = convert(logits), convert(labels).long()
    x = x if logits_time_major else x.transpose(0, 1)
    blank = 0 if blank_index is None else integer(blank_index)
    blank = blank + x.shape[-1] if blank < 0 else blank
    return torch.nn.functional.ctc_loss(
        torch.log_softmax(x, -1), y, convert(logit_length).long(), convert(label_length).long(), blank, "none"
    )


# --- normalisations --------------------------------------------------------------------------------------------------


@api
def moments(x: Any, axes: Any, shift: Any = None, keepdims: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean and the variance along axes."""
    value = convert(x)
    return keras_moments(value, reduced_axes(value, axes), keepdims)


@api
def weighted_moments(
    x: Any, axes: Any, frequency_weights: Any, keepdims: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean and the variance along axes, each number with a weight."""
    value = convert(x)
    weight = convert(frequency_weights, hint=type_of(value)).expand(value.shape)
    where = reduced_axes(value, axes)
    total = weight.sum(where, keepdim=True)
    mean = (value * weight).sum(where, keepdim=True) / total
    variance = (weight * torch.square(value - mean)).sum(where, keepdim=True) / total
    return (mean, variance) if keepdims else (mean.squeeze(where), variance.squeeze(where))


@api
def sufficient_statistics(x: Any, axes: Any, shift: Any = None, keepdims: bool = False) -> tuple[Any, Any, Any, Any]:
    """What moments are made of: the count, the sum, the sum of squares, and the shift that was taken off before."""
    value = convert(x)
    where = reduced_axes(value, axes)
    count = 1
    for a in where:
        count *= value.shape[a]
    moved = None if shift is None else convert(shift, hint=type_of(value))
    base = value if moved is None else value - moved
    return (
        torch.tensor(float(count), dtype=value.dtype),
        base.sum(where, keepdim=keepdims),
        torch.square(base).sum(where, keepdim=keepdims),
        moved,
    )


@api
def normalize_moments(counts: Any, mean_ss: Any, variance_ss: Any, shift: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean and the variance from what ``sufficient_statistics`` gives."""
    number = convert(counts)
    first = convert(mean_ss) / number
    mean = first if shift is None else first + convert(shift)
    return mean, convert(variance_ss) / number - torch.square(first)


@api
def batch_normalization(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: Any
) -> torch.Tensor:
    """(x - mean) / √(variance + ε) · scale + offset, with broadcasting."""
    value = convert(x)
    kind = type_of(value)
    factor = torch.rsqrt(convert(variance, hint=kind) + convert(variance_epsilon, hint=kind))
    if scale is not None:
        factor = factor * convert(scale, hint=kind)
    shift = -convert(mean, hint=kind) * factor
    if offset is not None:
        shift = shift + convert(offset, hint=kind)
    return (value * factor + shift).to(value.dtype)


@api
def local_response_normalization(
    input: Any, depth_radius: Any = 5, bias: Any = 1.0, alpha: Any = 1.0, beta: Any = 0.5
) -> torch.Tensor:
    """x / (bias + alpha · Σ x² over the neighbouring channels)^beta."""
    x = convert(input)
    radius = integer(depth_radius)
    squares = torch.nn.functional.pad(torch.square(x), (radius, radius)).unfold(-1, 2 * radius + 1, 1).sum(-1)
    return x / torch.pow(float(bias) + float(alpha) * squares, float(beta))


lrn = local_response_normalization


@api
def bias_add(value: Any, bias: Any, data_format: str | None = None) -> torch.Tensor:
    """A number for each channel added."""
    x = convert(value)
    b = convert(bias, hint=type_of(x))
    axis = 1 if layout_of(data_format) == "channels_first" else x.dim() - 1
    needs(
        b.dim() == 1 and b.shape[0] == x.shape[axis],
        "Must provide as many biases as the last dimension of the input tensor: "
        f"{list(b.shape)} vs. {list(x.shape)} [Op:BiasAdd]",
    )
    return rules.ADD(x, b.reshape(-1, *[1] * (x.dim() - 1 - axis)))


# --- embeddings and dropout ------------------------------------------------------------------------------------------


@api
def embedding_lookup(params: Any, ids: Any, max_norm: Any = None) -> torch.Tensor:
    """The rows at places, scaled down where they are longer than ``max_norm``."""
    made = inner(gather)(convert(params), convert(ids))
    if max_norm is None:
        return made
    where = tuple(range(convert(ids).dim(), made.dim()))
    length = torch.sqrt(torch.square(made).sum(where, keepdim=True))
    limit = float(host_value_of(max_norm))
    return made * limit / torch.clamp(length, min=limit)


@api
def dropout(x: Any, rate: Any, noise_shape: Any = None, seed: Any = None) -> torch.Tensor:
    """Each number set to 0 with probability ``rate``, the others divided by 1 - rate.

    Raises:
        ValueError: for a rate outside of [0, 1), or whole numbers.
    """
    value = convert(x)
    share = float(host_value_of(rate))
    if not 0 <= share < 1:
        raise ValueError(f"`rate` must be a scalar tensor or a float in the range [0, 1). Received: rate={rate}")
    if not value.dtype.is_floating_point:
        raise ValueError(
            "`x.dtype` must be a floating point tensor as `x` will be scaled. "
            f"Received: x={x} of type {as_dtype(value.dtype)!r}"
        )
    shape: Any = None if noise_shape is None else [None if n == -1 else n for n in sizes(noise_shape)]
    return keras_dropout(value, share, shape, seed)


@api
def collapse_repeated(labels: Any, seq_length: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Runs of one label as a single one, and the new lengths."""
    rows, lengths = convert(labels), host_value_of(convert(seq_length))
    made = [torch.unique_consecutive(row[: int(n)]) for row, n in zip(rows, lengths)]
    longest = max((len(row) for row in made), default=0)
    padded = torch.stack([torch.nn.functional.pad(row, (0, longest - len(row))) for row in made])
    return padded, torch.tensor([len(row) for row in made], dtype=convert(seq_length).dtype)
