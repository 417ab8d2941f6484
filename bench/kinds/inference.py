"""Rows a second of ``evaluate`` and ``predict``, and microseconds of ``predict`` and ``model(x)`` for one sample."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bench import table
from bench.contenders import CONTENDERS
from bench.workloads import WORKLOADS, Workload

if TYPE_CHECKING:
    from bench.worker import Request

ROWS = ("mlp", "cnn", "alex", "lstm", "transformer", "resnet50")
QUICK = ("mlp",)
CALLS = 10_000
_TRAINERS = ("keras_api", "torch_loop")


def check(row: str) -> None:
    """Raise ``ValueError`` for a row that there is not."""
    if row not in WORKLOADS:
        raise ValueError(f"unknown workload {row!r}; known: {', '.join(WORKLOADS)}")


def contenders(row: str) -> list[str]:
    """Keras's API in all its forms, and plain torch."""
    return [name for name, c in CONTENDERS.items() if c.trainer in _TRAINERS and name != "torch-compile"]


def measure(request: Request) -> dict[str, Any]:
    """All four, each for a part of the time."""
    from bench import data

    workload = WORKLOADS[request.row]
    rows = 64 if workload.heavy else workload.batch_size * max(workload.steps, 20)
    x, y = data.random_rows(workload, rows)
    prepare = _torch if request.who.trainer == "torch_loop" else _keras_api
    evaluate, predict, one, direct = prepare(request, workload, x, y)
    part = request.seconds / 2
    found = {"evaluate_rows": rows / repeat(evaluate, part), "predict_rows": rows / repeat(predict, part)}
    found["one_us"], found["one_calls"] = loop(one, part)
    found["direct_us"], found["direct_calls"] = loop(direct, part)
    return found


def repeat(call: Callable[[], Any], seconds: float) -> float:
    """The median seconds of a call, after one that is not counted."""
    call()
    taken: list[float] = []
    while len(taken) < 3 or sum(taken) < seconds:
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def loop(call: Callable[[], Any], seconds: float) -> tuple[float, int]:
    """Microseconds of a call in a loop of 10,000, or of as many as there is time for."""
    for _ in range(20):
        call()
    begin = time.perf_counter()
    done = 0
    while done < CALLS:
        call()
        done += 1
        if done % 16 == 0 and time.perf_counter() - begin > seconds:
            break
    return 1e6 * (time.perf_counter() - begin) / done, done


def _keras_api(request: Request, workload: Workload, x: Any, y: Any) -> tuple[Callable[[], Any], ...]:
    from bench.trainers.keras_api import framework

    keras = framework(request.who)
    model = workload.model(keras, **request.who.compile)
    first = x[:1]
    tensor = keras.ops.convert_to_tensor(first)
    return (
        lambda: model.evaluate(x, y, verbose=0),
        lambda: model.predict(x, verbose=0),
        lambda: model.predict(first, verbose=0),
        lambda: model(tensor),
    )


def _torch(request: Request, workload: Workload, x: Any, y: Any) -> tuple[Callable[[], Any], ...]:
    import torch

    from bench import torch_models
    from bench.trainers import torch_loop

    rows, labels = torch_models.tensors(x, y)
    module = torch_models.build(workload.name).to(rows.device).eval()
    first = x[:1]
    tensor = torch_models.tensors(first, y[:1])[0]

    def predict() -> Any:
        with torch.no_grad():
            return torch.cat([module(rows[i : i + 32]).softmax(1) for i in range(0, len(rows), 32)]).cpu().numpy()

    def one() -> Any:
        with torch.no_grad():
            return module(torch_models.tensors(first, y[:1])[0]).softmax(1).cpu().numpy()

    return lambda: torch_loop.evaluate(module, rows, labels, 32), predict, one, lambda: module(tensor).softmax(1)


def markdown(results: table.Results) -> str:
    """Four tables."""
    named = {f"**{row}**": found for row, found in results.items()}
    return "\n\n".join(
        [
            "### `evaluate`: rows a second, batches of 32",
            table.compared(named, "evaluate_rows", more_is_better=True),
            "### `predict`: rows a second, batches of 32",
            table.compared(named, "predict_rows", more_is_better=True),
            "### `predict` of one sample, microseconds a call",
            table.compared(named, "one_us"),
            "### `model(x)` of one sample, microseconds a call",
            table.compared(named, "direct_us", bar="torch"),
        ]
    )
