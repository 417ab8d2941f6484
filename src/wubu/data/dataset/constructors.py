"""How data sets are made: from tensors, numbers, generators, files, and from other data sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from wubu.core import nest
from wubu.data.dataset.cache_file import CacheReader
from wubu.data.dataset.choosing import Choose
from wubu.data.dataset.elements import Text
from wubu.data.dataset.node import Node
from wubu.data.dataset.shuffle import Shuffle
from wubu.data.dataset.sources import (
    Counter,
    FromGenerator,
    FromTable,
    RandomNumbers,
    Range,
    Slices,
    Whole,
    matching_files,
)
from wubu.data.dataset.spec import TensorSpec, signature_from
from wubu.data.dataset.zipping import Zip
from wubu.errors import ArgumentError

Self = TypeVar("Self", bound="Constructors")


class Constructors:
    """The functions of ``Dataset`` that make one.

    Args:
        node: the end of the pipeline.
    """

    def __init__(self, node: Node) -> None:
        self._node = node

    @staticmethod
    def _made(node: Node) -> Any:
        raise NotImplementedError

    @classmethod
    def from_tensors(cls, tensors: Any, name: str | None = None) -> Any:
        """A data set of one element: a structure as it is."""
        return cls._made(Whole(tensors))

    @classmethod
    def from_tensor_slices(cls, tensors: Any, name: str | None = None) -> Any:
        """A data set of the rows of arrays.

        Args:
            tensors: a structure (tuples, dicts) of arrays, tensors, tables of pandas or lists of one length.

        Example:
            >>> [int(x) for x in Dataset.from_tensor_slices([1, 2, 3])]
            [1, 2, 3]
        """
        return cls._made(Slices(tensors))

    @classmethod
    def from_generator(
        cls,
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Sequence[Any] | None = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Any:
        """A data set of what a generator gives.

        Args:
            generator: a function that is called at the beginning of every pass.
            output_types, output_shapes: structures of types and shapes; the older way.
            args: arguments for the function; it receives NumPy values.
            output_signature: a structure of ``TensorSpec`` that every element must fit. Without one, elements are
                taken as they come.
        """
        if output_types is None and output_shapes is not None:
            raise ArgumentError("Expected output_types beside output_shapes. Try: output_signature")
        signature = output_signature if output_types is None else signature_from(output_types, output_shapes)
        return cls._made(FromGenerator(generator, _as_signature(signature), tuple(args or ())))

    @classmethod
    def range(cls, *args: int, output_type: Any = "int64", name: str | None = None) -> Any:
        """A data set of whole numbers: ``range(stop)``, ``range(start, stop)``, ``range(start, stop, step)``."""
        if not 1 <= len(args) <= 3:
            raise ArgumentError(f"Expected one to three numbers. Received: {len(args)}")
        start, stop, step = (0, args[0], 1) if len(args) == 1 else (*args, 1)[:3]
        return cls._made(Range(int(start), int(stop), int(step), output_type))

    @classmethod
    def counter(cls, start: int = 0, step: int = 1, dtype: Any = "int64", name: str | None = None) -> Any:
        """A data set of whole numbers without an end."""
        return cls._made(Counter(int(start), int(step), dtype))

    @classmethod
    def random(
        cls, seed: int | None = None, rerandomize_each_iteration: bool | None = None, name: str | None = None
    ) -> Any:
        """A data set of uniform 32-bit numbers without an end."""
        return cls._made(RandomNumbers(seed, bool(rerandomize_each_iteration)))

    @classmethod
    def list_files(
        cls, file_pattern: Any, shuffle: bool | None = None, seed: int | None = None, name: str | None = None
    ) -> Any:
        """A data set of the names of files.

        Args:
            file_pattern: a pattern such as ``"images/*/*.jpg"``, or several.
            shuffle: whether each pass has a new order. Default True; False is sorted.
            seed: of the order.

        Raises:
            MissingFileError: when no file matches.
        """
        found = matching_files(file_pattern)
        node: Node = Slices(Text.of(found))
        return cls._made(node if shuffle is False else Shuffle(node, len(found), seed))

    @classmethod
    def zip(cls, *args: Any, datasets: Any = None, name: str | None = None) -> Any:
        """A data set of elements side by side, as long as the shortest.

        Args:
            args: data sets, or one structure of them.
            datasets: the same, by name.
        """
        structure = args if len(args) > 1 else args[0] if args else datasets
        if isinstance(structure, list):
            structure = tuple(structure)
        return cls._made(Zip(nest.map_structure(as_node, structure)))

    @classmethod
    def sample_from_datasets(
        cls,
        datasets: Sequence[Any],
        weights: Any = None,
        seed: int | None = None,
        stop_on_empty_dataset: bool = False,
        rerandomize_each_iteration: bool | None = None,
    ) -> Any:
        """A data set of elements drawn from several.

        Args:
            datasets: the data sets.
            weights: how often each is drawn. Default: equally.
            seed: of the drawing.
            stop_on_empty_dataset: end when one has ended; else go on with the others.
            rerandomize_each_iteration: with a seed, whether each pass draws anew.
        """
        weights = None if weights is None else [float(w) for w in weights]
        again = bool(rerandomize_each_iteration)
        return cls._made(Choose([as_node(d) for d in datasets], None, weights, seed, stop_on_empty_dataset, again))

    @classmethod
    def choose_from_datasets(
        cls, datasets: Sequence[Any], choice_dataset: Any, stop_on_empty_dataset: bool = True
    ) -> Any:
        """A data set of elements of several, in the order of the numbers in ``choice_dataset``."""
        choice = as_node(choice_dataset)
        return cls._made(Choose([as_node(d) for d in datasets], choice, None, None, stop_on_empty_dataset))

    @classmethod
    def load(cls, path: str, *args: Any, **kwargs: Any) -> Any:
        """A data set that ``save`` wrote, read from mapped memory."""
        return cls._made(FromTable(CacheReader(f"{path}/elements"), "load"))


def as_node(dataset: Any) -> Node:
    """The end of a data set's pipeline.

    Raises:
        ArgumentError: when it is none.
    """
    if isinstance(dataset, Constructors):
        return dataset._node
    raise ArgumentError(f"Expected a Dataset. Received: {dataset!r:.100} of type {type(dataset).__name__}")


def _as_signature(signature: Any) -> Any:
    """A signature in the form of elements: lists become tuples, objects like ``TensorSpec`` become ours."""
    if signature is None or isinstance(signature, TensorSpec):
        return signature
    if isinstance(signature, Mapping):
        return {k: _as_signature(v) for k, v in signature.items()}
    if isinstance(signature, tuple | list):
        return tuple(_as_signature(v) for v in signature)
    return TensorSpec(signature.shape, signature.dtype)
