"""Trusting a program: its first step must leave behind what the recorded step left behind.

The recorded step ran as plain Python. The program runs once from the same state, on the same batch, with the same random
numbers. What both handed out and what both wrote is compared; where they differ by more than rounding explains, the
program is not used. Rounding is enlarged by optimizers that normalise gradients (Adam turns the noise of a gradient that
should be zero into a full step), so weights are held to a looser bound than everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch.utils import _pytree as pytree

from wubu.engine.optimizer_view import scratch
from wubu.engine.postpone import Window
from wubu.engine.record import Recording
from wubu.engine.snapshot import flat_view

TOLERANCE = 2e-2
WEIGHT_TOLERANCE = 0.6
# Of larger tensors, evenly spaced elements are compared.
SAMPLE = 1 << 18


@dataclass
class Reference:
    """What the recorded step left behind.

    Attributes:
        outputs: samples of what it handed out.
        states: for what it wrote: ``weights``, ``gradients`` or ``state``; the live memory, and that memory's content
            before and after the step (samples).
    """

    outputs: list[torch.Tensor]
    states: list[tuple[str, torch.Tensor, torch.Tensor, torch.Tensor]]


def reference(recording: Recording, windows: list[Window]) -> Reference:
    """Take the samples, right after the recorded run; updates that it did not make are looked for in their windows."""
    program = recording.program
    unseen = {o.step_size.untyped_storage()._cdata for o in program.optimizers}
    gradients = {t.untyped_storage()._cdata: t for o in program.optimizers for t in scratch(o)}
    with torch.no_grad():
        outputs = [_sample(t).clone() for t in _tensors(recording.outputs)]
        weights = {
            t.untyped_storage()._cdata for t in program.originals if t.requires_grad and t.is_leaf
        }
        dtypes = {t.untyped_storage()._cdata: t.dtype for t in program.originals}
        states = []
        for storage in recording.snapshot.storages:
            if storage._cdata in unseen or storage._cdata in gradients:
                continue
            dtype = dtypes.get(storage._cdata, torch.uint8)
            live = _sample(flat_view(storage, dtype))
            before = _sample(flat_view(recording.snapshot.saved(storage), dtype)).clone()
            states.append(("weights" if storage._cdata in weights else "state", live, before, live.clone()))
        for window in windows:
            kind = "weights" if window.tensor.untyped_storage()._cdata in weights else "state"
            if window.part.untyped_storage()._cdata != window.tensor.untyped_storage()._cdata:
                states.append((kind, window.part, window.before, window.expected))
        for tensor in gradients.values():
            live = _sample(tensor)
            states.append(("gradients", live, torch.zeros_like(live), live.clone()))
    return Reference(outputs, states)


def difference(expected: Reference, outputs: Any, folded: bool = False) -> str | None:
    """Compare a run from the same state with the recorded one.

    Args:
        expected: what the recorded run left.
        outputs: what the program handed out. Its writes are read from the live state.
        folded: whether the update was folded into the gradients' products: then the flat gradients mean nothing, and
            the weights' change is the gradient itself.

    Returns:
        None when they agree, else what differs.
    """
    with torch.no_grad():
        found = [_sample(t) for t in _tensors(outputs)]
        for number, (ours, theirs) in enumerate(zip(found, expected.outputs)):
            error = _relative(ours, theirs, theirs)
            if error > TOLERANCE:
                return f"result {number} differs by {error:.1e}"
        for kind, live, before, after in expected.states:
            if kind == "gradients" and folded:
                continue
            error = _relative(live, after, after.double() - before.double() if live.is_floating_point() else after)
            if error > (WEIGHT_TOLERANCE if kind == "weights" and not folded else TOLERANCE):
                return f"{kind} of type {live.dtype} differ by {error:.1e} of their change"
    return None


def _tensors(tree: Any) -> list[torch.Tensor]:
    return [leaf.detach() for leaf in pytree.tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


def _sample(tensor: torch.Tensor) -> torch.Tensor:
    flat = tensor.reshape(-1)
    return flat[:: -(-flat.numel() // SAMPLE)] if flat.numel() > SAMPLE else flat


def _relative(ours: torch.Tensor, theirs: torch.Tensor, scale: torch.Tensor) -> float:
    """Norm of the difference over the norm of the scale; not-a-number in both places counts as equal."""
    if ours.shape != theirs.shape:
        return float("inf")
    if not ours.is_floating_point() and not ours.is_complex():
        return 0.0 if torch.equal(ours, theirs) else _integer_error(ours, theirs)
    a, b = ours.double(), theirs.double()
    same = (a == b) | (a.isnan() & b.isnan())
    gap = torch.where(same, 0.0, a - b)
    size = torch.linalg.vector_norm(scale.double().nan_to_num(0.0, 0.0, 0.0))
    noise = 1e-6 * torch.linalg.vector_norm(b.nan_to_num(0.0, 0.0, 0.0)) + 1e-12
    worst = float(torch.linalg.vector_norm(gap))
    if worst != worst:
        return float("inf")
    return max(0.0, worst - float(noise)) / float(size + noise)


def _integer_error(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    """Counts may differ by one in fifty where rounding tips a comparison."""
    a, b = ours.double(), theirs.double()
    gap = (a - b).abs().sum() if ours.numel() <= 100 else (a != b).double().sum()
    allowed = 1 + TOLERANCE * (b.abs().sum() if ours.numel() <= 100 else ours.numel())
    return 0.0 if float(gap) <= float(allowed) else float("inf")
