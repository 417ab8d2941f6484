"""The short table for the front page: wubu beside the best of Keras, with bars."""

from __future__ import annotations

from collections.abc import Mapping

from bench import table
from bench.contenders import KERAS
from bench.kinds.steps import label
from bench.workloads import WORKLOADS

_HEAD = [
    "| | wubu | best of Keras | plain torch | wubu's share of the best Keras time |",
    "| --- | ---: | ---: | ---: | :--- |",
]


def markdown(steps: table.Results, start: table.Results, inference: table.Results) -> str:
    """Milliseconds per step of every workload, then first epochs and single predictions; empty without Keras."""
    lines: list[str] = []
    for row, found in steps.items():
        name = f"{label(row)} ({WORKLOADS[row.partition(':')[0]].what})" if ":" not in row else label(row)
        lines += _line(f"{name}, ms a step", found, "ms")
    for row, found in start.items():
        lines += _line(f"**{row}**, process start to first epoch on MNIST, s", found, "s")
    for row, found in inference.items():
        lines += _line(f"**{row}**, `predict` of one sample, µs", found, "one_us")
    return "\n".join([*_HEAD, *lines]) if lines else ""


def _line(name: str, found: Mapping[str, table.Rounds], key: str) -> list[str]:
    ours = table.median(found.get("wubu", []), key)
    best = table.best_of(found, key, KERAS)
    share = table.ratio(found, key, KERAS)
    if ours != ours or best is None or share is None:
        return []
    plain = table.number(table.median(found.get("torch", []), key))
    who = f"{table.number(best[1])} ({best[0].removeprefix('keras-')})"
    return [f"| {name} | **{table.number(ours)}** | {who} | {plain} | {table.bar_of(share)} {share:.2f} |"]
