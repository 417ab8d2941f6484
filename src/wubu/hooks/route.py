"""Where the names of an emulated module come from."""

from __future__ import annotations

from typing import NamedTuple


class Route(NamedTuple):
    """The answer to an import.

    Attributes:
        targets: dotted names within wubu, in the order they are asked: modules, or attributes of modules.
        by_name: whether any public name answers, wherever it lives: private and old paths say little about today's place.
        modern: how the module is reached today, when the path is an old one.
        called: the dotted name of what calling the module means; Keras 1 had a function where Keras 2 had a module.
        extras: names that only this module has, such as ``__version__``.
    """

    targets: tuple[str, ...]
    by_name: bool = False
    modern: str | None = None
    called: str | None = None
    extras: tuple[tuple[str, object], ...] = ()
