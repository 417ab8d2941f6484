"""All detectors over one training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from wubu.diagnosis import activations, answers, curves, gradients, inputs, targets
from wubu.diagnosis.evidence import Evidence
from wubu.diagnosis.finding import ORDER, Finding

Detector = Callable[[Evidence], Iterator[Finding]]

DETECTORS: tuple[Detector, ...] = (
    curves.diverged,
    targets.do_not_fit,
    inputs.not_scaled,
    targets.not_scaled,
    gradients.exploding,
    curves.learning_rate_too_high,
    activations.dead_relus,
    activations.saturated,
    activations.duplicate_units,
    gradients.vanishing,
    answers.classes,
    answers.constant,
    curves.learning_rate_too_low,
    curves.batch_size,
    curves.underfitting,
    inputs.overlap,
    curves.overfitting,
    curves.wasted_epochs,
)

# What another finding explains is not said again.
_EXPLAINED = {
    "underfitting": set(ORDER) - {"underfitting", "train and test overlap", "wasted epochs", "batch size too small"},
    "constant outputs": {
        "diverged",
        "dead ReLUs",
        "vanishing gradients",
        "majority class only",
        "class imbalance",
        "labels do not fit the loss",
        "labels not scaled",
        "duplicate units",
        "saturated activations",
    },
    "majority class only": {"dead ReLUs", "vanishing gradients", "duplicate units"},
    "learning rate too high": {"diverged", "exploding gradients"},
    "exploding gradients": {"diverged", "inputs not scaled", "labels not scaled"},
    "learning rate too low": {
        "vanishing gradients",
        "labels not scaled",
        "labels do not fit the loss",
        "dead ReLUs",
        "constant outputs",
        "duplicate units",
        "batch size too large",
    },
    "wasted epochs": {"learning rate too low", "diverged", "overfitting"},
}


def examine(evidence: Evidence) -> list[Finding]:
    """Everything that is found, the likely causes first, without what others explain."""
    found: list[Finding] = []
    for detector in DETECTORS:
        found += detector(evidence)
    return unexplained(found)


def unexplained(found: Iterable[Finding]) -> list[Finding]:
    """The findings in order, without those that others explain."""
    found = list(found)
    names = {finding.name for finding in found}
    kept = [finding for finding in found if not names & _EXPLAINED.get(finding.name, set())]
    return sorted(kept, key=lambda finding: ORDER.index(finding.name))
