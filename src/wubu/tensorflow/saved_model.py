"""``tf.saved_model``: folders of models. Keras models are written and read whole; the code of other objects is not kept."""

from __future__ import annotations

import os
from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.saving.tf import saved_model as folders
from wubu.tensorflow.files import path_of
from wubu.tensorflow.functions import ConcreteFunction, Function

DEFAULT_SERVING_SIGNATURE_DEF_KEY = "serving_default"
PREDICT_METHOD_NAME = "tensorflow/serving/predict"
SAVED_MODEL_FILENAME_PB = "saved_model.pb"
SERVING = "serve"
TRAINING = "train"
VARIABLES_DIRECTORY = "variables"
ASSETS_DIRECTORY = "assets"

__all__ = [
    "ASSETS_DIRECTORY",
    "Asset",
    "DEFAULT_SERVING_SIGNATURE_DEF_KEY",
    "LoadOptions",
    "PREDICT_METHOD_NAME",
    "SAVED_MODEL_FILENAME_PB",
    "SERVING",
    "SaveOptions",
    "TRAINING",
    "VARIABLES_DIRECTORY",
    "contains_saved_model",
    "load",
    "save",
]


class SaveOptions:
    """Options of writing: accepted.

    Args:
        accepted: options.
    """

    def __init__(self, **accepted: Any) -> None:
        self.experimental_io_device, self.save_debug_info, self.function_aliases = None, False, {}  # type: ignore[var-annotated]
        self.__dict__.update(accepted)


class LoadOptions(SaveOptions):
    """Options of reading: accepted."""


class Asset:
    """A file that belongs to a model.

    Args:
        path: the file.
    """

    def __init__(self, path: Any) -> None:
        self.asset_path = path_of(path)


def contains_saved_model(export_dir: Any) -> bool:
    """Whether a folder holds a SavedModel."""
    return os.path.isfile(os.path.join(path_of(export_dir), SAVED_MODEL_FILENAME_PB))


def save(obj: Any, export_dir: Any, signatures: Any = None, options: Any = None) -> None:
    """Write a model as a folder.

    Args:
        obj: a Keras model.
        export_dir: the folder.
        signatures, options: accepted.

    Raises:
        ArgumentError: for an object that is no model; its code would be lost. ``tf.train.Checkpoint`` keeps its variables.
    """
    if not isinstance(obj, torch.nn.Module) or not hasattr(obj, "get_config"):
        raise ArgumentError(
            f"Expected a Keras model. Received: {type(obj).__name__}, whose code a folder of wubu cannot hold. "
            "Try: tf.train.Checkpoint(root=obj).save(path) for its variables"
        )
    folders.save(obj, path_of(export_dir))


def load(export_dir: Any, tags: Any = None, options: Any = None) -> Any:
    """Read a model from a folder; it can be called, and has ``signatures["serving_default"]``.

    Raises:
        OSError: when there is no model.
    """
    path = path_of(export_dir)
    if not contains_saved_model(path):
        raise OSError(f"SavedModel file does not exist at: {path}/{{saved_model.pbtxt|saved_model.pb}}")
    model = folders.load(path)
    if "signatures" not in vars(model):
        object.__setattr__(model, "signatures", {DEFAULT_SERVING_SIGNATURE_DEF_KEY: _signature(model)})
    return model


def _signature(model: Any) -> ConcreteFunction:
    """The model as a function that gives its outputs by name."""

    def serve(*args: Any, **kwargs: Any) -> dict[str, Any]:
        given = args[0] if args else next(iter(kwargs.values()))
        outputs = model(given)
        if isinstance(outputs, dict):
            return outputs
        names = list(getattr(model, "output_names", None) or ["output_0"])
        parts = outputs if isinstance(outputs, list | tuple) else [outputs]
        return dict(zip(names, parts))

    return ConcreteFunction(Function(serve), (), {})
