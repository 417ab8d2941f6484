"""What a file holds, found without making anything of it: format, layers, weights, who wrote it, and what is unsafe in it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import h5py

from wubu.core import registry
from wubu.errors import UnsafeFileError, WubuError
from wubu.saving import formats, hdf5, keras_archive, legacy_h5, legacy_weights, safetensors_file, torch_state
from wubu.saving.eras.current import era_of, to_current
from wubu.saving.limits import MAX_MEMBERS, parse_json
from wubu.saving.loading import wake_rooms
from wubu.saving.tf import checkpoint, object_graph, saved_model
from wubu.saving.tf.bundle import BundleReader

_SLOT_MARKS = ("optimizer/", ".OPTIMIZER_SLOT", "optimizer_weights/")


@dataclass
class Tensor:
    """One array of a file."""

    name: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


@dataclass
class LayerFound:
    """One layer of a configuration; ``depth`` counts the models around it."""

    name: str
    class_name: str
    detail: str
    depth: int = 0


@dataclass
class Inspection:
    """What ``inspect`` found.

    Attributes:
        path: the file.
        format: its format, see ``formats.FORMATS``.
        bytes: its size, all parts together.
        written_by: what the file says of its writer.
        layers: the layers of the architecture, in order.
        tensors: the weights.
        optimizer: the optimizer's class, where the file has one.
        optimizer_tensors: how many arrays its state has.
        loss: what the model was compiled with.
        unsafe: what loading refuses, or would run; empty for a harmless file.
        notes: what else is worth knowing.
    """

    path: str
    format: str
    bytes: int
    written_by: str = ""
    layers: list[LayerFound] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)
    optimizer: str | None = None
    optimizer_tensors: int = 0
    loss: Any = None
    unsafe: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def parameters(self) -> int:
        """How many numbers the weights have, the optimizer's state left out."""
        return sum(t.size for t in self.tensors)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {**asdict(self), "parameters": self.parameters, "description": formats.FORMATS[self.format]}


def inspect(path: str | os.PathLike[str]) -> Inspection:
    """Look into a file or folder; nothing in it runs, and no model is made.

    Args:
        path: a file, a folder, or the prefix of a TensorFlow checkpoint.

    Raises:
        MissingFileError: when there is nothing.
        FileFormatError: when it is damaged, or of no known format.
    """
    wake_rooms()
    kind = formats.of(path)
    found = Inspection(os.fspath(path), kind, _size(path))
    try:
        _LOOK[kind](found)
    except UnsafeFileError as error:
        found.unsafe.append(str(error))
    return found


def _size(path: str | os.PathLike[str]) -> int:
    where = Path(path)
    if where.is_dir():
        return sum(p.stat().st_size for p in where.rglob("*") if p.is_file())
    if where.is_file():
        return where.stat().st_size
    return sum(p.stat().st_size for p in where.parent.glob(f"{where.name}.*"))


# --- formats ------------------------------------------------------------------------------------------------------


def _keras(found: Inspection) -> None:
    with keras_archive.opened(found.path) as archive:
        metadata = archive.metadata()
        version = archive.version()
        writer = metadata.get("written_by") or f"Keras {version}"
        found.written_by = f"{writer}, {metadata.get('date_saved', 'at an unknown time')}"
        config = archive.config()
        _architecture(found, config, version)
        _compiled(found, config.get("compile_config") if isinstance(config, dict) else None)
        assets = [n for n in archive.names() if n.startswith("assets/") and not n.endswith("/")]
        found.notes += [f"{len(assets)} assets: {', '.join(assets[:4])}"] if assets else []
        if keras_archive.WEIGHTS not in archive.names():
            found.unsafe.append("the weights are not HDF5 but pickled Python objects")
            return
        with archive._open(keras_archive.WEIGHTS) as file, hdf5.open_hdf5(file, found.path) as h5:
            _tree(found, h5)


def _whole_h5(found: Inspection) -> None:
    with hdf5.open_hdf5(found.path) as file:
        config, version = legacy_h5.read_config(file, found.path)
        found.written_by = f"Keras {version or 'before 1.2'}"
        backend = hdf5.attribute(file, "backend")
        found.written_by += f" on {backend}" if isinstance(backend, str) else ""
        _architecture(found, config, version)
        training = legacy_h5.read_training_config(file, found.path)
        if training:
            _compiled(found, {**training, "optimizer": training.get("optimizer_config")})
        _tree(found, file)


def _weights_h5(found: Inspection) -> None:
    with hdf5.open_hdf5(found.path) as file:
        if found.format == "legacy_weights_h5":
            era = legacy_weights.era_of_group(legacy_weights.weights_group(file))
            found.written_by = f"Keras {era}"
        _tree(found, file)


def _sharded(found: Inspection) -> None:
    from wubu.saving.weights_h5 import shard_names

    where = Path(found.path)
    for name in shard_names(where):
        with hdf5.open_hdf5(where.parent / name) as file:
            _tree(found, file)


def _checkpoint(found: Inspection) -> None:
    reader = BundleReader(checkpoint.prefix_of(found.path))
    found.written_by = "TensorFlow, or wubu in its format"
    found.notes.append(f"{reader.shards} data file{'s' if reader.shards > 1 else ''}")
    _bundle(found, reader)


def _saved_model(found: Inspection) -> None:
    metadata = saved_model.read_metadata(found.path)
    found.written_by = str(metadata.get("written_by") or "tf.keras 2")
    whole = metadata.get("wubu_config")
    if isinstance(whole, dict):
        _architecture(found, whole, None)
        _compiled(found, whole.get("compile_config"))
    elif metadata.get("config"):
        _architecture(found, {"class_name": metadata["class_name"], "config": metadata["config"]}, "2")
        training = metadata.get("training_config") or {}
        _compiled(found, {**training, "optimizer": training.get("optimizer_config")})
    else:
        found.notes.append(f"the class {metadata.get('class_name')!r} left no configuration; its weights can be loaded")
    _bundle(found, BundleReader(checkpoint.prefix_of(found.path)))


def _bundle(found: Inspection, reader: BundleReader) -> None:
    end = f"/.ATTRIBUTES/{object_graph.VALUE}"
    for key, entry in reader.entries.items():
        if key == object_graph.KEY:
            continue
        _add(found, Tensor(key.removesuffix(end), entry.shape, entry.dtype))


def _safetensors(found: Inspection) -> None:
    header, metadata, _ = safetensors_file.read_header(found.path)
    found.written_by = str(metadata.get("written_by", ""))
    for name, entry in header.items():
        _add(found, Tensor(name, tuple(entry["shape"]), entry["dtype"]))


def _torch(found: Inspection) -> None:
    found.written_by = "torch"
    for name, tensor in torch_state.read(found.path).items():
        _add(found, Tensor(name, tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")))


def _json(found: Inspection) -> None:
    config = parse_json(Path(found.path).read_bytes(), found.path)
    version = config.get("keras_version") if isinstance(config, dict) else None
    found.written_by = f"Keras {version}" if version else ""
    _architecture(found, config, version)


def _yaml(found: Inspection) -> None:
    from wubu.saving.architecture import parse_yaml

    config = parse_yaml(Path(found.path).read_text(encoding="utf-8"))
    version = str(config.get("keras_version", "")) if isinstance(config, dict) else ""
    found.written_by = f"Keras {version}" if version else ""
    _architecture(found, config, version or None)


def _opaque(found: Inspection) -> None:
    found.notes.append("a compiled program; its layers are not kept apart")


_LOOK = {
    "keras": _keras,
    "h5": _whole_h5,
    "weights_h5": _weights_h5,
    "legacy_weights_h5": _weights_h5,
    "sharded_weights": _sharded,
    "tf_checkpoint": _checkpoint,
    "saved_model": _saved_model,
    "safetensors": _safetensors,
    "torch": _torch,
    "json": _json,
    "yaml": _yaml,
    "onnx": _opaque,
    "torch_export": _opaque,
}


# --- weights ------------------------------------------------------------------------------------------------------


def _add(found: Inspection, tensor: Tensor) -> None:
    if any(mark in tensor.name for mark in _SLOT_MARKS):
        found.optimizer_tensors += 1
    else:
        found.tensors.append(tensor)


def _tree(found: Inspection, file: h5py.File) -> None:
    """Every dataset of an HDF5 file; links are named, not followed."""
    waiting: list[tuple[str, Any]] = [("", file)]
    seen: set[Any] = set()
    while waiting:
        path, group = waiting.pop()
        mark = h5py.h5o.get_info(group.id).addr
        if mark in seen:  # groups can contain each other
            continue
        seen.add(mark)
        if len(seen) > MAX_MEMBERS:
            raise UnsafeFileError(f"{found.path} has more than {MAX_MEMBERS:,} groups")
        below = []
        for name in hdf5.keys(group):
            where = f"{path}/{name}" if path else name
            try:
                child = hdf5.find(group, name)
                if isinstance(child, h5py.Dataset):
                    hdf5.check_dataset(child, where)
                    _add(found, Tensor(where, tuple(child.shape), str(child.dtype)))
                elif isinstance(child, h5py.Group):
                    below.append((where, child))
            except UnsafeFileError as error:
                found.unsafe.append(str(error))
        waiting += reversed(below)


# --- configurations -----------------------------------------------------------------------------------------------


def _architecture(found: Inspection, config: Any, version: str | None) -> None:
    if not isinstance(config, Mapping):
        found.notes.append("the configuration describes no model")
        return
    era = era_of(config, version)
    if era < 3:
        found.notes.append(f"a configuration of Keras {era}, translated when it is loaded")
    try:
        config = to_current(dict(config), version, found.path)
    except WubuError as error:
        found.notes.append(f"it cannot be loaded as it is: {error}")
        return
    found.layers += _layers(config, 0)
    found.unsafe += list(dict.fromkeys(_dangers(config)))
    unknown = sorted(set(_unknown(config)))
    if unknown:
        found.notes.append(f"classes of its author's own, which loading needs as custom_objects: {', '.join(unknown)}")


def _layers(config: Mapping[str, Any], depth: int) -> list[LayerFound]:
    inner = config.get("config")
    listed = inner.get("layers") if isinstance(inner, Mapping) else None
    if not isinstance(listed, list):
        return [_layer(config, depth)] if depth == 0 else []
    made = []
    for one in listed:
        if isinstance(one, Mapping) and "class_name" in one:
            made.append(_layer(one, depth))
            made += _layers(one, depth + 1)
    return made


_TELLING = (
    *("units", "filters", "kernel_size", "strides", "pool_size", "rate", "activation"),
    *("batch_shape", "input_dim", "output_dim"),
)


def _layer(config: Mapping[str, Any], depth: int) -> LayerFound:
    inner = config.get("config")
    inner = inner if isinstance(inner, Mapping) else {}
    parts = []
    for key in _TELLING:
        value = inner.get(key)
        if isinstance(value, str | int | float | list) and value not in ("linear", [], [1, 1], [1]):
            parts.append(f"{key}={tuple(value) if isinstance(value, list) else value}")
    name = config.get("name") or inner.get("name") or ""
    return LayerFound(str(name), str(config["class_name"]), ", ".join(parts), depth)


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            if isinstance(one.get("class_name"), str):
                yield one
            waiting += list(one.values())
        elif isinstance(one, list):
            waiting += one


_CODE = {"__lambda__": "a Lambda holds Python bytecode", "TorchModuleWrapper": "a layer holds a pickled torch module"}


def _dangers(config: Any) -> Iterator[str]:
    for one in _objects(config):
        if one["class_name"] in _CODE:
            yield _CODE[one["class_name"]]
        module = str(one.get("module") or "")
        if module.split(".")[0] in ("os", "sys", "subprocess", "posix", "nt", "shutil", "importlib", "pickle", "marshal"):
            yield f"it asks for {module}.{one['class_name']}"
        if one["class_name"] == "function" and one.get("config") in ("eval", "exec", "compile", "open", "__import__"):
            yield f"it asks for the function {one['config']}"


def _unknown(config: Any) -> Iterator[str]:
    for one in _objects(config):
        name = one["class_name"]
        inner = one.get("config")
        if name.startswith("__") or name == "function" or not isinstance(inner, Mapping) or "module" not in one:
            continue
        module = one.get("module")
        plain = str(one.get("registered_name") or name)
        if registry.find_custom(plain) is None and registry.find_builtin(module, name) is None:
            if name not in ("DTypePolicy", "SeedGenerator") and not str(module).startswith("keras.src.ops"):
                yield name


def _compiled(found: Inspection, compiled: Any) -> None:
    if not isinstance(compiled, Mapping):
        return
    optimizer = compiled.get("optimizer")
    if isinstance(optimizer, Mapping):
        found.optimizer = str(optimizer.get("class_name", "")).rpartition(">")[2]
    elif isinstance(optimizer, str):
        found.optimizer = optimizer
    found.loss = _short(compiled.get("loss"))


def _short(loss: Any) -> Any:
    if isinstance(loss, Mapping):
        return loss["class_name"] if "class_name" in loss else {k: _short(v) for k, v in loss.items()}
    return [_short(one) for one in loss] if isinstance(loss, list) else loss
