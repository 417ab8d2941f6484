"""As many bounding boxes for each picture."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.tensors import as_tensor
from wubu.layers.preprocessing.images.base import Drawn, PictureLayer


class MaxNumBoundingBoxes(PictureLayer):
    """The first boxes of each picture, and made-up ones where there are too few. It also acts in inference.

    Args:
        max_number: how many boxes each picture gets.
        fill_value: the numbers and the label of made-up boxes.
        **kwargs: the arguments of ``PictureLayer``.

    Call arguments: a dict with ``images`` and ``bounding_boxes``, itself a dict of ``boxes`` (batch, n, 4) and ``labels``
    (batch, n).
    """

    _arguments = ("max_number", "fill_value")
    _always = True

    def __init__(self, max_number: int, fill_value: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_number, self.fill_value = int(max_number), int(fill_value)

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures as they are."""
        return x

    def change_boxes(self, boxes: Any, drawn: Drawn) -> Any:
        """The boxes and labels, cut or filled up."""
        places, labels = as_tensor(boxes["boxes"]), as_tensor(boxes["labels"])
        missing = max(self.max_number - places.shape[1], 0)
        made = {
            "boxes": F.pad(places[:, : self.max_number], (0, 0, 0, missing), value=self.fill_value),
            "labels": F.pad(labels[:, : self.max_number], (0, missing), value=self.fill_value),
        }
        return {**boxes, **made}
