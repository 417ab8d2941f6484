"""SavedModel folders: models that tf.keras 2 wrote, read without TensorFlow; and folders of the same layout, written.

::

    saved_model.pb       TensorFlow's graph of objects; with tf.keras also the traced functions
    keras_metadata.pb    the configuration of every layer as JSON (TensorFlow 2.5 and later; before, in saved_model.pb)
    variables/           a checkpoint of the whole
    assets/              vocabularies and the like

Reading takes the model's configuration from the metadata, makes the model, and fills it from the checkpoint.

What others need of a folder that wubu wrote: wubu reads all of it. TensorFlow's own checkpoint reader reads
``variables/variables``, tf.keras 2's ``load_weights`` takes the folder, and ``tf.saved_model.load`` gives the objects with
their variables. tf.keras 2's ``load_model`` needs configurations in its own form, and Keras 3's ``TFSMLayer`` needs a traced
function ``serving_default`` in the graph; wubu writes neither.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from wubu import __version__
from wubu.core.config import SafeMode, serialize_keras_object
from wubu.core.dtypes import standardize_dtype
from wubu.core.files import write_bytes
from wubu.core.protobuf import Field, decode, encode
from wubu.core.registry import custom_object_scope
from wubu.errors import FileFormatError, MissingFileError, UnsafeFileError
from wubu.saving import keras_archive
from wubu.saving.eras.compile_arguments import compile_config
from wubu.saving.folders import replaced_folder
from wubu.saving.limits import MIB, parse_json
from wubu.saving.loading import from_untrusted
from wubu.saving.tf import checkpoint
from wubu.saving.tf.bundle import dtype_number, write_bundle
from wubu.saving.tf.object_graph import KEY, ObjectNode, serialize

MEMBERS = frozenset(
    {"saved_model.pb", "keras_metadata.pb", "fingerprint.pb", "variables", "assets", "assets.extra"}
)
_ROOTS = ("_tf_keras_sequential", "_tf_keras_network", "_tf_keras_model", "_tf_keras_layer")
_MAX_PROTO = 2**31

_VERSION = {"producer": Field(1, "int"), "min_consumer": Field(2, "int")}
_METADATA = {
    "nodes": Field(
        1,
        {
            "node_id": Field(2, "int"),
            "node_path": Field(3, "text"),
            "identifier": Field(4, "text"),
            "metadata": Field(5, "text"),
            "version": Field(6, _VERSION),
        },
        repeated=True,
    )
}
_REFERENCE = {"node_id": Field(1, "int"), "local_name": Field(2, "text")}
_USER_OBJECT = {"identifier": Field(1, "text"), "version": Field(2, _VERSION), "metadata": Field(3, "text")}
_SHAPE = {"dim": Field(2, {"size": Field(1, "int")}, repeated=True)}
_VARIABLE = {"dtype": Field(1, "int"), "shape": Field(2, _SHAPE), "trainable": Field(3, "bool"), "name": Field(6, "text")}
_SAVED_OBJECT = {
    "children": Field(1, _REFERENCE, repeated=True),
    "user_object": Field(4, _USER_OBJECT),
    "variable": Field(7, _VARIABLE),
}
_INFO = {"tags": Field(4, "text", repeated=True), "tensorflow_version": Field(5, "text")}
_META_GRAPH = {
    "meta_info_def": Field(1, _INFO),
    "graph_def": Field(2, {"versions": Field(4, _VERSION)}),
    "object_graph_def": Field(7, {"nodes": Field(1, _SAVED_OBJECT, repeated=True)}),
}
_SAVED_MODEL = {"schema": Field(1, "int"), "meta_graphs": Field(2, _META_GRAPH, repeated=True)}


def load(
    path: str | Path,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Read a model from a SavedModel folder.

    Raises:
        FileFormatError: when the folder is damaged, or was not written from a Keras model.
        UnsafeFileError: when the model carries code and ``safe_mode`` is on.
    """
    name = os.fspath(path)
    metadata = read_metadata(name)
    size = sum(p.stat().st_size for p in Path(name, "variables").glob("*")) if Path(name, "variables").is_dir() else 0
    if not Path(name, "variables", "variables.index").is_file():
        raise MissingFileError(f"{name} is incomplete: variables/variables.index is missing")
    with from_untrusted(size, name):
        whole = metadata.get("wubu_config")
        config = whole if isinstance(whole, dict) else _model_config(metadata, name)
        model = keras_archive.model_from_config(config, custom_objects, compile, safe_mode, name, _version(metadata))
        training = metadata.get("training_config")
        if compile and whole is None and isinstance(training, dict) and training:
            arguments = compile_config(training, getattr(model, "output_names", []))
            with custom_object_scope(custom_objects or {}), SafeMode(safe_mode):
                model.compile_from_config(arguments)
        if getattr(model, "optimizer", None) is not None and not model.optimizer.built and model.built:
            model.optimizer.build(model.trainable_weights)
        _build_if_known(model, metadata)
        checkpoint.load(model, name)
        _load_assets(model, Path(name, "assets"))
    return model


def _version(metadata: Mapping[str, Any]) -> str | None:
    return None if "wubu_config" in metadata else "2"


def _model_config(metadata: Mapping[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(metadata.get("config"), dict | list) or not isinstance(metadata.get("class_name"), str):
        raise FileFormatError(
            f"{name} does not hold the configuration of its model, {metadata.get('class_name')!r}: a subclass that had no "
            "get_config. Try: build the model in code and model.load_weights(…) from this folder"
        )
    return {"class_name": metadata["class_name"], "config": metadata["config"]}


def _build_if_known(model: Any, metadata: Mapping[str, Any]) -> None:
    shape = metadata.get("build_input_shape")
    if model.built or shape is None:
        return
    if isinstance(shape, dict):
        shape = shape.get("items")
    if isinstance(shape, list):
        model.build(tuple(shape))


def read_metadata(folder: str) -> dict[str, Any]:
    """The metadata of the model itself: ``class_name``, ``config``, ``training_config``…"""
    for identifier, text in _metadata_nodes(folder):
        if identifier in _ROOTS:
            found = parse_json(text, f"{folder}: the model's metadata")
            if isinstance(found, dict):
                return found
    raise FileFormatError(
        f"{folder} is a SavedModel, but not of a Keras model: it holds a graph of TensorFlow's alone, which needs "
        "TensorFlow to run"
    )


def _metadata_nodes(folder: str) -> list[tuple[str, str]]:
    """The identifier and the JSON of every object, the root first."""
    own = Path(folder, "keras_metadata.pb")
    if own.is_file():
        nodes = decode(_read(own), _METADATA, str(own))["nodes"]
        ordered = sorted(nodes, key=lambda n: n["node_id"])
        return [(n["identifier"], n["metadata"]) for n in ordered if n["node_id"] == 0]
    graph = Path(folder, "saved_model.pb")
    if not graph.is_file():
        raise MissingFileError(f"{folder} is incomplete: saved_model.pb is missing")
    found = decode(_read(graph), _SAVED_MODEL, str(graph))["meta_graphs"]
    if not found or not found[0]["object_graph_def"] or not found[0]["object_graph_def"]["nodes"]:
        return []
    user = found[0]["object_graph_def"]["nodes"][0]["user_object"]
    return [(user["identifier"], user["metadata"])] if user and user["metadata"] else []


def _read(path: Path) -> bytes:
    if path.stat().st_size > min(_MAX_PROTO, 1024 * MIB):
        raise UnsafeFileError(f"{path} has {path.stat().st_size:,} bytes, more than a protocol buffer can have")
    return path.read_bytes()


def _load_assets(model: Any, folder: Path) -> None:
    from wubu.saving.walk import walk

    if not folder.is_dir():
        return

    def visit(thing: Any, path: str) -> bool:
        if hasattr(thing, "load_assets") and (folder / path).is_dir() and any((folder / path).iterdir()):
            thing.load_assets(str(folder / path))
        return True

    walk(model, visit)


# --- writing ------------------------------------------------------------------------------------------------------


def save(model: Any, path: str | Path, include_optimizer: bool = True) -> None:
    """Write a model as a folder in the SavedModel layout; see the module's text for who reads it.

    Args:
        model: any model with a config.
        path: the folder; one that holds a SavedModel is replaced in one moment.
        include_optimizer: whether the arguments of compile and the optimizer's state are kept.

    Raises:
        WriteError: when the folder holds other files.
    """
    config = serialize_keras_object(model)
    if not include_optimizer:
        config.pop("compile_config", None)
    root = model
    with replaced_folder(path, MEMBERS) as folder:
        (folder / "variables").mkdir()
        (folder / "assets").mkdir()
        nodes, tensors, things = checkpoint.graph_of(root, None if include_optimizer else ("optimizer",))
        write_bundle(folder / "variables" / "variables", {**tensors, KEY: serialize(nodes)})
        _save_assets(model, folder / "assets")
        write_bytes(folder / "keras_metadata.pb", _metadata_bytes(model, config, nodes, things))
        write_bytes(folder / "saved_model.pb", _graph_bytes(nodes, things))


def _save_assets(model: Any, folder: Path) -> None:
    from wubu.saving.walk import walk

    def visit(thing: Any, path: str) -> bool:
        if hasattr(thing, "save_assets"):
            (folder / path).mkdir(parents=True, exist_ok=True)
            thing.save_assets(str(folder / path))
        return True

    walk(model, visit)


def _identifier(thing: Any, root: bool) -> str:
    if hasattr(thing, "layers"):
        names = {b.__name__ for b in type(thing).__mro__}
        if "Sequential" in names:
            return "_tf_keras_sequential"
        return "_tf_keras_network" if "Functional" in names else "_tf_keras_model"
    return "_tf_keras_layer" if isinstance(thing, torch.nn.Module) or root else "_generic_user_object"


def _metadata_bytes(model: Any, config: dict[str, Any], nodes: list[ObjectNode], things: list[Any]) -> bytes:
    root = {
        "name": model.name,
        "class_name": config["class_name"],
        "config": config["config"],
        "keras_version": keras_archive.FORMAT_VERSION,
        "written_by": f"wubu {__version__}",
        "wubu_config": config,
    }
    entry = {
        "node_id": 0,
        "node_path": "root",
        "identifier": _identifier(model, True),
        "metadata": json.dumps(root),
        "version": {"producer": 2, "min_consumer": 1},
    }
    return encode({"nodes": [entry]}, _METADATA)


def _graph_bytes(nodes: list[ObjectNode], things: list[Any]) -> bytes:
    objects = []
    for i, (node, thing) in enumerate(zip(nodes, things)):
        one: dict[str, Any] = {"children": [{"node_id": n, "local_name": name} for name, n in node.children.items()]}
        if isinstance(thing, torch.Tensor):
            one["variable"] = {
                "dtype": dtype_number(standardize_dtype(thing.dtype)),
                "shape": {"dim": [{"size": int(s)} for s in thing.shape]},
                "trainable": thing.requires_grad,
                "name": getattr(thing, "path", "") or "",
            }
        else:
            identifier = "trackable_list_wrapper" if isinstance(thing, list | tuple) else _identifier(thing, i == 0)
            if isinstance(thing, dict):
                identifier = "trackable_dict_wrapper"
            one["user_object"] = {"identifier": identifier, "version": {"producer": 1, "min_consumer": 1}}
        objects.append(one)
    meta_graph = {
        "meta_info_def": {"tags": ["serve"], "tensorflow_version": "2.21.0"},
        "graph_def": {"versions": {"producer": 1882, "min_consumer": 12}},
        "object_graph_def": {"nodes": objects},
    }
    return encode({"schema": 1, "meta_graphs": [meta_graph]}, _SAVED_MODEL)
