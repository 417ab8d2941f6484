"""From a model and its data to the evidence of a diagnosis."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import nest
from wubu.data.arrays import Arrays
from wubu.data.source import rows, to_device
from wubu.diagnosis.evidence import Evidence
from wubu.diagnosis.labels import Labels, labels_of
from wubu.diagnosis.probe import probe

ROWS = 256
_OF_RAREST = 24


def look_at_labels(evidence: Evidence, y: Any) -> None:
    """Take the labels of all rows into the evidence."""
    evidence.labels = labels_of(evidence.model, y)


def look_at_rows(evidence: Evidence, arrays: Arrays, most: int = ROWS) -> None:
    """Choose some rows of arrays: evenly spread, and some of the rarest class."""
    index = _spread(arrays.length, most)
    if evidence.labels is not None:
        index = torch.cat([index, _rarest(evidence.labels, arrays.length)]).unique()
    sample = nest.map_structure(lambda leaf: rows(leaf, index), (arrays.x, arrays.y))
    evidence.sample = to_device(sample)


def look_inside(evidence: Evidence, differentiate: bool = True) -> None:
    """Run the model once on the chosen rows."""
    assert evidence.sample is not None
    x, y = evidence.sample
    evidence.probe = probe(evidence.model, x, y, differentiate)


def only_tensor(x: Any) -> torch.Tensor | None:
    """The inputs of a model with one, as a tensor with one row a sample; else None."""
    leaves = nest.flatten(x)
    found = leaves[0] if len(leaves) == 1 else None
    return found if isinstance(found, torch.Tensor) and found.dim() > 1 and not found.is_complex() else None


def _spread(length: int, most: int) -> torch.Tensor:
    return torch.linspace(0, length - 1, min(most, length)).round().long()


def _rarest(labels: Labels, length: int) -> torch.Tensor:
    none = torch.zeros(0, dtype=torch.long)
    if labels.classes is None or labels.counts is None or len(labels.classes) != length:
        return none
    present = torch.nonzero(labels.counts)[:, 0]
    rarest = present[labels.counts[present].argmin()]
    return torch.nonzero(labels.classes == rarest)[:_OF_RAREST, 0].cpu()
