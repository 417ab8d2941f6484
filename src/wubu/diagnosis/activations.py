"""What the units of hidden layers say."""

from __future__ import annotations

from collections.abc import Iterator

from wubu.diagnosis.evidence import Evidence
from wubu.diagnosis.finding import Finding
from wubu.diagnosis.probe import Units


def _hidden(evidence: Evidence) -> list[Units]:
    return evidence.probe.units[:-1] if evidence.probe is not None else []


def dead_relus(evidence: Evidence) -> Iterator[Finding]:
    """Units that give 0 for every row: they learn no more."""
    worst = max((u for u in _hidden(evidence) if u.activation == "relu"), key=lambda u: u.dead, default=None)
    if worst is not None and worst.dead > 0.5:
        yield Finding(
            "dead ReLUs",
            f"{worst.dead:.0%} of its {worst.count} units give 0 for every row looked at",
            "such a unit has no gradient, so it never comes back",
            "a smaller learning rate, kernel_initializer='he_normal', scaled inputs, or LeakyReLU",
            layer=worst.layer,
        )


def saturated(evidence: Evidence) -> Iterator[Finding]:
    """Sigmoids and tanhs at their ends, where they are flat."""
    bounded = [u for u in _hidden(evidence) if u.activation in ("sigmoid", "tanh")]
    worst = max(bounded, key=lambda u: u.saturated, default=None)
    if worst is not None and worst.saturated > 0.7:
        yield Finding(
            "saturated activations",
            f"{worst.saturated:.0%} of what its {worst.activation} gives lies within 0.01 of an end",
            "there the function is flat, and next to no gradient passes",
            "scaled inputs, smaller initial weights ('glorot_uniform'), BatchNormalization before it, or relu",
            layer=worst.layer,
        )


def duplicate_units(evidence: Evidence) -> Iterator[Finding]:
    """Units that all do the same, as after an initialisation with one constant."""
    for units in _hidden(evidence):
        if units.count >= 4 and units.distinct < 0.5:
            yield Finding(
                "duplicate units",
                f"only {max(1, round(units.distinct * units.count))} of its {units.count} units differ",
                "units that start alike get the same gradient, and stay alike",
                "a random kernel_initializer, such as the default 'glorot_uniform'",
                layer=units.layer,
            )
            return
