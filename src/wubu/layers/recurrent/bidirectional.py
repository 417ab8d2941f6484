"""A recurrent layer in both directions."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.dtypes import torch_dtype
from wubu.errors import ArgumentError
from wubu.layers.base import Layer

_MODES = ("concat", "sum", "ave", "mul", None)


class Bidirectional(Layer):
    """Run a recurrent layer from the first step to the last, and one like it the other way, and merge their outputs.

    Schuster & Paliwal, "Bidirectional recurrent neural networks", 1997.

    Args:
        layer: a recurrent layer; the one that goes forwards, and the pattern of the other.
        merge_mode: ``"concat"``, ``"sum"``, ``"ave"`` (the mean), ``"mul"``, or None to give both outputs.
        weights: initial weights, as ``set_weights`` takes them.
        backward_layer: the layer that goes backwards. Default: one like ``layer``.
        **kwargs: the arguments of ``Layer``.

    Call arguments: those of the layer. ``initial_state`` has the forward layer's states, then the backward layer's.

    Input shape: that of the layer. Output shape: that of the layer, twice as long in its last axis with ``"concat"``.
    """

    def __init__(
        self,
        layer: Layer,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Layer | None = None,
        **kwargs: Any,
    ) -> None:
        if weights is not None:
            kwargs["weights"] = weights
        super().__init__(**kwargs)
        for one in (layer, backward_layer):
            if one is not None and not isinstance(one, Layer):
                raise ArgumentError(f"Expected recurrent layers. Received: layer={layer!r}, backward_layer={backward_layer!r}")
        if merge_mode not in _MODES:
            raise ArgumentError(f"Expected merge_mode to be one of {_MODES}. Received: merge_mode={merge_mode!r}")
        self.merge_mode = merge_mode
        self.forward_layer = _like(layer, "forward_")
        if backward_layer is None:
            backward_layer = _like(layer, "backward_", go_backwards=True)
        self.backward_layer: Any = backward_layer
        if hasattr(layer, "use_cudnn"):
            self.forward_layer.use_cudnn = layer.use_cudnn
            self.backward_layer.use_cudnn = layer.use_cudnn
        for one in (self.forward_layer, self.backward_layer):
            # Where both sequences are merged, an output that was only carried on would mix with a real one.
            if hasattr(one, "zero_output_for_mask"):
                one.zero_output_for_mask = one.return_sequences
        self.stateful, self.return_state = layer.stateful, layer.return_state  # type: ignore[has-type]
        self.return_sequences = layer.return_sequences  # type: ignore[has-type]
        self.supports_masking = True
        self.input_spec = layer.input_spec
        self._check()

    def _check(self) -> None:
        ahead, back = self.forward_layer, self.backward_layer
        if ahead.go_backwards == back.go_backwards:
            raise ArgumentError("Expected one of the layers to have go_backwards=True and the other not.")
        for name in ("stateful", "return_sequences", "return_state"):
            if getattr(ahead, name) != getattr(back, name):
                raise ArgumentError(
                    f"Expected both layers to have the same {name}. Received: {getattr(ahead, name)} forward, "
                    f"{getattr(back, name)} backward"
                )

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Build both layers."""
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(sequences_shape)

    def call(
        self, sequences: torch.Tensor, initial_state: Any = None, mask: Any = None, training: bool | None = None
    ) -> Any:
        """Compute the output."""
        halves: tuple[Any, Any] = (None, None)
        if initial_state is not None:
            count = len(initial_state) // 2
            halves = (initial_state[:count], initial_state[count:])
        both = []
        for layer, states in zip((self.forward_layer, self.backward_layer), halves, strict=True):
            options: dict[str, Any] = {"training": training} if layer._call_signature.training else {}
            if layer._call_signature.mask:
                options["mask"] = mask
            if states is not None:
                options["initial_state"] = states
            both.append(layer(sequences, **options))
        after: tuple[Any, ...] = ()
        if self.return_state:
            after = (*both[0][1:], *both[1][1:])
            both = [made[0] for made in both]
        ahead, back = (made.to(torch_dtype(self.compute_dtype)) for made in both)
        if self.return_sequences:
            back = back.flip(1)  # in the order of the steps
        output = self._merged(ahead, back)
        if self.return_state:
            return (*output, *after) if self.merge_mode is None else (output, *after)
        return output

    def _merged(self, ahead: torch.Tensor, back: torch.Tensor) -> Any:
        if self.merge_mode == "concat":
            return torch.cat([ahead, back], dim=-1)
        if self.merge_mode == "sum":
            return ahead + back
        if self.merge_mode == "ave":
            return (ahead + back) / 2
        return ahead * back if self.merge_mode == "mul" else (ahead, back)

    @property
    def states(self) -> Any:
        """The states that both layers keep, or None."""
        ahead, back = self.forward_layer.states, self.backward_layer.states
        return None if ahead is None or back is None else (*ahead, *back)

    def reset_state(self) -> None:
        """Begin anew: the states that stateful layers keep become zeros."""
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    def reset_states(self) -> None:
        """``reset_state``, by its older name."""
        self.reset_state()

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """The merged outputs' shape and, with ``return_state``, those of the states."""
        made = self.forward_layer.compute_output_shape(sequences_shape)
        output, states = (made[0], tuple(made[1:])) if self.return_state else (made, ())
        if self.merge_mode == "concat":
            output = (*output[:-1], output[-1] * 2)
        if self.merge_mode is None:
            return (output, output, *states, *states)
        return (output, *states, *states) if self.return_state else output

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The sequence's mask if every step's output is given; none for states."""
        mask = nest.flatten(previous_mask)[0] if self.return_sequences else None
        masks = [mask] if self.merge_mode is not None else [mask, mask]
        if not self.return_state and self.merge_mode is not None:
            return mask
        count = 2 * len(self.forward_layer.state_size) if self.return_state else 0
        return [*masks, *(None for _ in range(count))]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "merge_mode": self.merge_mode,
            "layer": serialize_keras_object(self.forward_layer),
            "backward_layer": serialize_keras_object(self.backward_layer),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Bidirectional:
        """Make a layer from what ``get_config`` gave."""
        config = dict(config)
        for key in ("layer", "backward_layer"):
            if config.get(key) is not None:
                config[key] = deserialize_keras_object(config[key], custom_objects=custom_objects)
        return cls(**config)


def _like(layer: Layer, prefix: str, **changes: Any) -> Any:
    """A fresh layer with another one's arguments."""
    name = prefix + layer.name.removeprefix(prefix)
    return type(layer).from_config({**layer.get_config(), **changes, "name": name})
