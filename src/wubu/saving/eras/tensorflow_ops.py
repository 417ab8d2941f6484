"""TensorFlow functions that tf.keras 2 put into functional graphs, as the operations that Keras 3 has for them.

``x * 2`` on a symbolic tensor became a layer ``TFOpLambda`` that names the function (``math.multiply``) and keeps its
other arguments in the node.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.errors import FileFormatError

# TensorFlow's name -> (module and class of Keras's operation, what its arguments are called there)
_NUMPY = "numpy"
_TABLE: dict[str, tuple[str, str, dict[str, str]]] = {}


def _add(module: str, class_name: str, names: str, **arguments: str) -> None:
    for name in names.split():
        _TABLE[name] = (module, class_name, {"name": "", **arguments})


_two = {"x": "x1", "y": "x2"}
_add(_NUMPY, "Add", "math.add __operators__.add add", **_two)
_add(_NUMPY, "Subtract", "math.subtract __operators__.sub subtract", **_two)
_add(_NUMPY, "Multiply", "math.multiply __operators__.mul multiply", **_two)
_add(_NUMPY, "TrueDivide", "math.truediv math.divide __operators__.truediv divide truediv", **_two)
_add(_NUMPY, "FloorDivide", "math.floordiv __operators__.floordiv", **_two)
_add(_NUMPY, "Mod", "math.floormod __operators__.mod", **_two)
_add(_NUMPY, "Power", "math.pow __operators__.pow pow", **_two)
_add(_NUMPY, "Matmul", "linalg.matmul __operators__.matmul matmul", a="x1", b="x2")
_add(_NUMPY, "Maximum", "math.maximum maximum", **_two)
_add(_NUMPY, "Minimum", "math.minimum minimum", **_two)
_add(_NUMPY, "Less", "math.less __operators__.lt", **_two)
_add(_NUMPY, "LessEqual", "math.less_equal __operators__.le", **_two)
_add(_NUMPY, "Greater", "math.greater __operators__.gt", **_two)
_add(_NUMPY, "GreaterEqual", "math.greater_equal __operators__.ge", **_two)
_add(_NUMPY, "Equal", "math.equal __operators__.eq", **_two)
_add(_NUMPY, "NotEqual", "math.not_equal __operators__.ne", **_two)
_add(_NUMPY, "Negative", "math.negative __operators__.neg negative")
_add(_NUMPY, "Absolute", "math.abs __operators__.abs abs")
_add(_NUMPY, "Square", "math.square square")
_add(_NUMPY, "Sqrt", "math.sqrt sqrt")
_add("math", "Rsqrt", "math.rsqrt")
_add(_NUMPY, "Exp", "math.exp exp")
_add(_NUMPY, "Log", "math.log")
_add(_NUMPY, "Sin", "math.sin sin")
_add(_NUMPY, "Cos", "math.cos cos")
_add(_NUMPY, "Tanh", "math.tanh tanh nn.tanh")
_add(_NUMPY, "Clip", "clip_by_value", t="x", clip_value_min="x_min", clip_value_max="x_max")
_reduce = {"input_tensor": "x"}
_add(_NUMPY, "Sum", "math.reduce_sum reduce_sum", **_reduce)
_add(_NUMPY, "Mean", "math.reduce_mean reduce_mean", **_reduce)
_add(_NUMPY, "Max", "math.reduce_max reduce_max", **_reduce)
_add(_NUMPY, "Min", "math.reduce_min reduce_min", **_reduce)
_add(_NUMPY, "Prod", "math.reduce_prod reduce_prod", **_reduce)
_add(_NUMPY, "Argmax", "math.argmax argmax", input="x")
_add(_NUMPY, "Reshape", "reshape", tensor="x", shape="newshape")
_add(_NUMPY, "ExpandDims", "expand_dims", input="x")
_add(_NUMPY, "Squeeze", "squeeze compat.v1.squeeze", input="x")
_add(_NUMPY, "Transpose", "transpose", a="x", perm="axes")
_add(_NUMPY, "Concatenate", "concat", values="xs")
_add(_NUMPY, "Stack", "stack", values="x")
_add(_NUMPY, "Tile", "tile", input="x", multiples="repeats")
_add(_NUMPY, "ZerosLike", "zeros_like", input="x")
_add(_NUMPY, "OnesLike", "ones_like", input="x")
_add(_NUMPY, "Where", "where", x="x1", y="x2")
_add(_NUMPY, "GetItem", "__operators__.getitem", slice_spec="key")
_add("core", "Cast", "cast")
_add("nn", "Relu", "nn.relu", features="x")
_add("nn", "Relu6", "nn.relu6", features="x")
_add("nn", "Elu", "nn.elu", features="x")
_add("nn", "Selu", "nn.selu", features="x")
_add("nn", "Gelu", "nn.gelu", features="x")
_add("nn", "Softplus", "math.softplus nn.softplus", features="x")
_add("nn", "Sigmoid", "math.sigmoid nn.sigmoid sigmoid")
_add("nn", "Softmax", "nn.softmax", logits="x")
_add("nn", "LogSoftmax", "nn.log_softmax", logits="x")

_CALL = {"x", "x1", "x2", "xs", "key", "condition"}


def is_function_layer(class_name: str) -> bool:
    """Whether a layer of tf.keras stands for a TensorFlow function."""
    return class_name in ("TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "TensorFlowOpLayer")


def function_layer(layer: Mapping[str, Any], nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """A TensorFlow function in a graph as Keras 3's operation.

    Args:
        layer: the layer's config.
        nodes: its nodes in Keras 3's form: the tensor as the positional argument, the rest by TensorFlow's names.

    Raises:
        FileFormatError: when Keras 3 has no such operation, or the layer holds a graph of its own.
    """
    config = layer["config"]
    name, function = config.get("name") or layer.get("name"), config.get("function")
    if layer["class_name"] not in ("TFOpLambda", "SlicingOpLambda") or function not in _TABLE:
        raise FileFormatError(
            f"The layer {name!r} runs TensorFlow's function {function or layer['class_name']!r}, which has no equivalent "
            "here. Try: build the model in code and load its weights alone"
        )
    module, class_name, names = _TABLE[function]
    static: dict[str, Any] = {}
    made = []
    for node in nodes:
        args: list[Any] = [_slices(a) for a in node["args"]]
        for key, value in node["kwargs"].items():
            key = names.get(key, key)
            if not key or (value is None and key not in _CALL):
                continue
            if key in _CALL:
                args.append(_slices(value))
            else:
                static[key] = value
        made.append({"args": args, "kwargs": {}})
    return {
        "module": f"keras.src.ops.{module}",
        "class_name": class_name,
        "config": {"name": name, **static},
        "registered_name": class_name,
        "name": name,
        "inbound_nodes": made,
    }


def _slices(value: Any) -> Any:
    """TensorFlow's slices, ``{"start", "stop", "step"}``, as Keras 3's."""
    if isinstance(value, dict) and value.keys() == {"start", "stop", "step"}:
        return {"class_name": "__slice__", "config": value}
    if isinstance(value, list):
        return [_slices(v) for v in value]
    return value
