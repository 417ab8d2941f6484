"""What each operation of a captured training step costs: ``python -m bench.operations WORKLOAD [THREADS]``.

Runs the program's operations one by one in Python, many times, and takes the least time of each; calls from Python cost
a little more than those of torch's interpreter.
"""

from __future__ import annotations

import operator
import sys
import time
from typing import Any

import torch
from torch import fx

import wubu
from bench.data import random_rows
from bench.workloads import WORKLOADS
from wubu.engine.executors.base import below_autograd

REPEATS = 300


def main() -> None:
    """Print the operations of a workload, the most expensive first."""
    workload = WORKLOADS[sys.argv[1]]
    if len(sys.argv) > 2:
        torch.set_num_threads(int(sys.argv[2]))
    model = workload.model(wubu)
    x, y = random_rows(workload, 4 * workload.batch_size)
    model.fit(x, y, batch_size=workload.batch_size, verbose=0)
    [step] = model._executions["train"].stepper.programs
    program = step.program
    batch = [torch.from_numpy(a[: workload.batch_size].copy()) for a in (x, y)]
    calls = program.calls
    best = dict.fromkeys(calls, float("inf"))
    repeats = REPEATS
    with below_autograd(program.differentiates):
        for repeat in range(1000):
            values: dict[fx.Node, Any] = dict(zip(program.inputs, batch))
            values.update((node, program.constants[str(node.target)].detach()) for node in program.constant_nodes)
            values.update(
                (node, 0.001 if kind == "rate" else repeat + 1) for (kind, _), node in program.scalars.items()
            )
            begin = time.perf_counter()
            for node in calls:
                args = fx.node.map_arg(node.args, values.__getitem__)
                kwargs = fx.node.map_arg(node.kwargs, values.__getitem__)
                call = node.target if node.target is operator.getitem else getattr(node.target, "_op", node.target)
                start = time.perf_counter()
                values[node] = call(*args, **kwargs)  # type: ignore[operator]
                best[node] = min(best[node], time.perf_counter() - start)
            if repeat == 0:
                repeats = max(10, min(REPEATS, int(20 / (time.perf_counter() - begin))))
            if repeat == repeats:
                break
    total = sum(best.values())
    print(f"{workload.name}, {torch.get_num_threads()} threads: {1e6 * total:.0f} us in {len(calls)} operations")
    for node in sorted(calls, key=best.__getitem__, reverse=True):
        meta = node.meta.get("tensor")
        shape = tuple(getattr(meta, "shape", ()))
        print(f"{1e6 * best[node]:9.1f}  {node.target!s:50} {shape}")


if __name__ == "__main__":
    main()
