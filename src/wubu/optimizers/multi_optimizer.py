"""Several optimizers, each for some of the variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any

import torch

from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import ArgumentError
from wubu.optimizers.base import Optimizer
from wubu.optimizers.loss_scale_optimizer import LossScaleOptimizer
from wubu.optimizers.persistence import CallableList
from wubu.optimizers.state import Layout, path_of


class OptimizerMap(MutableMapping[str, Optimizer]):
    """Which optimizer updates a variable, by its path.

    Args:
        default_optimizer: for variables that nothing else is given for.
        optimizer_map: optimizers by path; a key is a path or a regular expression that matches all of one.

    Raises:
        ArgumentError: for anything that is not an optimizer, a key that is taken, or two patterns that match a path.

    Example:
        >>> from wubu.optimizers.adam import Adam
        >>> from wubu.optimizers.sgd import SGD
        >>> chosen = OptimizerMap(Adam(), {"head/.*": SGD(0.1)})
        >>> type(chosen["head/kernel"]).__name__
        'SGD'
    """

    def __init__(self, default_optimizer: Optimizer, optimizer_map: Mapping[str, Optimizer] | None = None) -> None:
        if not isinstance(default_optimizer, Optimizer):
            raise ArgumentError(f"Expected default_optimizer to be an optimizer. Received: {default_optimizer!r}")
        self._default = default_optimizer
        self._map: dict[str, Optimizer] = {}
        for key, value in (optimizer_map or {}).items():
            self[key] = value

    @property
    def default_optimizer(self) -> Optimizer:
        """The optimizer of variables that nothing else is given for."""
        return self._default

    def __getitem__(self, key: str) -> Optimizer:
        if key in self._map:
            return self._map[key]
        found = [optimizer for pattern, optimizer in self._map.items() if re.fullmatch(pattern, key)]
        if len(found) > 1:
            raise ArgumentError(f"Expected one optimizer for the variable {key!r}. Received: {len(found)}")
        return found[0] if found else self._default

    def __setitem__(self, key: str, optimizer: Optimizer) -> None:
        if not isinstance(key, str):
            raise ArgumentError(f"Expected a path or a pattern. Received: {key!r}")
        if key in self._map:
            raise ArgumentError(f"There is an optimizer for {key!r} already: {self._map[key].name!r}")
        _check_part(optimizer)
        self._map[key] = optimizer

    def __delitem__(self, key: str) -> None:
        del self._map[key]

    def __len__(self) -> int:
        return len(self._map)

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __call__(self, variable: Any) -> Optimizer:
        return self[path_of(variable)]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this map again."""
        return {
            "default_optimizer": serialize_keras_object(self._default),
            "optimizer_map": serialize_keras_object(self._map),
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> OptimizerMap:
        """Make a map from what ``get_config`` gave."""
        found = deserialize_keras_object(dict(config), custom_objects=custom_objects)
        return cls(**found)


class MultiOptimizer(Optimizer):
    """Several optimizers in one.

    Args:
        optimizer_map: an ``OptimizerMap``, or a function from a variable to its optimizer.
        loss_scale_factor: the loss is multiplied by it, and the gradients divided; None for neither.
        name: of the optimizer.

    Example:
        >>> from wubu.optimizers.adam import Adam
        >>> from wubu.optimizers.sgd import SGD
        >>> optimizer = MultiOptimizer(OptimizerMap(Adam(), {"head/.*": SGD(0.1)}))
    """

    def __init__(
        self,
        optimizer_map: OptimizerMap | Callable[[Any], Optimizer],
        loss_scale_factor: float | None = None,
        name: str | None = None,
    ) -> None:
        self._inner: list[Optimizer] = []
        self._optimizer_map = optimizer_map
        super().__init__(0.0, loss_scale_factor=loss_scale_factor, name=name)
        if isinstance(optimizer_map, OptimizerMap):
            for optimizer in (*optimizer_map._map.values(), optimizer_map.default_optimizer):
                self._add(optimizer)

    def _add(self, optimizer: Optimizer) -> None:
        if all(optimizer is not known for known in self._inner):
            _check_part(optimizer)
            optimizer.loss_scale_factor = self.loss_scale_factor
            self._inner.append(optimizer)

    @property
    def optimizers(self) -> list[Optimizer]:
        """The inner optimizers."""
        return self._inner

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Build each inner optimizer with its variables."""
        variables = list(variables)
        self._owner = {id(v): self._optimizer_map(v) for v in variables}
        for optimizer in self._owner.values():
            self._add(optimizer)
        for optimizer in self._inner:
            own = [v for v in variables if self._owner[id(v)] is optimizer]
            if own:
                optimizer.build(own)
        self.__dict__["_trainable_variables"] = variables
        self._indices = {id(v): i for i, v in enumerate(variables)}

    @property
    def variables(self) -> CallableList:
        """Its own variables, then each inner optimizer's."""
        return CallableList([*self._variables, *(v for optimizer in self._inner for v in optimizer.variables)])

    def state_tensors(self) -> list[torch.Tensor]:
        """Every tensor that ``apply`` may change."""
        return [*super().state_tensors(), *(t for optimizer in self._inner for t in optimizer.state_tensors())]

    def _receive(self, gradients: list[Any], variables: Iterable[torch.Tensor] | None) -> Any:
        known = self._known_variables(len(gradients), variables)
        parts = []
        for optimizer in self._inner:
            pairs = [(g, v) for g, v in zip(gradients, known) if self._owner[id(v)] is optimizer]
            if any(g is not None for g, _ in pairs):
                parts.append((optimizer, optimizer._receive([g for g, _ in pairs], [v for _, v in pairs])))
        return _Parts(parts)

    def _step(self, layout: Any) -> None:
        for optimizer, own in layout.parts:
            optimizer._step(own)
        self._end_step()

    @property
    def loss_scale_factor(self) -> float | None:  # type: ignore[override]
        """The factor of the loss; setting it sets every inner optimizer's."""
        return self._loss_scale_factor

    @loss_scale_factor.setter
    def loss_scale_factor(self, value: float | None) -> None:
        self._loss_scale_factor = value
        for optimizer in self._inner:
            optimizer.loss_scale_factor = value

    @property
    def learning_rate(self) -> Any:
        """Not there: each inner optimizer has its own."""
        raise AttributeError("A MultiOptimizer has no learning rate. Try: optimizer.optimizers[0].learning_rate")

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        raise AttributeError("A MultiOptimizer has no learning rate. Try: optimizer.optimizers[0].learning_rate = …")

    lr = learning_rate

    def finalize_variable_values(self, var_list: Iterable[torch.Tensor]) -> None:
        """Set the variables to their moving average where their optimizer keeps one."""
        variables = list(var_list)
        for optimizer in self._inner:
            optimizer.finalize_variable_values([v for v in variables if self._owner[id(v)] is optimizer])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {
            "optimizer_map": _serialize_map(self._optimizer_map),
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
        """Make an optimizer from what ``get_config`` gave."""
        config = dict(config)
        config["optimizer_map"] = deserialize_keras_object(config["optimizer_map"], custom_objects=custom_objects)
        return cls(**config)


def _serialize_map(optimizer_map: Any) -> Any:
    if type(optimizer_map) is not OptimizerMap:
        return serialize_keras_object(optimizer_map)
    # Written out, because it is a mapping too and would be taken for a plain dictionary.
    config = optimizer_map.get_config()
    return {
        "module": "keras.optimizers", "class_name": "OptimizerMap", "config": config, "registered_name": None,
    }  # fmt: skip


class _Parts:
    """What the inner optimizers received."""

    def __init__(self, parts: Sequence[tuple[Optimizer, Layout]]) -> None:
        self.parts = list(parts)
        self.segments = [segment for _, layout in parts for segment in layout.segments]


def _check_part(optimizer: Any) -> None:
    if not isinstance(optimizer, Optimizer) or isinstance(optimizer, LossScaleOptimizer | MultiOptimizer):
        raise ArgumentError(
            f"Expected an optimizer that is neither a LossScaleOptimizer nor a MultiOptimizer. Received: {optimizer!r}"
        )
