"""A model's config of any era as one of today's: the one door through which old files pass.

Keras 1 configs become those of Keras 2 (``keras1``), those become Keras 3's (``keras2``), and graphs are renumbered
(``graph``). Configs of Keras 3 pass through, but for what ``keras3`` names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.core.names import to_snake_case
from wubu.errors import FileFormatError
from wubu.saving.eras.graph import Numbers, addresses_to_current, node_to_current
from wubu.saving.eras.keras1 import is_keras1, layer_to_keras2, merged_sequential
from wubu.saving.eras.keras2 import class_to_keras3, config_to_keras3
from wubu.saving.eras.keras3 import tidied
from wubu.saving.eras.tensorflow_ops import function_layer, is_function_layer
from wubu.saving.limits import check_depth


def era_of(config: Any, version: str | None = None) -> int:
    """Which Keras wrote a config: 1, 2 or 3.

    Args:
        config: the config.
        version: what the file says of it, such as ``"2.3.1"``; None when it does not.
    """
    if version:
        major = version.split(".")[0]
        if major in ("1", "2", "3"):
            return int(major)
        if major == "0":
            return 1
    marks = _marks(config)
    if 3 in marks:
        return 3
    return 1 if 1 in marks else 2 if 2 in marks else 3


def _marks(value: Any) -> set[int]:
    """Which eras a config has signs of."""
    found: set[int] = set()
    if isinstance(value, dict):
        name, config = value.get("class_name"), value.get("config")
        if isinstance(name, str) and isinstance(config, dict):
            if "batch_shape" in config or name == "DTypePolicy":
                found.add(3)
            if is_keras1(name, config):
                found.add(1)
            if "batch_input_shape" in config or name in ("Model", "Policy", "TFOpLambda"):
                found.add(2)
        if name == "Sequential" and isinstance(config, list):
            found.add(2)
        nodes = value.get("inbound_nodes")
        if isinstance(nodes, list) and nodes:
            found.add(3 if isinstance(nodes[0], dict) and "args" in nodes[0] else 2)
        for inner in value.values():
            found |= _marks(inner)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict | list):
                found |= _marks(inner)
    return found


def to_current(config: Any, version: str | None = None, source: str = "the model's config") -> Any:
    """Today's form of a config.

    Args:
        config: a model's config, of any era.
        version: the version of Keras that the file names.
        source: what to call it in errors.

    Raises:
        FileFormatError: when it is damaged, or uses what has no equivalent today.
    """
    check_depth(config, source)
    era = era_of(config, version)
    if era == 3:
        return tidied(config)
    try:
        return _Translator(era).translate(_without_tuples(config))
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise FileFormatError(
            f"{source}: the configuration (of Keras {era}) is damaged: {type(error).__name__}: {error}"
        ) from error


def _without_tuples(value: Any) -> Any:
    """The metadata of a SavedModel marks tuples and shapes; everywhere else they are lists."""
    if isinstance(value, dict):
        if value.get("class_name") in ("__tuple__", "TensorShape") and "items" in value:
            return _without_tuples(value["items"])
        return {k: _without_tuples(v) for k, v in value.items()}
    return [_without_tuples(v) for v in value] if isinstance(value, list) else value


class _Translator:
    def __init__(self, era: int) -> None:
        self._era = era

    def translate(self, value: Any) -> Any:
        """Today's form of a value at any place of a config."""
        if isinstance(value, list):
            return [self.translate(v) for v in value]
        if not isinstance(value, dict):
            return value
        name, config = value.get("class_name"), value.get("config")
        if not isinstance(name, str) or "config" not in value:
            return {k: self.translate(v) for k, v in value.items()}
        if name == "Sequential":
            return self._sequential(value)
        if isinstance(config, dict) and "layers" in config and "input_layers" in config:
            return self._graph(value)
        if not isinstance(config, dict):
            return value
        return self._object(value)

    def _object(self, value: Mapping[str, Any]) -> dict[str, Any]:
        name, config = value["class_name"], value["config"]
        if self._era == 1 or is_keras1(name, config):
            name, config = layer_to_keras2(name, config)
        made = config_to_keras3(name, config, self._era)
        # The graph builds its layers; the shapes that old files keep for that are called otherwise now and then.
        apart = ("class_name", "config", "module", "registered_name", "build_config")
        result = {k: v for k, v in value.items() if k not in apart}
        result["class_name"] = class_to_keras3(name)
        result["config"] = {k: self.translate(v) for k, v in made.items()}
        if "module" in value and str(value["module"]).startswith(("keras", "tensorflow", "tf_keras")):
            result["registered_name"] = None
        elif "module" in value:
            result["module"], result["registered_name"] = value["module"], value.get("registered_name")
        return result

    def _sequential(self, value: Mapping[str, Any]) -> dict[str, Any]:
        config = value["config"]
        layers = config if isinstance(config, list) else config["layers"]
        name = None if isinstance(config, list) else config.get("name")
        merged = merged_sequential(layers, name)
        if merged is not None:
            return self._graph({**value, "class_name": "Functional", "config": merged})
        made: dict[str, Any] = {} if isinstance(config, list) else {k: v for k, v in config.items() if k != "layers"}
        stack = []
        for i, layer in enumerate(layers):
            shape = layer["config"].get("batch_input_shape") if isinstance(layer.get("config"), dict) else None
            if i == 0 and shape is not None and layer["class_name"] != "InputLayer":
                stack.append(_input_layer(layer, shape))
            stack.append(self.translate(_without_shape(layer)))
        made["layers"] = stack
        made.pop("build_input_shape", None)
        return {**_kept(value), "class_name": "Sequential", "config": made}

    def _graph(self, value: Mapping[str, Any]) -> dict[str, Any]:
        config = dict(value["config"])
        layers = config["layers"]
        named = {layer.get("name") or layer["config"].get("name"): layer for layer in layers}
        number = Numbers(layers, [config["input_layers"], config["output_layers"]])
        made = []
        for layer in layers:
            nodes = [node_to_current(n, number, named) for n in layer.get("inbound_nodes") or []]
            if is_function_layer(layer["class_name"]):
                made.append(function_layer(layer, [self._arguments(n) for n in nodes]))
                continue
            one = self.translate(_without_shape({k: v for k, v in layer.items() if k != "inbound_nodes"}))
            one["name"] = layer.get("name") or layer["config"].get("name")
            one["inbound_nodes"] = [self._arguments(n) for n in nodes]
            made.append(one)
        graphs = {name for name, layer in named.items() if layer["class_name"] in ("Functional", "Model")}
        config["layers"] = made
        for key in ("input_layers", "output_layers"):
            config[key] = addresses_to_current(config[key], number, graphs)
        return {**_kept(value), "class_name": class_to_keras3(value["class_name"]), "config": config}

    def _arguments(self, node: dict[str, Any]) -> dict[str, Any]:
        return {"args": node["args"], "kwargs": {k: self.translate(v) for k, v in node["kwargs"].items()}}


def _kept(value: Mapping[str, Any]) -> dict[str, Any]:
    """What goes along beside the class and its config; old compile arguments are translated elsewhere."""
    return {k: v for k, v in value.items() if k in ("name", "inbound_nodes", "build_config", "compile_config")}


def _without_shape(layer: Mapping[str, Any]) -> dict[str, Any]:
    """A layer without the input's shape, which an InputLayer of its own has today."""
    config = layer.get("config")
    if layer["class_name"] == "InputLayer" or not isinstance(config, dict):
        return dict(layer)
    return {**layer, "config": {k: v for k, v in config.items() if k != "batch_input_shape"}}


def _input_layer(layer: Mapping[str, Any], shape: Any) -> dict[str, Any]:
    config = layer["config"]
    name = config.get("name") or to_snake_case(layer["class_name"])
    dtype = config.get("dtype") or config.get("input_dtype")
    dtype = dtype if isinstance(dtype, str) else "float32"
    return {"class_name": "InputLayer", "config": {"batch_shape": shape, "dtype": dtype, "name": f"{name}_input"}}
