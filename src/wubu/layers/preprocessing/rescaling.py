"""Values in another range."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.config import deserialize_keras_object
from wubu.core.dtypes import torch_dtype
from wubu.core.settings import image_data_format
from wubu.layers.arguments import stored
from wubu.layers.base import Layer


class Rescaling(Layer):
    """``x * scale + offset``.

    Args:
        scale: a number, or one for each channel. Pictures from 0…255 to 0…1: ``1 / 255``.
        offset: a number, or one for each channel.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any. Integers become the type that the layer computes in.

    Example:
        >>> Rescaling(1 / 127.5, offset=-1)(torch.tensor([0.0, 255.0]))
        tensor([-1.,  1.])
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset
        self.supports_masking = True

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        x = inputs.to(torch_dtype(self.compute_dtype))
        return x * self._factor(self.scale, x) + self._factor(self.offset, x)

    def _factor(self, value: Any, x: torch.Tensor) -> Any:
        if isinstance(value, int | float):
            return value
        made = torch.as_tensor(value).to(x)
        if made.dim() and image_data_format() == "channels_first":
            made = made.reshape(*made.shape, *(1,) * (3 - made.dim()))  # (channels, 1, 1)
        return made

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "scale", "offset")}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Rescaling:
        """Make a layer from what ``get_config`` gave."""
        found = {key: deserialize_keras_object(config[key]) for key in ("scale", "offset") if key in config}
        return cls(**dict(config, **found))
