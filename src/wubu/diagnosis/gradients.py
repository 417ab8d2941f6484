"""What the gradients say, layer by layer."""

from __future__ import annotations

import math
from collections.abc import Iterator

from wubu.diagnosis.evidence import Evidence
from wubu.diagnosis.finding import Finding


def vanishing(evidence: Evidence) -> Iterator[Finding]:
    """Gradients that shrink from layer to layer on their way to the first."""
    found = evidence.probe.gradients if evidence.probe is not None else []
    share = evidence.share_of_baseline
    if len(found) < 4 or (share is not None and share < 0.3):
        return
    first, last = found[0], found[-1]
    if last.relative > 0 and math.isfinite(last.relative) and first.relative < 1e-3 * last.relative:
        yield Finding(
            "vanishing gradients",
            f"the gradient is {first.rms:.1e} there and {last.rms:.1e} in {last.layer!r}",
            "the first layers stay as they were initialised",
            "relu with 'he_normal' instead of sigmoid or tanh, BatchNormalization, shortcuts around layers, fewer layers",
            layer=first.layer,
        )


def exploding(evidence: Evidence) -> Iterator[Finding]:
    """Gradients that grow from layer to layer on their way to the first, or that dwarf the weights."""
    found = evidence.probe.gradients if evidence.probe is not None else []
    if not found:
        return
    worst = max(found, key=lambda g: g.relative if math.isfinite(g.relative) else math.inf)
    last, scale = found[-1], _scale_of_labels(evidence)
    grown = len(found) >= 4 and worst.relative > 1e3 * last.relative > 0 and worst.relative > 1
    if not math.isfinite(worst.relative):
        if evidence.losses and not math.isfinite(evidence.losses[-1]):
            return  # a loss that is not a number has been named already
        grown = True
    if grown or worst.relative > 300 * max(1.0, scale):
        yield Finding(
            "exploding gradients",
            f"the gradient is {worst.rms:.1e} there, {worst.relative:.0f} times the weights, and {last.rms:.1e} in "
            f"{last.layer!r}",
            "one step can throw the weights anywhere",
            "clipnorm=1.0 in the optimizer, 'he_normal' or 'orthogonal' initial weights, BatchNormalization",
            layer=worst.layer,
        )


def _scale_of_labels(evidence: Evidence) -> float:
    labels = evidence.labels
    if labels is None or labels.kind not in ("squared", "absolute", ""):
        return 1.0
    return float(labels.values.square().mean())
