"""Elements seen in relation to earlier ones: scan, unique, group_by_window, ignore_errors."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import torch

from wubu.core import border
from wubu.data.dataset import elements
from wubu.data.dataset.calls import checked_call, name_of
from wubu.data.dataset.node import Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.spec import spec_of
from wubu.data.dataset.stream import Generated, Stream
from wubu.errors import DataError

_END = object()


class Scan(Node):
    """Apply a function that hands a state on from element to element.

    Args:
        input: the elements.
        state: the first state.
        function: takes a state and an element, gives the next state and a result.
    """

    def __init__(self, input: Node, state: Any, function: Callable[..., Any]) -> None:
        self.input, self.inputs = input, (input,)
        self.state, self.function = elements.as_element(state), function
        self.name = f"scan({name_of(function)})"

    def open(self, run: Run) -> Stream:
        source = self.input.open(run)

        def make() -> Iterator[Any]:
            state = elements.copied(self.state)
            for number, element in enumerate(source):
                with run.doing(f"{self.name}, element {number}"), torch.no_grad():
                    call = functools.partial(self._call, state)
                    found = checked_call(call, element, self.name, number, source.origin())
                if not isinstance(found, tuple | list) or len(found) != 2:
                    raise DataError(f"Expected {self.name} to give (state, result). Received: {found!r:.80}")
                state = elements.as_element(found[0])
                yield elements.as_element(found[1])

        return Generated(make, [source])

    def _call(self, state: Any, element: Any) -> Any:
        return border.plain(self.function(border.dressed(state), border.dressed(element)))

    def cardinality(self) -> int:
        return self.input.cardinality()

    def spec(self) -> Any:
        stream = self.open(Run(self))
        try:
            return spec_of(next(stream))
        finally:
            stream.close()


class Unique(Node):
    """Leave out elements that have come before.

    Args:
        input: single tensors or text.
    """

    name = "unique"

    def __init__(self, input: Node) -> None:
        self.input, self.inputs = input, (input,)

    def open(self, run: Run) -> Stream:
        source = self.input.open(run)

        def make() -> Iterator[Any]:
            seen: set[Any] = set()
            key: Any
            for element in source:
                if isinstance(element, torch.Tensor):
                    key = (tuple(element.shape), element.numpy().tobytes())
                else:
                    key = (element.shape, tuple(element.reshape(-1).tolist()))
                if key not in seen:
                    seen.add(key)
                    yield element

        return Generated(make, [source])


class GroupByWindow(Node):
    """Collect elements with one key until there are enough, then make a data set of them.

    Args:
        input: the elements.
        key: takes an element, gives a whole number.
        reduce: takes a key and a stage of elements, gives a stage.
        size: takes a key, gives how many are enough.
        listed: makes a stage of a list of elements.
    """

    name = "group_by_window"

    def __init__(
        self,
        input: Node,
        key: Callable[..., Any],
        reduce: Callable[[Any, Node], Node],
        size: Callable[[int], int],
        listed: Callable[[list[Any]], Node],
    ) -> None:
        self.input, self.inputs = input, (input,)
        self.key, self.reduce, self.size, self.listed = key, reduce, size, listed

    def open(self, run: Run) -> Stream:
        source = self.input.open(run)

        def key_of(element: Any) -> int:
            return int(elements.call_with(self.key, elements.copied(element)))

        def emitted(key: int, found: list[Any]) -> Iterator[Any]:
            stream = self.reduce(torch.tensor(key), self.listed(found)).open(run)
            try:
                yield from stream
            finally:
                stream.close()

        def make() -> Iterator[Any]:
            groups: dict[int, list[Any]] = {}
            for number, element in enumerate(source):
                with torch.no_grad():
                    key = checked_call(key_of, element, self.name, number, source.origin())
                group = groups.setdefault(key, [])
                group.append(element)
                if len(group) >= int(self.size(key)):
                    yield from emitted(key, groups.pop(key))
            for key in sorted(groups):
                yield from emitted(key, groups[key])

        return Generated(make, [source])

    def spec(self) -> Any:
        stream = self.input.open(Run(self))
        try:
            return self.reduce(torch.tensor(0), self.listed([next(stream)])).spec()
        finally:
            stream.close()


class IgnoreErrors(Node):
    """Leave out elements that fail.

    Args:
        input: the elements.
        log: called with each error.
    """

    name = "ignore_errors"

    def __init__(self, input: Node, log: Callable[[Exception], None] | None = None) -> None:
        self.input, self.inputs = input, (input,)
        self.log = log

    def open(self, run: Run) -> Stream:
        source = self.input.open(run)

        def make() -> Iterator[Any]:
            while True:
                try:
                    element = next(source)
                except StopIteration:
                    return
                except (DataError, ValueError, OSError) as error:
                    if self.log is not None:
                        self.log(error)
                    continue
                yield element

        return Generated(make, [source])
