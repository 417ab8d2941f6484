"""What the layers of pictures have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core.dtypes import torch_dtype
from wubu.core.seeds import SeedGenerator
from wubu.core.settings import standardize_data_format
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.ops.image.arguments import as_batch, restored

Factor = float | Sequence[float]
Drawn = dict[str, Any]


class PictureLayer(Layer):
    """Base of the layers of pictures: a subclass draws numbers for a batch and changes the batch by them.

    In training, and in a call that nobody told otherwise, the numbers are drawn anew for each picture; in inference the
    pictures stay as they are, but for the layers that are not random.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        seed: an integer for a random stream of the layer's own.
        bounding_box_format: kept for configs; boxes pass through layers that move no pixels.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``inputs``, pictures of shape (batch, height, width, channels) or without the batch, or a dict with
    ``images`` and any of ``labels``, ``segmentation_masks`` and ``bounding_boxes``; ``training``.

    The output is of the type that the layer computes in.
    """

    random_by_itself = True
    _arguments: tuple[str, ...] = ()
    _bounds: tuple[float, float] = (-1.0, 1.0)
    # Whether pixels change their places, and masks with them.
    _moves = False
    # Whether the layer also acts in inference.
    _always = False

    def __init__(
        self,
        data_format: str | None = None,
        seed: int | None = None,
        bounding_box_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.bounding_box_format = bounding_box_format
        self.seed = seed
        self.generator = SeedGenerator(seed)
        self.supports_masking = False

    # --- for subclasses --------------------------------------------------------------------------------------------

    def draw(self, x: torch.Tensor) -> Drawn:
        """Draw what changes a batch (batch, height, width, channels)."""
        return {}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """Change a batch (batch, height, width, channels); ``interpolation`` overrides the layer's, for masks."""
        raise NotImplementedError

    def change_labels(self, labels: torch.Tensor, drawn: Drawn) -> torch.Tensor:
        """Change the labels of a batch; the base leaves them."""
        return labels

    def change_boxes(self, boxes: Any, drawn: Drawn) -> Any:
        """Change bounding boxes; the base leaves them if pixels stay in their places."""
        if self._moves:
            raise ArgumentError(
                f"Layer {self.name!r} does not move bounding boxes. Try: augmentations of colours, or boxes moved apart"
            )
        return boxes

    # --- arguments -------------------------------------------------------------------------------------------------

    def _limits(self, factor: Any, name: str = "factor", symmetric: bool = False) -> tuple[float, float]:
        """A factor as its lowest and highest value; one number f means from -f, or what is allowed, to f."""
        low, high = self._bounds
        problem = (
            f"Expected {name} to be a number, or two, from {low:g} to {high:g}. Received: {name}={factor!r}"
        )
        if isinstance(factor, list | tuple):
            if len(factor) != 2 or min(factor) < (-high if symmetric else low) or max(factor) > high:
                raise ArgumentError(problem)
            first, last = sorted(factor)
            return first, last
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not low <= factor <= high:
            raise ArgumentError(problem)
        return (-abs(factor) if symmetric else max(-abs(factor), low)), abs(factor)

    def _values(self, value_range: Any) -> tuple[float, float]:
        """The lowest and the highest value of a pixel."""
        if not isinstance(value_range, list | tuple) or len(value_range) != 2:
            raise ArgumentError(f"Expected value_range to be two numbers. Received: value_range={value_range!r}")
        low, high = sorted(value_range)
        return low, high

    # --- drawing ---------------------------------------------------------------------------------------------------

    def _uniform(self, x: torch.Tensor, shape: Sequence[int], low: Any = 0.0, high: Any = 1.0) -> torch.Tensor:
        """Numbers spread evenly, in the type of ``x`` and on its device."""
        made = torch.empty(tuple(shape), dtype=x.dtype, device=x.device)
        return made.uniform_(0.0, 1.0, generator=self.generator.generator(x.device)) * (high - low) + low

    def _per_picture(self, x: torch.Tensor, low: Any = 0.0, high: Any = 1.0) -> torch.Tensor:
        """One number for each picture, of shape (batch, 1, 1, 1)."""
        return self._uniform(x, (x.shape[0], 1, 1, 1), low, high)

    def _chosen(self, x: torch.Tensor, factor: tuple[float, float]) -> torch.Tensor:
        """Which pictures are changed, when each is with a probability between two; (batch, 1, 1, 1)."""
        return self._per_picture(x) < self._per_picture(x, *factor)

    # --- calling ---------------------------------------------------------------------------------------------------

    def call(self, inputs: Any, training: bool = True) -> Any:
        """Compute the output."""
        if not isinstance(inputs, dict):
            return self._run(inputs, training)[0]
        made = dict(inputs)
        made["images"], drawn = self._run(inputs["images"], training)
        if drawn is None:
            return made
        if "labels" in inputs:
            labels = as_tensor(inputs["labels"])
            single = as_tensor(inputs["images"]).dim() == 3
            changed = self.change_labels(labels.unsqueeze(0) if single else labels, drawn)
            made["labels"] = changed.squeeze(0) if single else changed
        if "segmentation_masks" in inputs and self._moves:
            masks, layout, single = as_batch(inputs["segmentation_masks"], self.data_format, self.name)
            made["segmentation_masks"] = restored(self.change(masks, drawn, "nearest"), layout, single)
        if "bounding_boxes" in inputs:
            made["bounding_boxes"] = self.change_boxes(inputs["bounding_boxes"], drawn)
        return made

    def _run(self, images: Any, training: bool) -> tuple[torch.Tensor, Drawn | None]:
        x, layout, single = as_batch(images, self.data_format, f"Layer {self.name!r}")
        if not self.keeps_dtype:
            x = x.to(torch_dtype(self.compute_dtype))
        if not (training or self._always):
            return restored(x, layout, single), None
        drawn = self.draw(x)
        return restored(self.change(x, drawn), layout, single), drawn

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        if isinstance(input_shape, dict):
            return {**input_shape, "images": self.picture_shape(self._checked(input_shape["images"]))}
        return self.picture_shape(self._checked(input_shape))

    def _checked(self, shape: Any) -> Any:
        if len(shape) not in (3, 4):
            raise ShapeError(
                f"Layer {self.name!r} expects pictures of shape (batch, height, width, channels), or one of (height, width, "
                f"channels). Received: an input of shape {tuple(shape)}"
            )
        return shape

    def picture_shape(self, shape: Any) -> tuple[int | None, ...]:
        """The shape of pictures that are made of pictures."""
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        config = {**super().get_config(), "data_format": self.data_format, **stored(self, *self._arguments)}
        if self.bounding_box_format is not None:
            config["bounding_box_format"] = self.bounding_box_format
        return config


class ResizedPictures(PictureLayer):
    """Base of the layers whose pictures have a height and a width that is given."""

    height: int
    width: int

    def picture_shape(self, shape: Any) -> tuple[int | None, ...]:
        """The shape with the layer's height and width."""
        if self.data_format == "channels_last":
            return (*shape[:-3], self.height, self.width, shape[-1])
        return (*shape[:-2], self.height, self.width)


def rescaled(x: torch.Tensor, old: Sequence[float], new: Sequence[float]) -> torch.Tensor:
    """Values of one range, in another."""
    if tuple(old) == tuple(new):
        return x
    return (x - old[0]) / (old[1] - old[0]) * (new[1] - new[0]) + new[0]
