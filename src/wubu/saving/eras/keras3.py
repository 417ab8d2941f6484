"""Configs of Keras 3 that need a word: operations in HDF5 files, layers with low-rank updates, quantized layers.

HDF5 files of Keras 3 leave out in which module a class lies, so that an operation in the graph and a layer can have one name;
only a layer's config says whether it is trainable. A low-rank update is already part of the kernel in a file. A quantized
layer is read as the plain one that it was made from; its weights are turned back as they are read (``quantized``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.symbolic.operation_config import is_operation

_LEFT_OUT = (
    *("lora_rank", "lora_alpha", "quantization_mode", "quantization_config"),
    *("gptq_unpacked_column_size", "int4_unpacked_column_size"),
)
_QUANTIZED = {"QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy", "Int4DTypePolicy", "GPTQDTypePolicy", "AWQDTypePolicy"}
_LAYERS = ("Dense", "EinsumDense", "Embedding", "ReversibleEmbedding", "Conv1D", "Conv2D", "Conv3D")


def tidied(value: Any) -> Any:
    """The config without what only Keras knows; the same object where there is nothing of the kind."""
    if isinstance(value, list):
        made = [tidied(v) for v in value]
        return made if any(a is not b for a, b in zip(made, value)) else value
    if not isinstance(value, dict):
        return value
    name, config = value.get("class_name"), value.get("config")
    if name in _QUANTIZED and isinstance(config, Mapping):
        return {"module": "keras", "class_name": "DTypePolicy", "config": {"name": _source(config)}, "registered_name": None}
    result = {k: tidied(v) for k, v in value.items()}
    if all(result[k] is value[k] for k in value):
        result = value
    if name in _LAYERS and isinstance(config, dict) and any(k in config for k in _LEFT_OUT):
        kept = {k: v for k, v in result["config"].items() if k not in _LEFT_OUT}
        result = {**result, "config": kept}
    if _is_nameless_operation(value):
        result = {**result, "module": "keras.src.ops.numpy", "registered_name": None}
    return result


def _source(config: Mapping[str, Any]) -> str:
    found = config.get("source_name")
    return found if isinstance(found, str) else "float32"


def _is_nameless_operation(value: Mapping[str, Any]) -> bool:
    name, config = value.get("class_name"), value.get("config")
    return (
        isinstance(name, str)
        and isinstance(config, dict)
        and "inbound_nodes" in value
        and value.get("module") is None
        and not {"trainable", "layers", "batch_shape"} & config.keys()
        and is_operation(name)
    )
