"""What a diagnosis may look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch

from wubu.diagnosis.labels import Labels
from wubu.diagnosis.probe import Probe


@dataclass
class Evidence:
    """All that is known about a training; what is unknown is None, and then nothing is claimed that needs it.

    Attributes:
        model: the trained model.
        history: name -> one value per epoch.
        first_epoch: the number of the first of these epochs, from 1.
        labels: what is to be learnt, of all rows.
        sample: inputs and labels of a few rows.
        probe: what the model does with them.
        rows, held_out: inputs to train and to validate on, for a comparison of rows.
        num_samples, batch_size: of the training.
        weighted: whether samples or classes were given weights.
        best_restored: whether a callback brings back the best epoch's weights.
    """

    model: Any
    history: dict[str, list[float]] = field(default_factory=dict)
    first_epoch: int = 1
    labels: Labels | None = None
    sample: tuple[Any, Any] | None = None
    probe: Probe | None = None
    rows: torch.Tensor | None = None
    held_out: torch.Tensor | None = None
    num_samples: int | None = None
    batch_size: int | None = None
    weighted: bool = False
    best_restored: bool = False

    @property
    def losses(self) -> list[float]:
        """The training loss of each epoch."""
        return self.history.get("loss", [])

    @property
    def last_loss(self) -> float | None:
        """The training loss at the end."""
        if self.losses:
            return self.losses[-1]
        return self.probe.loss if self.probe else None

    @property
    def share_of_baseline(self) -> float | None:
        """The loss at the end as a share of what the best constant answer would have; 1 means nothing was learnt."""
        if self.labels is None or self.labels.baseline is None or self.last_loss is None:
            return None
        return self.last_loss / max(self.labels.baseline, 1e-12)
