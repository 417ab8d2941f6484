"""Patches of pictures as columns, and back."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.tensors import as_tensor
from wubu.symbolic.function import op


@op
def unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> torch.Tensor:
    """The patches of pictures (batch, channels, height, width) as columns: (batch, channels · area, patches).

    Args:
        x: the pictures, channels second.
        kernel_size: the patches' size, one integer or (height, width); so are the others.
        dilation: the distances between a patch's pixels.
        padding: the zeros around the picture.
        stride: how far patches are apart.
    """
    return F.unfold(as_tensor(x), kernel_size, dilation, padding, stride)


@op
def fold(
    x: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> torch.Tensor:
    """The pictures that columns of patches make, added where patches overlap: the adjoint of ``unfold``.

    Args:
        x: (batch, channels · area, patches).
        output_size: the pictures' (height, width).
        kernel_size, dilation, padding, stride: as ``unfold`` had them.
    """
    return F.fold(as_tensor(x), output_size, kernel_size, dilation, padding, stride)
