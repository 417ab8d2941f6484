"""Which format a file has, by its content, and which one a name asks for, as tf.keras 2 decides it."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import h5py

from wubu.errors import ArgumentError, FileFormatError, MissingFileError, UnsafeFileError
from wubu.saving import hdf5
from wubu.saving.zip_files import open_zip

# format: what it is, for messages
FORMATS = {
    "keras": "a Keras 3 model (.keras)",
    "h5": "a whole model in HDF5 (Keras 1 to 3)",
    "weights_h5": "weights in Keras 3's layout (.weights.h5)",
    "sharded_weights": "weights in several HDF5 files (.weights.json)",
    "legacy_weights_h5": "weights by layer in HDF5 (Keras 1 and 2)",
    "tf_checkpoint": "a TensorFlow checkpoint",
    "saved_model": "a SavedModel folder",
    "safetensors": "weights as safetensors",
    "torch": "a torch state_dict",
    "torch_export": "a program of torch.export",
    "onnx": "an ONNX graph",
    "json": "an architecture as JSON",
    "yaml": "an architecture as YAML",
}
_ENDINGS = {
    ".keras": "keras",
    ".h5": "h5",
    ".hdf5": "h5",
    ".safetensors": "safetensors",
    ".pt": "torch",
    ".pth": "torch",
    ".pt2": "torch_export",
    ".onnx": "onnx",
    ".json": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
}
_NAMES = {
    "keras_v3": "keras",
    "hdf5": "h5",
    "tf": "saved_model",
    "tensorflow": "saved_model",
    "tf_saved_model": "saved_model",
    "savedmodel": "saved_model",
    "pt": "torch",
    "state_dict": "torch",
    "pt2": "torch_export",
}


def by_name(path: str | os.PathLike[str]) -> str | None:
    """The format that a file's ending stands for, or None."""
    name = os.fspath(path).lower()
    if name.endswith(".weights.h5"):
        return "weights_h5"
    if name.endswith(".weights.json"):
        return "sharded_weights"
    return _ENDINGS.get(Path(name).suffix)


def from_argument(name: str) -> str:
    """The format that ``save_format=`` or ``format=`` names.

    Raises:
        ArgumentError: for an unknown one.
    """
    found = _NAMES.get(name.lower(), name.lower())
    if found not in FORMATS:
        raise ArgumentError(f"Expected a format among {sorted(FORMATS)}. Received: {name!r}")
    return found


def checkpoint_prefix(path: str | os.PathLike[str]) -> str | None:
    """The prefix of the TensorFlow checkpoint that a path means, or None: a prefix, its ``.index``, or a data file."""
    name = os.fspath(path)
    candidates = [name, name.removesuffix(".index")]
    head, found, tail = name.rpartition(".data-")
    if found and "-of-" in tail:
        candidates.append(head)
    for candidate in candidates:
        if candidate and os.path.isfile(f"{candidate}.index"):
            return candidate
    return None


def of(path: str | os.PathLike[str]) -> str:
    """The format that a file or folder has, by what is in it.

    Raises:
        MissingFileError: when there is nothing.
        FileFormatError: when it is none that is known.
    """
    where = Path(path)
    if where.is_dir():
        return _of_folder(where)
    if not where.is_file():
        if checkpoint_prefix(path) is not None:
            return "tf_checkpoint"
        raise MissingFileError(f"No such file or folder: {os.fspath(path)}")
    if checkpoint_prefix(path) is not None and where.suffix != ".keras":
        return "tf_checkpoint"
    with open(where, "rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK"):  # first: the weights within may begin where HDF5 looks for itself
        return _of_zip(where)
    if head.startswith(hdf5.SIGNATURE) or _hdf5_further_in(where):
        return _of_hdf5(where)
    if _is_safetensors(head, where.stat().st_size):
        return "safetensors"
    named = by_name(where)
    if named == "onnx" and head[:1] in (b"\x08", b"\x0a"):
        return "onnx"
    if head[:2] == b"\x80\x02" and named == "torch":  # before torch 1.6: a bare pickle
        return "torch"
    if head.lstrip()[:1] == b"{":
        return "sharded_weights" if named == "sharded_weights" or b'"weight_map"' in head else "json"
    if named == "yaml":
        return "yaml"
    shown = f"It should be {FORMATS[named]}, but it" if named else "It"
    raise FileFormatError(f"{where} has no format that is known. {shown} begins with {head[:16]!r}")


def _of_folder(where: Path) -> str:
    inside = {p.name for p in where.iterdir()}
    if "config.json" in inside and any(n.startswith("model.weights.") for n in inside):
        return "keras"
    if inside & {"saved_model.pb", "saved_model.pbtxt", "keras_metadata.pb"}:
        return "saved_model"
    if "checkpoint" in inside:
        return "tf_checkpoint"
    raise FileFormatError(
        f"{where} is a folder, but neither a SavedModel nor an unzipped .keras model, and it has no 'checkpoint' file. "
        f"It holds: {sorted(inside)[:8]}"
    )


def _hdf5_further_in(where: Path) -> bool:
    """HDF5 may begin at 512, 1024… bytes, behind a block of the user's own."""
    return where.stat().st_size > 520 and h5py.is_hdf5(where)


def _of_hdf5(where: Path) -> str:
    with hdf5.open_hdf5(where) as file:
        if "model_config" in file.attrs:
            return "h5"
        if "layer_names" in file.attrs or "layer_names0" in file.attrs or "nb_layers" in file.attrs:
            return "legacy_weights_h5"
        if "model_weights" in file:
            return "legacy_weights_h5"
        return "weights_h5"


def _of_zip(where: Path) -> str:
    try:
        with open_zip(where, str(where)) as archive:
            names = archive.namelist()
    except UnsafeFileError:
        raise
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        named = by_name(where)
        raise FileFormatError(
            f"{where} should be {FORMATS[named] if named else 'a zip archive'}, but it is damaged: {error}"
        ) from error
    if "config.json" in names:
        return "keras"
    if any(n.endswith("models/model.json") or n.endswith("serialized_exported_program.json") for n in names):
        return "torch_export"
    if any(n.endswith("/data.pkl") or n == "data.pkl" for n in names):
        return "torch"
    raise FileFormatError(f"{where} is a zip archive, but no model: it holds {names[:6]}")


def _is_safetensors(head: bytes, size: int) -> bool:
    if len(head) < 9 or head[8:9] != b"{":
        return False
    length = int.from_bytes(head[:8], "little")
    return 2 <= length <= size - 8


def weight_map(path: str | os.PathLike[str]) -> Any:
    """The JSON of a ``.weights.json``."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileFormatError(f"{path} should be the list of sharded weights: {error}") from error
