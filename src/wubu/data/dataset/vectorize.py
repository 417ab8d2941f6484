"""A function of one element applied to many at once, where that gives the same results.

``torch.vmap`` runs a function once on stacked elements. It refuses whatever depends on values (branches, ``.numpy()``,
``.item()``) and random numbers. What it accepts is compared with the results one by one: for several elements the
first time, and for one of every later block. On the first difference the function is called one by one from then on.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.purity import only_computes

PROBE = 8  # elements compared the first time


class Vectorized:
    """A function that is tried on many elements at once.

    Args:
        call: takes one element, gives one (a structure of tensors).
        function: the user's function behind it, whose code is looked at.

    Attributes:
        refused: whether it has to be called one by one.
        trusted: whether it has given the same results for many at once.
    """

    def __init__(self, call: Callable[[Any], Any], function: Any) -> None:
        self._call = call
        self.trusted = False
        self._at = 0
        try:
            self.refused = not only_computes(function)
        except Exception:  # code that cannot be read
            self.refused = True

    def __call__(self, rows: Any, one: Callable[[Any, int], Any]) -> Any | None:
        """The results for stacked elements, stacked; None when the function has to be called one by one.

        Args:
            rows: the elements.
            one: gives the result for an element and its place among the rows.
        """
        if self.refused:
            return None
        count = elements.count_rows(rows)
        places = range(min(count, PROBE)) if not self.trusted else [self._at % count]
        self._at = self._at * 31 + 7
        before = None if self.trusted else _random_states()
        try:
            with torch.no_grad():
                found = torch.func.vmap(self._tensors, randomness="error")(_as_tensors(rows))
        except Exception:  # whatever vmap cannot do
            self.refused = True
            return None
        if (before and _random_states() != before) or not self._same(found, rows, places, one):
            self.refused = True
            return None
        self.trusted = True
        return found

    def _tensors(self, element: Any) -> Any:
        found = self._call(element)
        if any(not isinstance(leaf, torch.Tensor) for leaf in nest.flatten(found)):
            raise TypeError("not only tensors")
        return found

    def _same(self, found: Any, rows: Any, places: Any, one: Callable[[Any, int], Any]) -> bool:
        for place in places:
            expected, got = one(elements.row(rows, place), place), elements.row(found, place)
            if not elements.same_structure(expected, got):
                return False
            if not all(_close(a, b) for a, b in zip(nest.flatten(expected), nest.flatten(got))):
                return False
        return True


def _as_tensors(rows: Any) -> Any:
    if any(not isinstance(leaf, torch.Tensor) for leaf in nest.flatten(rows)):
        raise TypeError("not only tensors")
    return rows


def _close(a: Any, b: Any) -> bool:
    if not isinstance(a, torch.Tensor) or a.dtype != b.dtype or a.shape != b.shape:
        return False
    if not a.is_floating_point():
        return bool(torch.equal(a, b))
    return bool(torch.allclose(a, b, rtol=1e-6, atol=1e-7, equal_nan=True))


def _random_states() -> tuple[Any, ...]:
    numbers: Any = np.random.get_state()
    return (
        hash(random.getstate()),
        hash(numbers[1].tobytes()),
        numbers[2],
        hash(torch.get_rng_state().numpy().tobytes()),
    )
