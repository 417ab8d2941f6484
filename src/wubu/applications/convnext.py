"""ConvNeXt: a convolutional network with the proportions of a vision transformer.

Liu et al., "A ConvNet for the 2020s", 2022 (arXiv:2201.03545).
"""

from __future__ import annotations

from typing import Any

import torch

from wubu.applications.imagenet import decode_predictions
from wubu.applications.scaffolding import assembled, check_weights, load, picture_input, pool
from wubu.core.settings import image_data_format
from wubu.errors import ArgumentError
from wubu.initializers import Constant
from wubu.layers import (
    Activation,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    Layer,
    LayerNormalization,
    Normalization,
)
from wubu.models import Sequential

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "decode_predictions",
    "preprocess_input",
]

# Section 3 of the paper: blocks and channels of the four stages.
_SIZES = {
    "tiny": ((3, 3, 9, 3), (96, 192, 384, 768)),
    "small": ((3, 3, 27, 3), (96, 192, 384, 768)),
    "base": ((3, 3, 27, 3), (128, 256, 512, 1024)),
    "large": ((3, 3, 27, 3), (192, 384, 768, 1536)),
    "xlarge": ((3, 3, 27, 3), (256, 512, 1024, 2048)),
}
_DIGESTS = {
    "tiny": (
        "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff",
        "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
    ),
    "small": (
        "ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c",
        "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab",
    ),
    "base": (
        "52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6",
        "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45",
    ),
    "large": (
        "070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6",
        "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd",
    ),
    "xlarge": (
        "c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee",
        "de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05",
    ),
}
_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)


class StochasticDepth(Layer):
    """In training, whole samples become zero and the others are scaled up.

    Args:
        drop_path_rate: the probability that a sample becomes zero.
    """

    _keras_module = "keras.src.applications.convnext"

    def __init__(self, drop_path_rate: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.drop_path_rate = drop_path_rate

    def call(self, x: Any, training: bool | None = None) -> Any:
        """Compute the output."""
        if not training:
            return x
        kept = 1.0 - self.drop_path_rate
        chance = torch.rand(x.shape[0], *[1] * (x.dim() - 1), dtype=x.dtype, device=x.device)
        return x / kept * torch.floor(kept + chance)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "drop_path_rate": self.drop_path_rate}


class LayerScale(Layer):
    """Each channel times a weight that begins near zero, so that a residual begins near nothing.

    Args:
        init_values: the number that the weights begin with.
        projection_dim: the number of channels.
    """

    _keras_module = "keras.src.applications.convnext"

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init_values, self.projection_dim = init_values, projection_dim

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        self.gamma = self.add_weight(shape=(self.projection_dim,), initializer=Constant(self.init_values), name="gamma")

    def call(self, x: Any) -> Any:
        """Compute the output."""
        return x * self.gamma

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "init_values": self.init_values, "projection_dim": self.projection_dim}


def _normalized(name: str | None = None) -> Any:
    return LayerNormalization(epsilon=1e-6, name=name)


def _block(inputs: Any, channels: int, drop: float, scale: float | None, name: str) -> Any:
    """7x7 within channels, four times as many channels and back, scaled and added to what went in."""
    x = Conv2D(channels, 7, padding="same", groups=channels, name=f"{name}_depthwise_conv")(inputs)
    x = _normalized(f"{name}_layernorm")(x)
    x = Dense(4 * channels, name=f"{name}_pointwise_conv_1")(x)
    x = Activation("gelu", name=f"{name}_gelu")(x)
    x = Dense(channels, name=f"{name}_pointwise_conv_2")(x)
    if scale is not None:
        x = LayerScale(scale, channels, name=f"{name}_layer_scale")(x)
    last: Any = StochasticDepth(drop, name=f"{name}_stochastic_depth") if drop else None
    return inputs + (last or Activation("linear", name=f"{name}_identity"))(x)


def _convnext(
    size: str,
    include_top: bool,
    include_preprocessing: bool,
    weights: Any,
    input_tensor: Any,
    input_shape: Any,
    pooling: str | None,
    classes: int,
    classifier_activation: Any,
    name: str,
) -> Any:
    if image_data_format() == "channels_first":
        raise ArgumentError(
            "ConvNeXt normalises the last axis, which has to be that of the channels. "
            "Received: image_data_format 'channels_first'. Try: wubu.config.set_image_data_format('channels_last')"
        )
    check_weights(weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, 224, 32, include_top, weights)
    depths, widths = _SIZES[size]
    x: Any = inputs
    if include_preprocessing and inputs.shape[-1] == 3:
        mean, variance = [255 * m for m in _MEAN], [(255 * s) ** 2 for s in _STD]
        x = Normalization(mean=mean, variance=variance, name=f"{name}_prestem_normalization")(x)
    for stage, (depth, channels) in enumerate(zip(depths, widths, strict=True)):
        if stage == 0:
            parts = [Conv2D(channels, 4, strides=4, name=f"{name}_stem_conv"), _normalized(f"{name}_stem_layernorm")]
            x = Sequential(parts, name=f"{name}_stem")(x)
        else:
            last = f"{stage - 1}"
            parts = [
                _normalized(f"{name}_downsampling_layernorm_{last}"),
                Conv2D(channels, 2, strides=2, name=f"{name}_downsampling_conv_{last}"),
            ]
            x = Sequential(parts, name=f"{name}_downsampling_block_{last}")(x)
        for i in range(depth):
            x = _block(x, channels, 0.0, 1e-6, f"{name}_stage_{stage}_block_{i}")
    if include_top:
        x = _normalized(f"{name}_head_layernorm")(GlobalAveragePooling2D(name=f"{name}_head_gap")(x))
        x = Dense(classes, activation=classifier_activation, name=f"{name}_head_dense")(x)
    else:
        x = _normalized()(pool(x, pooling))
    top, bare = _DIGESTS[size]
    published = {True: (f"convnext_{size}.h5", top), False: (f"convnext_{size}_notop.h5", bare)}
    return load(assembled(inputs, x, name), weights, include_top, published, "convnext/")


def ConvNeXtTiny(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "convnext_tiny",
) -> Any:
    """ConvNeXt-T: 28,589,128 parameters with its top.

    Args:
        include_top: whether the classifier is there.
        include_preprocessing: whether the model normalises pixels of 0..255 itself.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        input_shape: (height, width, channels), at least 32x32. Default 224x224x3.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name.
    """
    return _convnext(
        "tiny", include_top, include_preprocessing, weights, input_tensor, input_shape, pooling, classes,
        classifier_activation, name,
    )  # fmt: skip


def ConvNeXtSmall(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "convnext_small",
) -> Any:
    """ConvNeXt-S: 50,223,688 parameters with its top; see ``ConvNeXtTiny``."""
    return _convnext(
        "small", include_top, include_preprocessing, weights, input_tensor, input_shape, pooling, classes,
        classifier_activation, name,
    )  # fmt: skip


def ConvNeXtBase(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "convnext_base",
) -> Any:
    """ConvNeXt-B: 88,591,464 parameters with its top; see ``ConvNeXtTiny``."""
    return _convnext(
        "base", include_top, include_preprocessing, weights, input_tensor, input_shape, pooling, classes,
        classifier_activation, name,
    )  # fmt: skip


def ConvNeXtLarge(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "convnext_large",
) -> Any:
    """ConvNeXt-L: 197,767,336 parameters with its top; see ``ConvNeXtTiny``."""
    return _convnext(
        "large", include_top, include_preprocessing, weights, input_tensor, input_shape, pooling, classes,
        classifier_activation, name,
    )  # fmt: skip


def ConvNeXtXLarge(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "convnext_xlarge",
) -> Any:
    """ConvNeXt-XL: 350,196,968 parameters with its top; see ``ConvNeXtTiny``."""
    return _convnext(
        "xlarge", include_top, include_preprocessing, weights, input_tensor, input_shape, pooling, classes,
        classifier_activation, name,
    )  # fmt: skip


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels as they are: the model normalises them itself."""
    return x
