"""Seconds from the start of a process to the end of its first epoch: imports, data, model, compilation and 1,875 steps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bench import table
from bench.contenders import CONTENDERS
from bench.workloads import WORKLOADS

if TYPE_CHECKING:
    from bench.worker import Request

ROWS = ("mlp", "cnn")
QUICK = ("mlp",)


def check(row: str) -> None:
    """Raise ``ValueError`` for a row that there is not."""
    if row not in ROWS:
        raise ValueError(f"unknown model {row!r}; known: {', '.join(ROWS)}")


def contenders(row: str) -> list[str]:
    """All."""
    return list(CONTENDERS)


def measure(request: Request) -> dict[str, Any]:
    """One epoch on MNIST's 60,000 pictures."""
    from bench import data
    from bench.trainers.run import Clock, Run

    workload = WORKLOADS[request.row]
    clock = Clock(0.0, 0, 0, now=time.time)
    train, _ = data.mnist(workload.shape)
    Run(request.who, workload, clock, train).start()
    return {"s": clock.ends[0] - request.began, "epoch_s": clock.first, "loss_first": clock.losses[0]}


def markdown(results: table.Results) -> str:
    """One row per model."""
    named = {f"**{row}**, {WORKLOADS[row].what}": found for row, found in results.items()}
    title = "### Seconds from the start of the process to the end of the first epoch on MNIST"
    return f"{title}\n\n{table.compared(named, 's')}"
