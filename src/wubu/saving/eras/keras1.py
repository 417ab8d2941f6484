"""The layers of Keras 1 (2015 to 2017) as those of Keras 2: arguments renamed, some layers replaced by others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.errors import FileFormatError

# Old name of an argument -> new one, for all layers that do not say otherwise.
_COMMON = {
    "output_dim": "units",
    "nb_filter": "filters",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "border_mode": "padding",
    "subsample": "strides",
    "subsample_length": "strides",
    "stride": "strides",
    "filter_length": "kernel_size",
    "pool_length": "pool_size",
    "length": "size",
    "atrous_rate": "dilation_rate",
    "dim_ordering": "data_format",
    "bias": "use_bias",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "U_constraint": "recurrent_constraint",
    "b_constraint": "bias_constraint",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "p": "rate",
    "sigma": "stddev",
    "input_dtype": "dtype",
    "depthwise_init": "depthwise_initializer",
    "pointwise_init": "pointwise_initializer",
    "gamma_init": "gamma_initializer",
    "beta_init": "beta_initializer",
}
_OWN: dict[str, dict[str, str]] = {
    "Embedding": {
        "output_dim": "output_dim",
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
    },
    "PReLU": {"init": "alpha_initializer"},
    "Merge": {},
    "Lambda": {},
}
_CLASSES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "AtrousConv1D": "Conv1D",
    "AtrousConv2D": "Conv2D",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconv2D": "Conv2DTranspose",
    "SeparableConvolution2D": "SeparableConv2D",
    "TimeDistributedDense": "Dense",
}
_INITIALIZERS = {
    "uniform": "random_uniform",
    "normal": "random_normal",
    "zero": "zeros",
    "one": "ones",
}
_LAYOUTS = {"tf": "channels_last", "th": "channels_first", "default": None}
_MERGES = {
    "sum": "Add",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "concat": "Concatenate",
    "dot": "Dot",
    "cos": "Dot",
}
_MARKS = {"nb_filter", "border_mode", "dim_ordering", "W_regularizer", "b_regularizer", "inner_init", "consume_less"}


def is_keras1(class_name: str, config: Mapping[str, Any]) -> bool:
    """Whether a layer's config is in the form of Keras 1."""
    if class_name in _CLASSES or class_name == "Merge" or _MARKS & config.keys():
        return True
    if class_name in ("Dropout", "GaussianDropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"):
        return "p" in config
    return class_name == "GaussianNoise" and "sigma" in config


def layer_to_keras2(class_name: str, config: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A layer of Keras 1 as one of Keras 2.

    Args:
        class_name: the layer's class.
        config: its arguments.

    Returns:
        The class and the arguments of today's equivalent.

    Raises:
        FileFormatError: when there is none.
    """
    if class_name == "Merge":
        return _merge(config)
    made: dict[str, Any] = {}
    own = _OWN.get(class_name, {})
    for key, value in config.items():
        made[own.get(key, _COMMON.get(key, key))] = value
    _sizes(class_name, config, made)
    for key, value in made.items():
        if key.endswith("_initializer") and isinstance(value, str):
            made[key] = _INITIALIZERS.get(value, value)
        elif key.endswith("_regularizer"):
            made[key] = _regularizer(value)
        elif key.endswith("_constraint"):
            made[key] = _constraint(value)
    if "data_format" in made:
        made["data_format"] = _LAYOUTS.get(made["data_format"], made["data_format"])
    if class_name in ("LSTM", "ConvLSTM2D"):
        made["unit_forget_bias"] = made.pop("forget_bias_init", "one") in ("one", "ones")
    if class_name == "BatchNormalization" and made.pop("mode", 0) != 0:
        raise FileFormatError(
            f"BatchNormalization {config.get('name')!r} uses mode={config['mode']} of Keras 1, which no later version has"
        )
    if class_name == "Embedding" and made.pop("dropout", 0.0):
        raise FileFormatError(f"Embedding {config.get('name')!r} drops whole words, which no later version does")
    if class_name != "Embedding":
        made.pop("input_dim", None)
    for key in ("input_length", "consume_less"):
        made.pop(key, None)
    if class_name in ("Deconvolution2D", "Deconv2D"):
        made.pop("output_shape", None)
    return _CLASSES.get(class_name, class_name), made


def _sizes(class_name: str, config: Mapping[str, Any], made: dict[str, Any]) -> None:
    """Sizes that Keras 1 kept apart and later versions keep together."""
    for keys in (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3")):
        if keys[0] in config:
            for key in keys:
                made.pop(key, None)
            made["kernel_size"] = [config[key] for key in keys]
    if class_name == "ZeroPadding2D" and isinstance(config.get("padding"), dict):
        p = config["padding"]
        made["padding"] = [
            [p.get("top_pad", 0), p.get("bottom_pad", 0)],
            [p.get("left_pad", 0), p.get("right_pad", 0)],
        ]
    elif class_name == "ZeroPadding2D" and len(config.get("padding", ())) == 4:
        p = config["padding"]
        made["padding"] = [[p[0], p[1]], [p[2], p[3]]]


def _regularizer(value: Any) -> Any:
    if isinstance(value, dict) and "name" in value and "class_name" not in value:
        return {"class_name": "L1L2", "config": {"l1": value.get("l1", 0.0), "l2": value.get("l2", 0.0)}}
    return value


def _constraint(value: Any) -> Any:
    if isinstance(value, dict) and "name" in value and "class_name" not in value:
        names = {"m": "max_value"}
        arguments = {names.get(k, k): v for k, v in value.items() if k != "name"}
        classes = {"maxnorm": "MaxNorm", "nonneg": "NonNeg", "unitnorm": "UnitNorm"}
        return {"class_name": classes.get(value["name"].lower(), value["name"]), "config": arguments}
    return value


def _merge(config: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    mode = config.get("mode", "sum")
    if not isinstance(mode, str) or mode not in _MERGES or config.get("mode_type", "raw") != "raw":
        raise FileFormatError(
            f"Merge {config.get('name')!r} of Keras 1 merges with a function of its own, whose code the file would have "
            f"to run. Expected: one of {sorted(_MERGES)}"
        )
    made: dict[str, Any] = {"name": config.get("name")}
    if mode == "concat":
        made["axis"] = config.get("concat_axis", -1)
    elif mode in ("dot", "cos"):
        axes = config.get("dot_axes", -1)
        made["axes"] = [a[0] if isinstance(a, list) else a for a in axes] if isinstance(axes, list) else axes
        made["normalize"] = mode == "cos"
    return _MERGES[mode], made


def merged_sequential(layers: list[Any], name: str | None) -> dict[str, Any] | None:
    """A Sequential that begins with the Merge of other models, as a functional model; None for any other.

    Each of the merged models becomes a layer on an input of its own.
    """
    first = layers[0] if layers else None
    if not isinstance(first, dict) or first.get("class_name") != "Merge" or not first["config"].get("layers"):
        return None
    made: list[dict[str, Any]] = []
    heads: list[list[Any]] = []
    inputs: list[list[Any]] = []
    for i, branch in enumerate(first["config"]["layers"]):
        own = branch["config"]
        stack = own if isinstance(own, list) else own.get("layers", [])
        shape = stack[0]["config"].get("batch_input_shape") if stack else None
        if shape is None:
            raise FileFormatError("A merged model of Keras 1 does not say what its input's shape is")
        label = own.get("name") if isinstance(own, dict) else None
        branch_name, input_name = label or f"branch_{i + 1}", f"merge_input_{i + 1}"
        dtype = "int32" if stack[0]["class_name"] == "Embedding" else "float32"
        made.append(
            {
                "class_name": "InputLayer",
                "config": {"batch_input_shape": shape, "dtype": dtype, "name": input_name},
                "name": input_name,
                "inbound_nodes": [],
            }
        )
        nested = {"class_name": branch["class_name"], "config": {"name": branch_name, "layers": stack}}
        made.append({**nested, "name": branch_name, "inbound_nodes": [[[input_name, 0, 0]]]})
        heads.append([branch_name, 1, 0])
        inputs.append([input_name, 0, 0])
    where: list[Any] = heads
    for i, layer in enumerate(layers):
        label = layer["config"].get("name") or f"{layer['class_name'].lower()}_{i}"
        config = {k: v for k, v in layer["config"].items() if k != "layers"}
        one = {"class_name": layer["class_name"], "config": {**config, "name": label}}
        made.append({**one, "name": label, "inbound_nodes": [where]})
        where = [[label, 0, 0]]
    return {"name": name or "sequential", "layers": made, "input_layers": inputs, "output_layers": where}
