"""What a diagnosis says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One sickness of a training, in plain words.

    Args:
        name: of the sickness, such as ``"overfitting"``; one of ``ORDER``.
        seen: what was seen, with the figure.
        why: why that matters.
        change: what to change.
        epoch: the epoch (from 1) in which it began, where it began in one.
        layer: the name of the layer, where it is one's.

    Example:
        >>> print(Finding("overfitting", "val_loss rose", "it learns by heart", "use Dropout", epoch=4))
        Overfitting since epoch 4: val_loss rose. It learns by heart. Try: use Dropout
    """

    name: str
    seen: str
    why: str
    change: str
    epoch: int | None = None
    layer: str | None = None

    def __str__(self) -> str:
        return f"{self.headline} {_capital(self.why)}. Try: {self.change}"

    @property
    def headline(self) -> str:
        """What was found and what was seen."""
        where = f" in {self.layer!r}" if self.layer else ""
        since = f" since epoch {self.epoch}" if self.epoch else ""
        return f"{_capital(self.name)}{where}{since}: {self.seen}."

    @property
    def line(self) -> str:
        """The short form for the end of a training: without the reason."""
        return f"{self.headline} Try: {self.change}"


# What is likely to be the cause of the others comes first.
ORDER = (
    "diverged",
    "labels do not fit the loss",
    "inputs not scaled",
    "labels not scaled",
    "exploding gradients",
    "learning rate too high",
    "dead ReLUs",
    "saturated activations",
    "duplicate units",
    "vanishing gradients",
    "majority class only",
    "class imbalance",
    "constant outputs",
    "learning rate too low",
    "batch size too large",
    "batch size too small",
    "underfitting",
    "train and test overlap",
    "overfitting",
    "wasted epochs",
)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
