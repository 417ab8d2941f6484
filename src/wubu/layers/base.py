"""The base of all layers: a ``torch.nn.Module`` with Keras's life cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from wubu.core import nest, policy
from wubu.core.config import serialize_keras_object
from wubu.core.device import default_device
from wubu.core.dtypes import is_float, torch_dtype
from wubu.core.names import auto_name
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, NotBuiltError, ShapeError, UnknownArgumentError
from wubu.layers import call_context, input_spec, symbolic_call, tracking
from wubu.layers.call_context import CallContext
from wubu.layers.meta import CallSignature, LayerMeta
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node

# Arguments of Keras's for things that wubu does not do; configs carry them switched off.
_OUT_OF_SCOPE = ("dynamic", "experimental_autocast", "lora_alpha", "lora_rank", "quantization_config")
_SHAPE_ARGUMENTS = ("input_shape", "batch_input_shape", "batch_shape", "input_dim", "input_length", "batch_size")


class Layer(torch.nn.Module, metaclass=LayerMeta):
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
        for name_ in _OUT_OF_SCOPE:
            if kwargs.get(name_) in (None, False):
                kwargs.pop(name_, None)
        if kwargs:
            raise UnknownArgumentError(f"{type(self).__name__}(…)", kwargs, _constructor_names(type(self)))
        self.name = str(name) if name is not None else auto_name(type(self).__name__)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.dtype_policy = policy.get(dtype)
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

    def add_weight(
        self,
        shape: Sequence[int] | int | None = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> Variable:
        """Make a weight of this layer.

        Args:
            shape: its shape; default a single number.
            initializer: default glorot_uniform for floats and zeros for other types.
            dtype: default the type that the policy keeps weights in.
            trainable: whether gradients change it.
            autocast, aggregation, overwrite_with_gradient: accepted for Keras's sake.
            regularizer: a function of the weight that is added to the loss.
            constraint: a function that projects the weight after each update.
            name: default ``variable``…

        Returns:
            The weight, a torch tensor with Keras's methods.
        """
        from wubu import constraints, initializers, regularizers

        if isinstance(shape, str):  # Keras 2 had the name first
            name, shape = shape, kwargs.pop("_shape", None)
        shape = () if shape is None else (shape,) if isinstance(shape, int) else tuple(shape)
        if any(d is None for d in shape):
            raise ShapeError(
                f"Layer {self.name!r} cannot make the weight {name!r} of shape {shape}: a size is unknown. "
                "Try: give the input's shape with that size known"
            )
        dtype = dtype or self.variable_dtype
        if initializer is None:
            initializer = "glorot_uniform" if is_float(dtype) else "zeros"
        weight = Variable(initializers.get(initializer), shape, dtype, trainable, name)
        weight.regularizer = regularizers.get(regularizer)
        weight.constraint = constraints.get(constraint)
        self._track_weight(weight)
        return weight

    def _track_weight(self, weight: Variable) -> None:
        if any(w is weight for w in self._own_weights):
            return
        if "/" not in weight.path:  # a weight that two layers hold is named after the first
            weight.path = "/".join([*(call_context.name_scope() or [self.name]), weight.name])
        self._own_weights.append(weight)
        if weight._trainable and not self._trainable:
            weight.requires_grad_(False)

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
            metric = Mean(name=name or "metric")
            self._own_metrics.append(metric)
        with torch.no_grad():
            metric.update_state(value)

    # --- calling --------------------------------------------------------------------------------------------------

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What ``layer(…)`` runs: inputs are checked and cast, weights are made at the first call, then ``call``."""
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
            training = self.training
        if signature.training:
            if "training" not in signature.names[: len(args)]:
                kwargs["training"] = training
        else:
            kwargs.pop("training", None)
        context = CallContext(self if outer is None else outer.owner, training)
        if outer is None and self._loss_carriers:
            self._clear_losses()
        masks = self._fill_masks(args, kwargs)
        before = call_context.swap(context)
        try:
            outputs = self.call(*args, **kwargs)
        finally:
            call_context.swap(before)
        if self.activity_regularizer is not None:
            for output in nest.flatten(outputs):
                # Keras divides by the batch size, so that the penalty does not grow with it.
                self._add_call_loss(self.activity_regularizer(output) / output.shape[0], context)
        if masks is not None:
            self._set_output_masks(args[0] if args else None, outputs, masks)
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

    def _fill_masks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Give ``call`` its masks; return the mask of the first input when the outputs must carry one, else None."""
        signature = self._call_signature
        first = args[0] if args else next(iter(kwargs.values()), None)
        if isinstance(first, torch.Tensor):
            mask = getattr(first, "_keras_mask", None)
            found = mask is not None
        else:
            leaves = nest.flatten(first)
            mask = [getattr(leaf, "_keras_mask", None) for leaf in leaves]
            found = any(m is not None for m in mask)
            if found and nest.is_nested(first):
                mask = nest.pack_sequence_as(first, mask)
        if found and signature.mask and kwargs.get("mask") is None and "mask" not in signature.names[: len(args)]:
            kwargs["mask"] = mask
        for name in signature.mask_names:
            if kwargs.get(name) is None and name not in signature.names[: len(args)]:
                owner = name.removesuffix("_mask")
                value = kwargs.get(owner)
                if value is None and owner in signature.names[: len(args)]:
                    value = args[signature.names.index(owner)]
                given = getattr(value, "_keras_mask", None) if isinstance(value, torch.Tensor) else None
                if given is not None:
                    kwargs[name] = given
        if found or type(self).compute_mask is not Layer.compute_mask:
            return mask if found else _NO_MASK
        return None

    def _set_output_masks(self, inputs: Any, outputs: Any, mask: Any) -> None:
        if not self.supports_masking and type(self).compute_mask is Layer.compute_mask:
            return
        made = self.compute_mask(inputs, None if mask is _NO_MASK else mask)
        if made is None:
            return
        leaves = nest.flatten(outputs)
        masks = nest.flatten(made) if nest.is_nested(made) else [made] * (1 if len(leaves) == 1 else len(leaves))
        for leaf, one in zip(leaves, masks, strict=False):
            if one is not None and isinstance(leaf, torch.Tensor):
                leaf._keras_mask = one  # type: ignore[attr-defined]

    # --- shapes ---------------------------------------------------------------------------------------------------

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The output's shape for an input's shape; the base finds it by running ``call`` without values."""
        return symbolic_call.output_shape(self, *args, **kwargs)

    compute_output_shape.found_by_running = True  # type: ignore[attr-defined]

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic tensors that a call on symbolic tensors gives."""
        return symbolic_call.output_spec(self, args, kwargs)

    @property
    def input(self) -> Any:
        """The symbolic input of the only call on symbolic tensors."""
        return symbolic_call.only_node(self, "input").args[0] if not isinstance(self, _no_args()) else None

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

    # --- weights --------------------------------------------------------------------------------------------------

    @property
    def weights(self) -> list[Variable]:
        """All weights in Keras's order: own trainable, own others, then those of the layers within."""
        return self._collect(lambda w: True)

    @property
    def variables(self) -> list[Variable]:
        """All weights and the state of the metrics."""
        found = self.weights
        return found + [v for m in self.metrics for v in m.variables]

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes: none of a frozen layer's."""
        return self._collect(lambda w: w._trainable, skip_frozen=True)

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training leaves to the layers: statistics, and all of a frozen layer's."""
        trained = {id(w) for w in self.trainable_weights}
        return [w for w in self.weights if id(w) not in trained]

    trainable_variables = trainable_weights
    non_trainable_variables = non_trainable_weights

    def _collect(self, keep: Callable[[Variable], bool], skip_frozen: bool = False) -> list[Variable]:
        found: dict[int, Variable] = {}
        for owner in self._weight_owners(skip_frozen):
            own = owner._sorted_own() if isinstance(owner, Layer) else _adopted(owner)
            for weight in own:
                if keep(weight):
                    found.setdefault(id(weight), weight)
        return list(found.values())

    def _sorted_own(self) -> list[Variable]:
        own = self._own_weights
        return [w for w in own if w._trainable] + [w for w in own if not w._trainable]

    def _weight_owners(self, skip_frozen: bool = False) -> Iterator[torch.nn.Module]:
        if skip_frozen and not self._trainable:
            return
        yield self
        for child in self._child_modules():
            if isinstance(child, Layer):
                yield from child._weight_owners(skip_frozen)
            else:
                yield child

    def _child_modules(self) -> list[torch.nn.Module]:
        """The layers and plain modules directly within, containers opened."""
        found: list[torch.nn.Module] = []
        for child in self._modules.values():
            found += _open(child)
        return found

    def _flatten_layers(self, recursive: bool = True, include_self: bool = True) -> list[Layer]:
        found: list[Layer] = [self] if include_self else []
        for child in self._child_modules():
            if isinstance(child, Layer):
                found += child._flatten_layers() if recursive else [child]
        return list(dict.fromkeys(found))

    @property
    def trainable(self) -> bool:
        """Whether training changes this layer; setting it sets all layers within."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        value = bool(value)
        for layer in self._flatten_layers():
            layer._trainable = value
        for weight in self._collect(lambda w: w._trainable):
            weight.requires_grad_(value)

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the weights as arrays, in Keras's order and layout."""
        return [w.numpy() for w in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Copy arrays into the weights, in the order that ``get_weights`` gives.

        Raises:
            ShapeError: when the number of arrays or a shape does not fit.
        """
        own = self.weights
        if len(own) != len(weights):
            hint = " Try: build the layer first, by calling it or with build(input_shape)" if not self.built else ""
            raise ShapeError(
                f"Layer {self.name!r} has {len(own)} weights: {[tuple(w.shape) for w in own]}. "
                f"Received: a list of {len(weights)}.{hint}"
            )
        arrays = [w if isinstance(w, torch.Tensor) else np.asarray(w) for w in weights]
        for weight, array in zip(own, arrays, strict=True):
            if tuple(weight.shape) != tuple(array.shape):
                raise ShapeError(
                    f"Layer {self.name!r}: weight {weight.path!r} has shape {tuple(weight.shape)}. "
                    f"Received: shape {tuple(array.shape)}"
                )
        for weight, array in zip(own, arrays, strict=True):
            weight.assign(array)

    def count_params(self) -> int:
        """The number of numbers in all weights."""
        if not self.built:
            raise NotBuiltError(
                f"Layer {self.name!r} has no weights yet. Try: build it first, by calling it or with build(input_shape)"
            )
        return sum(w.numel() for w in self.weights)

    def save_own_variables(self, store: Any) -> None:
        """Write the weights that are this layer's own, under ``"0"``, ``"1"``…, as Keras does."""
        for i, weight in enumerate(self._sorted_own()):
            store[str(i)] = weight.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Read what ``save_own_variables`` wrote."""
        own = self._sorted_own()
        if len(store.keys()) != len(own):
            if len(own) and not len(store.keys()):
                raise ShapeError(f"Layer {self.name!r} expects {len(own)} weights. Received: none in the file")
            raise ShapeError(
                f"Layer {self.name!r} expects {len(own)} weights. Received: {len(store.keys())} in the file"
            )
        for i, weight in enumerate(own):
            weight.assign(np.asarray(store[str(i)]))

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

    def __setattr__(self, name: str, value: Any) -> None:
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


class _NoMask:
    """Says that outputs must be asked for a mask although the input has none."""


_NO_MASK = _NoMask()


def _no_args() -> tuple[type, ...]:
    return ()


def _is_metric(value: Any) -> bool:
    return hasattr(value, "update_state") and hasattr(value, "reset_state") and not isinstance(value, torch.nn.Module)


def _open(module: torch.nn.Module | None) -> list[torch.nn.Module]:
    if module is None:
        return []
    if isinstance(module, tracking.Shelf):
        return ([module] if module._parameters else []) + [m for c in module._modules.values() for m in _open(c)]
    return [module]


def _adopted(module: torch.nn.Module) -> list[Variable]:
    """The parameters of a plain torch module as Variables; a layer within it gives its own weights."""
    found = []
    for name, parameter in module.named_parameters():
        found.append(Variable.adopt(parameter, name.replace(".", "_")))
    return found


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


def _constructor_names(cls: type) -> list[str]:
    import inspect

    names: list[str] = []
    for base in cls.__mro__:
        if base is torch.nn.Module:
            break
        if "__init__" in base.__dict__:
            names += [
                p
                for p in inspect.signature(base.__dict__["__init__"]).parameters
                if p not in ("self", "kwargs", "args")
            ]
    return [*names, *_SHAPE_ARGUMENTS]


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
