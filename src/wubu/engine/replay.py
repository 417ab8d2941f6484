"""A forward pass as a program that autograd differentiates, as it does the calls that it was recorded from.

A model that is called by itself, ``model(x)``, takes most of its time in Python: a layer asks a dozen questions before it
multiplies two small matrices. The operations that come of it are always the same ones, so they are written down and run
from the list. Unlike a training step, such a program has no backward pass of its own and no passes are run over it: every
operation is seen by autograd, which finds exactly what it would have found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils import _pytree as pytree

from wubu.engine.effects import draws, writes
from wubu.engine.executors.base import Executor
from wubu.engine.executors.choose import choices
from wubu.engine.passes.cleanup import drop_dead
from wubu.engine.program import Program, metas_of
from wubu.engine.record import Recording, record
from wubu.engine.verify import difference, reference
from wubu.errors import CaptureError


class Replay:
    """A recorded forward pass.

    Args:
        program: what was recorded.
        executor: runs it.

    Attributes:
        bound: the tensors that it reads beside its input, such as weights.
    """

    def __init__(self, program: Program, executor: Executor) -> None:
        self._program, self._executor = program, executor
        self.bound = program.originals
        self._places = [tensor.data_ptr() for tensor in self.bound]
        self._direct = len(program.returned) == program.results.num_leaves

    def stale(self) -> bool:
        """Whether one of these tensors has moved to other memory."""
        return [tensor.data_ptr() for tensor in self.bound] != self._places

    def __call__(self, x: torch.Tensor) -> list[Any]:
        """The results for an input of the recorded shape and type, in the recorded mode of gradients."""
        made = self._executor.one([x], (), ())
        return made if self._direct else self._program.pack(made)


def replay(call: Callable[[torch.Tensor], list[Any]], x: torch.Tensor) -> tuple[list[Any], Replay | None, str]:
    """Run a forward pass once and write it down, in the mode of gradients that is on.

    Args:
        call: the forward pass; it gives a list of tensors. What it reads beside its input is bound by reference.
        x: its input, on the CPU.

    Returns:
        What the call returned; its replay, or None; and why there is none.
    """
    grad = torch.is_grad_enabled()
    try:
        recording = record(call, x, grad=grad, transparent=True)
    except CaptureError as error:
        return call(x), None, str(error)
    made, reason = _made(recording, x)
    return recording.outputs, made, reason


def _made(recording: Recording, x: torch.Tensor) -> tuple[Replay | None, str]:
    program = recording.program
    reason = _refusal(recording)
    if reason:
        return None, reason
    drop_dead(program)  # what autograd's own book-keeping asked for
    expected = reference(recording, [])
    for choice in choices("cpu"):
        try:
            found = Replay(program, choice.make(program))
            outputs = found(x)
        except Exception as error:  # noqa: BLE001 - whatever torch raises, a simpler way remains
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            continue
        wrong = difference(expected, outputs)
        if wrong is None and _attached(outputs) == _attached(recording.outputs):
            return found, ""
        reason = f"it gives other numbers ({wrong})" if wrong else "autograd sees something else"
    return None, reason


def _refusal(recording: Recording) -> str:
    """Why a program is no mere function of its input and of what it reads; empty when it is."""
    program = recording.program
    if recording.moved:
        return f"a tensor gets other memory in it ({recording.moved})"
    if len(program.inputs) != 1 or program.optimizers:
        return "it is no forward pass of one tensor"
    bound = {meta.storage for node in program.graph.nodes if node.op != "call_function" for meta in metas_of(node)}
    for node in program.calls:
        if draws(node):
            return f"it draws random numbers ({node.target})"
        if any(meta.storage in bound for target in writes(node) for meta in metas_of(target)):
            return f"it changes state ({node.target})"
    return ""


def _attached(outputs: Any) -> list[bool]:
    return [leaf.requires_grad for leaf in pytree.tree_leaves(outputs) if isinstance(leaf, torch.Tensor)]
