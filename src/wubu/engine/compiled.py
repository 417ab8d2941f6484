"""From a recording to something that runs: passes, an executor that works, and a check of its first step."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from wubu.engine import runtime, settings
from wubu.engine.effects import writes
from wubu.engine.executors.base import Executor
from wubu.engine.executors.choose import choices, settings_of
from wubu.engine.passes.pipeline import optimise
from wubu.engine.postpone import follow, on_windows
from wubu.engine.program import Program, metas_of
from wubu.engine.rates import Rates
from wubu.engine.record import Recording
from wubu.engine.threads import ThreadChoice
from wubu.engine.verify import difference, reference

log = logging.getLogger("wubu.engine")

aten = torch.ops.aten
_PRODUCTS = {aten.mm.default, aten.mm.out, aten.addmm.default, aten.addmm_.default, aten.bmm.default}
_CONVOLUTIONS = {aten.convolution.default, aten.convolution_backward.default}

# Bytes that a step makes from which the memory of its recording is given back before the program runs.
LARGE = 256 << 20


class CompiledStep:
    """A program with its executor.

    Args:
        program: the step.
        executor: runs it.

    Attributes:
        program, executor: as given.
        changes: how many changes each pass made.
        gives: bytes of what a step returns.
    """

    def __init__(self, program: Program, executor: Executor, changes: dict[str, int]) -> None:
        self.program, self.executor, self.changes = program, executor, changes
        self._rates = Rates(program.optimizers, program.deferred_counts)
        self._slots = _first_slots(program)
        self._places = [tensor.data_ptr() for tensor in program.originals]
        self.gives = sum(meta.numel * meta.dtype.itemsize for node in program.returned for meta in metas_of(node))
        self._single = program.results.is_leaf() and len(program.returned) == 1
        self.threads = ThreadChoice(program.device_type, _multiplies(program))

    def stale(self) -> bool:
        """Whether a tensor that the program is bound to has moved to other memory."""
        return [tensor.data_ptr() for tensor in self.program.originals] != self._places

    def _inputs(self, leaves: Sequence[Any]) -> list[torch.Tensor]:
        tensors = [leaf.detach() for leaf in leaves if isinstance(leaf, torch.Tensor)]
        return [tensors[slot] for slot in self._slots]

    def _prepare(self) -> None:
        """What the program wants done once before several steps."""
        for shadow in self.program.shadows:
            torch.mul(shadow.origin, shadow.factor, out=shadow.copy)

    def _done(self, steps: int, rates: list[list[float]]) -> None:
        """What the program leaves to be done once for several steps."""
        self._rates.done(steps, rates)
        for total, number in self.program.deferred_sums:
            total.add_(number * steps)
        for shadow in self.program.shadows:
            torch.div(shadow.copy, shadow.factor, out=shadow.origin)

    def one(self, leaves: Sequence[Any]) -> Any:
        """Run one step on the tensors of a batch."""
        self._prepare()
        rates, counts = self._rates.ahead(1)
        inputs = self._inputs(leaves)
        made = self.threads.run(1, lambda start, stop: self.executor.one(inputs, rates, counts))
        self._done(1, rates)
        return self.program.pack(made)

    @property
    def simple(self) -> bool:
        """Whether a run takes one tensor, and nothing has to be worked out for it before or done after it."""
        program = self.program
        bound = (program.optimizers, program.scalars, program.deferred_sums, program.shadows)
        return len(program.inputs) == 1 and not any(bound)

    def alone(self, tensor: torch.Tensor) -> Any:
        """``one`` for a program that is ``simple``, on the one tensor that it takes."""
        runtime.prepare()
        made = self.threads.once(self.executor.one, [tensor], (), ())
        return made[0] if self._single else self.program.pack(made)

    def each(self, tensor: torch.Tensor, size: int) -> list[Any]:
        """``alone`` on each full batch of rows, one after the other."""
        runtime.prepare()
        parts: list[Any] = []

        def call(first: int, last: int) -> None:
            for at in range(first, last):
                made = self.executor.one([tensor.narrow(0, at * size, size)], (), ())
                parts.append(made[0] if self._single else self.program.pack(made))

        self.threads.run(len(tensor) // size, call)
        return parts

    def many(self, leaves: Sequence[Any], index: torch.Tensor, start: int, stop: int, size: int) -> Any:
        """Run many steps on rows gathered by index; returns the last one's outputs."""
        self._prepare()
        rates, counts = self._rates.ahead(stop - start)
        inputs = self._inputs(leaves)

        def call(first: int, last: int) -> list[torch.Tensor]:
            return self.executor.many(
                inputs,
                index,
                start + first,
                start + last,
                size,
                [ahead[first:] for ahead in rates] if first else rates,
                [count + first for count in counts],
            )

        made = self.threads.run(stop - start, call)
        self._done(stop - start, rates)
        return self.program.pack(made)


def _multiplies(program: Program) -> bool:
    """Whether a program is of products of matrices, and without convolutions."""
    targets = {node.target for node in program.calls}
    return bool(targets & _PRODUCTS) and not targets & _CONVOLUTIONS


def _first_slots(program: Program) -> list[int]:
    """For each input of the program, the first tensor of the batch that it stands for."""
    return [program.input_slots.index(number) for number in range(len(program.inputs))]


@dataclass
class Built:
    """The outcome of ``build``: a step and what its first run returned, or the reason why there is none."""

    step: CompiledStep | None
    result: Any = None
    reason: str = ""


def build(
    recording: Recording,
    run: Callable[[CompiledStep], Any],
    *,
    jit_compile: bool = False,
    keep_outputs: bool = True,
) -> Built:
    """Make a program of a recorded step and run that step with it.

    The recorded run is undone, and the program's own run of the same batch takes its place once it is found equal.
    Executors are tried in the order of ``executors.choose``; the last resort is the program as it was recorded.

    Args:
        recording: the recorded run.
        run: runs the recorded batch with what it is given.
        jit_compile: try Inductor first.
        keep_outputs: whether the results are wanted.
    """
    check = settings.current().verify
    windows = recording.postponed.windows() if check else []
    expected = reference(recording, windows) if check else None
    if not keep_outputs:
        recording.program.drop_outputs()
    if _memory_of(recording.program) > LARGE:
        runtime.release()  # autograd's order of allocations leaves gaps that the program's would not fill
    reason = ""
    made: dict[tuple[str, ...], tuple[Program, dict[str, int]]] = {}
    for choice in choices(recording.program.device_type, jit_compile):
        try:
            begin = time.perf_counter()
            off = settings_of(choice, PASSES)
            if tuple(off) not in made:
                made[tuple(off)] = _optimised(recording.program, off)
            program, changes = made[tuple(off)]
            trial = on_windows(program, windows) if windows else program
            _protect(recording, trial)
            step = CompiledStep(trial, choice.make(trial), changes)
            recording.snapshot.restore()
            for window in windows:
                window.restore()
            result = run(step)
            follow(trial, windows)
        except Exception as error:  # noqa: BLE001 - whatever torch raises, a simpler way remains
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            log.info("%s does not run this step: %s", choice.name, reason)
            continue
        wrong = None
        if expected is not None:
            wrong = difference(expected, result if keep_outputs else None, bool(changes.get("fold_sgd")))
        if wrong is None:
            if trial is not program:
                step = CompiledStep(program, choice.make(program), changes)
                recording.snapshot.restore()
                result = run(step)
            log.debug("%s made in %.0f ms: %s", step.executor.name, 1e3 * (time.perf_counter() - begin), changes)
            return Built(step, result)
        reason = f"the program of it gives other numbers ({wrong})"
        log.warning("%s: %s", choice.name, reason)
    recording.snapshot.restore()
    return Built(None, reason=reason)


def _memory_of(program: Program) -> int:
    """Bytes of all that a step makes on its way, as if nothing of it were freed before its end."""
    ends: dict[int, int] = {}
    for node in program.calls:
        for meta in metas_of(node):
            ends[meta.storage] = max(ends.get(meta.storage, 0), meta.extent[1])
    bound = {meta.storage for node in program.graph.nodes if node.op != "call_function" for meta in metas_of(node)}
    return sum(size for storage, size in ends.items() if storage not in bound)


def _protect(recording: Recording, program: Program) -> None:
    """Copy what a program writes of the state that the recorded run left alone, so that it can be put back."""
    large = {tensor.untyped_storage()._cdata for tensor in recording.postponed.targets()}
    for node in program.calls if large else ():
        for target in writes(node):
            tensor = program.constants[str(target.target)] if target.op == "get_attr" else None
            if tensor is not None and tensor.untyped_storage()._cdata in large:
                recording.snapshot.before_write(tensor)


def _optimised(recorded: Program, off: dict[str, Any]) -> tuple[Program, dict[str, int]]:
    program = recorded.copy()
    with settings.override(**off):
        return program, optimise(program)


PASSES = (
    "cleanup",
    "fold",
    "relu_pool",
    "average_pooling",
    "argmax",
    "wide_convolution",
    "moving_statistics",
    "onednn",
    "convolution_relu",
    "dropout_bits",
    "fused_adam",
    "scalar_rates",
    "direct_gradients",
    "bias_sums",
    "sgd_fold",
    "sums",
    "inplace",
)
