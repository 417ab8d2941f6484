"""A model's outputs as a flat list, and everything that is given per output in the same order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from wubu.core import nest
from wubu.errors import ArgumentError


class Outputs:
    """The outputs of a model: one, or a list, tuple or dict of them, at any depth.

    Args:
        y_pred: what the model gave.
        names: what the model says its outputs are called, in order; None when it does not.

    Attributes:
        paths: for each output, the keys that lead to it; the empty path for a single output.
        names: for each output, its name, or None.
    """

    def __init__(self, y_pred: Any, names: Sequence[str | None] | None = None) -> None:
        self.nested = nest.is_nested(y_pred)
        self.paths = list(_paths(y_pred, names))
        self.keys = list(y_pred) if isinstance(y_pred, Mapping) else None
        names = list(names or ())
        flat = all(len(path) == 1 for path in self.paths)
        if self.keys is not None and flat:
            self.names: list[str | None] = [str(path[0]) for path in self.paths]
        elif len(names) == len(self.paths):
            self.names = names
        else:
            self.names = [None] * len(self.paths)
        self.flat = flat or not self.nested

    def __len__(self) -> int:
        return len(self.paths)

    def of(self, y_pred: Any) -> list[Any]:
        """The outputs as a list."""
        return [_follow(y_pred, path) for path in self.paths]

    def match(self, structure: Any, what: str) -> list[Any]:
        """Return one part of a structure for each output; None where it has none.

        Args:
            structure: a single value for a single output; a list in the outputs' order; a dict by their names; or the
                outputs' own structure.
            what: what to call it in messages.

        Raises:
            ArgumentError: when it does not fit.
        """
        if structure is None:
            return [None] * len(self)
        if not nest.is_nested(structure):
            if len(self) == 1:
                return [structure]
            raise self._error(structure, what)
        if isinstance(structure, Mapping):
            by_name = self._by_name(structure)
            if by_name is not None:
                return by_name
        elif len(structure) == len(self) and self.flat:
            return list(structure)
        if not self.flat:
            found = [_follow(structure, path, missing=None) for path in self.paths]
            if any(part is not None for part in found):
                return found
        leaves = nest.flatten(structure)
        named = isinstance(structure, Mapping) and self.flat and any(name is not None for name in self.names)
        if len(leaves) == len(self) and not named:
            return leaves
        raise self._error(structure, what)

    def _by_name(self, structure: Mapping[Any, Any]) -> list[Any] | None:
        for keys in (self.names, [path[-1] if path else None for path in self.paths]):
            if set(structure) <= set(keys):
                return [structure.get(key) for key in keys]
        return None

    def _error(self, structure: Any, what: str) -> ArgumentError:
        received = nest.map_structure(lambda _: "*", structure) if nest.is_nested(structure) else "*"
        outputs = [name if name is not None else "/".join(map(str, path)) for name, path in zip(self.names, self.paths)]
        return ArgumentError(
            f"Expected {what} to have one part for each of {len(self)} output(s): a list in their order, or a dict by "
            f"name; the outputs are {outputs}. Received: {received}"
        )


def _paths(structure: Any, names: Sequence[str | None] | None, path: tuple[Any, ...] = ()) -> Any:
    if isinstance(structure, Mapping):
        for key in _order(structure, names):
            yield from _paths(structure[key], None, (*path, key))
    elif isinstance(structure, list | tuple):
        for index, part in enumerate(structure):
            yield from _paths(part, None, (*path, index))
    else:
        yield path


def _order(structure: Mapping[Any, Any], names: Sequence[str | None] | None) -> list[Any]:
    """The model's own order of outputs, else the dict's when it has one, else the alphabet's."""
    if names and set(names) == set(structure):
        return list(names)
    if isinstance(structure, OrderedDict):
        return list(structure)
    return sorted(structure, key=str)


def _follow(structure: Any, path: tuple[Any, ...], **default: Any) -> Any:
    for key in path:
        try:
            structure = structure[key]
        except (KeyError, IndexError, TypeError):
            if "missing" in default:
                return default["missing"]
            raise
    return structure
