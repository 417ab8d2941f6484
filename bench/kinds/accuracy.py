"""Accuracy that is reached in a time: training on real pictures, from the start of the process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bench import table
from bench.contenders import CONTENDERS
from bench.workloads import WORKLOADS

if TYPE_CHECKING:
    from bench.worker import Request

# row: the workload, its data, its batch size, accuracies to reach
_ROWS: dict[str, tuple[str, str, int, tuple[float, ...]]] = {
    "mnist-mlp": ("mlp", "mnist", 32, (0.95, 0.97)),
    "mnist-cnn": ("cnn", "mnist", 128, (0.98, 0.985)),
    "cifar": ("cifar", "cifar", 64, (0.5, 0.55)),
    "mnist-mlp:bf16": ("mlp", "mnist", 32, (0.95, 0.97)),
    "mnist-cnn:bf16": ("cnn", "mnist", 128, (0.98, 0.985)),
}
ROWS = tuple(_ROWS)
QUICK: tuple[str, ...] = ()
SECONDS = 30.0  # from the start of the process, whatever the other rows are given


def check(row: str) -> None:
    """Raise ``ValueError`` for a row that there is not."""
    if row not in ROWS:
        raise ValueError(f"unknown row {row!r}; known: {', '.join(ROWS)}")


def contenders(row: str) -> list[str]:
    """All but those that spend the time on compiling what they could run."""
    return [name for name in CONTENDERS if "+jit" not in name and name != "torch-compile"]


def prepare(row: str) -> None:
    """Pictures become arrays once, before anybody's time runs."""
    from bench import data

    if row == "cifar":
        data.cifar_file()


def measure(request: Request) -> dict[str, Any]:
    """Train with the test rows as validation until the time is over."""
    from bench import data
    from bench.trainers.run import Clock, Run

    name, source, _, aims = _ROWS[request.row]
    workload = WORKLOADS[name]
    seconds = SECONDS if request.seconds >= 5 else 3 * request.seconds
    clock = Clock(seconds - (time.time() - request.began), 1, 1000, now=time.time)
    train, test = data.mnist(workload.shape, real=True) if source == "mnist" else data.cifar()
    Run(request.who, workload, clock, train, test, "bf16" in request.row).start()
    at = [end - request.began for end in clock.ends]
    found: dict[str, Any] = {
        "best": 100 * max(clock.accuracies),
        "last": 100 * clock.accuracies[-1],
        "epochs": len(at),
        "curve": [[round(t, 2), round(a, 4)] for t, a in zip(at, clock.accuracies)],
    }
    for number, aim in enumerate(aims):
        found[f"to_{number}_s"] = next((t for t, a in zip(at, clock.accuracies) if a >= aim), None)
    for limit in (10.0, 20.0):
        reached = [a for t, a in zip(at, clock.accuracies) if t <= limit]
        found[f"at_{limit:.0f}"] = 100 * max(reached) if reached else None
    return found


def markdown(results: table.Results) -> str:
    """Seconds to two accuracies, and the accuracy after two times."""
    text = [f"### Accuracy on test pictures, in the first {SECONDS:.0f} s of the process"]
    reached, after = {}, {}
    for row, found in results.items():
        for number, aim in enumerate(_ROWS[row][3]):
            reached[f"**{row}**, seconds to {aim:.1%}"] = (found, f"to_{number}_s")
        for limit in ("at_10", "at_20", "best"):
            after[f"**{row}**, " + ("best" if limit == "best" else f"% after {limit[3:]} s")] = (found, limit)
    text.append(table.compared_by_key(reached))
    text.append(table.compared_by_key(after, more_is_better=True, ratios=False))
    return "\n\n".join(text)
