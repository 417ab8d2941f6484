"""One measurement in a process of its own: ``python measure.py FRAMEWORK WORKLOAD``; prints one line of JSON.

Run by the interpreter of the framework that is measured, from this folder.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

EPOCHS = 4  # timed, after the first


def trainer(framework: str, workload: Any, x: Any, y: Any) -> Callable[[], float]:
    """A function that trains one epoch and returns its mean loss."""
    if framework == "torch":
        import torch_loop

        return torch_loop.trainer(workload, x, y)
    if framework == "wubu":
        import wubu as keras
    else:
        import keras  # type: ignore[no-redef]
    model = workload.model(keras)

    def epoch() -> float:
        history = model.fit(x, y, batch_size=workload.batch_size, epochs=1, verbose=0)
        return float(history.history["loss"][-1])

    return epoch


def main() -> None:
    """Measure and print."""
    framework, name = sys.argv[1:3]
    begin = time.perf_counter()
    if framework.startswith("keras-"):
        os.environ["KERAS_BACKEND"] = framework.removeprefix("keras-")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import numpy as np
    from workloads import WORKLOADS

    workload = WORKLOADS[name]
    rng = np.random.default_rng(0)
    rows = workload.batch_size * workload.steps
    x = rng.random((rows, *workload.shape), dtype=np.float32)
    y = rng.integers(0, workload.classes, rows)
    epoch = trainer(framework, workload, x, y)
    ready = time.perf_counter()
    losses = [epoch()]
    first = time.perf_counter() - ready
    seconds = []
    for _ in range(EPOCHS):
        start = time.perf_counter()
        losses.append(epoch())
        seconds.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "ms": 1e3 * min(seconds) / workload.steps,
                "ms_median": 1e3 * sorted(seconds)[len(seconds) // 2] / workload.steps,
                "first_epoch_s": first,
                "start_s": ready - begin,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "losses": losses,
            }
        )
    )


if __name__ == "__main__":
    main()
