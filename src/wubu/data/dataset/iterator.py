"""A pass over a data set, which can be stopped and taken up again."""

from __future__ import annotations

from typing import Any

from wubu.core import border
from wubu.data.dataset.node import Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.stream import Stream
from wubu.data.dataset.watchdog import Waiting
from wubu.errors import DataError


class DatasetIterator:
    """The elements of a data set, one after another.

    Its place can be saved and restored, also in another process: the same random orders are drawn again, and what was
    given before is passed over, without calling functions of ``map`` for it.

    Args:
        node: the end of the pipeline.

    Example:
        >>> iterator = iter(Dataset.range(5).shuffle(5))
        >>> first = next(iterator)
        >>> state = iterator.state_dict()  # later: iterator.load_state_dict(state)
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._stream: Stream | None = None
        self._position = 0
        self._start(None)

    def _start(self, state: dict[str, Any] | None) -> None:
        self._run = Run(self._node, state)
        self._waiting = Waiting(self._node.name, self._run)
        self._stream = self._node.open(self._run)
        self._position = 0

    def __iter__(self) -> DatasetIterator:
        return self

    def __next__(self) -> Any:
        if self._stream is None:
            raise StopIteration
        try:
            with self._waiting:
                found = next(self._stream)
        except StopIteration:
            self.close()
            raise
        self._position += 1
        return border.result(found)

    def get_next(self) -> Any:
        """The next element.

        Raises:
            StopIteration: when there is none; a facade may have another exception for it.
        """
        try:
            return next(self)
        except StopIteration:
            raise border.ended() from None

    next = __next__

    @property
    def element_spec(self) -> Any:
        """What elements look like, a structure of ``TensorSpec``."""
        return border.result(self._node.spec())

    def skip(self, count: int) -> int:
        """Pass over up to ``count`` elements; how many there were."""
        done = 0 if self._stream is None else self._stream.skip(count)
        self._position += done
        return done

    def state_dict(self) -> dict[str, Any]:
        """The place in the pass: plain numbers, which JSON can hold."""
        return {"position": self._position, "ended": self._stream is None, "run": self._run.state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go to a place that ``state_dict`` gave, of this data set or of one that was made in the same way.

        Raises:
            DataError: when the data set has fewer elements than had been given.
        """
        self.close()
        self._start(state["run"])
        position = int(state["position"])
        done = self.skip(position)
        if done < position:
            raise DataError(f"Expected a data set of at least {position} elements to go on in. Received: one of {done}")
        if state.get("ended"):
            self.close()

    def close(self) -> None:
        """End the pass; threads and files are let go."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __del__(self) -> None:
        stream = self.__dict__.get("_stream")
        if stream is not None:
            try:
                stream.close()
            except Exception:  # at the interpreter's end, parts may be gone
                pass
