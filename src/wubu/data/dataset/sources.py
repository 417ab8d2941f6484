"""Where elements come from: tensors, numbers, generators, files that match a pattern."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch

from wubu.core import nest
from wubu.core.dtypes import torch_dtype
from wubu.data.dataset import elements
from wubu.data.dataset.elements import Text
from wubu.data.dataset.node import INFINITE, UNKNOWN, Node
from wubu.data.dataset.run import RandomNode, Run, stream_of
from wubu.data.dataset.spec import TensorSpec, map_spec, spec_of
from wubu.data.dataset.stream import Generated, Stream
from wubu.data.dataset.table import Table, TensorTable
from wubu.errors import ArgumentError, DataError, EmptyDataError, MissingFileError


class Whole(Node):
    """One element: a structure as it is.

    Args:
        value: anything that ``as_element`` understands.
    """

    name = "from_tensors"

    def __init__(self, value: Any) -> None:
        self.value = elements.as_element(value)

    def open(self, run: Run) -> Stream:
        return Generated(lambda: iter([elements.copied(self.value)]))

    def cardinality(self) -> int:
        return 1

    def spec(self) -> Any:
        return spec_of(self.value)


class Slices(Node):
    """The rows of tensors.

    Args:
        value: a structure of arrays of one length.
    """

    name = "from_tensor_slices"

    def __init__(self, value: Any) -> None:
        self.value = elements.as_element(value)
        lengths: dict[str, int] = {}
        for i, leaf in enumerate(nest.flatten(self.value)):
            if leaf is None:
                continue
            if not len(leaf.shape):
                raise DataError(
                    f"Expected arrays with an axis of samples. Received: {elements.describe(self.value)}. "
                    "Try: Dataset.from_tensors for a single element"
                )
            lengths[f"part {i}"] = int(leaf.shape[0])
        if not lengths:
            raise EmptyDataError(f"Expected arrays to slice. Received: {value!r:.100}")
        if len(set(lengths.values())) > 1:
            raise DataError(
                f"Expected arrays of one length. Received: {elements.describe(self.value)}. Try: compare the shapes"
            )
        self._table = TensorTable(self.value)

    def table(self) -> Table:
        return self._table

    def cardinality(self) -> int:
        return self._table.length

    def spec(self) -> Any:
        return map_spec(TensorSpec.unbatched, spec_of(self.value))


class FromTable(Node):
    """The elements of a table.

    Args:
        table: the elements.
        name: what to call the stage.
    """

    def __init__(self, table: Table, name: str) -> None:
        self._table, self.name = table, name

    def table(self) -> Table:
        return self._table

    def cardinality(self) -> int:
        return self._table.length

    def spec(self) -> Any:
        if not self._table.length:
            raise EmptyDataError("Expected at least one element to see what they are like. Received: none")
        return spec_of(self._table.element(0))


class RangeTable(Table):
    """Whole numbers at equal distances.

    Args:
        start, step, length: the first, the distance, how many.
        dtype: their type.
    """

    def __init__(self, start: int, step: int, length: int, dtype: torch.dtype = torch.int64) -> None:
        self.start, self.step, self.length, self.dtype = start, step, max(0, length), dtype

    def rows(self, index: slice | torch.Tensor) -> torch.Tensor:
        if isinstance(index, slice):
            index = torch.arange(index.start, min(index.stop, self.length))
        return (index * self.step + self.start).to(self.dtype)


class Range(Node):
    """Whole numbers.

    Args:
        start, stop, step: as in Python's ``range``.
        dtype: their type.
    """

    name = "range"

    def __init__(self, start: int, stop: int, step: int = 1, dtype: Any = torch.int64) -> None:
        if not step:
            raise ArgumentError("Expected a step other than 0. Received: step=0")
        self._spec = TensorSpec((), dtype)
        assert isinstance(self._spec.dtype, torch.dtype)
        self._table = RangeTable(start, step, len(range(start, stop, step)), self._spec.dtype)

    def table(self) -> Table:
        return self._table

    def cardinality(self) -> int:
        return self._table.length

    def spec(self) -> Any:
        return self._spec


class Counter(Node):
    """Whole numbers without an end.

    Args:
        start, step: the first and the distance.
        dtype: their type.
    """

    name = "counter"

    def __init__(self, start: int = 0, step: int = 1, dtype: Any = torch.int64) -> None:
        self.start, self.step = start, step
        self._spec = TensorSpec((), dtype)

    def open(self, run: Run) -> Stream:
        def make() -> Iterator[torch.Tensor]:
            at = self.start
            while True:
                yield torch.tensor(at, dtype=torch_dtype(self._spec.dtype))
                at += self.step

        return Generated(make)

    def cardinality(self) -> int:
        return INFINITE

    def spec(self) -> Any:
        return self._spec


class RandomNumbers(Node):
    """Uniform 32-bit numbers without an end.

    Args:
        seed: None draws anew in each pass.
        again: with a seed, whether each pass draws anew all the same.
    """

    name = "random"

    def __init__(self, seed: int | None = None, again: bool = False) -> None:
        self.random = RandomNode(seed, again or seed is None)

    def open(self, run: Run) -> Stream:
        assert self.random is not None
        numbers = stream_of(run.seeds(self.random))

        def make() -> Iterator[torch.Tensor]:
            while True:
                yield torch.tensor(numbers.next())

        return Generated(make)

    def cardinality(self) -> int:
        return INFINITE

    def spec(self) -> Any:
        return TensorSpec((), torch.int64)


class FromGenerator(Node):
    """What a generator of the user's gives.

    Args:
        make: called at the beginning of every pass.
        signature: what each element must be, a structure of ``TensorSpec``; None takes them as they come.
        args: arguments for ``make``.
    """

    name = "from_generator"

    def __init__(self, make: Callable[..., Iterable[Any]], signature: Any = None, args: tuple[Any, ...] = ()) -> None:
        if not callable(make):
            raise ArgumentError(
                f"Expected a function that gives a generator. Received: {type(make).__name__}. Try: lambda: generator"
            )
        self.make, self.signature = make, signature
        self.args = tuple(_argument(elements.as_element(a)) for a in args)

    def open(self, run: Run) -> Stream:
        def make() -> Iterator[Any]:
            source = iter(self.make(*self.args))
            number = 0
            while True:
                with run.doing(f"from_generator, element {number}"):
                    try:
                        value = next(source)
                    except StopIteration:
                        return
                    except DataError:
                        raise
                    except Exception as error:
                        raise DataError(
                            f"The generator failed at element {number}: {type(error).__name__}: {error}"
                        ) from error
                yield self._element(value, number)
                number += 1

        return Generated(make)

    def _element(self, value: Any, number: int) -> Any:
        if self.signature is None:
            return elements.as_element(value)
        try:
            return _fitted(value, self.signature)
        except (DataError, ValueError, TypeError) as error:
            raise DataError(
                f"The generator gave, as element {number}, something other than its signature {self.signature}: {error}"
            ) from error

    def spec(self) -> Any:
        if self.signature is not None:
            return self.signature
        stream = self.open(Run(self))
        try:
            return spec_of(next(stream))
        except StopIteration:
            raise EmptyDataError("Expected at least one element to see what they are like. Received: none") from None
        finally:
            stream.close()

    def cardinality(self) -> int:
        return UNKNOWN


def _argument(leaf: Any) -> Any:
    """Arguments reach the user's function as NumPy values, as in tf.data."""
    return leaf.numpy() if isinstance(leaf, torch.Tensor | Text) else leaf


def _fitted(value: Any, signature: Any) -> Any:
    """A value as an element of a signature."""
    if isinstance(signature, tuple):
        if not isinstance(value, tuple | list) or len(value) != len(signature):
            raise DataError(f"Expected a tuple of {len(signature)}. Received: {value!r:.80}")
        return tuple(_fitted(v, s) for v, s in zip(value, signature))
    if isinstance(signature, dict):
        if not isinstance(value, dict) or value.keys() != signature.keys():
            raise DataError(f"Expected a dict of {list(signature)}. Received: {value!r:.80}")
        return {k: _fitted(value[k], s) for k, s in signature.items()}
    leaf = elements.cast_leaf(value, signature.dtype)
    if not signature.is_compatible_with(leaf):
        raise DataError(f"Expected shape {signature.shape}. Received: {tuple(leaf.shape)}")
    return leaf


def matching_files(patterns: Any) -> list[str]:
    """The files that match one or several patterns, sorted.

    Raises:
        MissingFileError: when there is none.
    """
    found: set[str] = set()
    wanted = paths_of(patterns)
    for pattern in wanted:
        found.update(p for p in glob.glob(pattern, recursive=True) if not os.path.isdir(p))
    if not found:
        raise MissingFileError(f"Expected files to match {', '.join(map(repr, wanted))}. There are none")
    return sorted(found)


def paths_of(value: Any) -> list[str]:
    """Paths from one string or path-like object, or a list, array or tensor of text of these."""
    if isinstance(value, str | os.PathLike) and not (isinstance(value, Text) and value.ndim):
        return [os.fspath(value)]
    if isinstance(value, bytes):
        return [os.fsdecode(value)]
    if hasattr(value, "ndim") and hasattr(value, "reshape"):
        value = value.reshape(-1)
    return [path for v in value for path in paths_of(v)]
