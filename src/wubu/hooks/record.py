"""Which names of other packages a program asked for, and what answered."""

from __future__ import annotations

from typing import NamedTuple


class Emulated(NamedTuple):
    """A name that was asked for.

    Attributes:
        name: as the program knows it, such as ``keras.layers.Dense``.
        home: the module of wubu's that answered.
        by_name: whether it was found elsewhere than its path says.
    """

    name: str
    home: str
    by_name: bool


_seen: dict[str, Emulated] = {}


def saw(name: str, home: str, by_name: bool = False) -> None:
    """Remember that a name was answered for."""
    _seen.setdefault(name, Emulated(name, home, by_name))


def seen() -> list[Emulated]:
    """The names asked for so far, in alphabetical order."""
    return [_seen[name] for name in sorted(_seen)]


def forget() -> None:
    """Start anew."""
    _seen.clear()


def listing() -> list[str]:
    """The names asked for as lines of text, one for each module that answered.

    Example:
        >>> listing()
        ['keras.layers: Dense, Flatten', ...]
    """
    lines: dict[str, list[str]] = {}
    for entry in seen():
        owner, _, name = entry.name.rpartition(".")
        mark = f" (from {entry.home})" if entry.by_name else ""
        lines.setdefault(owner, []).append(name + mark)
    return [f"{owner}: {', '.join(names)}" for owner, names in sorted(lines.items())]
