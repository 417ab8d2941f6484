"""``tf.summary`` of TensorFlow 1: summaries are computed in a session and handed to a writer."""

from __future__ import annotations

from typing import Any, NamedTuple

from wubu.symbolic.keras_tensor import KerasTensor
from wubu.tensorboard import summary as writing
from wubu.tensorboard.writer import SummaryWriter
from wubu.tensorflow.v1 import graph as graphs
from wubu.tensorflow.v1.facade import falling_back
from wubu.tensorflow.v1.graph import building, get_default_graph
from wubu.tensorflow.v1.operations import Operation

__all__ = ["FileWriter", "histogram", "image", "merge", "merge_all", "scalar", "text"]


class Value(NamedTuple):
    """A value of a summary: what kind it is, its name, the number or array."""

    kind: str
    name: str
    value: Any


class Summary(list[Value]):
    """The values that a run of a summary gave."""


def _summary(kind: str, name: str, tensor: Any) -> Operation:
    symbols = [tensor] if isinstance(tensor, KerasTensor) else []
    label = "/".join([*get_default_graph().scopes, name])

    def apply(values: list[Any]) -> Summary:
        value = values[0] if values else tensor
        return Summary([Value(kind, label, value.detach().cpu().numpy() if hasattr(value, "detach") else value)])

    made = Operation(symbols, apply, name)
    get_default_graph().add_to_collection(graphs.SUMMARIES, made)
    return made


def scalar(name: str, tensor: Any = None, collections: Any = None, family: Any = None, **kwargs: Any) -> Any:
    """A number; where no graph is built it is written at once, as in TensorFlow 2."""
    if not building():
        return writing.scalar(name, kwargs.pop("data", tensor), **kwargs)
    return _summary("scalar", name, tensor)


def histogram(name: str, values: Any = None, collections: Any = None, family: Any = None, **kwargs: Any) -> Any:
    """How numbers are spread."""
    if not building():
        return writing.histogram(name, kwargs.pop("data", values), **kwargs)
    return _summary("histogram", name, values)


def image(name: str, tensor: Any = None, max_outputs: int = 3, collections: Any = None, **kwargs: Any) -> Any:
    """Pictures."""
    if not building():
        return writing.image(name, kwargs.pop("data", tensor), max_outputs=max_outputs, **kwargs)
    return _summary("image", name, tensor)


def text(name: str, tensor: Any = None, collections: Any = None, **kwargs: Any) -> Any:
    """Text."""
    if not building():
        return writing.text(name, kwargs.pop("data", tensor), **kwargs)
    return _summary("text", name, tensor)


def merge(inputs: Any, collections: Any = None, name: str | None = None) -> Operation:
    """Several summaries as one."""
    parts = list(inputs)
    symbols = [s for part in parts for s in part.symbols]

    def apply(values: list[Any]) -> Summary:
        left, found = list(values), Summary()
        for part in parts:
            count = len(part.symbols)
            found += part.apply(left[:count])
            left = left[count:]
        return found

    return Operation(symbols, apply, name or "Merge")


def merge_all(key: str = graphs.SUMMARIES, scope: str | None = None, name: str | None = None) -> Operation | None:
    """All summaries of the graph as one; None when there are none."""
    found = get_default_graph().get_collection(key, scope)
    return merge(found, name=name) if found else None


class FileWriter:
    """Writes summaries into a folder that TensorBoard watches.

    Args:
        logdir: the folder.
        graph: accepted.
        **kwargs: the other arguments of TensorFlow's: accepted.
    """

    def __init__(self, logdir: str, graph: Any = None, *args: Any, **kwargs: Any) -> None:
        self._logdir = logdir
        self._writer = SummaryWriter(logdir)

    def get_logdir(self) -> str:
        """The folder."""
        return self._logdir

    def add_summary(self, summary: Any, global_step: Any = None) -> None:
        """Write what a run of a summary gave."""
        writers: dict[str, Any] = {
            "histogram": writing.histogram, "image": writing.image, "scalar": writing.scalar, "text": writing.text,
        }  # fmt: skip
        step = 0 if global_step is None else int(global_step)
        with self._writer.as_default():
            for one in summary:
                writers[one.kind](one.name, one.value, step=step)

    def add_graph(self, graph: Any = None, global_step: Any = None, **kwargs: Any) -> None:
        """Accepted."""

    def add_run_metadata(self, *args: Any, **kwargs: Any) -> None:
        """Accepted."""

    def flush(self) -> None:
        """Write what waits in memory."""
        self._writer.flush()

    def close(self) -> None:
        """End the file."""
        self._writer.close()

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()


__getattr__ = falling_back(__name__, __all__, "summary")
