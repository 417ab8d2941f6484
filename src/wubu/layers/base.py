"""The base of all layers: a ``torch.nn.Module`` with Keras's life cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from wubu.core import border, nest, policy
from wubu.core.config import serialize_keras_object
from wubu.core.constructed import argument_names
from wubu.core.device import default_device, real_device_scope
from wubu.core.dtypes import torch_dtype
from wubu.core.names import auto_name
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, UnknownArgumentError
from wubu.layers import autocasting, call_context, changes, input_spec, masks, quick_call, symbolic_call, tracking
from wubu.layers.call_context import CallContext
from wubu.layers.meta import CallSignature, LayerMeta
from wubu.layers.weight_keeping import WeightKeeper
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node

# Arguments of Keras's for things that wubu does not do; configs carry them switched off.
_OUT_OF_SCOPE = ("dynamic", "experimental_autocast", "lora_alpha", "lora_rank", "quantization_config")
_SHAPE_ARGUMENTS = ("input_shape", "batch_input_shape", "batch_shape", "input_dim", "input_length", "batch_size")


class Layer(WeightKeeper, metaclass=LayerMeta):
    """A function with weights.

    A subclass makes its weights in ``build(input_shape)``, which runs once, at the first call, and computes in
    ``call(inputs, …)``. It is a ``torch.nn.Module``: it can stand anywhere that one can, and any module assigned to an
    attribute (or in a list or dict assigned to one) is part of it.

    ``training`` means, in this order: what the call says; what the outer layer's call says; the module's own flag, which
    is False until ``train()`` is called. So ``layer(x)`` is inference, as in Keras, and torch's loops work.

    Args:
        activity_regularizer: a function of the output that is added to the loss.
        trainable: whether training changes the weights.
        dtype: a type or a policy: what to compute in and what to keep weights in. Default: the global policy.
        autocast: whether floating-point inputs are cast to the type that is computed in.
        name: default the class name in snake case, made unique.
        input_shape, batch_input_shape, input_dim, batch_size: the shape of the input, for the first layer of a Sequential.
        weights: initial weights, as ``set_weights`` takes them.

    Example:
        >>> class Scale(Layer):
        ...     def build(self, input_shape):
        ...         self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="factor")
        ...     def call(self, inputs):
        ...         return inputs * self.factor
        >>> Scale()(torch.ones(2, 3)).shape
        torch.Size([2, 3])
    """

    _call_signature: CallSignature
    _keras_module: str | None = None
    supports_masking = False
    # Whether the output has the type of the input even where that is not a floating-point type.
    keeps_dtype = False
    # Whether a call that nobody told whether it trains acts as in training, as augmentations do in Keras.
    random_by_itself = False

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        from wubu import regularizers

        # nn.Module starts in training mode; a Keras layer that is called by itself infers.
        self.training = False
        shape_arguments = {key: kwargs.pop(key) for key in _SHAPE_ARGUMENTS if key in kwargs}
        initial_weights = kwargs.pop("weights", None)
        kwargs.pop("dynamic", None)  # tf.keras 2's word for a layer that graphs cannot hold; it runs here all the same
        for name_ in _OUT_OF_SCOPE:
            if kwargs.get(name_) in (None, False):
                kwargs.pop(name_, None)
        if kwargs:
            known = [*argument_names(type(self)), *_SHAPE_ARGUMENTS]
            raise UnknownArgumentError(f"{type(self).__name__}(…)", kwargs, known)
        self.name = str(name) if name is not None else auto_name(type(self).__name__)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.dtype_policy = policy.of_layer(dtype, self.name)
        self.autocast = autocast
        self.built = False
        self.input_spec: Any = None
        self._trainable = bool(trainable)
        self._own_weights: list[Variable] = []
        self._own_metrics: list[Any] = []
        self._losses: list[torch.Tensor] = []
        self._loss_carriers: list[Layer] = []
        self._inbound_nodes: list[Node] = []
        self._build_shapes: Any = None
        self._initial_weights = initial_weights
        self._input_shape_argument = _given_shape(shape_arguments)

    # --- for subclasses ------------------------------------------------------------------------------------------

    if TYPE_CHECKING:  # subclasses name what they take

        def build(self, *args: Any, **kwargs: Any) -> None: ...

    else:

        def build(self, input_shape=None):
            """Make the weights; the base has none.

            Args:
                input_shape: the input's shape with None for unknown sizes, or a structure of shapes. A ``call`` with
                    several tensor arguments gets one ``<argument>_shape`` each.
            """

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; every subclass has its own."""
        raise NotImplementedError(f"Layer {type(self).__name__} has no call() method.")

    def add_loss(self, loss: Any, **kwargs: Any) -> None:
        """Add a scalar tensor (or a list of them) to the loss of the call under way."""
        found = nest.flatten(loss)
        found = [x() if callable(x) and not isinstance(x, torch.Tensor) else x for x in found]
        for value in found:
            if isinstance(value, KerasTensor):
                raise ArgumentError(
                    "add_loss was given a symbolic tensor. Try: call add_loss inside the call() of a layer or a model"
                )
        self._losses.extend(x if isinstance(x, torch.Tensor) else torch.tensor(float(x)) for x in found)
        context = call_context.current()
        carriers = (context.owner if context is not None else self)._loss_carriers
        if not any(c is self for c in carriers):
            carriers.append(self)

    def add_metric(self, value: Any, name: str | None = None, aggregation: str | None = None) -> None:
        """Report a tensor's mean as a metric, as tf.keras 2 had it."""
        from wubu.metrics import Mean

        metric = next((m for m in self._own_metrics if m.name == name), None)
        if metric is None:
            with real_device_scope():  # it outlasts a run on stand-ins
                metric = Mean(name=name or "metric")
            self._own_metrics.append(metric)
        if isinstance(value, KerasTensor) or getattr(value, "is_meta", False):
            return
        with torch.no_grad():
            metric.update_state(value)

    # --- calling --------------------------------------------------------------------------------------------------

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What ``layer(…)`` runs: inputs are checked and cast, weights are made at the first call, then ``call``."""
        if len(args) == 1 and not kwargs and type(args[0]) is torch.Tensor:
            outputs = quick_call.run(self, args[0])
            if outputs is not quick_call.LONG_WAY:
                return outputs
        facade = border.facade
        if facade is not None:
            return facade.call(self._forward, args, kwargs, call_context.current() is None)
        return self._forward(*args, **kwargs)

    def _forward(self, *args: Any, **kwargs: Any) -> Any:
        if symbolic_call.any_symbolic(args, kwargs):
            return symbolic_call.run(self, args, kwargs)
        args, kwargs = self._prepare(args, kwargs)
        if not self.built:
            self._build_for(args, kwargs)
        elif self.input_spec is not None and args:
            input_spec.check(self.input_spec, args[0], self.name)
        return self._run_call(args, kwargs)

    def _run_call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        signature = self._call_signature
        outer = call_context.current()
        training = kwargs.get("training")
        if training is None and signature.training and len(args) > 1 and "training" in signature.names[: len(args)]:
            training = args[signature.names.index("training")]
        if training is None:
            training = outer.training if outer is not None else None
        if training is None:
            training = self.training or self.random_by_itself
        if signature.training:
            if "training" not in signature.names[: len(args)]:
                kwargs["training"] = training
        else:
            kwargs.pop("training", None)
        context = CallContext(self if outer is None else outer.owner, training)
        if outer is None and self._loss_carriers:
            self._clear_losses()
        mask = masks.fill(self, args, kwargs, self._has_own_masks())
        before = call_context.swap(context)
        try:
            if border.facade is not None and border.is_the_programs(type(self).call):
                args, kwargs = border.dressed(args), border.dressed(kwargs)
            if autocasting.needed(self):
                with autocasting.cast_weights(self):
                    outputs = self.call(*args, **kwargs)
            else:
                outputs = self.call(*args, **kwargs)
        finally:
            call_context.swap(before)
        if self.activity_regularizer is not None:
            for output in nest.flatten(outputs):
                # Keras divides by the batch size, so that the penalty does not grow with it.
                self._add_call_loss(self.activity_regularizer(output) / output.shape[0], context)
        if mask is not None:
            masks.set_on_outputs(self, args[0] if args else None, outputs, mask, self._has_own_masks())
        return outputs

    def _add_call_loss(self, loss: torch.Tensor, context: CallContext) -> None:
        self._losses.append(loss)
        if not any(c is self for c in context.owner._loss_carriers):
            context.owner._loss_carriers.append(self)

    def _prepare(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        compute = torch_dtype(self.compute_dtype) if self.autocast else None

        def cast(leaf: Any) -> Any:
            if isinstance(leaf, np.ndarray | np.generic):
                if leaf.dtype.kind not in "biufc":
                    return leaf
                leaf = torch.as_tensor(leaf).to(default_device())
            if isinstance(leaf, torch.Tensor):
                if compute is not None and leaf.dtype is not compute and leaf.is_floating_point():
                    mask = getattr(leaf, "_keras_mask", None)
                    leaf = leaf.to(compute)
                    if mask is not None:
                        leaf._keras_mask = mask
            return leaf

        if len(args) == 1 and isinstance(args[0], torch.Tensor) and not kwargs:
            return (cast(args[0]),), {}
        if self._converts_lists and args and isinstance(args[0], list) and _is_numbers(args[0]):
            args = (np.asarray(args[0]), *args[1:])
            if args[0].dtype == np.float64:
                args = (args[0].astype(np.float32), *args[1:])
        return tuple(nest.map_structure(cast, a) for a in args), {
            k: nest.map_structure(cast, v) for k, v in kwargs.items()
        }

    _converts_lists = True

    @classmethod
    def _prepares_inputs(cls) -> bool:
        """Whether the class has its own way to prepare inputs."""
        return cls._prepare is not Layer._prepare

    # --- building -------------------------------------------------------------------------------------------------

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        shapes = symbolic_call.call_shapes(self, args, kwargs)
        if self.input_spec is not None and args:
            input_spec.check(self.input_spec, args[0], self.name)
        self.build(**shapes) if shapes is not None else self.build(None)

    def _after_build(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.built = True
        if args or kwargs:
            self._build_shapes = kwargs or {"input_shape": args[0] if len(args) == 1 else list(args)}
        names = {id(p) for p in self._parameters.values()}
        for weight in self._own_weights:  # weights that were made but not assigned to an attribute
            if id(weight) not in names and not any(weight is p for p in self.parameters()):
                key = weight.name.replace(".", "_")
                while key in self._parameters or hasattr(self, key):
                    key += "_"
                self.register_parameter(key, weight)
        if self._initial_weights is not None:
            given, self._initial_weights = self._initial_weights, None
            self.set_weights(given)

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes that the layer was built for, so that a saved one can be built without a call."""
        shapes = self._build_shapes
        if not shapes:
            return None
        plain = {key: _plain_shape(value) for key, value in shapes.items() if value is not None}
        return {"input_shape": next(iter(plain.values()))} if len(plain) == 1 else {"shapes_dict": plain}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build from what ``get_build_config`` gave."""
        if config and not self.built:
            found = config.get("shapes_dict", config)
            found = {k: _as_shape(v) for k, v in found.items() if v is not None}
            if list(found) == ["input_shape"]:
                self.build(found["input_shape"])  # whatever its parameter is called
            elif found:
                self.build(**found)

    # --- masks ----------------------------------------------------------------------------------------------------

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the output; the base passes the input's mask on."""
        return previous_mask

    @classmethod
    def _has_own_masks(cls) -> bool:
        """Whether the class says itself what the mask of its output is."""
        return cls.compute_mask is not Layer.compute_mask

    # --- shapes ---------------------------------------------------------------------------------------------------

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The output's shape for an input's shape; the base finds it by running ``call`` without values."""
        return symbolic_call.output_shape(self, *args, **kwargs)

    compute_output_shape.found_by_running = True  # type: ignore[attr-defined]

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic tensors that a call on symbolic tensors gives."""
        return symbolic_call.output_spec(self, args, kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic tensors that a call gives, without a node in the graph."""
        return self.compute_output_spec(*args, **kwargs)

    @property
    def input(self) -> Any:
        """The symbolic input of the only call on symbolic tensors."""
        return symbolic_call.only_node(self, "input").args[0]

    @property
    def output(self) -> Any:
        """The symbolic output of the only call on symbolic tensors."""
        return symbolic_call.only_node(self, "output").outputs

    @property
    def input_shape(self) -> Any:
        """The shape of the symbolic input."""
        return nest.map_structure(lambda t: t.shape, self.input)

    @property
    def output_shape(self) -> Any:
        """The shape of the symbolic output."""
        return nest.map_structure(lambda t: t.shape, self.output)

    # --- losses and metrics ---------------------------------------------------------------------------------------

    @property
    def losses(self) -> list[torch.Tensor]:
        """What was added in the last call, and the regularizers of the trainable weights."""
        found: list[torch.Tensor] = []
        for layer in self._flatten_layers():
            found += layer._losses
        for weight in self.trainable_weights:
            if weight.regularizer is not None:
                found.append(weight.regularizer(weight))
        return found

    def _clear_losses(self) -> None:
        for layer in self._loss_carriers:
            layer._losses.clear()
        self._loss_carriers.clear()

    @property
    def metrics(self) -> list[Any]:
        """The metrics of this layer and of the layers within."""
        found = list(self._own_metrics)
        for layer in self._flatten_layers(include_self=False):
            found += [m for m in layer._own_metrics if m not in found]
        return found

    @property
    def metrics_variables(self) -> list[Variable]:
        """The state of the metrics of this layer and of the layers within."""
        return [v for metric in self.metrics for v in metric.variables]

    # --- types ----------------------------------------------------------------------------------------------------

    @property
    def dtype(self) -> str:
        """The type that weights are kept in."""
        return self.dtype_policy.variable_dtype

    @property
    def variable_dtype(self) -> str:
        """The type that weights are kept in."""
        return self.dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The type that is computed in."""
        return self.dtype_policy.compute_dtype

    @property
    def input_dtype(self) -> str:
        """The type that floating-point inputs are cast to."""
        return self.dtype_policy.compute_dtype

    @property
    def path(self) -> str:
        """The name."""
        return self.name

    # --- configs --------------------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again, without its weights."""
        config: dict[str, Any] = {
            "name": self.name,
            "trainable": self._trainable,
            "dtype": serialize_keras_object(self.dtype_policy),
        }
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = serialize_keras_object(self.activity_regularizer)
        if type(self).get_config is Layer.get_config and type(self).__init__ is not Layer.__init__:
            config = {**symbolic_call.remembered_arguments(self, config)}
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make a layer from what ``get_config`` gave."""
        return cls(**symbolic_call.revived(config))

    # --- attributes -----------------------------------------------------------------------------------------------

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name in ("input", "output") and "_inbound_nodes" in self.__dict__:
                symbolic_call.only_node(self, name)  # the property's error, which torch would replace by its own
            return super().__getattr__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        changes.note_attribute(name)
        if "_own_weights" in self.__dict__ and name != "_own_weights":
            if isinstance(self._modules.get(name), tracking.Shelf):
                del self._modules[name]
            if isinstance(value, Variable):
                self._track_weight(value)
            elif isinstance(value, list | dict | tuple) and not isinstance(value, torch.Size) and name[:1] != "_":
                if tracking.holds_modules(value) or (not value and isinstance(value, list | dict)):
                    # nn.Module would insist on a module under this name; the container itself is what users want back.
                    object.__setattr__(self, name, self._tracked(name, value))
                    return
            elif _is_metric(value) and not name.startswith("_"):
                if not any(m is value for m in self._own_metrics):
                    self._own_metrics.append(value)
        elif isinstance(value, torch.nn.Module | torch.nn.Parameter) and "_modules" not in self.__dict__:
            raise AttributeError(
                f"{type(self).__name__} assigned {name!r} before it was initialised. "
                "Try: call super().__init__() first in __init__"
            )
        super().__setattr__(name, value)

    def _tracked(self, name: str, value: Any) -> Any:
        shelf = tracking.Shelf()
        if isinstance(value, dict):
            made: Any = tracking.TrackedDict(value, shelf)
        elif isinstance(value, list):
            made = tracking.TrackedList(value, shelf)
        else:
            shelf.refill(value)
            made = value
        self._modules[name] = shelf
        return made

    def extra_repr(self) -> str:
        """What torch prints within the parentheses."""
        return f"name={self.name!r}, built={self.built}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _is_metric(value: Any) -> bool:
    return hasattr(value, "update_state") and hasattr(value, "reset_state") and not isinstance(value, torch.nn.Module)


def _given_shape(arguments: dict[str, Any]) -> tuple[int | None, ...] | None:
    """The input's shape with the batch axis, from the arguments that a first layer may have."""
    for key in ("batch_input_shape", "batch_shape"):
        if arguments.get(key) is not None:
            return tuple(arguments[key])
    shape = arguments.get("input_shape")
    if shape is None and arguments.get("input_dim") is not None:
        length = arguments.get("input_length")
        shape = (arguments["input_dim"],) if length is None else (length, arguments["input_dim"])
    if shape is None:
        return None
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return (arguments.get("batch_size"), *shape)


def _is_numbers(value: Any) -> bool:
    return all(isinstance(x, int | float) or (isinstance(x, list) and _is_numbers(x)) for x in value) and bool(value)


def _plain_shape(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {k: _plain_shape(v) for k, v in shape.items()}
    if isinstance(shape, list | tuple):
        return [_plain_shape(s) for s in shape] if any(isinstance(s, list | tuple) for s in shape) else list(shape)
    return shape


def _as_shape(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {k: _as_shape(v) for k, v in shape.items()}
    if isinstance(shape, list | tuple):
        return [_as_shape(s) for s in shape] if any(isinstance(s, list | tuple) for s in shape) else tuple(shape)
    return shape
