"""``merge`` and ``Merge`` of Keras 1: every way of merging in one function, and in one layer for stacks of models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wubu.core import keras1, legacy, nest
from wubu.errors import ArgumentError
from wubu.layers.base import Layer
from wubu.layers.core.input_layer import Input
from wubu.layers.core.lambda_layer import Lambda
from wubu.layers.merging.arithmetic import Add, Average, Maximum, Multiply
from wubu.layers.merging.concatenate import Concatenate
from wubu.layers.merging.dot import Dot
from wubu.models.functional import Functional

_CLASSES: dict[str, type[Layer]] = {
    "Add": Add,
    "Average": Average,
    "Concatenate": Concatenate,
    "Dot": Dot,
    "Maximum": Maximum,
    "Multiply": Multiply,
}


def merge(
    inputs: Sequence[Any],
    mode: str | Callable[..., Any] = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    output_mask: Any = None,
    arguments: dict[str, Any] | None = None,
    name: str | None = None,
) -> Any:
    """Merge tensors as Keras 1 did; today there are ``add``, ``concatenate``, ``dot`` and so on.

    Args:
        inputs: a list of tensors or, for a ``Merge`` in a stack, of layers and models.
        mode: ``"sum"``, ``"mul"``, ``"concat"``, ``"ave"``, ``"max"``, ``"dot"``, ``"cos"``, or a function of the list.
        concat_axis: the axis of ``"concat"``.
        dot_axes: the axis of ``"dot"`` and ``"cos"``, or one for each of the two.
        output_shape, output_mask: of a function; the shape is found by a run without values anyway.
        arguments: further keyword arguments of a function.
        name: of the layer.
    """
    layer = _merging_layer(mode, concat_axis, dot_axes, output_shape, output_mask, arguments, name)
    modern = type(layer).__name__
    legacy.note("merge(…)", f"{modern}() or keras.layers.{modern.lower()}(…)")
    return layer(list(inputs))


def _merging_layer(
    mode: Any, concat_axis: int, dot_axes: Any, output_shape: Any, output_mask: Any, arguments: Any, name: str | None
) -> Layer:
    if callable(mode):
        return Lambda(mode, output_shape=output_shape, mask=output_mask, arguments=arguments, name=name)
    if mode not in keras1.MERGES:
        raise ArgumentError(f"Expected mode to be one of {sorted(keras1.MERGES)} or a function. Received: {mode!r}")
    cls: Any = _CLASSES[keras1.MERGES[mode]]
    if mode == "concat":
        return cls(axis=concat_axis, name=name)
    if mode in ("dot", "cos"):
        pair = dot_axes if isinstance(dot_axes, int) else tuple(a[0] if isinstance(a, list | tuple) else a for a in dot_axes)
        return cls(axes=pair, normalize=mode == "cos", name=name)
    return cls(name=name)


class Merge:
    """The first layer of a Keras 1 Sequential that joins several models.

    ``Merge([left, right], mode="concat")`` becomes one model with an input for each of the two.
    """

    def __new__(
        cls,
        layers: Sequence[Any] | None = None,
        mode: str | Callable[..., Any] = "sum",
        concat_axis: int = -1,
        dot_axes: Any = -1,
        output_shape: Any = None,
        output_mask: Any = None,
        arguments: dict[str, Any] | None = None,
        node_indices: Any = None,
        tensor_indices: Any = None,
        name: str | None = None,
    ) -> Any:
        layer = _merging_layer(mode, concat_axis, dot_axes, output_shape, output_mask, arguments, name)
        legacy.note("Merge(…)", f"a functional model with {type(layer).__name__}")
        if not layers:
            return layer
        inputs: list[Any] = []
        outputs: list[Any] = []
        for branch in layers:
            ends = _symbolic_ends(branch)
            inputs += [one for one in ends[0] if not any(one is other for other in inputs)]  # a branch may come twice
            outputs.append(ends[1])
        return Functional(inputs, layer(outputs))


def _symbolic_ends(branch: Any) -> tuple[list[Any], Any]:
    """The symbolic inputs of a layer or model that is to be merged, and its output for them."""
    own = getattr(branch, "inputs", None)
    if own:
        return nest.flatten(own), branch.output
    if branch._input_shape_argument is not None:
        fresh = [Input(batch_shape=branch._input_shape_argument)]
    else:
        raise ArgumentError(f"{branch!r} cannot be merged before the shape of its input is known. Try: input_shape=…")
    return fresh, branch(fresh[0] if len(fresh) == 1 else fresh)
