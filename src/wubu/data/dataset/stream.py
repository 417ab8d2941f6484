"""A pass under way: gives elements one by one, or many stacked, and can pass over some."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wubu.data.dataset import elements

_END = object()


class Stream:
    """Base of passes.

    Attributes:
        bulk: whether ``rows`` of many costs little more than of one: no function of the user's is called one by one.
    """

    bulk: bool = False

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Any:
        """The next element; it belongs to the caller, who may change it."""
        raise NotImplementedError

    def rows(self, count: int) -> Any:
        """The next elements, up to ``count``, stacked; None at the end."""
        found = self.some(count)
        return elements.stack(found) if found else None

    def some(self, count: int) -> list[Any]:
        """The next elements, up to ``count``."""
        return list(itertools.islice(self, count))

    def block(self, count: int) -> tuple[Any, int] | None:
        """The next batches, up to ``count`` full ones, behind one another and not yet cut; and the size of each.

        None when the next element is no full batch, or batches come one by one.
        """
        return None

    def skip(self, count: int) -> int:
        """Pass over up to ``count`` elements; how many there were."""
        for done in range(count):
            if next(self, _END) is _END:
                return done
        return count

    def origin(self) -> str | None:
        """Where the last element came from (a file, a line of it), for messages."""
        return None

    def close(self) -> None:
        """Let go of files and threads."""


class Generated(Stream):
    """A pass written as a generator.

    Args:
        make: gives the generator; it is run when the first element is asked for.
        inputs: streams that it reads from, closed with it.
    """

    def __init__(self, make: Callable[[], Iterator[Any]], inputs: Sequence[Stream] = ()) -> None:
        self._make, self._inputs = make, tuple(inputs)
        self._generator: Iterator[Any] | None = None

    def __next__(self) -> Any:
        if self._generator is None:
            self._generator = self._make()
        return next(self._generator)

    def origin(self) -> str | None:
        """That of the only input."""
        return self._inputs[0].origin() if len(self._inputs) == 1 else None

    def close(self) -> None:
        """End the generator, then its inputs."""
        close = getattr(self._generator, "close", None)
        if close is not None:
            close()
        self._generator = iter(())
        for stream in self._inputs:
            stream.close()
