"""What all classifiers of pictures have in common: where they begin, how they end, and where their weights come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wubu.core.settings import image_data_format, keras_home
from wubu.datasets.checksums import file_digest, hash_algorithm
from wubu.datasets.downloads import fetch
from wubu.errors import ArgumentError, FileFormatError
from wubu.layers import Dense, GlobalAveragePooling2D, GlobalMaxPooling2D, Input
from wubu.models import Model
from wubu.symbolic import KerasTensor

STORAGE = "https://storage.googleapis.com/tensorflow/keras-applications/"
# A file's name, and its MD5 or SHA-256 digest where Keras publishes one, for the whole model and without its top.
Published = Mapping[bool, tuple[str, str | None]]


def check_weights(weights: Any, include_top: bool, classes: int) -> None:
    """Raise when ``weights`` is neither None, "imagenet" nor a file, or does not fit the number of classes."""
    if weights not in (None, "imagenet") and not Path(str(weights)).exists():
        raise ArgumentError(
            f"Expected weights to be None (random), 'imagenet', or the path of a file. Received: weights={weights!r}"
        )
    if weights == "imagenet" and include_top and classes != 1000:
        raise ArgumentError(
            f"ImageNet's weights have 1000 classes. Received: classes={classes}. "
            "Try: include_top=False and a Dense layer of your own, or weights=None"
        )


def picture_input(
    input_shape: Sequence[int | None] | None,
    input_tensor: KerasTensor | None,
    default_size: int,
    min_size: int,
    include_top: bool,
    weights: Any,
    channels: int = 3,
    free_size: bool = False,
) -> KerasTensor:
    """The symbolic input of a model of pictures.

    Args:
        input_shape: (height, width, channels), or None for the default.
        input_tensor: a symbolic tensor to begin with instead.
        default_size: the height and width that the model was made for.
        min_size: the smallest that it can take.
        include_top: whether the size is fixed by a dense top.
        weights: "imagenet" fixes the size of a model with its top, and the channels.
        channels: 3 for colours.
        free_size: whether the top takes any size, since it follows a global pooling.
    """
    if input_tensor is not None:
        return input_tensor
    first = image_data_format() == "channels_first"
    if input_shape is None:
        side = default_size if include_top and not free_size else None
        side = default_size if include_top else side
        return Input((channels, side, side) if first else (side, side, channels))
    if len(input_shape) != 3:
        raise ArgumentError(f"Expected input_shape to be (height, width, channels). Received: {tuple(input_shape)}")
    space = input_shape[1:] if first else input_shape[:2]
    given = input_shape[0] if first else input_shape[2]
    if weights == "imagenet" and given != channels:
        raise ArgumentError(f"ImageNet's weights need {channels} channels. Received: input_shape={tuple(input_shape)}")
    if weights == "imagenet" and include_top and not free_size and tuple(space) != (default_size, default_size):
        raise ArgumentError(
            f"ImageNet's weights with the top need pictures of {default_size}x{default_size}. "
            f"Received: input_shape={tuple(input_shape)}. Try: include_top=False"
        )
    if any(d is not None and d < min_size for d in space):
        raise ArgumentError(
            f"Expected pictures of at least {min_size}x{min_size}. Received: input_shape={tuple(input_shape)}"
        )
    if include_top and None in space and not free_size:
        raise ArgumentError(
            f"With include_top=True the size of the pictures must be known. Received: input_shape={tuple(input_shape)}"
        )
    return Input(tuple(input_shape))


def channel_axis() -> int:
    """The axis of the channels in the default layout."""
    return 1 if image_data_format() == "channels_first" else -1


def halving_pad(x: Any, kernel: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The padding before a convolution with stride 2 that halves the size, rounded up."""
    height, width = (x.shape[2], x.shape[3]) if channel_axis() == 1 else (x.shape[1], x.shape[2])
    half = kernel // 2
    before = [half if d is None else half - (1 - d % 2) for d in (height, width)]
    return ((before[0], half), (before[1], half))


def divisible(channels: float, divisor: int = 8) -> int:
    """The multiple of a divisor nearest to a number of channels, not more than a tenth below it."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


def pooled_top(
    x: Any, include_top: bool, pooling: str | None, classes: int, activation: Any, named: bool = True
) -> Any:
    """A global average and a Dense layer, or what ``pooling`` asks for without a top; see ``pool`` for ``named``."""
    if include_top:
        x = GlobalAveragePooling2D(name="avg_pool")(x)
        return Dense(classes, activation=activation, name="predictions")(x)
    return pool(x, pooling, named)


def pool(x: Any, pooling: str | None, named: bool = False) -> Any:
    """Global pooling by its name: "avg", "max" or None; ``named`` calls the layer avg_pool or max_pool."""
    if pooling == "avg":
        return GlobalAveragePooling2D(name="avg_pool" if named else None)(x)
    if pooling == "max":
        return GlobalMaxPooling2D(name="max_pool" if named else None)(x)
    if pooling is not None:
        raise ArgumentError(f"Expected pooling 'avg', 'max' or None. Received: pooling={pooling!r}")
    return x


def assembled(inputs: KerasTensor, outputs: Any, name: str | None) -> Any:
    """The model between an input, or what lies before it, and its outputs."""
    operation = inputs._keras_history.operation
    start = inputs if not operation._inbound_nodes[inputs._keras_history.node_index].input_tensors else _roots(inputs)
    return Model(start, outputs, name=name) if name else Model(start, outputs)


def _roots(tensor: KerasTensor) -> Any:
    """The inputs that a symbolic tensor was computed from."""
    found: dict[int, KerasTensor] = {}
    waiting = [tensor]
    while waiting:
        one = waiting.pop()
        node = one._keras_history.operation._inbound_nodes[one._keras_history.node_index]
        if node.is_input:
            found[id(one)] = one
        waiting += node.input_tensors
    return next(iter(found.values())) if len(found) == 1 else list(found.values())


def load(model: Any, weights: Any, include_top: bool, published: Published, folder: str) -> Any:
    """Load the weights that were asked for and return the model.

    Args:
        model: the model.
        weights: None, "imagenet" or a file.
        include_top: which published file to take.
        published: file names and digests.
        folder: the folder of the published files: an address, or its end below Keras's storage.
    """
    if weights is None:
        return model
    if weights == "imagenet":
        file, digest = published[include_top]
        base = folder if "://" in folder else STORAGE + folder
        weights = download(file, base + file, digest)
    model.load_weights(weights)
    return model


def download(file: str, url: str, digest: str | None, subfolder: str = "models") -> Path:
    """Return the path of a published file in the cache, downloaded if it is missing or damaged."""
    target = keras_home() / subfolder / file

    def check(path: Path, downloaded: bool) -> Path:
        if digest is not None and file_digest(path, hash_algorithm(digest)) != digest:
            raise FileFormatError(
                f"{path} is not the published file: its {hash_algorithm(digest)} digest is not {digest}"
            )
        return path

    fetch(target, [url], check, own_mirror=False)  # what was checked may be a file that is renamed afterwards
    return target
