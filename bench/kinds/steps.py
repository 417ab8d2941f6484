"""Milliseconds per training step of a full ``fit()``: rows are ``WORKLOAD``, ``WORKLOAD:bf16``, ``WORKLOAD:callbacks``."""

from __future__ import annotations

import statistics
import tempfile
from typing import TYPE_CHECKING, Any

from bench import table
from bench.contenders import CONTENDERS
from bench.workloads import WORKLOADS, Workload

if TYPE_CHECKING:
    from bench.worker import Request

CONDITIONS = ("bf16", "callbacks")
BF16 = ("mlp", "cnn", "alex", "xray", "lstm", "transformer", "vgg16", "resnet50")
CALLBACKS = ("mlp", "cnn", "xray")
ROWS = (*WORKLOADS, *(f"{name}:bf16" for name in BF16), *(f"{name}:callbacks" for name in CALLBACKS))
QUICK = ("mlp", "cnn")
_LABELS = {"bf16": "mixed_bfloat16", "callbacks": "validation, three callbacks"}


def split(row: str) -> tuple[Workload, tuple[str, ...]]:
    """A row's workload and conditions.

    Raises:
        ValueError: there is none of that name.
    """
    name, *conditions = row.split(":")
    if name not in WORKLOADS:
        raise ValueError(f"unknown workload {name!r}; known: {', '.join(WORKLOADS)}")
    if unknown := set(conditions) - set(CONDITIONS):
        raise ValueError(f"unknown condition {sorted(unknown)[0]!r}; known: {', '.join(CONDITIONS)}")
    return WORKLOADS[name], tuple(conditions)


def check(row: str) -> None:
    """Raise ``ValueError`` for a row that there is not."""
    split(row)


def contenders(row: str) -> list[str]:
    """All; where a step takes seconds, none whose difference is in what happens between steps."""
    workload, _ = split(row)
    between_steps = ("lightning", "skorch") if workload.heavy else ()
    return [name for name in CONTENDERS if name not in between_steps and not (workload.heavy and "@" in name)]


def measure(request: Request) -> dict[str, Any]:
    """Train, epoch after epoch."""
    from bench import data
    from bench.trainers.run import Clock, Run

    workload, conditions = split(request.row)
    rows = workload.batch_size * workload.steps
    with_callbacks = "callbacks" in conditions
    clock = Clock(request.seconds)
    with tempfile.TemporaryDirectory(dir=request.folder or None) as folder:
        Run(
            request.who,
            workload,
            clock,
            data.random_rows(workload, rows),
            data.random_rows(workload, max(1, workload.steps // 5) * workload.batch_size, 1)
            if with_callbacks
            else None,
            "bf16" in conditions,
            folder if with_callbacks else None,
        ).start()
    return {
        "ms": 1e3 * statistics.median(clock.durations) / workload.steps,
        "ms_least": 1e3 * min(clock.durations) / workload.steps,
        "first_epoch_s": clock.first,
        "epochs": len(clock.ends),
        "loss_first": clock.losses[0],
        "loss_last": clock.losses[-1],
    }


def label(row: str) -> str:
    """A row as its readers see it."""
    workload, conditions = split(row)
    return ", ".join([f"**{workload.name}**", *(_LABELS[c] for c in conditions)])


def markdown(results: table.Results) -> str:
    """Milliseconds per step and peak memory, each against the best of Keras and against plain torch."""
    named = {label(row): found for row, found in results.items()}
    what = "\n".join(
        f"- {name}: {w.what}" for name, w in WORKLOADS.items() if any(r.split(":")[0] == name for r in results)
    )
    return "\n\n".join(
        [
            "### Milliseconds per training step, full `fit()`",
            table.compared(named, "ms"),
            what,
            "### Peak memory of the whole process in MiB",
            table.compared(named, "peak_mb", bar="torch"),
            "### Seconds of the first epoch (what is compiled, captured or tuned once, and its steps)",
            table.compared(named, "first_epoch_s"),
        ]
    )
