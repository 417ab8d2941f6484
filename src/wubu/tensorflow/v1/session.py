"""``Session``: where a graph gets values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.layers import call_context
from wubu.symbolic.evaluation import GraphFunction
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.tensorflow.v1.current import get_default_session, sessions
from wubu.tensorflow.v1.graph import Graph, get_default_graph
from wubu.tensorflow.v1.operations import Operation

__all__ = [
    "ConfigProto",
    "GPUOptions",
    "InteractiveSession",
    "RunMetadata",
    "RunOptions",
    "Session",
    "default_session",
    "get_default_session",
]


class _Owner:
    """What a call context wants of an outermost layer."""

    def __init__(self) -> None:
        self._loss_carriers: list[Any] = []


class Session:
    """Runs parts of a graph.

    Args:
        target: accepted.
        graph: default the one that is built now.
        config: accepted; threads and memory need no settling here.

    Example:
        >>> x = tf.placeholder(tf.float32, [None, 2])
        >>> with tf.Session() as sess:
        ...     print(sess.run(tf.reduce_sum(x, 1), feed_dict={x: [[1.0, 2.0]]}))
        [3.]
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        self.graph = graph or get_default_graph()
        self.config = config
        self.closed = False
        # The keys hold the tensors themselves, so that no id is used twice.
        self._plans: dict[tuple[int, ...], tuple[list[Any], GraphFunction]] = {}

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """Compute tensors and do operations.

        Args:
            fetches: a tensor, an operation, a variable, a name such as ``"x:0"``, or lists, tuples and dicts of these.
            feed_dict: values by symbolic tensor.
            options, run_metadata: accepted.

        Returns:
            Arrays in the structure of the fetches; None for an operation.
        """
        if self.closed:
            raise RuntimeError("Attempted to use a closed Session.")
        leaves: list[Any] = []
        template = _collect(fetches, leaves, self.graph)
        feeds = {_symbol(key, self.graph): value for key, value in (feed_dict or {}).items()}
        wanted: list[KerasTensor] = []
        for leaf in leaves:
            if isinstance(leaf, KerasTensor):
                wanted.append(leaf)
            elif isinstance(leaf, Operation):
                wanted += leaf.symbols
        plan = self._plan(list(feeds), wanted)
        with self.graph.as_default() if self.graph is not get_default_graph() else _nothing():
            before = call_context.swap(call_context.CallContext(_Owner(), False))
            try:
                found = plan([_fed(symbol, value) for symbol, value in feeds.items()])
            finally:
                call_context.swap(before)
            known = {id(symbol): value for symbol, value in zip(wanted, found)}
            # Tensors are read before operations change what they were computed from.
            done = {id(leaf): _array(known[id(leaf)]) for leaf in leaves if isinstance(leaf, KerasTensor)}
            for leaf in leaves:
                if isinstance(leaf, Operation):
                    done[id(leaf)] = _array(leaf.apply([known[id(s)] for s in leaf.symbols]))
                elif not isinstance(leaf, KerasTensor):
                    done[id(leaf)] = _array(leaf)
        return _filled(template, done)

    def _plan(self, feeds: list[KerasTensor], wanted: list[KerasTensor]) -> GraphFunction:
        key = (*map(id, feeds), 0, *map(id, wanted))
        if key not in self._plans:
            self._plans[key] = ([*feeds, *wanted], GraphFunction(feeds, wanted))
        return self._plans[key][1]

    def partial_run_setup(self, fetches: Any, feeds: Any = None) -> Any:
        """Not supported."""
        raise NotImplementedError("partial_run is not supported. Try: run")

    def make_callable(self, fetches: Any, feed_list: Any = None) -> Any:
        """``run`` with fixed fetches as a function of the feeds' values."""
        return lambda *values: self.run(fetches, dict(zip(feed_list or (), values)))

    def list_devices(self) -> list[Any]:
        """The devices, by name."""
        from wubu.core.device import default_device

        return [str(default_device())]

    def as_default(self) -> Session:
        """For ``with session.as_default():``; ``eval`` and ``run`` of tensors use it there."""
        return self

    def close(self) -> None:
        """End the session."""
        self.closed = True

    def __enter__(self) -> Session:
        sessions.append(self)
        return self

    def __exit__(self, *exception: Any) -> None:
        if self in sessions:
            sessions.remove(self)

    @property
    def graph_def(self) -> None:
        """There is no form of a graph for files here."""
        return None

    @property
    def sess_str(self) -> str:
        """The target."""
        return ""


class InteractiveSession(Session):
    """A session that ``eval`` and ``run`` use by themselves."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        sessions.append(self)

    def close(self) -> None:
        """End the session."""
        super().close()
        if self in sessions:
            sessions.remove(self)


class _nothing:
    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: Any) -> None:
        pass


def default_session() -> Session:
    """The session in use, or a new one that stays in use: for ``K.get_session()``."""
    if not sessions:
        sessions.append(Session())
    return sessions[-1]


def _symbol(key: Any, graph: Graph) -> KerasTensor:
    found = graph.get_tensor_by_name(key) if isinstance(key, str) else key
    if not isinstance(found, KerasTensor):
        raise TypeError(
            f"Cannot interpret feed_dict key as Tensor: {key!r} is not an element of this graph. Try: a placeholder"
        )
    return found


def _fed(symbol: KerasTensor, value: Any) -> torch.Tensor:
    try:
        made = as_tensor(np.asarray(value) if not isinstance(value, torch.Tensor) else value, symbol.dtype)
    except (ArgumentError, TypeError) as error:
        raise ValueError(f"Cannot feed a value for {symbol.name!r}: {error}") from error
    history = symbol._keras_history
    if not getattr(history.operation, "any_shape", False):
        fits = made.dim() == len(symbol.shape) and all(w in (None, g) for w, g in zip(symbol.shape, made.shape))
        if not fits:
            wanted = "(" + ", ".join("?" if d is None else str(d) for d in symbol.shape) + ")"
            raise ValueError(
                f"Cannot feed value of shape {tuple(made.shape)} for Tensor {symbol.name!r}, which has shape '{wanted}'"
            )
    return made


def _collect(fetches: Any, leaves: list[Any], graph: Graph) -> Any:
    """The structure with its leaves numbered."""
    if isinstance(fetches, Mapping):
        return {key: _collect(value, leaves, graph) for key, value in fetches.items()}
    if isinstance(fetches, list | tuple):
        made = [_collect(value, leaves, graph) for value in fetches]
        if isinstance(fetches, list):
            return made
        return type(fetches)(*made) if hasattr(fetches, "_fields") else tuple(made)
    if isinstance(fetches, str):
        fetches = graph.get_tensor_by_name(fetches)
    if fetches is None or not isinstance(fetches, KerasTensor | Operation | torch.Tensor | np.ndarray | int | float):
        raise TypeError(
            f"Fetch argument {fetches!r} has invalid type {type(fetches)}, must be a string or Tensor. "
            f"(Can not convert a {type(fetches).__name__} into a Tensor or Operation.)"
        )
    leaves.append(fetches)
    return _Place(fetches)


class _Place:
    """Where a leaf's value goes."""

    def __init__(self, leaf: Any) -> None:
        self.leaf = leaf


def _filled(template: Any, done: dict[int, Any]) -> Any:
    if isinstance(template, _Place):
        return done[id(template.leaf)]
    if isinstance(template, dict):
        return {key: _filled(value, done) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, done) for value in template]
    made = [_filled(value, done) for value in template]
    return type(template)(*made) if hasattr(template, "_fields") else tuple(made)


def _array(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        with torch._C.DisableTorchFunctionSubclass():
            array = np.array(value.detach().cpu().numpy())
        return array if array.ndim else array[()]
    if type(value) in (list, tuple):
        return type(value)(_array(v) for v in value)
    return value


# --- settings that need no settling -------------------------------------------------------------------------------


class _Options:
    """Accepts any setting, at the start or later."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.update(kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _Options()
        self.__dict__[name] = made
        return made

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.__dict__.items())})"


class ConfigProto(_Options):
    """Settings of a session: accepted. Memory of a GPU is taken as it is needed."""


class GPUOptions(_Options):
    """Settings of GPUs: accepted."""


class RunOptions(_Options):
    """Settings of a run: accepted."""

    FULL_TRACE = 3
    NO_TRACE = 0


class RunMetadata(_Options):
    """What a run would be traced into: stays empty."""
