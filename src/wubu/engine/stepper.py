"""The stepper: runs a step again and again, as a program where that is possible and as plain Python where it is not.

One program is made per signature: the shapes and types of the batch, and whatever key the caller gives (which weights
are trainable, for example). The first batch is recorded at once. A shape that turns up later, such as the rest of an
epoch, runs as plain Python the first time and is recorded when it comes again.
"""

from __future__ import annotations

import logging
import warnings
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Literal

import torch
from torch.utils import _pytree as pytree

from wubu.engine import runtime, settings
from wubu.engine.compiled import CompiledStep, build
from wubu.engine.record import record
from wubu.errors import CaptureError

log = logging.getLogger("wubu.engine")

# Programs kept per stepper; the one not used for longest goes first.
MOST_PROGRAMS = 64
# How often a program may be found stale before the step is left to plain Python.
MOST_REBUILDS = 8
# How often a step may be recorded in vain because it builds something.
MOST_FALSE_STARTS = 3


class EagerFallbackWarning(UserWarning):
    """A step could not become a program and runs as plain Python."""


class Stepper:
    """Runs one kind of step.

    Args:
        fn: one step in plain torch: forward pass, loss, backward pass, ``optimizer.apply``, metrics. It is a function of
            one batch (nested lists, tuples and dicts of tensors), changes state in place, and returns a nest of tensors.
        state: lists every tensor that ``fn`` may change. When a step makes new ones (an optimizer that builds itself),
            it is recorded only the next time.
        mode: ``train`` differentiates; ``test`` and ``predict`` do not.
        key: anything that programs depend on besides the batch, asked at every call.
        jit_compile: compile programs with Inductor, where that works.
        run_eagerly: never record.
        keep_outputs: False when nobody looks at what ``fn`` returns.

    Example:
        >>> total = torch.zeros(())
        >>> stepper = Stepper(lambda x: total.add_(x.sum()), lambda: [total], mode="test")
        >>> stepper.steps(torch.ones(6, 2), torch.arange(6), 0, 3, 2)
        tensor(12.)
    """

    def __init__(
        self,
        fn: Callable[[Any], Any],
        state: Callable[[], Sequence[torch.Tensor]],
        *,
        mode: Literal["train", "test", "predict"] = "train",
        key: Callable[[], Hashable] | None = None,
        jit_compile: bool = False,
        run_eagerly: bool = False,
        keep_outputs: bool = True,
    ) -> None:
        self._fn, self._state, self._key = fn, state, key or (lambda: None)
        self._grad = mode == "train"
        self._jit_compile = jit_compile
        self._keep_outputs = keep_outputs
        self._programs: OrderedDict[Hashable, CompiledStep] = OrderedDict()
        self._seen: set[Hashable] = set()
        self._rebuilds = self._false_starts = 0
        self.run_eagerly = run_eagerly
        self.reason: str | None = None

    @property
    def programs(self) -> list[CompiledStep]:
        """The programs made so far."""
        return list(self._programs.values())

    @property
    def eager(self) -> bool:
        """Whether steps run as plain Python, whatever they are."""
        return self.run_eagerly or self.reason is not None or not settings.current().capture

    def program_of(self, batch: Any) -> CompiledStep | None:
        """The program that runs a batch, where one has been made."""
        leaves, spec = pytree.tree_flatten(batch)
        return self._programs.get((self._key(), spec, _describe(leaves, None)))

    def step(self, batch: Any) -> Any:
        """Run one step on a batch and return what the step returns."""
        runtime.prepare()
        if self.eager:
            return self._eager(batch)
        leaves, spec = pytree.tree_flatten(batch)
        signature = (self._key(), spec, _describe(leaves, None))
        compiled = self._find(signature)
        if compiled is not None:
            return compiled.one(leaves)
        if self._wait(signature):
            return self._eager(batch)
        return self._record(signature, batch, lambda made: made.one(leaves))

    def steps(self, resident: Any, index: torch.Tensor, start: int, stop: int, batch_size: int) -> Any:
        """Run many steps on data that is in memory.

        Args:
            resident: tensors with one row per sample, nested as batches are.
            index: the order of the rows, 1-D int64.
            start, stop: step i takes rows ``index[i * batch_size : (i + 1) * batch_size]``. The last may be short.
            batch_size: rows per step.

        Returns:
            What the last step returns.
        """
        runtime.prepare()
        index, start, stop = _beside(resident, index, start, stop, batch_size)
        full = min(stop, len(index) // batch_size)
        result = None
        if start < full:
            result = self._many(resident, index, start, full, batch_size)
        for at in range(max(start, full), stop):
            rows = index[at * batch_size : (at + 1) * batch_size]
            result = self.step(gather(resident, rows))
        return result

    def _many(self, resident: Any, index: torch.Tensor, start: int, stop: int, size: int) -> Any:
        at, result = start, None
        leaves, spec = pytree.tree_flatten(resident)
        while at < stop:
            if self.eager:
                result = self._eager(gather(resident, index[at * size : (at + 1) * size]))
                at += 1
                continue
            signature = (self._key(), spec, _describe(leaves, size))
            compiled = self._find(signature)
            if compiled is not None:
                return compiled.many(leaves, index, at, stop, size)
            first = gather(resident, index[at * size : (at + 1) * size])
            if self._wait(signature):
                result = self._eager(first)
            else:
                here = at
                result = self._record(
                    signature, first, lambda made: made.many(leaves, index, here, here + 1, size)  # noqa: B023
                )
            at += 1
        return result

    # -- as plain Python

    def _eager(self, batch: Any) -> Any:
        with torch.set_grad_enabled(self._grad):
            return self._fn(batch)

    def _give_up(self, reason: str) -> None:
        self.reason = reason
        warnings.warn(
            f"This step runs as plain Python, which is slower: {reason}. Set run_eagerly=True to run it so without this "
            "message.",
            EagerFallbackWarning,
            stacklevel=2,
        )

    # -- as a program

    def _find(self, signature: Hashable) -> CompiledStep | None:
        compiled = self._programs.get(signature)
        if compiled is None:
            return None
        if compiled.stale():
            del self._programs[signature]
            self._rebuilds += 1
            if self._rebuilds > MOST_REBUILDS:
                self._give_up("its weights or state move to other memory between steps")
            return None
        self._programs.move_to_end(signature)
        return compiled

    def _wait(self, signature: Hashable) -> bool:
        """Whether a new shape should run once as plain Python before it is recorded."""
        if self.reason is not None:
            return True
        known = signature in self._seen or not self._programs
        self._seen.add(signature)
        return not known

    def _record(self, signature: Hashable, batch: Any, run: Callable[[CompiledStep], Any]) -> Any:
        """Record a batch's step, make a program of it, and run that step with it."""
        before = {id(tensor) for tensor in self._state()}
        try:
            recording = record(self._fn, batch, grad=self._grad)
        except CaptureError as error:
            self._give_up(str(error))
            return self._eager(batch)
        made = any(id(tensor) not in before for tensor in self._state())
        if made or recording.moved:
            # The step built something, an optimizer's slots perhaps. This run was a good plain step; the next one,
            # which finds everything built, is recorded.
            recording.postponed.run()
            self._false_starts += 1
            if self._false_starts > MOST_FALSE_STARTS:
                what = f"a tensor gets other memory in it ({recording.moved})" if recording.moved else "it makes new state"
                self._give_up(f"every time it runs, {what}")
            return recording.outputs
        built = build(recording, run, jit_compile=self._jit_compile, keep_outputs=self._keep_outputs)
        if built.step is None:
            self._give_up(built.reason)
            return self._eager(batch)
        self._programs[signature] = built.step
        while len(self._programs) > MOST_PROGRAMS:
            self._programs.popitem(last=False)
        return built.result


def _beside(resident: Any, index: torch.Tensor, start: int, stop: int, size: int) -> tuple[torch.Tensor, int, int]:
    """The part of the order that some steps need, where the data lies; and the steps' numbers in that part."""
    device = next((leaf.device for leaf in pytree.tree_leaves(resident) if isinstance(leaf, torch.Tensor)), index.device)
    if index.device == device:
        return index, start, stop
    return index[start * size : stop * size].to(device, non_blocking=True), 0, stop - start


def gather(resident: Any, rows: torch.Tensor) -> Any:
    """The rows of every tensor in a nest; one that is there twice is gathered once."""
    taken: dict[int, torch.Tensor] = {}

    def take(tensor: torch.Tensor) -> torch.Tensor:
        if id(tensor) not in taken:
            taken[id(tensor)] = tensor.index_select(0, rows)
        return taken[id(tensor)]

    return pytree.tree_map_only(torch.Tensor, take, resident)


def _describe(leaves: Sequence[Any], size: int | None) -> Hashable:
    """Shapes, types and devices of a batch, which of its tensors are one, and its other leaves."""
    found: dict[int, int] = {}
    described: list[Hashable] = []
    for leaf in leaves:
        if isinstance(leaf, torch.Tensor):
            slot = found.setdefault(id(leaf), len(found))
            shape = tuple(leaf.shape) if size is None else (size, *leaf.shape[1:])
            stride = leaf.stride() if size is None else None
            described.append((slot, shape, stride, leaf.dtype, leaf.device.type, leaf.device.index))
        else:
            described.append(leaf if isinstance(leaf, Hashable) else repr(leaf))
    return tuple(described)
