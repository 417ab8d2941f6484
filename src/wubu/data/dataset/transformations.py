"""What can be done with a data set: each method gives a new one, nothing runs until a pass begins."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.batching import Batch, Unbatch
from wubu.data.dataset.caching import Cache
from wubu.data.dataset.concatenating import Concatenate
from wubu.data.dataset.constructors import Constructors, as_node
from wubu.data.dataset.filtering import Filter
from wubu.data.dataset.interleaving import Interleave
from wubu.data.dataset.limiting import Shard, Skip, Take, TakeWhile
from wubu.data.dataset.map import Map
from wubu.data.dataset.node import Node
from wubu.data.dataset.padding import PaddedBatch
from wubu.data.dataset.parallel import AUTOTUNE, available_cores
from wubu.data.dataset.prefetching import Prefetch
from wubu.data.dataset.repeating import Repeat
from wubu.data.dataset.scanning import GroupByWindow, IgnoreErrors, Scan, Unique
from wubu.data.dataset.shuffle import Shuffle
from wubu.data.dataset.window import Listed, Window
from wubu.data.dataset.zipping import Numbers, Zip
from wubu.errors import ArgumentError

Name = str | None


class Transformations(Constructors):
    """The methods of ``Dataset`` that give another one."""

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: Name = None,
        *,
        use_multiprocessing: bool = False,
        vectorize: bool | None = None,
        **ignored: Any,
    ) -> Any:
        """Apply a function to every element.

        A function that only computes with tensors is called once for many elements when the results go into a batch,
        provided that this gives the same results (they are compared as it goes).

        Args:
            map_func: takes an element (a tuple as several arguments), gives an element.
            num_parallel_calls: how many calls may run at a time, in threads. Default one; ``AUTOTUNE``: one a core.
            deterministic: False lets results come as they get ready.
            use_multiprocessing: run the calls in processes.
            vectorize: False always calls the function for one element at a time.

        Raises:
            DataError: during a pass, when the function fails: with the number of the element and its file.
        """
        node = Map(self._node, map_func, num_parallel_calls, deterministic is not False, use_multiprocessing, vectorize)
        return self._made(node)

    def filter(self, predicate: Callable[..., Any], name: Name = None) -> Any:
        """Keep the elements for which a function gives True."""
        return self._made(Filter(self._node, predicate))

    def batch(
        self,
        batch_size: int,
        drop_remainder: bool = False,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: Name = None,
    ) -> Any:
        """Stack elements.

        Args:
            batch_size: how many to a batch.
            drop_remainder: leave out a last batch that is smaller.
        """
        return self._made(Batch(self._node, int(batch_size), drop_remainder))

    def padded_batch(
        self,
        batch_size: int,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: Name = None,
    ) -> Any:
        """Stack elements of different shapes, filled up to one.

        Args:
            batch_size: how many to a batch.
            padded_shapes: shapes to fill up to; None, or an axis of None, is as long as the longest of the batch.
            padding_values: what to fill with. Default 0, and empty text.
            drop_remainder: leave out a last batch that is smaller.
        """
        return self._made(PaddedBatch(self._node, int(batch_size), padded_shapes, padding_values, drop_remainder))

    def unbatch(self, name: Name = None) -> Any:
        """Take batches apart."""
        return self._made(Unbatch(self._node))

    def rebatch(self, batch_size: int, drop_remainder: bool = False, name: Name = None) -> Any:
        """Batches of another size."""
        return self._made(Batch(Unbatch(self._node), int(batch_size), drop_remainder))

    def shuffle(
        self,
        buffer_size: int,
        seed: int | None = None,
        reshuffle_each_iteration: bool | None = True,
        name: Name = None,
    ) -> Any:
        """Shuffle with a buffer; with a seed, in the order that tf.data gives.

        Args:
            buffer_size: how many elements are drawn from at a time; as large as the data set for a full shuffle.
            seed: of the order. Default: the program's randomness (``set_random_seed``).
            reshuffle_each_iteration: whether each pass has a new order.
        """
        again = reshuffle_each_iteration is not False
        return self._made(Shuffle(self._node, int(buffer_size), None if seed is None else int(seed), again))

    def repeat(self, count: int | None = None, name: Name = None) -> Any:
        """Pass after pass: so many, or without end."""
        return self._made(Repeat(self._node, None if count is None else int(count)))

    def take(self, count: int, name: Name = None) -> Any:
        """The first elements; -1 for all."""
        return self._made(Take(self._node, int(count)))

    def skip(self, count: int, name: Name = None) -> Any:
        """All but the first elements; -1 for none."""
        return self._made(Skip(self._node, int(count)))

    def take_while(self, predicate: Callable[..., Any], name: Name = None) -> Any:
        """The elements up to the first for which a function gives False."""
        return self._made(TakeWhile(self._node, predicate))

    def shard(self, num_shards: int, index: int, name: Name = None) -> Any:
        """Every ``num_shards``-th element, from number ``index`` on."""
        return self._made(Shard(self._node, int(num_shards), int(index)))

    def cache(self, filename: Any = "", name: Name = None) -> Any:
        """Keep the elements of the first complete pass, in memory or in a file that is mapped into memory."""
        path = str(filename) if filename is not None else ""
        return self._made(Cache(self._node, path or None))

    def snapshot(self, path: str, **ignored: Any) -> Any:
        """Keep the elements of the first complete pass in a folder."""
        return self._made(Cache(self._node, f"{path}/snapshot"))

    def prefetch(self, buffer_size: int | None = AUTOTUNE, name: Name = None) -> Any:
        """Prepare elements in a thread while earlier ones are used.

        Args:
            buffer_size: how many may wait; ``AUTOTUNE`` chooses.
        """
        return self._made(Prefetch(self._node, AUTOTUNE if buffer_size is None else int(buffer_size)))

    def flat_map(self, map_func: Callable[..., Any], name: Name = None) -> Any:
        """The elements of the data sets that a function makes, one after another."""
        return self._made(Interleave(self._node, _making(map_func), 1, 1, None, map_func))

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: int | None = None,
        block_length: int | None = None,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: Name = None,
    ) -> Any:
        """The elements of the data sets that a function makes, in turns.

        Args:
            map_func: takes an element, gives a data set.
            cycle_length: how many are open at a time. Default: one a processor core.
            block_length: how many elements come from one in a row. Default 1.
            num_parallel_calls: how many are read ahead, each in a thread.
        """
        cycle = available_cores() if cycle_length in (None, AUTOTUNE) else int(cycle_length or 0)
        block = 1 if block_length is None else int(block_length)
        if cycle < 1 or block < 1:
            raise ArgumentError(f"Expected positive numbers. Received: cycle_length={cycle}, block_length={block}")
        return self._made(Interleave(self._node, _making(map_func), cycle, block, num_parallel_calls, map_func))

    def concatenate(self, dataset: Any, name: Name = None) -> Any:
        """Another data set behind this one."""
        return self._made(Concatenate([self._node, as_node(dataset)]))

    def enumerate(self, start: int = 0, name: Name = None) -> Any:
        """Pairs of a number (int64) and an element."""
        return self._made(Zip((Numbers(int(start)), self._node)))

    def window(
        self, size: int, shift: int | None = None, stride: int = 1, drop_remainder: bool = False, name: Name = None
    ) -> Any:
        """Data sets of neighbouring elements.

        Args:
            size: how many elements a window has.
            shift: how far apart windows begin. Default ``size``.
            stride: how far apart the elements of a window are.
            drop_remainder: leave out windows that are not full.
        """
        return self._made(Window(self._node, size, shift, stride, drop_remainder, self._made))

    def scan(self, initial_state: Any, scan_func: Callable[..., Any], name: Name = None) -> Any:
        """Apply a function of a state and an element that gives the next state and a result."""
        return self._made(Scan(self._node, initial_state, scan_func))

    def unique(self, name: Name = None) -> Any:
        """Leave out elements that have come before."""
        return self._made(Unique(self._node))

    def ignore_errors(self, log_warning: bool = False, name: Name = None) -> Any:
        """Leave out elements that fail; with ``log_warning`` each is warned about."""
        return self._made(IgnoreErrors(self._node, _warn if log_warning else None))

    def group_by_window(
        self,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: int | None = None,
        window_size_func: Callable[..., Any] | None = None,
        name: Name = None,
    ) -> Any:
        """Collect elements with one key, and make a data set of them when there are enough.

        Args:
            key_func: takes an element, gives a whole number.
            reduce_func: takes the key and a data set of the elements, gives a data set.
            window_size: how many are enough; or
            window_size_func: gives that number for a key.
        """
        if (window_size is None) == (window_size_func is None):
            raise ArgumentError("Expected either window_size or window_size_func")
        size: Any = window_size_func or (lambda key: window_size)

        def reduce(key: Any, node: Node) -> Node:
            return as_node(reduce_func(key, self._made(node)))

        return self._made(GroupByWindow(self._node, key_func, reduce, size, Listed))

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Sequence[int],
        bucket_batch_sizes: Sequence[int],
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: Name = None,
    ) -> Any:
        """Batch elements of similar length together.

        Args:
            element_length_func: takes an element, gives its length.
            bucket_boundaries: lengths that divide the buckets, rising.
            bucket_batch_sizes: the size of batches in each bucket, one more than boundaries.
            padded_shapes, padding_values, drop_remainder: as in ``padded_batch``.
            pad_to_bucket_boundary: fill up to one less than the bucket's upper boundary.
            no_padding: elements of a bucket have one shape.
        """
        bounds, sizes = [int(b) for b in bucket_boundaries], [int(s) for s in bucket_batch_sizes]
        if len(sizes) != len(bounds) + 1:
            raise ArgumentError(f"Expected {len(bounds) + 1} bucket_batch_sizes. Received: {len(sizes)}")

        def key(*element: Any) -> int:
            length = int(element_length_func(*element))
            return sum(length >= b for b in bounds)

        def reduce(bucket: Any, found: Any) -> Any:
            number = int(bucket)
            if no_padding:
                return found.batch(sizes[number], drop_remainder)
            shapes = padded_shapes
            if pad_to_bucket_boundary:
                if number >= len(bounds):
                    raise ArgumentError("Expected no element longer than the last boundary. Received: one")
                like = found.element_spec if shapes is None else None
                shapes = _with_boundary(like, bounds[number] - 1) if shapes is None else shapes
            return found.padded_batch(sizes[number], shapes, padding_values, drop_remainder)

        return self.group_by_window(key, reduce, window_size_func=lambda bucket: sizes[int(bucket)])

    def apply(self, transformation_func: Callable[[Any], Any]) -> Any:
        """What a function from data set to data set makes of this one."""
        made = transformation_func(self)
        as_node(made)
        return made


def _making(function: Callable[..., Any]) -> Callable[[Any], Node]:
    return lambda element: as_node(elements.call_with(function, element))


def _warn(error: Exception) -> None:
    warnings.warn(f"An element was left out: {error}", stacklevel=2)


def _with_boundary(spec: Any, length: int) -> Any:
    """Shapes in which axes of unknown length have this one."""
    return nest.map_structure(lambda s: tuple(length if d is None else d for d in s.shape), spec)
