"""A plain stack of layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import ArgumentError, NotBuiltError
from wubu.layers import changes
from wubu.layers.base import Layer
from wubu.layers.core.input_layer import InputLayer
from wubu.models.functional import Functional, _fit
from wubu.models.model import Model
from wubu.symbolic.keras_tensor import KerasTensor


class Sequential(Model):
    """Layers one after the other.

    The weights are made when the input's shape is known: at once with an ``Input`` or a first layer that has
    ``input_shape=``, else at the first call, ``fit`` or ``build``.

    Args:
        layers: layers, models, any ``torch.nn.Module``, or plain functions of tensors.
        trainable: whether training changes the layers.
        name: default ``sequential``, ``sequential_1``…

    Example:
        >>> from wubu.layers import Dense
        >>> model = Sequential([Dense(8, activation="relu", input_shape=(4,)), Dense(1)])
        >>> model.count_params()
        49
    """

    _stack: list[Any]
    _graph: Functional | None

    def __init__(
        self, layers: Sequence[Any] | None = None, trainable: bool = True, name: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        self.__dict__["_stack"] = []
        self.__dict__["_graph"] = None
        if isinstance(layers, Layer | torch.nn.Module):
            layers = [layers]
        for layer in layers or ():
            self.add(layer, rebuild=False)
        self._maybe_build()

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer on top.

        Args:
            layer: a layer, a model, a ``torch.nn.Module``, a symbolic input, or a function of tensors.
            rebuild: whether the graph is made anew at once.
        """
        if isinstance(layer, KerasTensor):
            layer = layer._keras_history.operation
        if not isinstance(layer, Layer):
            layer = _as_layer(layer)
        stack = self._stack
        if isinstance(layer, InputLayer) and stack:
            if isinstance(stack[0], InputLayer):
                raise ArgumentError(f"Model {self.name!r} has an Input already. Try: remove one of the two")
            raise ArgumentError("An Input can only be the first layer. Try: put it first in the list")
        if not stack and not isinstance(layer, InputLayer) and layer._input_shape_argument is not None:
            stack.append(InputLayer(batch_shape=layer._input_shape_argument, dtype=_input_dtype(layer)))
        # Most names are new, which the table of modules tells at once; thousands of layers would be compared otherwise.
        known = _module_name(layer) in self._modules or (stack and stack[0].name == layer.name)
        if known and any(layer.name == other.name for other in stack):
            raise ArgumentError(
                f"Names of layers in a model must differ. Received: a second layer named {layer.name!r}. "
                "Try: name=… for one of them"
            )
        changes.note()
        stack.append(layer)
        if not isinstance(layer, InputLayer):
            self._modules[_module_name(layer)] = layer
        if rebuild:
            self._maybe_build()

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the topmost layer off and return it."""
        if not self.layers:
            raise ArgumentError(f"Model {self.name!r} has no layer to take off.")
        changes.note()
        layer = self._stack.pop()
        self._register()
        self.__dict__["_graph"] = None
        self.built = False
        if rebuild:
            self._maybe_build()
        return layer

    def _register(self) -> None:
        self._modules.clear()
        for layer in self._stack:
            if not isinstance(layer, InputLayer):
                self._modules[_module_name(layer)] = layer

    def _maybe_build(self) -> None:
        stack = self._stack
        self.__dict__["_graph"] = None
        if len(stack) > 1 and isinstance(stack[0], InputLayer):
            self.built = False
            self.build(stack[0].batch_shape)
        elif stack and isinstance(stack[0], Functional | Sequential) and len(stack[0].inputs or ()) == 1:
            self.built = False
            self.build(stack[0].inputs[0].shape)
        elif stack and isinstance(stack[0], Functional | Sequential) and stack[0].inputs:
            self._build_on(stack[0])

    def _build_on(self, first: Any) -> None:
        """Build behind a model of several inputs, such as Keras 1's ``Merge``."""
        x = first.output
        for layer in self._stack[1:]:
            x = layer(x)
        self.__dict__["_graph"] = Functional(nest.flatten(first.inputs), x, name=self.name)
        self.built = True

    def build(self, input_shape: Any = None) -> None:
        """Make the weights for an input's shape with the batch axis, such as ``(None, 784)``."""
        stack = self._stack
        if input_shape is None:
            if not stack or not isinstance(stack[0], InputLayer):
                raise NotBuiltError(
                    f"Model {self.name!r} needs the input's shape. Try: build((None, …)), or an Input first"
                )
            input_shape = stack[0].batch_shape
        if not stack:
            raise NotBuiltError(f"Model {self.name!r} has no layers. Try: add(…) some first")
        if not isinstance(stack[0], InputLayer):
            if not _is_shape(input_shape):
                self._build_without_graph(input_shape)
                return
            dtype = _input_dtype(stack[0])
            stack.insert(0, InputLayer(batch_shape=tuple(input_shape), dtype=dtype))
        x = tensor = stack[0].input
        for layer in stack[1:]:
            x = layer(x)
        graph = Functional(tensor, x, name=self.name)
        self.__dict__["_graph"] = graph
        self._build_shapes = {"input_shape": tuple(input_shape)}
        self.built = True

    def _build_without_graph(self, input_shape: Any) -> None:
        x = nest.map_structure(lambda s: s, input_shape)
        symbols = [KerasTensor(s, self.compute_dtype) for s in x]
        y: Any = symbols
        for layer in self._stack:
            y = layer(y)
        self.built = True

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        value = args[0] if args else kwargs.get("inputs")
        if isinstance(value, torch.Tensor):
            try:
                self.build((None, *value.shape[1:]))
                return
            except NotBuiltError:
                # A layer whose shapes cannot be found without values is built by the call itself.
                self.__dict__["_graph"] = None
                if isinstance(self._stack[0], InputLayer):
                    self._stack.pop(0)
        self.built = True

    def _prepare(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if self._graph is not None:
            return args, kwargs
        args, kwargs = super()._prepare(args, kwargs)
        if args and isinstance(args[0], torch.Tensor) and self._stack and not args[0].is_floating_point():
            if _input_dtype(self._stack[0]).startswith("float"):
                args = (args[0].to(torch.float32), *args[1:])
        return args, kwargs

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Run the layers in order."""
        stack = self._stack
        x = inputs
        first = 0
        if stack and isinstance(stack[0], InputLayer):
            first = 1
            x = (
                _fit(x, stack[0].input, self.name)
                if not isinstance(x, list | tuple | dict)
                else _fit(nest.flatten(x)[0], stack[0].input, self.name)
            )
        if mask is not None:
            x._keras_mask = mask
        for layer in stack[first:]:
            x = layer(x)
        return x

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic output for a symbolic input."""
        if self._graph is not None:
            return self._graph.compute_output_spec(*args, **kwargs)
        return super().compute_output_spec(*args, **kwargs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The output's shape for the input's shape."""
        if self._graph is not None:
            return self._graph.compute_output_shape(input_shape)
        shape = input_shape
        for layer in self.layers:
            shape = layer.compute_output_shape(shape)
        return shape

    # --- description ----------------------------------------------------------------------------------------------

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the Input."""
        return [layer for layer in self._stack if not isinstance(layer, InputLayer)]

    def _flatten_layers(self, recursive: bool = True, include_self: bool = True) -> list[Layer]:
        if recursive:
            return super()._flatten_layers(recursive, include_self)
        return ([self] if include_self else []) + list(self.layers)

    def _needs_graph(self, what: str) -> Functional:
        if self._graph is None:
            raise NotBuiltError(
                f"Sequential model {self.name!r} has no {what} yet. Try: build((None, …)), call it on data, or an Input first"
            )
        return self._graph

    @property
    def input(self) -> Any:
        """The symbolic input."""
        return self._needs_graph("input").input

    @property
    def output(self) -> Any:
        """The symbolic output."""
        return self._needs_graph("output").output

    @property
    def inputs(self) -> Any:
        """The symbolic input as a list, or None before the shape is known."""
        return self._graph.inputs if self._graph is not None else None

    @property
    def outputs(self) -> Any:
        """The symbolic output as a list, or None before the shape is known."""
        return self._graph.outputs if self._graph is not None else None

    @property
    def input_names(self) -> list[str]:
        """The name of the input layer."""
        return [self._stack[0].name] if self._stack and isinstance(self._stack[0], InputLayer) else []

    @property
    def output_names(self) -> list[str]:
        """The name of the last layer."""
        return [self._stack[-1].name] if self._stack else []

    @property
    def input_dtype(self) -> str:
        """The type of the input."""
        return self._stack[0].dtype if self._stack and isinstance(self._stack[0], InputLayer) else self.compute_dtype

    def get_config(self) -> dict[str, Any]:
        """Name, type and the layers' configs."""
        config: dict[str, Any] = {"name": self.name, "trainable": self._trainable}
        config["dtype"] = serialize_keras_object(self.dtype_policy)
        config["layers"] = [serialize_keras_object(layer) for layer in self._stack]
        if self._build_shapes:
            config["build_input_shape"] = list(self._stack[0].batch_shape) if self._graph is not None else None
        return config

    def get_build_config(self) -> dict[str, Any] | None:
        """The input's shape."""
        if self._graph is None:
            return None
        return {"input_shape": list(self._stack[0].batch_shape)}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build for the saved input's shape."""
        if not self.built and config.get("input_shape"):
            self.build(tuple(config["input_shape"]))

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make a model from a config in the form of Keras 1 (a list), 2 or 3."""
        from wubu.core.registry import custom_object_scope

        with custom_object_scope(custom_objects or {}):
            if isinstance(config, list):
                config = {"layers": config}
            known = {k: config[k] for k in ("name", "trainable") if config.get(k) is not None}
            if config.get("dtype") is not None:
                known["dtype"] = config["dtype"]
            model = cls(**known)
            for one in config["layers"]:
                model.add(deserialize_keras_object(one), rebuild=False)
        shape = config.get("build_input_shape")
        model._maybe_build()
        if not model.built and shape and model._stack:
            model.build(tuple(shape))
        return model


def _module_name(layer: Layer) -> str:
    """What torch calls a layer of the stack; it allows no dots."""
    return layer.name.replace(".", "_")


def _as_layer(thing: Any) -> Layer:
    if isinstance(thing, torch.nn.Module):
        from wubu.layers import TorchModule

        return TorchModule(thing)
    if callable(thing):
        from wubu.layers import Lambda

        return Lambda(thing)
    raise ArgumentError(
        f"Expected a layer, a torch.nn.Module or a function. Received: {thing!r} of type {type(thing).__name__}"
    )


def _input_dtype(layer: Layer) -> str:
    """What an Input before this layer should hold: text and index layers take what they declare."""
    declared = getattr(layer, "_expected_input_dtype", None)
    if declared is not None:
        return declared
    if isinstance(layer, Functional):
        return layer.inputs[0].dtype
    if isinstance(layer, Sequential):
        return layer.input_dtype if layer._stack else layer.compute_dtype
    return layer.compute_dtype


def _is_shape(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(d is None or isinstance(d, int) for d in value)
