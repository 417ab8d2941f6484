"""Where an optimizer's state lies: flat tensors beside the parameters' arenas, and a view of them per parameter.

A ``Block`` is the state of one run of neighbouring parameters: their flat gradient and one flat tensor per slot
(momentum, velocity…), all laid out as the parameters are. A ``Segment`` is the part of a block that one call of
``apply`` updates, mostly all of it. A ``Layout`` is the list of segments of one list of parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from wubu.core.arena import Arena, Place, Run, pack, place_of, runs
from wubu.core.pages import zeros_like
from wubu.core.variable import Variable

AVERAGE, ACCUMULATOR = "average", "gradient_accumulator"  # the slots that every optimizer may have


def path_of(variable: torch.Tensor) -> str:
    """Where a variable belongs, such as ``"dense/kernel"``; its name when it has no path."""
    return str(getattr(variable, "path", None) or name_of(variable))


def name_of(variable: torch.Tensor) -> str:
    """A variable's name; torch's own parameters have none."""
    return str(getattr(variable, "name", None) or "variable")


class Block:
    """The flat gradient and the flat slots of one run of parameters."""

    def __init__(self, run: Run) -> None:
        self.arena: Arena = run.arena
        self.first, self.start = run.first, run.start
        self.parameters = run.slice(run.arena.flat)
        self.gradient = zeros_like(self.parameters)
        self.slots: dict[str, torch.Tensor] = {}

    def slot(self, name: str, padding: float = 0.0) -> torch.Tensor:
        """The flat tensor of a slot, made on first use and filled with ``padding`` (what the gaps keep)."""
        if name not in self.slots:
            self.slots[name] = torch.full_like(self.parameters, padding) if padding else zeros_like(self.parameters)
        return self.slots[name]

    def view(self, flat: torch.Tensor, index: int) -> torch.Tensor:
        """The part of one of the flat tensors that belongs to one parameter of the arena."""
        return self.arena.view(flat, index, self.start)

    def tensors(self) -> list[torch.Tensor]:
        """Everything that an update may change."""
        return [self.parameters, self.gradient, *self.slots.values()]


class Segment:
    """Neighbouring parameters of a block that are updated together: slices of its flat tensors."""

    def __init__(self, block: Block, indices: Sequence[int], variables: Sequence[torch.Tensor]) -> None:
        self.block, self.indices, self.variables = block, list(indices), list(variables)
        self._from = block.arena.starts[indices[0]] - block.start
        self._to = block.arena.stops[indices[-1]] - block.start
        self.parameters = self._slice(block.parameters)
        self.gradient = self._slice(block.gradient)
        self.gradients = [block.view(block.gradient, i) for i in indices]
        self._pointers = [v.data_ptr() for v in self.variables]
        self._slots: dict[str, torch.Tensor] = {}

    def slot(self, name: str) -> torch.Tensor:
        """This segment's part of a flat slot."""
        if name not in self._slots:
            self._slots[name] = self._slice(self.block.slots[name])
        return self._slots[name]

    def slots(self) -> list[torch.Tensor]:
        """This segment's part of every flat slot."""
        return [self.slot(name) for name in self.block.slots]

    def part(self, first: int, last: int) -> torch.Tensor:
        """The parameters numbered ``first`` to ``last`` in this segment, as one flat tensor."""
        if (first, last) == (0, len(self.indices) - 1):
            return self.parameters
        arena, at = self.block.arena, self.block.start
        start, stop = arena.starts[self.indices[first]] - at, arena.stops[self.indices[last]] - at
        return self.block.parameters[start:stop]

    def in_place(self) -> bool:
        """Whether no parameter has been given other memory since."""
        return [v.data_ptr() for v in self.variables] == self._pointers

    def _slice(self, flat: torch.Tensor) -> torch.Tensor:
        return flat if (self._from, self._to) == (0, flat.numel()) else flat[self._from : self._to]


class Layout:
    """The segments of a list of parameters, and each parameter's view of the flat gradient in that list's order."""

    def __init__(self, variables: Sequence[torch.Tensor], segments: Sequence[Segment]) -> None:
        self.variables, self.segments = list(variables), list(segments)
        views = {id(v): g for s in segments for v, g in zip(s.variables, s.gradients)}
        self.gradients = [views[id(v)] for v in variables]
        self.decay_groups: tuple[object, list[tuple[torch.Tensor, float]]] | None = None

    def in_place(self) -> bool:
        """Whether no parameter has been given other memory since."""
        return all(segment.in_place() for segment in self.segments)


class State:
    """The blocks and slots of one optimizer."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._homes: dict[int, tuple[torch.Tensor, Place, Block]] = {}
        self._slots: dict[tuple[int, str], Variable] = {}
        self._slot_ids: set[int] = set()
        self._padding: dict[str, float] = {}
        self._layouts: dict[tuple[int, ...], Layout] = {}

    def add_parameters(self, variables: Sequence[torch.Tensor]) -> None:
        """Pack parameters and give those that have no block yet one; slots of parameters that moved follow them."""
        pack(variables)
        new = []
        for variable in dict.fromkeys(variables):
            home = self._homes.get(id(variable))
            place = place_of(variable)
            if home is None or place is None or home[1] is not place:
                new.append(variable)
        if not new:
            return
        self._layouts.clear()
        for run in runs(new):
            block = Block(run)
            self.blocks.append(block)
            for variable in run.tensors:
                place = place_of(variable)
                assert place is not None  # just packed
                self._homes[id(variable)] = (variable, place, block)
        moved = {id(v) for v in new}
        for (key, name), slot in self._slots.items():
            if key in moved:
                self._seat(self._homes[key][0], name, slot)
        used = {id(block) for _, _, block in self._homes.values()}
        self.blocks = [block for block in self.blocks if id(block) in used]

    def add_slot(
        self, variable: torch.Tensor, name: str, slot: Variable, padding: float = 0.0, uniform: bool = False
    ) -> None:
        """Give a slot variable its place in the flat slot of that name; it keeps its value.

        Args:
            variable: the parameter it belongs to.
            name: the slot's name, such as ``"momentum"``.
            slot: a variable of the parameter's shape and type.
            padding: what the gaps of a flat slot that is new are filled with.
            uniform: whether that is also all that the slot holds.
        """
        uniform &= self._padding.setdefault(name, padding) == padding
        self._slots[id(variable), name] = slot
        self._slot_ids.add(id(slot))
        self._seat(variable, name, slot, uniform)

    def _seat(self, variable: torch.Tensor, name: str, slot: Variable, uniform: bool = False) -> None:
        _, place, block = self._homes[id(variable)]
        view = block.view(block.slot(name, self._padding[name]), place.index)
        with torch.no_grad():
            if not uniform:
                view.copy_(slot)
            slot.data = view

    def slot(self, variable: torch.Tensor, name: str) -> Variable | None:
        """The slot of one parameter, or None."""
        return self._slots.get((id(variable), name))

    def is_slot(self, variable: torch.Tensor) -> bool:
        """Whether a variable lies in a flat slot."""
        return id(variable) in self._slot_ids

    def tensors(self) -> list[torch.Tensor]:
        """Everything flat that an update may change: parameters, gradients and slots of every block."""
        return [tensor for block in self.blocks for tensor in block.tensors()]

    def layout(self, variables: Sequence[torch.Tensor]) -> Layout:
        """The segments of a list of parameters that all have a block."""
        key = tuple(map(id, variables))
        found = self._layouts.get(key)
        if found is None:
            found = self._layouts[key] = Layout(variables, list(self._segments(variables)))
        return found

    def _segments(self, variables: Sequence[torch.Tensor]) -> Iterator[Segment]:
        for run in runs(variables):
            group: list[tuple[int, torch.Tensor]] = []
            block = self._homes[id(run.tensors[0])][2]
            for index, variable in enumerate(run.tensors, run.first):
                own = self._homes[id(variable)][2]
                if own is not block:
                    yield Segment(block, *zip(*group))
                    group, block = [], own
                group.append((index, variable))
            yield Segment(block, *zip(*group))
