"""``tf.autograph``: Python's own control flow runs here as it is."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from wubu.tensorflow.namespace import Namespace

__all__ = ["experimental", "set_verbosity", "to_code", "to_graph", "trace"]


def to_code(entity: Any, recursive: bool = True, experimental_optional_features: Any = None) -> str:
    """The source of a function: nothing is changed before it runs."""
    return textwrap.dedent(inspect.getsource(getattr(entity, "python_function", entity)))


def to_graph(entity: Any, recursive: bool = True, experimental_optional_features: Any = None) -> Any:
    """The function itself."""
    return entity


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Accepted."""


def trace(*args: Any) -> None:
    """Print values."""
    print(*args)


def _do_not_convert(func: Callable[..., Any] | None = None) -> Any:
    return func if func is not None else lambda f: f


experimental = Namespace(
    "experimental", do_not_convert=_do_not_convert, set_loop_options=lambda **options: None, Feature=Namespace("Feature")
)
