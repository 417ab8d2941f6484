"""Modules of Keras, of every version, and where their names live here.

Paths resolve by what their parts say, not by a copy of Keras's tree: what leads to private modules is dropped, the first
part that names a room decides, and what lies below it only has to be plausible.
"""

from __future__ import annotations

import importlib
import types

from wubu.hooks.route import Route
from wubu.hooks.versions import KERAS, TF_KERAS

# Parts that lead somewhere without saying where.
_NOISE = {"src", "python", "api", "_api", "_tf_keras", "_v1", "_v2", "v1", "v2", "keras", "tf_keras", "engine", "internal"}
_PRIVATE = {"src", "python", "engine", "internal"}

# Names that a room had in some version beside those of the room itself.
_WITH_OLD_NAMES = {
    "layers": "wubu.legacy.layers",
    "models": "wubu.legacy.models",
    "utils": "wubu.legacy.utils",
    "losses": "wubu.legacy.functions",
    "metrics": "wubu.legacy.functions",
    "initializers": "wubu.legacy.functions",
    "regularizers": "wubu.legacy.functions",
    "constraints": "wubu.legacy.functions",
    "optimizers": "wubu.legacy.functions",
    "callbacks": "wubu.legacy.functions",
}

# Whole paths of older versions: the modules that answer, and today's name.
_OLD: dict[str, tuple[tuple[str, ...], str]] = {
    "objectives": (("wubu.losses", "wubu.legacy.functions"), "keras.losses"),
    "initializations": (("wubu.legacy.initializations", "wubu.initializers"), "keras.initializers"),
    "regularizers_v1": (("wubu.regularizers",), "keras.regularizers"),
    "utils.np_utils": (("wubu.utils.np_utils", "wubu.utils", "wubu.legacy.utils"), "keras.utils"),
    "utils.visualize_util": (("wubu.legacy.utils", "wubu.utils"), "keras.utils (plot_model)"),
    "utils.vis_utils": (("wubu.utils", "wubu.legacy.utils"), "keras.utils (plot_model)"),
    "utils.generic_utils": (("wubu.utils", "wubu.legacy.utils"), "keras.utils"),
    "utils.data_utils": (("wubu.utils", "wubu.legacy.utils"), "keras.utils"),
    "utils.io_utils": (("wubu.legacy.utils", "wubu.utils"), "keras.utils"),
    "utils.layer_utils": (("wubu.legacy.utils", "wubu.utils"), "keras.utils"),
    "utils.training_utils": (("wubu.legacy.utils", "wubu.utils"), "keras.utils"),
    "utils.multi_gpu_utils": (("wubu.legacy.utils", "wubu.utils"), "keras.utils"),
    "utils.conv_utils": (("wubu.legacy.utils", "wubu.utils"), "keras.utils"),
    "utils.test_utils": (("wubu.legacy.utils", "wubu.utils"), "keras.utils"),
    "backend.tensorflow_backend": (("wubu.backend",), "keras.backend"),
    "backend.theano_backend": (("wubu.backend",), "keras.backend"),
    "backend.common": (("wubu.backend",), "keras.backend"),
    "wrappers.scikit_learn": (("wubu.wrappers.scikit_learn",), "keras.wrappers (SKLearnClassifier, SKLearnRegressor)"),
    "layers.merge": (("wubu.layers", "wubu.legacy.layers"), "keras.layers"),
    "legacy": (("wubu.legacy.layers", "wubu.layers"), "keras"),
    "legacy.interfaces": (("wubu.legacy.interfaces",), "no decorator"),
    "legacy.layers": (("wubu.legacy.layers", "wubu.layers"), "keras.layers"),
    "regularizers.WeightRegularizer": (("wubu.regularizers",), "keras.regularizers"),
    "mixed_precision.experimental": (("wubu.mixed_precision",), "keras.mixed_precision"),
    "layers.experimental.preprocessing": (("wubu.layers",), "keras.layers"),
    "layers.experimental": (("wubu.layers",), "keras.layers"),
    "layers.preprocessing": (("wubu.layers", "wubu.preprocessing"), "keras.layers"),
    "experimental": (("wubu.legacy.names",), "keras"),
    "premade": (("wubu.legacy.models",), "keras.Sequential"),
}

# What lay below a room in some version and holds nothing but names that are in the room itself today.
_BELOW = {
    "layers": {
        "activation", "advanced_activations", "attention", "containers", "convolutional", "convolutional_recurrent", "core",
        "cudnn_recurrent", "dense_attention", "embeddings", "input_layer", "kernelized", "local", "locally_connected",
        "merging", "noise", "normalization", "pooling", "recurrent", "recurrent_v2", "regularization", "reshaping", "rnn",
        "serialization", "wrappers",
    },
    "utils": {
        "all_utils", "image_utils", "image_dataset", "text_dataset", "dataset_utils", "losses_utils", "metrics_utils",
        "np_utils", "numerical_utils", "tf_utils", "timeseries_dataset", "custom_object_scope",
    },
    "optimizers": {"optimizer_experimental", "optimizer_v1", "optimizer_v2"},
    "callbacks": {"callbacks_v1", "experimental"},
    "initializers": {"initializers_v1", "initializers_v2"},
    "saving": {"hdf5_format", "legacy", "save", "saved_model", "saving_lib", "saved_model_experimental"},
    "mixed_precision": {"loss_scale_optimizer", "policy"},
    "models": {"cloning", "functional", "model", "sequential"},
    "applications": {"imagenet_utils", "resnet", "vgg", "mobilenet"},
    "preprocessing": {"image", "sequence", "text", "timeseries", "image_dataset", "text_dataset"},
    "backend": {"config"},
}  # fmt: skip

# Modules of private trees by their own names: `keras.engine.topology`, `tensorflow.python.keras.optimizer_v2.adam`.
_PRIVATE_ROOMS = {
    "base_layer": "layers",
    "base_layer_v1": "layers",
    "functional": "models",
    "input_layer": "layers",
    "input_spec": "layers",
    "network": "models",
    "node": "layers",
    "optimizer_v1": "optimizers",
    "optimizer_v2": "optimizers",
    "sequential": "models",
    "topology": "layers",
    "training": "models",
    "trainers": "models",
    "dtype_policies": "mixed_precision",
}


def route(root: str, parts: tuple[str, ...]) -> Route | None:
    """Where a module of Keras has its names, or None.

    Args:
        root: ``keras`` or ``tf_keras``: what the program calls the package.
        parts: the parts of the path below it, such as ``("layers", "core")``.
    """
    rest, private = _plain(parts)
    if not rest:
        if parts:
            return Route(("wubu", "wubu.layers", "wubu.models"), by_name=True)
        version = TF_KERAS if root == "tf_keras" else KERAS
        return Route(("wubu", "wubu.legacy.names"), extras=(("__version__", version),))
    path = ".".join(rest)
    if path in _OLD:
        targets, modern = _OLD[path]
        called = "wubu.legacy.layers.merge" if path == "layers.merge" else None
        return Route(targets, by_name=True, modern=None if private else modern, called=called)
    known, left = _walk(rest)
    if known is None:
        room = _PRIVATE_ROOMS.get(rest[0]) if private else None
        if room is None:
            return Route(("wubu",), by_name=True) if private and _plausible(rest) else None
        return Route((f"wubu.{room}",), by_name=True)
    if left and not private and left[0] not in _BELOW.get(rest[0], ()):
        return None
    if left and not _plausible(left):
        return None
    targets = (known, _WITH_OLD_NAMES[rest[0]]) if len(rest) - len(left) == 1 and rest[0] in _WITH_OLD_NAMES else (known,)
    old = "keras." + known.removeprefix("wubu.") if left and not private else None
    return Route(targets, by_name=bool(left) or private, modern=old)


def _plain(parts: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The path without what leads to private modules, and whether it led there."""
    private = False
    while parts and parts[0] in _NOISE:
        private = private or parts[0] in _PRIVATE
        parts = parts[1:]
    return parts, private


def _walk(rest: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """How far a path leads through wubu's public modules: the last of them, and what is left."""
    module = importlib.import_module("wubu")
    for i, part in enumerate(rest):
        found = getattr(module, part, None) if part in getattr(module, "__all__", ()) else None
        if not isinstance(found, types.ModuleType):
            return (module.__name__ if i else None), rest[i:]
        module = found
    return module.__name__, ()


def _plausible(parts: tuple[str, ...]) -> bool:
    """Whether the parts look like modules rather than like classes."""
    return all(part.isidentifier() and part == part.lower() for part in parts)
