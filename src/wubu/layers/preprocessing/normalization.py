"""Features scaled to mean 0 and variance 1, by moments that are learned from data beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from wubu.core import settings
from wubu.core.dtypes import torch_dtype
from wubu.errors import ArgumentError, DataError, ShapeError
from wubu.layers.base import Layer


class Normalization(Layer):
    """``(x - mean) / max(√variance, epsilon)``, with moments kept for some axes and taken over the others.

    Args:
        axis: the axis or axes that have moments of their own; None for a single mean and variance. Default: the last.
        mean, variance: the moments, when they are known; else ``adapt`` finds them.
        invert: whether to undo the scaling: ``x * √variance + mean``.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.

    Example:
        >>> layer = Normalization(axis=None)
        >>> layer.adapt(np.array([1.0, 3.0]))
        >>> layer(torch.tensor([1.0, 3.0])).tolist()
        [-1.0, 1.0]
    """

    def __init__(
        self,
        axis: int | Sequence[int] | None = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        if (mean is None) != (variance is None):
            raise ArgumentError(
                f"Expected both mean and variance, or neither. Received: mean={mean}, variance={variance}"
            )
        self.input_mean, self.input_variance = mean, variance
        self.invert = invert
        self.supports_masking = True
        self._kept: tuple[int, ...] = ()

    def build(self, input_shape: Any) -> None:
        """Make the moments, of the sizes of the kept axes."""
        rank = len(input_shape)
        for a in self.axis:
            if not -rank <= a < rank:
                raise ShapeError(f"Layer {self.name!r} has axis={self.axis}. Received: input shape {input_shape}")
        self._kept = tuple(sorted(a % rank for a in self.axis))
        sizes = tuple(input_shape[a] for a in self._kept)
        if None in sizes:
            raise ShapeError(
                f"Layer {self.name!r} needs the sizes of the axes {self.axis}. Received: shape {input_shape}"
            )
        self._broadcast = [input_shape[a] if a in self._kept else 1 for a in range(rank)]
        if self.input_mean is None:
            self.adapt_mean = self.add_weight(sizes, "zeros", dtype="float32", trainable=False, name="mean")
            self.adapt_variance = self.add_weight(sizes, "ones", dtype="float32", trainable=False, name="variance")
            # How many values the moments come from; Keras's files have it.
            self.count = self.add_weight((), "zeros", dtype="int32", trainable=False, name="count")
        else:
            try:
                self._given = [
                    torch.as_tensor(np.broadcast_to(np.asarray(v, "float32"), sizes).copy())
                    for v in (self.input_mean, self.input_variance)
                ]
            except ValueError:
                given = [np.shape(v) for v in (self.input_mean, self.input_variance)]
                raise ShapeError(
                    f"Layer {self.name!r} has a mean and a variance of shapes {given}, which do not fit the sizes {sizes} of "
                    f"the axes {self.axis}. Received: input shape {tuple(input_shape)}"
                ) from None

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Find the moments.

        Args:
            data: an array, a tensor, or an iterable of batches.
            batch_size: kept for Keras's sake.
            steps: how many batches to look at.

        Raises:
            DataError: when there is no data.
        """
        if self.input_mean is not None:
            raise ArgumentError(f"Layer {self.name!r} was given its mean and variance, so it cannot adapt to data.")
        whole = hasattr(data, "shape") or isinstance(data, list | tuple)
        # Sums in float64 over batches: exact enough to subtract squares.
        total: Any = 0.0
        squares: Any = 0.0
        count = 0
        for step, batch in enumerate([data] if whole else data):
            if steps is not None and step >= steps:
                break
            values = batch.detach().cpu().numpy() if isinstance(batch, torch.Tensor) else np.asarray(batch)
            values = values.astype(np.float64)
            if whole and values.ndim == 1 and self.axis and not self.built:
                values = values[:, None]
            if not self.built:
                self.build((None, *values.shape[1:]) if values.ndim > 1 else values.shape)
            rest = tuple(a for a in range(values.ndim) if a not in self._kept)
            count += int(np.prod([values.shape[a] for a in rest], dtype=int))
            total = total + values.sum(axis=rest)
            squares = squares + np.square(values).sum(axis=rest)
        if not count:
            raise DataError(f"Layer {self.name!r} was asked to adapt to data, and there was none.")
        mean = total / count
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(np.maximum(squares / count - np.square(mean), 0))
        self.count.assign(min(count, 2**31 - 1))

    @property
    def mean(self) -> torch.Tensor:
        """The means, in the shape that broadcasts over inputs."""
        value = self.adapt_mean if self.input_mean is None else self._given[0]
        return value.reshape(self._broadcast)

    @property
    def variance(self) -> torch.Tensor:
        """The variances, in the shape that broadcasts over inputs."""
        value = self.adapt_variance if self.input_mean is None else self._given[1]
        return value.reshape(self._broadcast)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        kind = torch_dtype(self.compute_dtype)
        x = inputs.to(kind)
        mean, variance = self.mean.to(x.device, kind), self.variance.to(x.device, kind)
        deviation = torch.clamp(torch.sqrt(variance), min=settings.epsilon())
        return x * deviation + mean if self.invert else (x - mean) / deviation

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        plain = [None if v is None else np.asarray(v).tolist() for v in (self.input_mean, self.input_variance)]
        own = {"axis": list(self.axis) or None, "invert": self.invert, "mean": plain[0], "variance": plain[1]}
        return {**super().get_config(), **own}
