"""The weights of a model as Keras 1 and 2 kept them in HDF5: a group per layer, an attribute with the order.

::

    attributes  layer_names, backend, keras_version
    dense_1/    attributes  weight_names = ["dense_1/kernel:0", "dense_1/bias:0"], and a dataset for each

In a file of weights alone this is the root, in a whole model the group ``model_weights``. A layer's weights come in the
order trainable, then non-trainable. Names too long for one attribute are kept as ``layer_names0``, ``layer_names1``…
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from wubu.core.files import write_bytes
from wubu.errors import FileFormatError
from wubu.saving import hdf5
from wubu.saving.eras import weights as era_weights
from wubu.saving.state import put
from wubu.saving.stores import as_array

KERAS_VERSION = "3.15.1"
_TOP = "top_level_model_weights"


def save(model: Any, path: str | Path) -> None:
    """Write a file of weights alone."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write_group(file, model)
    write_bytes(path, buffer.getvalue())


def load(model: Any, path: str | Path, by_name: bool = False, skip_mismatch: bool = False) -> None:
    """Read weights from a file of weights alone or of a whole model.

    Args:
        model: the model, built.
        path: the file.
        by_name: whether layers are found by name rather than by their order; what is not found is left alone.
        skip_mismatch: whether a layer that does not fit keeps its weights, with a warning.

    Raises:
        FileFormatError: when the file does not fit, or is damaged.
    """
    with hdf5.open_hdf5(path) as file:
        load_group(weights_group(file), model, str(path), by_name, skip_mismatch)


def weights_group(file: h5py.File) -> h5py.Group:
    """The group that holds the layers."""
    if "layer_names" not in file.attrs and "layer_names0" not in file.attrs and "model_weights" in file:
        return hdf5.subgroup(file, "model_weights")
    return file


def in_order(layer: Any) -> list[Any]:
    """The weights of a layer in the order of these files."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def write_group(group: h5py.Group, model: Any) -> None:
    """Write the weights of a model's layers, and those that are the model's own."""
    hdf5.write_names(group, "layer_names", [layer.name for layer in model.layers])
    group.attrs["backend"] = "torch"
    group.attrs["keras_version"] = KERAS_VERSION
    for layer in sorted(model.layers, key=lambda one: one.name):
        write_weights(group.create_group(layer.name), in_order(layer))
    write_weights(group.create_group(_TOP), _own(model))


def _own(model: Any) -> list[Any]:
    return model._sorted_own() if hasattr(model, "_sorted_own") else []


def write_weights(group: h5py.Group, weights: Sequence[Any]) -> None:
    """Write weights under their paths, each of which is used once."""
    names: list[str] = []
    for weight in weights:
        name, i = weight.path, 1
        while name in names or any(n.startswith(f"{name}/") or name.startswith(f"{n}/") for n in names):
            name, i = f"{weight.path}_{i}", i + 1
        names.append(name)
    hdf5.write_names(group, "weight_names", names)
    for name, weight in zip(names, weights):
        group.create_dataset(name, data=as_array(weight))


def read_weights(group: h5py.Group) -> tuple[list[str], list[np.ndarray]]:
    """The names and the arrays of one group, in order."""
    names = hdf5.names(group, "weight_names")
    return names, [hdf5.read(group, name) for name in names]


def era_of_group(group: h5py.Group) -> int:
    """Which Keras wrote a group of weights."""
    version = hdf5.attribute(group, "keras_version")
    if not isinstance(version, str):
        version = hdf5.attribute(group.file, "keras_version")
    major = str(version or "1").split(".")[0]
    return int(major) if major in ("1", "2", "3") else 1


def load_group(
    group: h5py.Group, model: Any, source: str, by_name: bool = False, skip_mismatch: bool = False
) -> None:
    """Read the weights of a model's layers out of a group; see ``load``."""
    if "nb_layers" in group.attrs:
        stored = _from_2015(group)
    else:
        stored = {}
        for name in hdf5.names(group, "layer_names"):
            stored[name] = hdf5.subgroup(group, name)
        if not stored and not len(model.weights) == 0:
            raise FileFormatError(
                f"{source} should hold weights by layer, with an attribute 'layer_names'. It holds: {hdf5.keys(group)[:8]}"
            )
    reader = _Reader(group, source, skip_mismatch)
    if by_name:
        reader.by_name(stored, model)
    else:
        reader.by_order(stored, model)
    top = hdf5.find(group, _TOP)
    if isinstance(top, h5py.Group):
        reader.top(top, model)


def _from_2015(group: h5py.Group) -> dict[str, h5py.Group]:
    """Before names were kept, layers and weights were numbered: ``layer_0/param_0``."""
    count = int(hdf5.attribute(group, "nb_layers"))
    return {f"layer_{i}": hdf5.subgroup(group, f"layer_{i}") for i in range(min(count, len(group)))}


class _Reader:
    def __init__(self, group: h5py.Group, source: str, skip: bool) -> None:
        self._source, self._skip = source, skip
        self._era = era_of_group(group)
        backend = hdf5.attribute(group, "backend")
        self._backend = backend if isinstance(backend, str) else None

    def _arrays(self, stored: h5py.Group) -> list[np.ndarray]:
        if "nb_params" in stored.attrs:
            return [hdf5.read(stored, f"param_{i}") for i in range(int(hdf5.attribute(stored, "nb_params")))]
        return read_weights(stored)[1]

    def by_order(self, stored: dict[str, h5py.Group], model: Any) -> None:
        layers = [layer for layer in model.layers if in_order(layer)]
        with_weights = {n: g for n, g in stored.items() if hdf5.names(g, "weight_names") or "nb_params" in g.attrs}
        with_weights = {n: g for n, g in with_weights.items() if hdf5.attribute(g, "nb_params") != 0}
        if len(layers) != len(with_weights) and self._era == 1:
            opened = [layer for layer in _opened(model.layers) if in_order(layer)]
            layers = opened if len(opened) == len(with_weights) else layers
        if len(layers) != len(with_weights):
            self._refuse(
                f"the model has {len(layers)} layers with weights ({_short(x.name for x in layers)}), the file "
                f"{len(with_weights)} ({_short(with_weights)})"
            )
        for layer, (name, group) in zip(layers, with_weights.items()):
            self._set(layer, in_order(layer), self._arrays(group), name)

    def by_name(self, stored: dict[str, h5py.Group], model: Any) -> None:
        for layer in model.layers:
            if layer.name in stored:
                self._set(layer, in_order(layer), self._arrays(stored[layer.name]), layer.name)

    def top(self, group: h5py.Group, model: Any) -> None:
        arrays = read_weights(group)[1]
        own = _own(model)
        if own or arrays:
            self._put(own, arrays, f"the model's own weights, {model.name!r}")

    def _set(self, layer: Any, weights: list[Any], arrays: list[np.ndarray], name: str) -> None:
        arrays = era_weights.to_current(layer, arrays, self._era, self._backend)
        self._put(weights, arrays, f"layer {layer.name!r} (in the file {name!r})")
        finalize = getattr(layer, "finalize_state", None)
        if finalize is not None and weights:
            finalize()

    def _put(self, weights: list[Any], arrays: list[np.ndarray], what: str) -> None:
        if len(weights) != len(arrays):
            self._refuse(f"{what} has {len(weights)} weights. Received: {len(arrays)}")
            return
        for weight, array in zip(weights, arrays):
            if tuple(weight.shape) != tuple(array.shape):
                self._refuse(
                    f"{what}: weight {weight.path!r} has shape {tuple(weight.shape)}. Received: shape {array.shape}"
                )
                continue
            put(weight, array, what)

    def _refuse(self, reason: str) -> None:
        if self._skip:
            warnings.warn(f"{self._source}: {reason}; it keeps its values", stacklevel=5)
            return
        raise FileFormatError(
            f"{self._source} does not fit the model: {reason}. "
            "Try: the architecture that the weights were saved from, by_name=True or skip_mismatch=True"
        )


def _opened(layers: Sequence[Any]) -> list[Any]:
    """The layers with those of models within them in their place: Keras 1 opened the branches of a Sequential."""
    found: list[Any] = []
    for layer in layers:
        found += _opened(layer.layers) if hasattr(layer, "layers") else [layer]
    return found


def _short(names: Any) -> str:
    listed = list(names)
    return ", ".join(listed[:6]) + (", …" if len(listed) > 6 else "")
