"""The diagnosis at the end of ``fit``: at most three lines, and at most two hundredths of the time that training took."""

from __future__ import annotations

import os
import time
from typing import Any

from wubu.core import nest
from wubu.data.arrays import ArraySource
from wubu.data.packing import unpack_x_y_sample_weight
from wubu.data.source import Source
from wubu.diagnosis import collecting
from wubu.diagnosis.diagnose import take_history
from wubu.diagnosis.evidence import Evidence
from wubu.diagnosis.examine import examine
from wubu.diagnosis.finding import Finding

LINES = 3
_SHARE = 0.02
_SECONDS_OF_A_LOOK = 0.004  # of a call of a small model outside its program, and its way back
_SECONDS_OF_A_LAYER = 0.0016
_SECONDS_OF_A_NUMBER = 6e-9  # of comparing rows


def enabled() -> bool:
    """Whether ``fit`` ends with a diagnosis: unless ``WUBU_DIAGNOSIS=0`` is set."""
    return os.environ.get("WUBU_DIAGNOSIS", "1").strip().lower() not in ("0", "false", "no", "off")


def say(
    model: Any,
    source: Source,
    validation: Source | None,
    batch: Any,
    seconds: float,
    plain: bool,
    weighted: bool = False,
    best_restored: bool = False,
) -> None:
    """Print what is found, if anything is.

    A diagnosis is an extra: whatever goes wrong in it, the training that it follows has gone well.

    Args:
        model: the trained model.
        source: what it was trained on.
        validation: what it was validated on.
        batch: a batch of a source that is not in memory, or None.
        seconds: how long the training took; what would take more than its share of that is left out.
        plain: whether the model's steps are those of the trainer, so that a forward pass outside them is safe.
        weighted: whether classes or samples have weights.
        best_restored: whether a callback brought back the best weights.
    """
    try:
        found = after_training(model, source, validation, batch, seconds, plain, weighted, best_restored)
    except Exception:
        return
    for finding in found[:LINES]:
        print(finding.line, flush=True)


def after_training(
    model: Any,
    source: Source,
    validation: Source | None,
    batch: Any,
    seconds: float,
    plain: bool,
    weighted: bool = False,
    best_restored: bool = False,
) -> list[Finding]:
    """What is found within the time that there is; see ``say``."""
    end = time.perf_counter() + _SHARE * seconds
    evidence = Evidence(model, num_samples=source.num_samples, batch_size=source.batch_size)
    arrays = getattr(source, "arrays", None)
    evidence.weighted = weighted or getattr(arrays, "sample_weight", None) is not None
    evidence.best_restored = best_restored
    take_history(evidence, model.history)
    left = lambda: end - time.perf_counter()
    if isinstance(source, ArraySource):
        _look_at_arrays(evidence, source, validation, seconds, left, plain)
    elif batch is not None and plain and left() > _cost_of_a_look(model):
        x, y, _ = unpack_x_y_sample_weight(batch)
        evidence.sample = nest.map_structure(lambda leaf: leaf[: collecting.ROWS], (x, y))
        collecting.look_at_labels(evidence, evidence.sample[1])
        collecting.look_inside(evidence)
    return examine(evidence)


def _look_at_arrays(
    evidence: Evidence, source: ArraySource, validation: Source | None, seconds: float, left: Any, plain: bool
) -> None:
    arrays = source.arrays
    if arrays.y is not None and left() > 0.001 + 1e-8 * source.num_samples:
        collecting.look_at_labels(evidence, arrays.y)
    # Outside the program a row takes about four times as long.
    a_row = 4 * max(seconds, 1e-6) / max(1, source.num_samples * max(1, len(evidence.losses)))
    room = left() - _cost_of_a_look(evidence.model)
    count = min(collecting.ROWS, source.num_samples, int(room / a_row)) if plain else 0
    if count >= min(32, source.num_samples):
        collecting.look_at_rows(evidence, arrays, count)
        collecting.look_inside(evidence)
    if isinstance(validation, ArraySource):
        rows, held_out = collecting.only_tensor(arrays.x), collecting.only_tensor(validation.arrays.x)
        if rows is not None and held_out is not None and left() > _SECONDS_OF_A_NUMBER * rows.numel() + 0.001:
            evidence.rows, evidence.held_out = rows, held_out


def _cost_of_a_look(model: Any) -> float:
    return _SECONDS_OF_A_LOOK + _SECONDS_OF_A_LAYER * len(model._flatten_layers())
