"""Saving and loading by name: which format a path means, and the overwriting of what stands there."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from wubu.errors import ArgumentError, FileFormatError, NotBuiltError, WriteError
from wubu.saving import formats, keras_archive, legacy_h5, legacy_weights, weights_h5
from wubu.saving.loading import wake_rooms

PathLike = str | os.PathLike[str]


def save_model(
    model: Any,
    filepath: PathLike | IO[bytes],
    overwrite: bool = True,
    save_format: str | None = None,
    include_optimizer: bool = True,
    zipped: bool | None = None,
    **kwargs: Any,
) -> None:
    """Save a whole model: architecture, weights, arguments of compile and the optimizer's state.

    The file is complete before it replaces an older one.

    Args:
        model: the model.
        filepath: ``.keras`` gives Keras 3's format, ``.h5`` and ``.hdf5`` the older one in HDF5, any other ending or
            none a folder in the SavedModel layout. An open binary file gets ``.keras``.
        overwrite: False asks before an existing file is replaced, and refuses where nobody can answer.
        save_format: ``"keras"``, ``"h5"`` or ``"tf"``, instead of the ending.
        include_optimizer: whether ``.h5`` and folders keep the optimizer; ``.keras`` always does.
        zipped: False writes the files of ``.keras`` into a folder of that name.
        **kwargs: accepted for older programs: ``signatures``, ``options``, ``save_traces``.

    Raises:
        SerializationError: when the model's configuration cannot be written.
        DiskFullError: when the disk is full; the old file stays.

    Example::

        model.save("model.keras")
        same = wubu.saving.load_model("model.keras")
    """
    unknown = set(kwargs) - {"signatures", "options", "save_traces"}
    if unknown:
        raise ArgumentError(f"save_model got arguments that it does not have: {sorted(unknown)}")
    if isinstance(filepath, io.IOBase):
        keras_archive.save_to_file_object(model, filepath)  # type: ignore[arg-type]
        return
    path = os.fspath(filepath)  # type: ignore[arg-type]
    kind = formats.from_argument(save_format) if save_format else (formats.by_name(path) or "saved_model")
    if kind == "weights_h5":
        kind = "h5"
    if zipped is False:
        kind = "keras"
    _ask(path, overwrite)
    if kind == "keras":
        keras_archive.save(model, path, zipped is not False)
    elif kind == "h5":
        legacy_h5.save(model, path, include_optimizer)
    elif kind == "saved_model":
        from wubu.saving.tf.saved_model import save

        save(model, path, include_optimizer)
    elif kind in ("onnx", "torch_export"):
        export(model, path, kind)
    else:
        raise ArgumentError(
            f"A whole model cannot be saved as {formats.FORMATS[kind]}. Received: {path!r}. "
            "Try: .keras or .h5, or model.save_weights(…) for the weights alone"
        )


def load_model(
    filepath: PathLike | IO[bytes],
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
    **kwargs: Any,
) -> Any:
    """Load a whole model that wubu, Keras 1 to 3 or tf.keras saved; what is in the file decides, not its name.

    Args:
        filepath: a file, a folder, or an open binary file in the ``.keras`` format.
        custom_objects: names of your own classes and functions, and what they mean.
        compile: whether the model is compiled as it was.
        safe_mode: False allows code in the file (Lambda layers) to run; only for files that you trust.
        **kwargs: accepted for older programs: ``options``.

    Returns:
        The model, with its weights, and with its optimizer's state where the file has one.

    Raises:
        MissingFileError: when there is no such file.
        FileFormatError: when the file is damaged, or is no model.
        UnsafeFileError: when it carries code, or asks for what no model needs.
    """
    if isinstance(filepath, io.IOBase):
        return keras_archive.load(filepath, custom_objects, compile, safe_mode)  # type: ignore[arg-type]
    path = os.fspath(filepath)  # type: ignore[arg-type]
    kind = formats.of(path)
    if kind == "keras":
        return keras_archive.load(path, custom_objects, compile, safe_mode)
    if kind == "h5":
        return legacy_h5.load(path, custom_objects, compile, safe_mode)
    if kind == "saved_model":
        from wubu.saving.tf.saved_model import load

        return load(path, custom_objects, compile, safe_mode)
    raise FileFormatError(
        f"{path} is {formats.FORMATS[kind]}, not a whole model. "
        "Try: build the model in code, then model.load_weights(…) if it holds weights"
    )


def save_weights(
    model: Any,
    filepath: PathLike,
    overwrite: bool = True,
    save_format: str | None = None,
    max_shard_size: float | None = None,
    **kwargs: Any,
) -> None:
    """Save the weights alone.

    Args:
        model: the model, built.
        filepath: ``.weights.h5`` gives Keras 3's layout, ``.h5`` and ``.hdf5`` the older one by layer, ``.safetensors``
            and ``.pt`` theirs, ``.keras`` a whole model; any other ending or none is the prefix of a TensorFlow
            checkpoint.
        overwrite: False asks before an existing file is replaced.
        save_format: ``"h5"`` or ``"tf"``, instead of the ending.
        max_shard_size: with ``.weights.json``: the size in GiB of the files that the weights are spread over.
        **kwargs: accepted for older programs: ``options``.
    """
    if not model.built:
        raise NotBuiltError(
            f"Model {model.name!r} has no weights to save yet. Try: call it on a batch, or build(input_shape) first"
        )
    path = os.fspath(filepath)
    kind = formats.by_name(path) or "tf_checkpoint"
    if save_format:
        kind = {"saved_model": "tf_checkpoint"}.get(formats.from_argument(save_format), formats.from_argument(save_format))
        if kind == "h5" and path.lower().endswith(".weights.h5"):
            kind = "weights_h5"
    _ask(path, overwrite)
    if kind == "sharded_weights" or (max_shard_size is not None and kind == "weights_h5"):
        target = path if kind == "sharded_weights" else f"{path.removesuffix('.h5')}.json"
        weights_h5.save_sharded(model, target, 5.0 if max_shard_size is None else max_shard_size)
    elif kind == "weights_h5":
        weights_h5.save(model, path)
    elif kind == "h5":
        legacy_weights.save(model, path)
    elif kind == "keras":
        keras_archive.save(model, path)
    elif kind == "safetensors":
        from wubu.saving import safetensors_file

        safetensors_file.save(model, path)
    elif kind == "torch":
        from wubu.saving import torch_state

        torch_state.save(model, path)
    elif kind in ("tf_checkpoint", "saved_model"):
        from wubu.saving.tf.checkpoint import save

        save(model, path)
    else:
        raise ArgumentError(f"Weights cannot be saved as {formats.FORMATS[kind]}. Received: {path!r}")


def load_weights(
    model: Any,
    filepath: PathLike,
    skip_mismatch: bool = False,
    by_name: bool = False,
    **kwargs: Any,
) -> Any:
    """Load weights from any file that holds some; what is in the file decides, not its name.

    Args:
        model: the model. A subclass that has no weights yet reads a TensorFlow checkpoint when it is first called.
        filepath: a file, a folder, or the prefix of a TensorFlow checkpoint.
        skip_mismatch: whether what does not fit keeps its values, with a warning.
        by_name: whether layers are found by name rather than by their order (HDF5 files by layer).
        **kwargs: accepted for older programs: ``options``.

    Returns:
        For a TensorFlow checkpoint an object with TensorFlow's ``assert_consumed`` and ``expect_partial``, else None.

    Raises:
        MissingFileError: when there is no such file.
        FileFormatError: when it does not fit, or is damaged.
    """
    path = os.fspath(filepath)
    kind = formats.of(path)
    if kind in ("tf_checkpoint", "saved_model"):
        from wubu.saving.tf.checkpoint import load

        return load(model, path, skip_mismatch)
    if not model.built:
        raise NotBuiltError(
            f"Model {model.name!r} has no weights to load into yet. "
            "Try: call it on a batch, or build(input_shape) first"
        )
    if by_name and kind not in ("h5", "legacy_weights_h5"):
        raise ArgumentError(
            f"by_name=True works with weights by layer in HDF5. Received: {path}, {formats.FORMATS[kind]}"
        )
    if kind in ("h5", "legacy_weights_h5"):
        legacy_weights.load(model, path, by_name, skip_mismatch)
    elif kind == "weights_h5":
        weights_h5.load(model, path, skip_mismatch)
    elif kind == "sharded_weights":
        weights_h5.load_sharded(model, path, skip_mismatch)
    elif kind == "keras":
        keras_archive.load_weights(model, path, skip_mismatch)
    elif kind == "safetensors":
        from wubu.saving import safetensors_file

        safetensors_file.load(model, path, skip_mismatch)
    elif kind == "torch":
        from wubu.saving import torch_state

        torch_state.load(model, path, skip_mismatch)
    else:
        raise FileFormatError(f"{path} is {formats.FORMATS[kind]}; it holds no weights that can be loaded")
    return None


def export(model: Any, filepath: PathLike, format: str | None = None, **kwargs: Any) -> None:
    """Write a model for use elsewhere, without what training needs.

    Args:
        model: the model, built.
        filepath: ``.onnx``, ``.pt2`` (torch.export), or a folder in the SavedModel layout.
        format: ``"onnx"``, ``"torch"`` or ``"tf_saved_model"``, instead of the ending.
        **kwargs: for ONNX: ``opset_version``; ``input_signature`` for models that do not know their inputs' shapes.
    """
    path = os.fspath(filepath)
    kind = formats.from_argument(format) if format else (formats.by_name(path) or "saved_model")
    wake_rooms()
    if kind == "onnx":
        from wubu.saving.onnx_file import export_onnx

        export_onnx(model, path, **kwargs)
    elif kind in ("torch_export", "torch"):
        from wubu.saving.torch_program import export_program

        export_program(model, path, **kwargs)
    elif kind == "saved_model":
        from wubu.saving.tf.saved_model import save

        save(model, path, include_optimizer=False)
    else:
        raise ArgumentError(
            f"Expected format to be 'onnx', 'torch' or 'tf_saved_model'. Received: {format or Path(path).suffix!r}"
        )


def _ask(path: str, overwrite: bool) -> None:
    """Refuse to replace a file when that is not wanted, unless somebody at the terminal allows it."""
    if overwrite or not (os.path.isfile(path) or formats.checkpoint_prefix(path)):
        return
    if sys.stdin is not None and sys.stdin.isatty():
        if input(f"[WARNING] {path} already exists - overwrite? [y/n]").strip().lower() in ("y", "yes"):
            return
    raise WriteError(f"{path} exists already, and overwrite=False forbids replacing it")
