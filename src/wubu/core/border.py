"""The border between the library and the program that uses it.

The library computes with plain torch tensors. A facade, such as ``wubu.tensorflow``, lets its programs see them as
another class. It registers here and is asked wherever values go over: into a layer that the program calls and out of it,
into methods of the program's own that the library calls, and out of losses and metrics. Without one nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Facade(Protocol):
    """Whoever answers for how a program sees tensors."""

    def call(self, function: Callable[..., Any], args: Any, kwargs: Any, outermost: bool) -> Any:
        """Run a layer with plain arguments, and give the program what it wants to see.

        Args:
            function: the layer's forward pass.
            args, kwargs: what the layer was called with.
            outermost: whether no other layer is being called.
        """

    def dress(self, structure: Any) -> Any:
        """The tensors of a structure as the program wants to see them."""

    def strip(self, structure: Any) -> Any:
        """The tensors of a structure as the library wants them."""

    def ended(self) -> Exception:
        """What a program is to catch when it asks for a next element and there is none."""


facade: Facade | None = None
_steps = 0


def register(new: Facade | None) -> None:
    """Let a facade answer from now on; None for nobody."""
    global facade
    facade = new


@contextmanager
def step() -> Iterator[None]:
    """Within this block the library runs one of its own steps, whose values stay plain and whose gradients are its own."""
    global _steps
    _steps += 1
    try:
        yield
    finally:
        _steps -= 1


def in_step() -> bool:
    """Whether the library runs one of its own steps."""
    return _steps > 0


def dressed(structure: Any) -> Any:
    """Values on their way into a function of the program's own."""
    return structure if facade is None else facade.dress(structure)


def plain(structure: Any) -> Any:
    """Values that a function of the program's own gave."""
    return structure if facade is None else facade.strip(structure)


def result(structure: Any) -> Any:
    """Values that the library gives to whoever called; within its own steps they stay as they are."""
    return structure if facade is None or _steps else facade.dress(structure)


def ended() -> Exception:
    """What a program is to catch when there is no next element."""
    return StopIteration() if facade is None else facade.ended()


def is_the_programs(function: Any) -> bool:
    """Whether a function was written outside of the library."""
    return not (getattr(function, "__module__", None) or "").startswith("wubu.")
