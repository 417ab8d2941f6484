"""One file as another: whole models between formats, and weights where an architecture is given."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from wubu.core.files import write_text
from wubu.errors import ArgumentError
from wubu.saving import api, architecture, formats, safetensors_file, torch_state

_WHOLE = ("keras", "h5", "saved_model")
_NAMED = ("safetensors", "torch")
_PROGRAMS = ("onnx", "torch_export")


def convert(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    to: str | None = None,
    architecture_file: str | os.PathLike[str] | None = None,
    weights_only: bool = False,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool = True,
) -> tuple[str, str]:
    """Write what one file holds into another.

    Args:
        source: a file, a folder, or the prefix of a TensorFlow checkpoint.
        target: where to; its ending decides the format as in ``save`` and ``save_weights``.
        to: the format by name, instead of the ending; see ``formats.FORMATS``.
        architecture_file: for weights alone: a whole model, or an architecture as JSON or YAML, that they belong to.
        weights_only: whether ``.h5`` means weights by layer, and a name without an ending a TensorFlow checkpoint.
        custom_objects: the author's own classes.
        safe_mode: False allows code in the file to run.

    Returns:
        The formats of source and target.

    Raises:
        ArgumentError: when the one cannot become the other.
        FileFormatError: when the source is damaged.

    Example::

        convert("old_keras_2.h5", "model.keras")
        convert("model.keras", "model.onnx")
        convert("ckpt/model.ckpt", "model.keras", architecture_file="model.json")
    """
    read = formats.of(source)
    write = _target_format(target, to, read, weights_only)
    if read in _NAMED and write in _NAMED:
        _rename(source, read, target, write)
        return read, write
    model = _model_of(source, read, architecture_file, custom_objects, safe_mode)
    _write(model, target, write)
    return read, write


def _target_format(target: str | os.PathLike[str], to: str | None, read: str, weights_only: bool) -> str:
    if to is not None:
        return formats.from_argument(to)
    named = formats.by_name(target)
    if named == "h5" and weights_only:
        return "legacy_weights_h5"
    if named is not None:
        return named
    return "tf_checkpoint" if weights_only else "saved_model"


def _rename(source: str | os.PathLike[str], read: str, target: str | os.PathLike[str], write: str) -> None:
    """Tensors by name need no architecture."""
    found = safetensors_file.read(Path(source))[0] if read == "safetensors" else torch_state.read(Path(source))
    if write == "safetensors":
        safetensors_file.write(Path(target), found)
        return
    from wubu.core.files import atomic_open

    with atomic_open(target, "wb") as file:
        torch.save(found, file)


def _model_of(
    source: str | os.PathLike[str],
    read: str,
    architecture_file: str | os.PathLike[str] | None,
    custom_objects: Mapping[str, Any] | None,
    safe_mode: bool,
) -> Any:
    if read in _WHOLE and architecture_file is None:
        return api.load_model(source, custom_objects=custom_objects, safe_mode=safe_mode)
    if read in ("json", "yaml"):
        return _architecture_of(source, read, custom_objects, safe_mode)
    if read in _PROGRAMS:
        raise ArgumentError(
            f"{os.fspath(source)} is {formats.FORMATS[read]}: a program without layers. It cannot become a model again"
        )
    if architecture_file is None:
        raise ArgumentError(
            f"{os.fspath(source)} is {formats.FORMATS[read]}; it does not say which layers the weights belong to. "
            "Try: --architecture with a model or its JSON"
        )
    model = _architecture_of(architecture_file, formats.of(architecture_file), custom_objects, safe_mode)
    api.load_weights(model, source)
    return model


def _architecture_of(
    path: str | os.PathLike[str], kind: str, custom_objects: Mapping[str, Any] | None, safe_mode: bool
) -> Any:
    if kind in _WHOLE:
        return api.load_model(path, custom_objects=custom_objects, safe_mode=safe_mode)
    if kind == "json":
        return architecture.from_json(Path(path).read_bytes(), custom_objects)
    if kind == "yaml":
        return architecture.from_yaml(Path(path).read_text(encoding="utf-8"), custom_objects)
    raise ArgumentError(f"{os.fspath(path)} is {formats.FORMATS[kind]}; it holds no architecture")


def _write(model: Any, target: str | os.PathLike[str], write: str) -> None:
    if write == "json":
        write_text(target, model.to_json())
    elif write in _WHOLE:
        api.save_model(model, target, save_format=write)
    elif write in _PROGRAMS:
        api.export(model, target, format=write)
    elif write == "yaml":
        raise ArgumentError("Architectures are written as JSON, not as YAML. Try: .json")
    else:
        api.save_weights(model, target, save_format="h5" if write == "legacy_weights_h5" else write)
