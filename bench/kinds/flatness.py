"""Whether memory stays flat: MiB that a process grows over 10,000 calls of ``predict`` and over 200 of ``fit``."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bench import table
from bench.contenders import VARIANTS
from bench.workloads import WORKLOADS

if TYPE_CHECKING:
    from bench.worker import Request

ROWS = ("mlp", "cnn")
QUICK: tuple[str, ...] = ()
CALLS = {"predict": 10_000, "fit": 200}
SECONDS = 60.0


def check(row: str) -> None:
    """Raise ``ValueError`` for a row that there is not."""
    if row not in ROWS:
        raise ValueError(f"unknown workload {row!r}; known: {', '.join(ROWS)}")


def contenders(row: str) -> list[str]:
    """Keras's API: what calls leave behind is its matter."""
    return ["wubu", *VARIANTS]


def measure(request: Request) -> dict[str, Any]:
    """Call ``predict`` on three sizes in turn, then ``fit``; growth is counted from a tenth of the calls on."""
    from bench import data
    from bench.trainers.keras_api import framework

    workload = WORKLOADS[request.row]
    keras = framework(request.who)
    model = workload.model(keras, **request.who.compile)
    x, y = data.random_rows(workload, 4 * workload.batch_size)
    sizes = (1, 7, workload.batch_size)
    limit = SECONDS if request.seconds >= 5 else 2 * request.seconds
    found = growth(lambda i: model.predict(x[: sizes[i % 3]], verbose=0), CALLS["predict"], limit, "predict")
    return found | growth(
        lambda i: model.fit(x, y, batch_size=workload.batch_size, verbose=0), CALLS["fit"], limit, "fit"
    )


def growth(call: Callable[[int], Any], calls: int, seconds: float, name: str) -> dict[str, Any]:
    """MiB between a tenth of the calls and the last, and how many calls there was time for."""
    from bench.worker import memory

    begin = time.perf_counter()
    after: list[float] = []
    for number in range(calls):
        call(number)
        after.append(memory("VmRSS"))
        if time.perf_counter() - begin > seconds:
            break
    return {f"{name}_growth_mb": after[-1] - after[len(after) // 10], f"{name}_calls": len(after)}


def markdown(results: table.Results) -> str:
    """Growth, and for how many calls."""
    rows = {}
    for row, found in results.items():
        for name in CALLS:
            rows[f"**{row}**, MiB over `{name}`"] = (found, f"{name}_growth_mb")
            rows[f"**{row}**, calls of `{name}` in the time"] = (found, f"{name}_calls")
    title = f"### Growth of memory over {CALLS['predict']:,} calls of `predict` and {CALLS['fit']} of `fit`"
    return f"{title}\n\n{table.compared_by_key(rows, ratios=False)}"
