"""Names of ``keras.utils`` that Keras has dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wubu import utils
from wubu.core import legacy
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.registry import custom_object_scope
from wubu.errors import MissingDependencyError
from wubu.legacy.enqueuers import GeneratorEnqueuer, OrderedEnqueuer
from wubu.utils.categorical import to_categorical as _to_categorical
from wubu.utils.source_inputs import get_source_inputs

__all__ = [
    "CustomObjectScope",
    "GeneratorEnqueuer",
    "HDF5Matrix",
    "OrderedEnqueuer",
    "accuracy",
    "ask_to_proceed_with_overwrite",
    "categorical_probas_to_classes",
    "conv_output_length",
    "convert_all_kernels_in_model",
    "convert_kernel",
    "convert_kernel_in_model",
    "count_params",
    "deserialize_keras_object",
    "get_from_module",
    "get_source_inputs",
    "has_arg",
    "layer_from_config",
    "multi_gpu_model",
    "normalize_padding",
    "normalize_tuple",
    "plot",
    "print_summary",
    "probas_to_classes",
    "serialize_keras_object",
    "to_categorical",
    "to_list",
    "unpack_singleton",
]

CustomObjectScope = custom_object_scope


def to_categorical(y: Any, num_classes: int | None = None, nb_classes: int | None = None, dtype: Any = "float32") -> Any:
    """``to_categorical`` under Keras 1's argument: ``nb_classes``."""
    if nb_classes is not None:
        legacy.note("nb_classes=", "num_classes=")
        num_classes = nb_classes
    made = _to_categorical(y, num_classes)
    return made.astype(dtype) if isinstance(made, np.ndarray) else made


def plot(model: Any, to_file: str = "model.png", show_shapes: bool = False, **kwargs: Any) -> Any:
    """Keras 1's name of ``plot_model``."""
    return utils.plot_model(model, to_file=to_file, show_shapes=show_shapes, **kwargs)


def multi_gpu_model(model: Any, gpus: Any = None, cpu_merge: bool = True, cpu_relocation: bool = False) -> Any:
    """The model as it is: torchrun starts a process for each device today."""
    legacy.note("multi_gpu_model(…)", "torchrun, which starts a process for each device; the model runs on one here")
    return model


def print_summary(model: Any, line_length: int | None = None, positions: Any = None, print_fn: Any = None) -> None:
    """``model.summary()``."""
    model.summary(line_length=line_length, positions=positions, print_fn=print_fn)


def count_params(weights: Sequence[Any]) -> int:
    """How many numbers weights hold, each weight counted once."""
    return sum(int(np.prod(tuple(w.shape))) for w in {id(w): w for w in weights}.values())


def layer_from_config(config: dict[str, Any], custom_objects: Any = None) -> Any:
    """Keras 1's name of ``keras.layers.deserialize``."""
    return deserialize_keras_object(config, custom_objects=custom_objects)


def get_from_module(identifier: Any, module_params: dict[str, Any], module_name: str, **kwargs: Any) -> Any:
    """What a name means in a module's dictionary; anything but a name as it is."""
    return module_params[identifier] if isinstance(identifier, str) else identifier


def has_arg(fn: Callable[..., Any], name: str, accept_all: bool = False) -> bool:
    """Whether a function takes an argument."""
    import inspect

    parameters = inspect.signature(fn).parameters
    return name in parameters or (accept_all and any(p.kind == p.VAR_KEYWORD for p in parameters.values()))


def to_list(x: Any) -> list[Any]:
    """A list as it is, anything else as a list of one."""
    return x if isinstance(x, list) else [x]


def unpack_singleton(x: Any) -> Any:
    """The only element of a list of one; anything else as it is."""
    return x[0] if isinstance(x, list | tuple) and len(x) == 1 else x


# --- predictions --------------------------------------------------------------------------------------------------


def probas_to_classes(y_pred: Any) -> np.ndarray:
    """The class of each row of probabilities, or whether a single one is above 0.5."""
    y_pred = np.asarray(y_pred)
    if y_pred.ndim > 1 and y_pred.shape[1] > 1:
        return categorical_probas_to_classes(y_pred)
    return (y_pred > 0.5).astype(int).reshape(-1)


def categorical_probas_to_classes(p: Any) -> np.ndarray:
    """The class of each row of probabilities."""
    return np.argmax(p, axis=1)


def accuracy(p: Any, y: Any) -> float:
    """The share of ``p`` that equals ``y``."""
    return float(np.mean(np.asarray(p) == np.asarray(y)))


# --- convolutions -------------------------------------------------------------------------------------------------


def convert_kernel(kernel: Any) -> np.ndarray:
    """A kernel turned round along the axes of space: Theano's convolution against TensorFlow's."""
    kernel = np.asarray(kernel)
    axes = tuple(range(kernel.ndim - 2))
    return np.copy(np.flip(kernel, axes))


def convert_all_kernels_in_model(model: Any) -> None:
    """Turn round the kernels of all convolutions of a model."""
    for layer in model.layers:
        if type(layer).__name__ in ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D"):
            first, *rest = layer.get_weights()
            layer.set_weights([convert_kernel(first), *rest])


convert_kernel_in_model = convert_all_kernels_in_model


def conv_output_length(
    input_length: int | None, filter_size: int, padding: str, stride: int, dilation: int = 1, border_mode: str | None = None
) -> int | None:
    """How many places a kernel has along an axis."""
    if input_length is None:
        return None
    padding = border_mode or padding
    size = filter_size + (filter_size - 1) * (dilation - 1)
    length = input_length - size + 1 if padding == "valid" else input_length
    length = input_length + size - 1 if padding == "full" else length
    return (length + stride - 1) // stride


def normalize_tuple(value: Any, n: int, name: str) -> tuple[int, ...]:
    """A number as so many of them; a list of so many as a tuple."""
    from wubu.layers.arguments import as_tuple

    return as_tuple(value, n, name)


def normalize_padding(value: str) -> str:
    """The name of a padding in small letters."""
    return value.lower()


# --- files and questions ------------------------------------------------------------------------------------------


def ask_to_proceed_with_overwrite(filepath: str) -> bool:
    """Ask at the terminal whether a file may be overwritten."""
    answer = input(f"[WARNING] {filepath} already exists - overwrite? [y/n] ")
    return answer.strip().lower() == "y"


class HDF5Matrix:
    """A part of a data set in an HDF5 file, as something like an array.

    Args:
        datapath: the file.
        dataset: the data set's name in it.
        start, end: the rows.
        normalizer: a function of rows that are read.
    """

    def __init__(
        self, datapath: str, dataset: str, start: int = 0, end: int | None = None, normalizer: Callable[..., Any] | None = None
    ) -> None:
        try:
            import h5py
        except ImportError as error:
            raise MissingDependencyError("h5py", "report", "HDF5Matrix") from error
        self.data = h5py.File(datapath, "r")[dataset]
        self.start, self.end = start, self.data.shape[0] if end is None else end
        self.normalizer = normalizer

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            first, last, step = key.indices(len(self))
            found = self.data[first + self.start : last + self.start : step]
        elif isinstance(key, int | np.integer):
            found = self.data[int(key) + self.start]
        else:  # HDF5 wants places in order
            rows = np.asarray(key)
            order, back = np.unique(rows + self.start, return_inverse=True)
            found = self.data[order][back]
        return found if self.normalizer is None else self.normalizer(found)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self[:], dtype=dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the part."""
        return (len(self), *self.data.shape[1:])

    @property
    def dtype(self) -> Any:
        """The type of the numbers."""
        return self.data.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.data.ndim
