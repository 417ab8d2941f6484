"""How a convolution's kernel lies in memory.

Its shape is Keras's: space, input channels, output channels. Its memory has the output channels outermost, so that
the permutation to torch's order, output channels, input channels, space, is a ``channels_last`` tensor without a copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

Initialize = Callable[..., torch.Tensor]
Arrange = Callable[[Callable[..., Any]], Initialize]


def laid_out(initializer: Callable[..., Any]) -> Initialize:
    """An initializer of kernels whose values are the given one's and whose memory has the last axis outermost."""

    def initialize(shape: Any, dtype: Any = None) -> torch.Tensor:
        return _value(initializer, shape, dtype).movedim(-1, 0).contiguous().movedim(0, -1)

    return initialize


def depthwise_laid_out(initializer: Callable[..., Any]) -> Initialize:
    """An initializer of depthwise kernels whose memory has the channels outermost and space innermost."""

    def initialize(shape: Any, dtype: Any = None) -> torch.Tensor:
        return _value(initializer, shape, dtype).movedim((-2, -1), (0, 1)).contiguous().movedim((0, 1), (-2, -1))

    return initialize


def _value(initializer: Callable[..., Any], shape: Any, dtype: Any) -> torch.Tensor:
    value = initializer(shape, dtype=dtype)
    return value if isinstance(value, torch.Tensor) else torch.as_tensor(value)
