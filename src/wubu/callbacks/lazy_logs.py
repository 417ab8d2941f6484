"""Logs that stay on the device until somebody reads them, then travel once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wubu.callbacks.metric_names import Logs


class LazyLogs(Logs):
    """Metrics that are read from the device when one of them is first asked for.

    Args:
        names: the metrics' names, known without reading.
        read: gives their values; called at most once.
    """

    def __init__(self, names: Iterable[str] = (), read: Callable[[], dict[str, Any]] | None = None) -> None:
        # The names are there from the start, since some of Python's C code looks at a dict without its methods.
        super().__init__(dict.fromkeys(names))
        self._read = read

    def fill(self) -> None:
        """Read the values now (waits for the device)."""
        if self._read is not None:
            read, self._read = self._read, None
            values = read()
            dict.clear(self)
            dict.update(self, values)

    def __bool__(self) -> bool:
        return self._read is not None or len(self) > 0

    def copy(self) -> Logs:
        """A copy with the values read."""
        return Logs(self)

    def __reduce__(self) -> Any:
        self.fill()
        return super().__reduce__()


def _filled(name: str, base: type) -> Any:
    method = getattr(base, name)

    def call(self: LazyLogs, *args: Any, **kwargs: Any) -> Any:
        self.fill()
        return method(self, *args, **kwargs)

    call.__name__ = name
    return call


for _name in ("__getitem__", "__iter__", "__len__", "__eq__", "__ne__", "__repr__", "__setitem__", "__delitem__"):
    setattr(LazyLogs, _name, _filled(_name, dict))
for _name in (
    "keys",
    "values",
    "items",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "clear",
    "__or__",
    "__ror__",
    "__ior__",
):
    setattr(LazyLogs, _name, _filled(_name, dict))
for _name in ("get", "__contains__", "__missing__"):
    setattr(LazyLogs, _name, _filled(_name, Logs))
