"""Functions in a graph as configs: in Keras's form where Keras has the function, by their torch name where torch has it."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Mapping
from typing import Any

import torch

from wubu.core import nest, registry
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.names import to_snake_case
from wubu.errors import SerializationError
from wubu.symbolic.function import FunctionOperation
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node
from wubu.symbolic.operation_names import CALLED, CLASSES, FUNCTIONS, SYNONYMS, USUALLY_CALLED

# What Keras calls Python's operators.
_OPERATORS: dict[Any, str] = {
    operator.add: "Add",
    operator.sub: "Subtract",
    operator.mul: "Multiply",
    operator.truediv: "TrueDivide",
    operator.floordiv: "FloorDivide",
    operator.mod: "Mod",
    operator.pow: "Power",
    operator.matmul: "Matmul",
    operator.neg: "Negative",
    operator.abs: "Absolute",
    operator.invert: "LogicalNot",
    operator.and_: "LogicalAnd",
    operator.or_: "LogicalOr",
    operator.xor: "LogicalXor",
    operator.lt: "Less",
    operator.le: "LessEqual",
    operator.gt: "Greater",
    operator.ge: "GreaterEqual",
    operator.getitem: "GetItem",
}
# Python's operators of these names are for bits; Keras's are for truths, of numbers too.
_OF_TRUTHS = ("LogicalAnd", "LogicalNot", "LogicalOr", "LogicalXor")
_BY_NAME = {name: function for function, name in _OPERATORS.items() if name not in _OF_TRUTHS}
_TORCH = {
    "torch": torch._C._VariableFunctions,
    "torch.nn.functional": torch.nn.functional,
    "torch.Tensor": torch.Tensor,
}
_FORBIDDEN = {"from_file", "apply_", "map_", "map2_"}


def operation_config(
    operation: FunctionOperation, node: Node
) -> tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]:
    """The config of a function's operation, and the arguments that its node keeps.

    Raises:
        SerializationError: when the function is neither Keras's nor torch's nor registered.
    """
    function, name = operation.function, operation.name
    if function in _OPERATORS:
        return _keras_config("numpy", _OPERATORS[function], {"name": name}), node.args, node.kwargs
    found = registry.room_of(function)
    if found is not None and found[0] == "ops":
        return _ops_config(function, found[1], name, *operation.in_order(node.args, node.kwargs))
    where = _torch_address(function)
    if where is not None:
        inner = {"module": where[0], "class_name": "function", "config": where[1], "registered_name": where[1]}
    else:
        inner = serialize_keras_object(function)
        if inner.get("class_name") == "__lambda__" or registry.find_custom(inner.get("registered_name") or "") is None:
            raise SerializationError(
                f"The model's graph holds the function {function!r}, which cannot be named in a file. "
                "Try: decorate it with @wubu.saving.register_keras_serializable(), or put it into a layer's call"
            )
    config = {"name": name, "function": inner}
    made = {"module": "wubu.symbolic", "class_name": "FunctionOperation", "config": config, "registered_name": None}
    return made, node.args, node.kwargs


def _keras_config(module: str, class_name: str, config: dict[str, Any]) -> dict[str, Any]:
    return {
        "module": f"keras.src.ops.{module}",
        "class_name": class_name,
        "config": config,
        "registered_name": class_name,
    }


def _ops_config(
    function: Any, public: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]:
    signature = inspect.signature(function)
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    static: dict[str, Any] = {}
    names = CALLED.get(public, ())
    called: list[Any] = [bound.arguments[key] for key in names]
    for key, value in bound.arguments.items():
        if key in names:
            continue
        kind = signature.parameters[key].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            called.extend(value)
            continue
        if kind is inspect.Parameter.VAR_KEYWORD and not value:
            continue
        symbolic = any(isinstance(leaf, KerasTensor) for leaf in nest.flatten(value))
        if symbolic or (not names and key in USUALLY_CALLED):
            called.append(value)
        else:
            static[key] = serialize_keras_object(value)
    return _keras_config(*_keras_address(function, public), {"name": name, **static}), tuple(called), {}


def _keras_address(function: Any, public: str) -> tuple[str, str]:
    """Keras's module and class for a function of ``wubu.ops``."""
    # The rooms of ops are named as Keras's are, wubu.ops.numpy.mean is keras.src.ops.numpy.Mean; activations are in nn.
    room, inner = (function.__module__.split(".") + ["numpy"])[1:3]
    public = SYNONYMS.get(public, public)
    class_name = CLASSES.get(public) or "".join(part.capitalize() for part in public.split("_"))
    return ("nn" if room == "activations" else inner), class_name


def _torch_address(function: Any) -> tuple[str, str] | None:
    name = getattr(function, "__name__", "")
    for module, home in _TORCH.items():
        if name and name not in _FORBIDDEN and not name.startswith("_") and getattr(home, name, None) is function:
            return module, name
    return None


class OperationReviver:
    """Makes a function's operation from a config of Keras's or of ours.

    Args:
        class_name: Keras's name of the operation, such as ``"Mean"``, or ``"FunctionOperation"``.
    """

    def __init__(self, class_name: str) -> None:
        self.class_name = class_name

    def from_config(self, config: Mapping[str, Any]) -> FunctionOperation:
        """Return the operation; what the config holds beside the name is bound to the function."""
        arguments = {
            k: deserialize_keras_object(v) for k, v in config.items() if k not in ("name", "function")
        }
        name = config.get("name")
        if self.class_name == "FunctionOperation":
            return FunctionOperation(_torch_function(config["function"]), name)
        if self.class_name in _BY_NAME:
            return FunctionOperation(_BY_NAME[self.class_name], name)
        public, function = _ops_function(self.class_name)
        if function is None:
            raise SerializationError(f"The model's graph holds the operation {self.class_name!r}, which is not known.")
        if "dtype" in arguments and "dtype" not in inspect.signature(function).parameters:
            del arguments["dtype"]
        return FunctionOperation(function, name, arguments, CALLED.get(public, ()))


def is_operation(class_name: str) -> bool:
    """Whether Keras has an operation of that name, such as ``"Mean"``, that is known here."""
    return class_name in _BY_NAME or _ops_function(class_name)[1] is not None


def _ops_function(class_name: str) -> tuple[str, Any]:
    """The function of ``wubu.ops`` that Keras's class of an operation stands for, and its name; None when there is none."""
    snake = FUNCTIONS.get(class_name) or to_snake_case(class_name)
    for public, function in registry.room_names("ops").items():
        if public == snake or public.replace("_", "") == snake.replace("_", ""):
            return public, function
    return "", None


def _torch_function(config: Mapping[str, Any]) -> Any:
    home, name = _TORCH.get(str(config.get("module"))), str(config.get("config"))
    if home is not None and name not in _FORBIDDEN and not name.startswith("_"):
        function = getattr(home, name, None)
        if function is not None and not isinstance(function, type) and callable(function):
            return function
    return deserialize_keras_object(config)


def _resolve(module: str | None, name: str) -> Any:
    if name == "FunctionOperation" or (module or "").startswith(("keras.src.ops", "keras.ops", "wubu.ops")):
        return OperationReviver(name)
    return None


registry.add_resolver(_resolve)
