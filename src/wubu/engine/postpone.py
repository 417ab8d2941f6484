"""Updates of large state that a recorded run need not make.

A recorded run is undone, so everything that it writes has to be copied first. For a large model that would double the
memory of weights and moments for a moment. But an optimizer's update comes last, and mostly nothing reads what it wrote:
so the recorder writes such operations down without running them. If something does look, they are run first, with
copies; and if the recorded run is to count as a step after all, they are run at its end.

Only elementwise operations on flat tensors are postponed. Their effect can be told from a part of the tensors: a program
is tried on copies of their beginnings before it may touch the tensors themselves, since nothing could be put back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import _disable_current_modes

from wubu.engine.effects import writes, written
from wubu.engine.program import Program, TensorMeta

# Smaller state is copied faster than it is thought about.
LEAST_BYTES = 8 << 20
WINDOW = 1 << 16


class Postponed:
    """Operations that were recorded and not run, in order."""

    def __init__(self) -> None:
        self._calls: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = []
        self._written: set[int] = set()
        self._read: set[int] = set()

    def takes(self, func: Any, args: Any, kwargs: Any, bound: Callable[[torch.Tensor], bool]) -> bool:
        """Postpone an operation, if it is one that can be."""
        if not (_is_adam(func) or torch.Tag.pointwise in func.tags):
            return False
        targets = written(func, args, kwargs)
        tensors = _tensors((args, kwargs))
        if not targets or not all(
            t.dim() == 1 and bound(t) and t.untyped_storage().nbytes() >= LEAST_BYTES for t in targets
        ):
            return False
        length = targets[0].numel()
        for tensor in tensors:
            if tensor.numel() == 1:
                continue
            if not (tensor.dim() == 1 and tensor.numel() == length and tensor.is_contiguous() and bound(tensor)):
                return False
        with _disable_current_modes():
            # Numbers may change before the operation is run: the step count does.
            args, kwargs = pytree.tree_map_only(
                torch.Tensor, lambda t: t.detach().clone() if t.numel() == 1 else t.detach(), (args, kwargs)
            )
        self._calls.append((func, args, kwargs))
        self._written.update(map(_storage, targets))
        self._read.update(_storage(t) for t in tensors if t.numel() != 1)
        return True

    def stand_in_the_way(self, func: Any, args: Any, kwargs: Any) -> bool:
        """Whether an operation reads or writes what these write, or writes what they read."""
        if not self._calls:
            return False
        if any(_storage(t) in self._written for t in _tensors((args, kwargs))):
            return True
        return any(_storage(t) in self._read for t in written(func, args, kwargs))

    def targets(self) -> list[torch.Tensor]:
        """What these write."""
        return [target for func, args, kwargs in self._calls for target in written(func, args, kwargs)]

    def run(self) -> None:
        """Run them after all."""
        calls, self._calls = self._calls, []
        self._written.clear()
        self._read.clear()
        with _disable_current_modes(), torch.no_grad():
            for func, args, kwargs in calls:
                func(*args, **kwargs)

    def windows(self) -> list[Window]:
        """The beginnings of what these read and write, and what these would make of them."""
        found: dict[tuple[int, int, int], Window] = {}
        with torch.no_grad():
            for func, args, kwargs in self._calls:
                changed = {_place(target) for target in written(func, args, kwargs)}
                for tensor in _tensors((args, kwargs)):
                    if tensor.numel() != 1 and _place(tensor) not in found:
                        live = tensor[:WINDOW]
                        part = live.clone() if _place(tensor) in changed else live
                        found[_place(tensor)] = Window(tensor, part, part.clone(), part.clone())
            for func, args, kwargs in self._calls:
                small_args, small_kwargs = pytree.tree_map_only(
                    torch.Tensor, lambda t: t if t.numel() == 1 else found[_place(t)].expected, (args, kwargs)
                )
                func(*small_args, **small_kwargs)
        return list(found.values())


@dataclass(frozen=True)
class Window:
    """The beginning of a tensor that a postponed operation reads or writes.

    Attributes:
        tensor: the whole of it.
        part: its beginning, for a trial to work on: a copy of what is written, the live memory of what is only read.
        before: the beginning as it is now.
        expected: the beginning as the postponed operations would leave it.
    """

    tensor: torch.Tensor
    part: torch.Tensor
    before: torch.Tensor
    expected: torch.Tensor

    def restore(self) -> None:
        """Make the part ready for another trial."""
        if self.part.data_ptr() != self.tensor.data_ptr():
            self.part.copy_(self.before)


def on_windows(program: Program, windows: list[Window]) -> Program:
    """A twin of a program that makes its updates of large state on windows of it.

    Args:
        program: the program.
        windows: what to update instead; operations that write other parts of large state stay as they are.
    """
    twin = program.copy()
    by_place = {_place(window.tensor): window for window in windows}

    def narrowed(operand: fx.Node) -> fx.Node:
        window = by_place.get(_place(twin.constants[str(operand.target)])) if operand.op == "get_attr" else None
        return operand if window is None else twin.bind(window.part, TensorMeta.of(window.part, twin.fresh_storage()))

    for node in twin.calls:
        targets = [target for target in writes(node) if target.op == "get_attr"]
        if targets and all(_place(twin.constants[str(t.target)]) in by_place for t in targets):
            node.args = fx.node.map_arg(node.args, narrowed)
            node.kwargs = fx.node.map_arg(node.kwargs, narrowed)
    return twin


def follow(program: Program, windows: list[Window]) -> None:
    """Copy into the windows what a program wrote past them: a folded update is part of a product on the whole weight."""
    past = {
        _storage(program.constants[str(target.target)])
        for node in program.calls
        for target in writes(node)
        if target.op == "get_attr"
    }
    for window in windows:
        if window.part.data_ptr() != window.tensor.data_ptr() and _storage(window.tensor) in past:
            window.part.copy_(window.tensor[: len(window.part)])


def _place(tensor: torch.Tensor) -> tuple[int, int, int]:
    """Where a tensor lies and how much it covers; a flat tensor is not its first part."""
    return tensor.data_ptr(), tensor.numel(), tensor.dim()


def _is_adam(func: Any) -> bool:
    return func.namespace == "wubu" and func._schema.name == "wubu::adam_"


def _tensors(arguments: Any) -> list[torch.Tensor]:
    return [leaf for leaf in pytree.tree_leaves(arguments) if isinstance(leaf, torch.Tensor)]


def _storage(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage()._cdata
