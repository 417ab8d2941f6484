"""A fully connected layer over any axes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import torch

from wubu import activations, constraints, initializers, regularizers
from wubu.errors import ArgumentError, ShapeError
from wubu.initializers.variance_scaling import VarianceScaling
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.layers.casting import matched
from wubu.layers.input_spec import InputSpec

Sizes = list[int | None]


class EinsumShapes(NamedTuple):
    """What an equation and the shapes say about the weights.

    Attributes:
        kernel: the kernel's shape.
        bias: the bias's shape, or None.
        output: the output's shape.
        input_axes: the kernel's axes that are summed over.
        output_axes: the kernel's other axes.
    """

    kernel: list[int]
    bias: Sizes | None
    output: Sizes
    input_axes: list[int]
    output_axes: list[int]


class EinsumDense(Layer):
    """``activation(einsum(equation, inputs, kernel) + bias)``.

    Args:
        equation: an equation of Einstein's summation for the input and the kernel, such as ``"ab,bc->ac"``; an
            ellipsis stands for further axes, such as ``"...x,xy->...y"``.
        output_shape: the output's shape without the batch axis (and without the ellipsis's axes); None for unknown.
        activation: a function or its name. Default: none.
        bias_axes: the output's axes, by letter, that the bias has. Default: no bias.
        kernel_initializer, bias_initializer: how the weights begin.
        kernel_regularizer, bias_regularizer: penalties that are added to the loss.
        kernel_constraint, bias_constraint: projections after each update.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: as the equation says.

    Example:
        >>> EinsumDense("abc,cd->abd", output_shape=(None, 64), bias_axes="d")(torch.ones(2, 5, 8)).shape
        torch.Size([2, 5, 64])
    """

    def __init__(
        self,
        equation: str,
        output_shape: int | Sequence[int | None],
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("gptq_unpacked_column_size", None)
        super().__init__(**kwargs)
        self.equation = equation
        self.partial_output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self.bias_axes = bias_axes
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)

    def _shapes(self, input_shape: Any) -> EinsumShapes:
        return einsum_shapes(self.equation, self.bias_axes, input_shape, self.partial_output_shape, self.name)

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias, of the shapes that the equation asks for."""
        shapes = self._shapes(input_shape)
        initializer = self.kernel_initializer
        if isinstance(initializer, VarianceScaling) and None in (initializer.input_axes, initializer.output_axes):
            axes = {"input_axes": shapes.input_axes, "output_axes": shapes.output_axes}
            initializer = type(initializer).from_config({**initializer.get_config(), **axes})
        self.input_spec = InputSpec(ndim=len(input_shape))
        self.kernel = self.add_weight(
            shapes.kernel,
            initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.bias = None
        if shapes.bias is not None:
            self.bias = self.add_weight(
                shapes.bias,  # type: ignore[arg-type]
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        x, kernel, bias = matched(self, inputs, self.kernel, self.bias)
        summed = summed_axes(self.equation)
        if not summed:
            made = torch.einsum(self.equation, x, kernel)
            return self.activation(made if bias is None else made + bias)
        # One product of matrices, which torch.einsum would find as well, but anew at every call.
        size = math.prod(kernel.shape[:summed])
        rows, columns = x.reshape(-1, size), kernel.reshape(size, -1)
        shape = (*x.shape[:-summed], *kernel.shape[summed:])
        if bias is not None and bias.shape == kernel.shape[summed:]:
            return self.activation(torch.addmm(bias.reshape(-1), rows, columns).view(shape))
        made = torch.mm(rows, columns).view(shape)
        return self.activation(made if bias is None else made + bias)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The output's shape, as the equation says."""
        return tuple(self._shapes(input_shape).output)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "output_shape": self.partial_output_shape,
            **stored(self, "equation", "activation", "bias_axes", "kernel_initializer", "bias_initializer"),
            **stored(self, "kernel_regularizer", "bias_regularizer", "activity_regularizer"),
            **stored(self, "kernel_constraint", "bias_constraint"),
        }


@cache
def summed_axes(equation: str) -> int:
    """How many axes an equation sums over, if these are the input's last and the kernel's first, and nothing changes place.

    0 for every other equation.
    """
    found = re.fullmatch(r"(\.\.\.)?([a-zA-Z]+),([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)", equation.replace(" ", ""))
    if found is None or found[1] != found[4]:
        return 0
    _, inputs, weights, _, outputs = found.groups()
    summed = "".join(letter for letter in inputs if letter not in outputs)
    kept, made = inputs.removesuffix(summed), weights.removeprefix(summed)
    plain = summed and made and (kept or found[1]) and inputs == kept + summed and weights == summed + made
    repeated = len(set(inputs)) < len(inputs) or len(set(weights)) < len(weights)
    return len(summed) if plain and not repeated and outputs == kept + made and not set(kept) & set(made) else 0


_FORMS = (
    (r"([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)", False),
    (r"\.\.\.([a-zA-Z]+),([a-zA-Z]+)->\.\.\.([a-zA-Z]+)", True),
    (r"([a-zA-Z]{2,})\.\.\.,([a-zA-Z]+)->([a-zA-Z]+)\.\.\.", False),
)


def einsum_shapes(
    equation: str,
    bias_axes: str | None,
    input_shape: Sequence[int | None],
    output_shape: Sequence[int | None],
    owner: str = "",
) -> EinsumShapes:
    """Find the shapes of the weights and of the output.

    Args:
        equation: see ``EinsumDense``.
        bias_axes: the letters of the bias's axes, or None.
        input_shape: the input's shape with the batch axis.
        output_shape: the output's shape without the batch axis and the ellipsis's axes.
        owner: the layer's name, for the errors.

    Raises:
        ArgumentError: the equation is not of a form that is understood.
        ShapeError: the shapes do not fit it.
    """
    tried = ((re.fullmatch(form, equation.replace(" ", "")), left) for form, left in _FORMS)
    found, left = next(((match, left) for match, left in tried if match), (None, False))
    if found is None:
        raise ArgumentError(
            f"Expected an equation such as 'ab,bc->ac', '...x,xy->...y' or 'ab...,bc->ac...'. Received: {equation!r}"
        )
    inputs, weights, outputs = found.groups()
    elided = len(input_shape) - len(inputs)
    if elided < 0 or ("..." not in equation and elided):
        raise ShapeError(f"Layer {owner!r}: {equation!r} does not fit an input with {len(input_shape)} axes.")
    output: Sizes = [input_shape[0], *output_shape]
    if left:
        output[1:1] = input_shape[1:elided]
    else:
        output += input_shape[len(input_shape) - elided :]
    shift = elided if left else 0
    input_at = {letter: i + shift for i, letter in enumerate(inputs)}
    output_at = {letter: i + shift for i, letter in enumerate(outputs)}
    for letter in inputs:
        if letter not in output_at:
            continue
        have, want = input_shape[input_at[letter]], output[output_at[letter]]
        if want is None:
            output[output_at[letter]] = have
        elif have != want:
            raise ShapeError(
                f"Layer {owner!r}: axis {letter!r} of {equation!r} has size {have} in the input and {want} in "
                f"output_shape. Received: input shape {tuple(input_shape)}"
            )
    unknown = [letter for letter in outputs if letter not in inputs and letter not in weights]
    unknown += [letter for letter in weights if letter not in inputs and letter not in outputs]
    unknown += [letter for letter in bias_axes or "" if letter not in outputs]
    if unknown:
        raise ArgumentError(f"Layer {owner!r}: the axes {unknown} of {equation!r} (bias {bias_axes!r}) have no size.")
    kernel = [output[output_at[c]] if c in output_at else input_shape[input_at[c]] for c in weights]
    summed = [i for i, letter in enumerate(weights) if letter not in output_at]
    kept = [i for i, letter in enumerate(weights) if letter in output_at]
    bias: Sizes | None = None
    if bias_axes is not None:
        first = min(outputs.find(letter) for letter in bias_axes)
        bias = [output[output_at[letter]] if letter in bias_axes else 1 for letter in outputs[first:]]
        bias += [1] * (0 if left else elided)
    return EinsumShapes(kernel, bias, output, summed, kept)  # type: ignore[arg-type]
