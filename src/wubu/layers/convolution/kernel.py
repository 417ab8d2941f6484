"""How a convolution's kernel lies in memory.

Its shape is Keras's: space, input channels, output channels. Its memory has the output channels outermost, so that
the permutation to torch's order, output channels, input channels, space, is a ``channels_last`` tensor without a copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


def laid_out(initializer: Callable[..., Any]) -> Callable[..., torch.Tensor]:
    """An initializer of kernels whose values are the given one's and whose memory is output channels first."""

    def initialize(shape: Any, dtype: Any = None) -> torch.Tensor:
        value = initializer(shape, dtype=dtype)
        value = value if isinstance(value, torch.Tensor) else torch.as_tensor(value)
        return value.movedim(-1, 0).contiguous().movedim(0, -1)

    return initialize


def torch_order(kernel: torch.Tensor) -> torch.Tensor:
    """The view with the output channels first and the input channels second."""
    last = kernel.dim() - 1
    return kernel.permute(last, last - 1, *range(last - 1))
