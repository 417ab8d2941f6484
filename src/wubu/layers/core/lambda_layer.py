"""Any function as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wubu.core.config import SafeMode, deserialize_keras_object, in_safe_mode, serialize_keras_object
from wubu.errors import ArgumentError
from wubu.layers.base import Layer


class Lambda(Layer):
    """Apply a function.

    The function's weights are not tracked: give a function with weights a Layer subclass of its own.

    Args:
        function: a function of the input; it may also take ``mask`` and ``training``.
        output_shape: the output's shape without the batch axis, or a function of the input's shape. Default: found by
            a run without values.
        mask: the output's mask, or a function of (inputs, mask).
        arguments: further keyword arguments of the function.
        **kwargs: the arguments of ``Layer``.

    A function with a name is saved by its name and found among ``custom_objects``; a lambda is saved as bytecode,
    which is only loaded with ``safe_mode=False``.

    Example:
        >>> Lambda(lambda x: x * 2)(torch.ones(2))
        tensor([2., 2.])
    """

    function: Callable[..., Any]
    mask: Any

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise ArgumentError(f"Expected function to be a function of tensors. Received: {function!r}")
        self.__dict__["function"] = function  # a module given as a function is not part of this layer, as in Keras
        self.arguments = dict(arguments or {})
        self.mask = mask
        self.supports_masking = mask is not None
        self._output_shape = output_shape
        self._takes = _argument_names(function)

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        """Compute the output."""
        given = dict(self.arguments)
        if "mask" in self._takes:
            given["mask"] = mask
        if "training" in self._takes:
            given["training"] = training
        return self.function(inputs, **given)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """What the ``mask`` argument says."""
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic output: as the function gives it, unless its shape was given."""
        from wubu.layers import symbolic_call

        if self._output_shape is None:
            return symbolic_call.run_on_meta(self, args, kwargs)
        return super().compute_output_spec(*args, **kwargs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The given shape with the batch, or what a run without values finds."""
        if self._output_shape is None:
            return super().compute_output_shape(input_shape)
        if callable(self._output_shape):
            return self._output_shape(input_shape)
        first = input_shape[0]
        batch = first[0] if isinstance(first, list | tuple) else first
        return _with_batch(self._output_shape, batch)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        config = {**super().get_config(), "function": serialize_keras_object(self.function)}
        if self._output_shape is not None:
            config["output_shape"] = serialize_keras_object(self._output_shape)
        if self.mask is not None:
            config["mask"] = serialize_keras_object(self.mask)
        config["arguments"] = serialize_keras_object(dict(self.arguments))
        return config

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Mapping[str, Any] | None = None, safe_mode: bool | None = None
    ) -> Lambda:
        """Make a layer from what ``get_config`` gave; a lambda's bytecode needs ``safe_mode=False``."""
        config = dict(config)
        with SafeMode(in_safe_mode() if safe_mode is None else safe_mode):
            for key in ("function", "output_shape", "mask", "arguments"):
                if config.get(key) is not None:
                    config[key] = deserialize_keras_object(config[key], custom_objects=custom_objects)
        return cls(**config)


def _argument_names(function: Callable[..., Any]) -> set[str]:
    try:
        return set(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return set()


def _with_batch(shape: Any, batch: int | None) -> Any:
    if isinstance(shape, int):
        return batch, shape
    if isinstance(shape, Sequence) and any(isinstance(s, list | tuple) for s in shape):
        return [_with_batch(s, batch) for s in shape]
    return (batch, *shape)
