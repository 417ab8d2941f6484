"""Pass after pass."""

from __future__ import annotations

from typing import Any

from wubu.data.dataset import elements
from wubu.data.dataset.node import INFINITE, Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.stream import Stream

_END = object()


class Repeat(Node):
    """Pass after pass.

    Args:
        input: the elements.
        count: how many passes; None and negative numbers are without end.
    """

    name = "repeat"

    def __init__(self, input: Node, count: int | None = None) -> None:
        self.input, self.inputs = input, (input,)
        self.count = INFINITE if count is None or count < 0 else int(count)

    def open(self, run: Run) -> Stream:
        return RepeatStream(self.input, run, self.count)

    def cardinality(self) -> int:
        count = self.input.cardinality()
        if self.count == 0 or count == 0:
            return 0
        if self.count == INFINITE:
            return INFINITE
        return count if count < 0 else count * self.count


class RepeatStream(Stream):
    """Passes behind one another.

    Args:
        node: what is passed over.
        run: the context.
        count: how many passes; negative for no end.
    """

    def __init__(self, node: Node, run: Run, count: int) -> None:
        self._node, self._run, self._left = node, run, count
        self._source: Stream | None = None
        self._given = 0  # in this pass: one that gives nothing ends everything

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """As the input."""
        if self._source is None and self._left:
            self._begin()
        return self._source is not None and self._source.bulk

    def _begin(self) -> None:
        self._left -= 1
        self._source, self._given = self._node.open(self._run), 0

    def _again(self) -> bool:
        """Begin another pass, if there is one."""
        if self._source is not None:
            self._source.close()
            if not self._given:
                self._left = 0
            self._source = None
        if not self._left:
            return False
        self._begin()
        return True

    def __next__(self) -> Any:
        while self._source is not None or self._again():
            assert self._source is not None
            found = next(self._source, _END)
            if found is not _END:
                self._given += 1
                return found
            if not self._again():
                break
        raise StopIteration

    def rows(self, count: int) -> Any:
        parts = []
        while count > 0 and (self._source is not None or self._again()):
            assert self._source is not None
            part = self._source.rows(count)
            if part is not None:
                have = elements.count_rows(part)
                parts.append(part)
                count -= have
                self._given += have
            elif not self._again():
                break
        return elements.join(parts) if parts else None

    def block(self, count: int) -> tuple[Any, int] | None:
        found = None if self._source is None else self._source.block(count)
        if found is not None:
            self._given += 1
        return found

    def skip(self, count: int) -> int:
        done = 0
        while done < count and (self._source is not None or self._again()):
            assert self._source is not None
            step = self._source.skip(count - done)
            done += step
            self._given += step
            if done < count and not self._again():
                break
        return done

    def origin(self) -> str | None:
        return None if self._source is None else self._source.origin()

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
        self._left = 0
