"""``Dataset``: elements, one after another, made by a pipeline of stages."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import torch

from wubu.core import border, nest
from wubu.data.dataset import elements
from wubu.data.dataset.cache_file import CacheWriter
from wubu.data.dataset.elements import Text
from wubu.data.dataset.iterator import DatasetIterator
from wubu.data.dataset.node import INFINITE, UNKNOWN, Node
from wubu.data.dataset.transformations import Transformations
from wubu.errors import DataError

INFINITE_CARDINALITY = INFINITE
UNKNOWN_CARDINALITY = UNKNOWN


class Options(SimpleNamespace):
    """Settings of a pipeline, as tf.data names them; wubu chooses these itself, so they are only kept."""

    def __init__(self) -> None:
        super().__init__(
            autotune=SimpleNamespace(),
            deterministic=None,
            experimental_distribute=SimpleNamespace(),
            experimental_optimization=SimpleNamespace(),
            experimental_slack=None,
            threading=SimpleNamespace(),
        )


class Dataset(Transformations):
    """Elements that are prepared as they are needed, with the methods of ``tf.data.Dataset``.

    An element is a tensor, text, or a structure (tuples, dicts) of these. A data set describes how its elements are
    made; every ``for`` loop begins a new pass. Elements keep their order, threads or not, and a pass can be saved and
    taken up again (see ``DatasetIterator``).

    Args:
        node: the end of a pipeline; use the functions ``from_…``, ``range``, ``list_files`` or ``zip`` instead.

    Example:
        >>> data = Dataset.from_tensor_slices((images, labels))
        >>> data = data.shuffle(10_000).map(prepare).batch(128).prefetch(AUTOTUNE)
        >>> for x, y in data:
        ...     ...
    """

    @staticmethod
    def _made(node: Node) -> Dataset:
        return Dataset(node)

    def __iter__(self) -> DatasetIterator:
        return DatasetIterator(self._node)

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        count = self._node.cardinality()
        if count < 0:
            what = "has no end" if count == INFINITE else "is of unknown length"
            raise TypeError(f"The data set {what}, so it has no len(). Try: cardinality()")
        return count

    def __repr__(self) -> str:
        return f"<Dataset {self._node.name}>"

    def cardinality(self, name: str | None = None) -> torch.Tensor:
        """The number of elements, an int64 scalar: ``INFINITE_CARDINALITY`` (-1) and ``UNKNOWN_CARDINALITY`` (-2) too."""
        return border.result(torch.tensor(self._node.cardinality()))

    @property
    def element_spec(self) -> Any:
        """What elements look like, a structure of ``TensorSpec``.

        After ``map`` this is found by applying the function to the first element.
        """
        return border.result(self._node.spec())

    def as_numpy_iterator(self) -> Iterator[Any]:
        """The elements with NumPy arrays as leaves, and ``bytes`` for text."""
        return NumpyIterator(iter(self))

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any], name: str | None = None) -> Any:
        """Combine all elements.

        Args:
            initial_state: the state to begin with.
            reduce_func: takes a state and an element, gives the next state.

        Example:
            >>> int(Dataset.range(5).reduce(0, lambda total, x: total + x))
            10
        """
        state = elements.as_element(initial_state)
        with torch.no_grad():
            for element in self:
                state = elements.as_element(border.plain(reduce_func(border.dressed(state), element)))
        return border.result(state)

    def get_single_element(self, name: str | None = None) -> Any:
        """The only element.

        Raises:
            DataError: when there is none, or more than one.
        """
        found = list(self.take(2))
        if len(found) != 1:
            raise DataError(f"Expected a data set of one element. Received: {'none' if not found else 'more than one'}")
        return found[0]

    def save(self, path: str, **ignored: Any) -> None:
        """Write all elements into a folder, from which ``Dataset.load`` reads them."""
        writer = CacheWriter(f"{path}/elements")
        try:
            for element in self:
                writer.add(element)
        except BaseException:
            writer.abandon()
            raise
        writer.finish()

    def options(self) -> Options:
        """The options that were set."""
        return getattr(self, "_options", None) or Options()

    def with_options(self, options: Any, name: str | None = None) -> Dataset:
        """The same data set with options, which are kept but change nothing."""
        made = copy.copy(self)
        made._options = options  # type: ignore[attr-defined]
        return made


class NumpyIterator(Iterator[Any]):
    """The elements of a data set as NumPy arrays.

    Args:
        inner: the elements.
    """

    def __init__(self, inner: Iterator[Any]) -> None:
        self._inner = inner

    def __next__(self) -> Any:
        return _numpy(next(self._inner))

    next = __next__


def _numpy(element: Any) -> Any:
    def convert(leaf: Any) -> Any:
        if isinstance(leaf, torch.Tensor):
            found = leaf.cpu().numpy()
            return found[()] if found.ndim == 0 else found
        if isinstance(leaf, Text):
            return leaf.numpy()
        return leaf.as_numpy_iterator() if isinstance(leaf, Dataset) else leaf

    return nest.map_structure(convert, element)
