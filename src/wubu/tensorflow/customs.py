"""Where values cross between the library and a program: models take plain tensors, programs get ``tf.Tensor``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from wubu.core import border, nest
from wubu.core.variable import Variable
from wubu.data.dataset.elements import Text
from wubu.data.dataset.spec import TensorSpec as CoreSpec
from wubu.tensorflow import operators
from wubu.tensorflow.errors import OutOfRangeError
from wubu.tensorflow.ragged_tensor import RaggedTensor
from wubu.tensorflow.recording import Mode
from wubu.tensorflow.specs import TensorSpec
from wubu.tensorflow.tensor import Eager, shown, stripped
from wubu.tensorflow.text import StringTensor, of_array

OPERATORS = operators.install  # that file gives tensors their operators


class Customs:
    """The facade that ``wubu.core.border`` asks."""

    def call(self, function: Callable[..., Any], args: Any, kwargs: Any, outermost: bool) -> Any:
        """Run a layer on plain tensors; who gave ``tf.Tensor``, or arrays, gets ``tf.Tensor``; who gave torch's, torch's."""
        if args and type(args[0]) is RaggedTensor:
            return self._call_on_ragged(function, args[0], args[1:], kwargs)
        found = _has_facade(args) or (bool(kwargs) and _has_facade(kwargs))
        if found:
            args, kwargs = self.strip(args), self.strip(kwargs)
        if found and outermost:
            with Mode():
                return self.dress(_as_text(function(*args, **kwargs)))
        outputs = function(*args, **kwargs)
        if found or (outermost and not border.in_step() and not _has_tensor(args)):
            return self.dress(_as_text(outputs))
        return self.strip(outputs)

    def _call_on_ragged(self, function: Callable[..., Any], x: RaggedTensor, rest: Any, kwargs: Any) -> Any:
        """A layer that treats every element for itself keeps the rows; others get rows filled up with zeros."""
        layer = getattr(function, "__self__", None)
        if type(layer).__name__ in _ELEMENTWISE and getattr(layer, "output_mode", "int") == "int":
            return x.with_flat_values(self.call(function, (x.flat_values, *rest), kwargs, True))
        return self.call(function, (x.to_tensor(), *rest), kwargs, True)

    def dress(self, structure: Any) -> Any:
        """Plain tensors and text as ``tf.Tensor``; weights stay what they are."""
        return _map(_dressed, structure)

    def strip(self, structure: Any) -> Any:
        """``tf.Tensor`` as plain tensors, text as the library has it."""
        return _map(_plain, structure)

    def ended(self) -> Exception:
        """What TensorFlow raises at the end of a data set."""
        return OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext]")


_ELEMENTWISE = {"Activation", "Discretization", "Embedding", "Hashing", "IntegerLookup", "Rescaling", "StringLookup"}


def _as_text(outputs: Any) -> Any:
    """Strings that a layer gives, as text of TensorFlow's."""
    if isinstance(outputs, np.ndarray) and outputs.dtype.kind in "US":
        return of_array(outputs)
    return outputs


def _has_facade(structure: Any) -> bool:
    if isinstance(structure, torch.Tensor):
        return isinstance(structure, Eager)
    return any(isinstance(leaf, Eager) for leaf in nest.flatten(structure))


def _has_tensor(structure: Any) -> bool:
    return any(isinstance(leaf, torch.Tensor) for leaf in nest.flatten(structure))


def _map(function: Callable[[Any], Any], structure: Any) -> Any:
    if not nest.is_nested(structure):
        return function(structure)
    return nest.map_structure(function, structure)


def _dressed(leaf: Any) -> Any:
    if isinstance(leaf, torch.Tensor):
        return leaf if isinstance(leaf, Variable) else shown(leaf)
    if isinstance(leaf, Text):
        return of_array(np.asarray(leaf))
    if type(leaf) is CoreSpec:
        return TensorSpec(leaf.shape, leaf.dtype, leaf.name)
    return leaf


def _plain(leaf: Any) -> Any:
    if not isinstance(leaf, Eager):
        return leaf
    if isinstance(leaf, StringTensor):
        return leaf._text().view(Text)
    return stripped(leaf)  # type: ignore[arg-type]


def activate() -> None:
    """Answer at the border from now on."""
    border.register(Customs())
