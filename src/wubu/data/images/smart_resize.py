"""``smart_resize``: another size without distortion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wubu.errors import ArgumentError, ShapeError


def smart_resize(
    x: Any, size: Sequence[int], interpolation: str = "bilinear", data_format: str = "channels_last", **ignored: Any
) -> Any:
    """Resize pictures to a size without distortion: the largest centred part with its proportions is cut out first.

    Args:
        x: one picture or several, shape ``([batch,] height, width, channels)``, or with channels first.
        size: height and width.
        interpolation: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        An array for an array, a tensor for a tensor.

    Example:
        >>> smart_resize(np.zeros((340, 500, 3)), (200, 200)).shape
        (200, 200, 3)
    """
    from wubu.ops.image.resizing import resize

    if set(ignored) - {"backend_module"}:
        raise TypeError(f"smart_resize() got arguments that it does not have: {sorted(ignored)}")
    if len(size) != 2:
        raise ArgumentError(f"Expected size to be a height and a width. Received: {size!r}")
    if len(x.shape) not in (3, 4):
        raise ShapeError(f"Expected one picture or a batch, with three or four axes. Received: shape {tuple(x.shape)}")
    found = resize(
        x, (int(size[0]), int(size[1])), interpolation=interpolation, crop_to_aspect_ratio=True, data_format=data_format
    )
    return found.cpu().numpy() if isinstance(x, np.ndarray) else found
