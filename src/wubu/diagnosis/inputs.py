"""What the inputs say: their scale, and rows that are in both parts."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch

from wubu.core import nest
from wubu.diagnosis.evidence import Evidence
from wubu.diagnosis.finding import Finding

_FEWEST_COLUMNS = 6
_MOST_HELD_OUT = 2000


def not_scaled(evidence: Evidence) -> Iterator[Finding]:
    """Large numbers, or columns of very different size, that go straight into a layer's kernel."""
    if evidence.probe is None or evidence.probe.raw_input is None or evidence.sample is None:
        return
    for leaf in nest.flatten(evidence.sample[0]):
        if not isinstance(leaf, torch.Tensor) or leaf.dim() < 2 or len(leaf) < 8:
            continue
        columns = leaf.reshape(len(leaf), -1).float() if leaf.dim() == 2 else leaf.float().reshape(-1, leaf.shape[-1])
        deviations = columns.std(0, unbiased=False)
        lively = deviations[deviations > 0]
        if not len(lively):
            continue
        size, spread = float(columns.abs().max()), float(lively.median())
        largest = float(lively.max())
        if size > 30 and (spread > 15 or float(columns.mean(0).abs().median()) > 30):
            seen = f"they run from {float(columns.min()):.4g} to {float(columns.max()):.4g}"
        elif largest > 30 and largest > 300 * float(lively.min()):
            seen = f"the columns' standard deviations run from {float(lively.min()):.3g} to {largest:.3g}"
        else:
            continue
        picture = leaf.dim() >= 3 and 200 < size <= 255 and float(columns.min()) >= 0
        yield Finding(
            "inputs not scaled",
            seen,
            "with large inputs the first steps are far too large, and large columns drown the small ones",
            "x / 255, or a Rescaling(1 / 255) layer"
            if picture
            else "a Normalization layer, adapted to the training data",
            layer=evidence.probe.raw_input,
        )
        return


def overlap(evidence: Evidence) -> Iterator[Finding]:
    """Rows to validate on that are among those to train on."""
    rows, held_out = evidence.rows, evidence.held_out
    if rows is None or held_out is None or not len(rows) or not len(held_out) or rows.shape[1:] != held_out.shape[1:]:
        return
    if math.prod(rows.shape[1:]) < _FEWEST_COLUMNS:
        return  # a few columns with few values coincide by themselves
    known = _marks(rows)
    held_out = held_out[:: max(1, len(held_out) // _MOST_HELD_OUT)]
    asked = _marks(held_out)
    lively = held_out.reshape(len(held_out), -1).float().std(1) > 0
    if not bool(lively.any()):
        return
    share = float(torch.isin(asked[lively], known).float().mean())
    among_themselves = 1 - len(torch.unique(known)) / len(known)
    if share > 0.05 and share > 3 * among_themselves:
        yield Finding(
            "train and test overlap",
            f"{share:.0%} of the rows to validate on are among the rows to train on",
            "the validation measures memory, and looks better than the model is",
            "split before rows are copied or augmented, and drop duplicates first (numpy.unique, pandas' drop_duplicates)",
        )


def _marks(rows: torch.Tensor) -> torch.Tensor:
    """A number for each row, the same for equal rows alone: a product with fixed irregular numbers."""
    flat = rows.reshape(len(rows), -1)
    weights = torch.frac(
        torch.arange(1, flat.shape[1] + 1, device=flat.device, dtype=torch.float64) * 0.6180339887498949
    )
    weights = weights.to(torch.float64)
    parts = [part.to(torch.float64) @ weights for part in flat.split(max(1, 4_000_000 // max(1, flat.shape[1])))]
    # The order of the sums may differ in the last bits, between blocks of different size.
    return torch.round(torch.cat(parts) * 1e6)
