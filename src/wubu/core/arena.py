"""Arenas: many parameters in one flat tensor, so that one operation updates them all.

``pack`` moves parameters into one tensor per type and device. A parameter stays the object it was: its ``data`` becomes
a view of the flat tensor, at a 64-byte boundary, with the strides it had (a convolution's kernel keeps the memory order
that torch is fast in). The gaps between views are zero and stay zero.

A parameter that has a place keeps it: packing it again, alone or with others, leaves it where it is. So whatever holds
the flat tensor (an optimizer, a captured step) never finds its parameters gone. ``runs`` says which of a list of
parameters lie side by side, that is, which slices of which arenas hold them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch.utils.weak import WeakTensorKeyDictionary

from wubu.errors import NotBuiltError

ALIGNMENT = 64  # bytes: a cache line, and the widest vector register


class Arena:
    """One flat tensor and where in it each parameter lies.

    Args:
        tensors: parameters of one type and one device, none of them twice. Their values are copied in and their
            ``data`` re-seated.

    Attributes:
        flat: the tensor that holds them all, 1-D.
        starts: where each parameter begins, in elements.
        stops: where the next one begins (so a gap belongs to the parameter before it).
        sizes: elements of each parameter, without the gap.
    """

    def __init__(self, tensors: Sequence[torch.Tensor]) -> None:
        first = tensors[0]
        unit = max(1, ALIGNMENT // first.element_size())
        self.sizes = [t.numel() for t in tensors]
        self.shapes = [tuple(t.shape) for t in tensors]
        self.strides = [dense_strides(t) for t in tensors]
        self.starts, self.stops = [], []
        at = 0
        for size in self.sizes:
            self.starts.append(at)
            at += -(-size // unit) * unit
            self.stops.append(at)
        self.flat = torch.zeros(at, dtype=first.dtype, device=first.device)
        with torch.no_grad():
            for index, tensor in enumerate(tensors):
                view = self.view(self.flat, index)
                view.copy_(tensor)
                tensor.data = view

    def view(self, flat: torch.Tensor, index: int, start: int = 0) -> torch.Tensor:
        """The part of a flat tensor that belongs to one parameter, in that parameter's shape and memory order.

        Args:
            flat: a tensor laid out as this arena, or as the slice of it that begins at ``start``.
            index: which parameter.
            start: the element of the arena at which ``flat`` begins.
        """
        return flat.as_strided(
            self.shapes[index], self.strides[index], flat.storage_offset() + self.starts[index] - start
        )

    def holds(self, tensor: torch.Tensor, index: int) -> bool:
        """Whether a parameter still lies in its place; moving a module to another device takes it away."""
        if tensor.device != self.flat.device or tensor.dtype != self.flat.dtype:
            return False
        at = self.flat.data_ptr() + self.starts[index] * self.flat.element_size()
        return self.sizes[index] == 0 or (tensor.data_ptr() == at and tensor.stride() == self.strides[index])


@dataclass(frozen=True)
class Place:
    """Where a parameter lies: an arena and the parameter's number in it."""

    arena: Arena
    index: int


@dataclass(frozen=True)
class Run:
    """Parameters that lie side by side in an arena: numbers ``first`` to ``last``, both included."""

    arena: Arena
    first: int
    last: int
    tensors: tuple[torch.Tensor, ...]

    @property
    def start(self) -> int:
        """The element of the arena at which the run begins."""
        return self.arena.starts[self.first]

    @property
    def stop(self) -> int:
        """The element of the arena at which the run ends, the last gap included."""
        return self.arena.stops[self.last]

    def slice(self, flat: torch.Tensor) -> torch.Tensor:
        """The run's part of a tensor that is laid out as the whole arena."""
        return flat if self.start == 0 and self.stop == flat.numel() else flat[self.start : self.stop]


# Weak keys: an arena lives as long as one of its parameters, and no copy or pickle of a parameter carries it along.
_places: WeakTensorKeyDictionary = WeakTensorKeyDictionary()


def place_of(tensor: torch.Tensor) -> Place | None:
    """Where a parameter lies, or None when it has not been packed or has since been moved away."""
    place = _places.get(tensor)
    if place is not None and not place.arena.holds(tensor, place.index):
        del _places[tensor]
        return None
    return place


def pack(tensors: Iterable[torch.Tensor]) -> None:
    """Give every parameter a place in an arena; those that have one keep it.

    Args:
        tensors: floating-point parameters of any types and devices; new ones are packed in this order, one arena per
            type and device.
    """
    groups: dict[tuple[torch.dtype, torch.device], list[torch.Tensor]] = {}
    seen: set[int] = set()
    for tensor in tensors:
        if id(tensor) not in seen and place_of(tensor) is None:
            seen.add(id(tensor))
            groups.setdefault((tensor.dtype, tensor.device), []).append(tensor)
    for group in groups.values():
        arena = Arena(group)
        for index, tensor in enumerate(group):
            _places[tensor] = Place(arena, index)


def runs(tensors: Iterable[torch.Tensor]) -> list[Run]:
    """Group packed parameters into the fewest runs of neighbours, in the order of their arenas' first appearance.

    Example:
        >>> a, b = torch.nn.Parameter(torch.ones(3)), torch.nn.Parameter(torch.ones(2, 2))
        >>> pack([a, b])
        >>> [run] = runs([b, a])
        >>> run.first, run.last, run.stop - run.start
        (0, 1, 32)
    """
    by_arena: dict[int, list[tuple[int, torch.Tensor, Arena]]] = {}
    for tensor in tensors:
        place = place_of(tensor)
        if place is None:
            raise NotBuiltError(
                f"Expected a packed parameter. Received: one of shape {tuple(tensor.shape)} that is in no arena. "
                "Try: pack([...]) first"
            )
        by_arena.setdefault(id(place.arena), []).append((place.index, tensor, place.arena))
    found = []
    for entries in by_arena.values():
        entries.sort(key=lambda entry: entry[0])
        group = [entries[0]]
        for entry in entries[1:]:
            if entry[0] != group[-1][0] + 1:
                found.append(_run(group))
                group = []
            group.append(entry)
        found.append(_run(group))
    return found


def _run(group: list[tuple[int, torch.Tensor, Arena]]) -> Run:
    return Run(group[0][2], group[0][0], group[-1][0], tuple(entry[1] for entry in group))


def dense_strides(tensor: torch.Tensor) -> tuple[int, ...]:
    """The strides that a compact copy of a tensor has when it keeps the order of its axes in memory."""
    return torch.empty_like(tensor, device="meta").stride()
