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
from wubu.tensorflow.recording import Mode
from wubu.tensorflow.specs import TensorSpec
from wubu.tensorflow.tensor import Eager, shown, stripped
from wubu.tensorflow.text import StringTensor, of_array

OPERATORS = operators.install  # that file gives tensors their operators


class Customs:
    """The facade that ``wubu.core.border`` asks."""

    def call(self, function: Callable[..., Any], args: Any, kwargs: Any, outermost: bool) -> Any:
        """Run a layer on plain tensors; who gave ``tf.Tensor``, or arrays, gets ``tf.Tensor``; who gave torch's, torch's."""
        found = _has_facade(args) or (bool(kwargs) and _has_facade(kwargs))
        if found:
            args, kwargs = self.strip(args), self.strip(kwargs)
        if found and outermost:
            with Mode():
                return self.dress(function(*args, **kwargs))
        outputs = function(*args, **kwargs)
        if found or (outermost and not border.in_step() and not _has_tensor(args)):
            return self.dress(outputs)
        return self.strip(outputs)

    def dress(self, structure: Any) -> Any:
        """Plain tensors and text as ``tf.Tensor``; weights stay what they are."""
        return _map(_dressed, structure)

    def strip(self, structure: Any) -> Any:
        """``tf.Tensor`` as plain tensors, text as the library has it."""
        return _map(_plain, structure)


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
