"""Whole models in one HDF5 file, as Keras 1 and 2 saved them and Keras 3 still does.

The root's attributes hold ``model_config`` and ``training_config`` as JSON; the groups ``model_weights`` and
``optimizer_weights`` hold the values.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py

from wubu.core import registry
from wubu.core.config import SafeMode, deserialize_keras_object, serialize_keras_object
from wubu.core.files import write_bytes
from wubu.core.registry import custom_object_scope
from wubu.errors import FileFormatError, SerializationError, UnknownNameError, WubuError
from wubu.saving import hdf5, legacy_weights, optimizer_state
from wubu.saving.eras.compile_arguments import compile_config
from wubu.saving.eras.current import era_of, to_current
from wubu.saving.limits import parse_json
from wubu.saving.loading import from_untrusted


def save(model: Any, path: str | Path, include_optimizer: bool = True) -> None:
    """Write a whole model; Keras 3 opens the file.

    Args:
        model: any model with a config.
        path: the file.
        include_optimizer: whether the optimizer and the arguments of compile are kept.
    """
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name, value in _attributes(model, include_optimizer).items():
            file.attrs[name] = value
        legacy_weights.write_group(file.create_group("model_weights"), model)
        optimizer = getattr(model, "optimizer", None)
        if include_optimizer and optimizer is not None and optimizer.built:
            legacy_weights.write_weights(file.create_group("optimizer_weights"), optimizer.variables)
    write_bytes(path, buffer.getvalue())


def _attributes(model: Any, include_optimizer: bool) -> dict[str, str]:
    config = {"class_name": type(model).__name__, "config": serialize_keras_object(model)["config"]}
    made = {
        "keras_version": legacy_weights.KERAS_VERSION,
        "backend": "torch",
        "model_config": _json(config, model.name),
    }
    compiled = model.get_compile_config() if include_optimizer and getattr(model, "optimizer", None) is not None else None
    if compiled:
        training = {k: v for k, v in serialize_keras_object(compiled).items() if k != "optimizer"}
        optimizer = serialize_keras_object(model.optimizer)
        training["loss"] = _full_names(training.get("loss"))
        training["optimizer_config"] = {k: optimizer[k] for k in ("class_name", "config")}
        made["training_config"] = _json(training, model.name)
    return made


def _full_names(loss: Any) -> Any:
    """Losses by the full names of their functions: Keras 3 does not find short ones in an HDF5 file, its own included."""
    if isinstance(loss, list):
        return [_full_names(one) for one in loss]
    if isinstance(loss, dict) and "class_name" not in loss:
        return {key: _full_names(one) for key, one in loss.items()}
    if isinstance(loss, str):
        found = registry.find_builtin("keras.losses", loss)
        return getattr(found, "__name__", loss) if found is not None else loss
    return loss


def _json(value: Any, name: str) -> str:
    try:
        return json.dumps(value)
    except (TypeError, ValueError) as error:
        raise SerializationError(f"The configuration of model {name!r} is no JSON: {error}") from error


def load(
    path: str | Path,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Read a whole model of any era.

    Raises:
        FileFormatError: when the file is damaged, holds weights alone, or uses what has no equivalent today.
        UnsafeFileError: when it carries code and ``safe_mode`` is on.
    """
    name = str(path)
    with hdf5.open_hdf5(path) as file, from_untrusted(Path(path).stat().st_size, name):
        config, version = read_config(file, name)
        era = era_of(config, version)
        current = to_current(config, version, name)
        model = deserialize_keras_object(current, custom_objects=custom_objects, safe_mode=safe_mode)
        if not hasattr(model, "weights"):
            raise FileFormatError(f"{name} should hold a model. Received: {type(model).__name__}")
        if "model_weights" in file:
            legacy_weights.load_group(hdf5.subgroup(file, "model_weights"), model, name)
        training = read_training_config(file, name)
        if compile and training is not None:
            with custom_object_scope(custom_objects or {}), SafeMode(safe_mode):
                _compile(model, training, file, era, name)
    return model


def read_config(file: h5py.File, name: str) -> tuple[Any, str | None]:
    """The model's config, and the version of Keras that wrote it."""
    text = hdf5.attribute(file, "model_config")
    version = hdf5.attribute(file, "keras_version")
    if not isinstance(version, str) and isinstance(found := hdf5.find(file, "model_weights"), h5py.Group):
        version = hdf5.attribute(found, "keras_version")
    if text is None:
        what = "weights alone" if "layer_names" in file.attrs or "layers" in file else f"{hdf5.keys(file)[:8]}"
        raise FileFormatError(
            f"{name} should hold a whole model, with an attribute 'model_config'. It holds: {what}. "
            "Try: build the model in code and load_weights(…)"
        )
    if not isinstance(text, str):
        raise FileFormatError(f"{name}: the attribute 'model_config' should be text")
    config = parse_json(text, f"{name}: model_config")
    if not isinstance(config, dict) or "class_name" not in config:
        raise FileFormatError(f"{name}: model_config should describe a model, with a class_name. It does not")
    # Files without a version are of Keras 1, if they have no marks of a later one.
    return config, version if isinstance(version, str) else None


def read_training_config(file: h5py.File, name: str) -> dict[str, Any] | None:
    """What the file says of compile, or None."""
    text = hdf5.attribute(file, "training_config")
    if not isinstance(text, str):
        return None
    found = parse_json(text, f"{name}: training_config")
    return found if isinstance(found, dict) else None


def _compile(model: Any, training: dict[str, Any], file: h5py.File, era: int, name: str) -> None:
    try:
        arguments = compile_config(training, getattr(model, "output_names", []))
        model.compile_from_config(arguments)
    except (UnknownNameError, SerializationError, KeyError, TypeError, AttributeError) as error:
        if era >= 3:
            raise
        # What old programs compiled with is often gone, and the model is good without it.
        warnings.warn(f"{name}: the model was left uncompiled, for its training setup is not known: {error}", stacklevel=3)
        return
    stored = hdf5.find(file, "optimizer_weights")
    if isinstance(stored, h5py.Group) and model.optimizer is not None:
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_weights)
        try:
            names, arrays = legacy_weights.read_weights(stored)
        except WubuError as error:
            raise FileFormatError(f"{name}: the optimizer's state is damaged: {error}") from error
        optimizer_state.restore(model.optimizer, names, arrays, era, name)
