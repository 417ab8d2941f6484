"""What a layer knows of its weights and of the layers within it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, TypeVar

import numpy as np
import torch

from wubu.core.dtypes import is_float
from wubu.core.variable import Variable
from wubu.errors import NotBuiltError, ShapeError, UnknownArgumentError
from wubu.layers import call_context, tracking

F = TypeVar("F", bound=Callable[..., Any])

# What ``add_weight`` took in older versions and needs no more.
_FORGOTTEN = {
    "caching_device",
    "collections",
    "experimental_autocast",
    "getter",
    "layout",
    "partitioner",
    "synchronization",
    "use_resource",
}
_KNOWN = ("shape", "initializer", "dtype", "trainable", "regularizer", "constraint", "name")


def _name_may_come_first(add_weight: F) -> F:
    """Let ``add_weight("kernel", shape=…)`` work, whose first argument is the name as in Keras 2 and tf.keras."""

    @wraps(add_weight)
    def add(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], str):
            names = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")
            kwargs.update(zip(names, args, strict=False))
            args = ()
        return add_weight(self, *args, **kwargs)

    return add  # type: ignore[return-value]


class WeightKeeper(torch.nn.Module):
    """A module that makes weights, lists them in Keras's order, freezes them, and copies them in and out.

    The weights of a layer come before those of the layers within, the trainable ones before the others.
    """

    name: str
    built: bool
    variable_dtype: Any
    metrics: Any
    _trainable: bool
    _own_weights: list[Variable]

    @_name_may_come_first
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

        unknown = [key for key in kwargs if key not in _FORGOTTEN]
        if unknown:
            raise UnknownArgumentError("add_weight", unknown, _KNOWN)
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

    add_variable = add_weight  # its name in older versions

    def _track_weight(self, weight: Variable) -> None:
        if any(w is weight for w in self._own_weights):
            return
        if "/" not in weight.path:  # a weight that two layers hold is named after the first
            weight.path = "/".join([*(call_context.name_scope() or [self.name]), weight.name])
        self._own_weights.append(weight)
        if weight._trainable and not self._trainable:
            weight.requires_grad_(False)

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
            own = owner._sorted_own() if isinstance(owner, WeightKeeper) else _adopted(owner)
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
            if isinstance(child, WeightKeeper):
                yield from child._weight_owners(skip_frozen)
            else:
                yield child

    def _child_modules(self) -> list[torch.nn.Module]:
        """The layers and plain modules directly within, containers opened."""
        found: list[torch.nn.Module] = []
        for child in self._modules.values():
            found += _open(child)
        return found

    def _flatten_layers(self, recursive: bool = True, include_self: bool = True) -> list[Any]:
        found: list[Any] = [self] if include_self else []
        for child in self._child_modules():
            if isinstance(child, WeightKeeper):
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
