"""The short table for the front page: wubu beside the best of Keras, with bars."""

from __future__ import annotations

from collections.abc import Mapping

from bench import table
from bench.contenders import KERAS
from bench.kinds import steps
from bench.workloads import WORKLOADS

_HEAD = [
    "| | wubu | best of Keras | plain torch | wubu's share of the best Keras time |",
    "| --- | ---: | ---: | ---: | :--- |",
]


def markdown(stepped: table.Results, started: table.Results, inferred: table.Results) -> str:
    """Milliseconds per step of every workload, then first epochs and single predictions where they were measured."""
    lines = list(_HEAD)
    for row, found in stepped.items():
        name = f"{steps.label(row)} ({WORKLOADS[row.partition(':')[0]].what})" if ":" not in row else steps.label(row)
        lines += _line(f"{name}, ms a step", found, "ms")
    for row, found in started.items():
        lines += _line(f"**{row}**, process start to first epoch on MNIST, s", found, "s")
    for row, found in inferred.items():
        lines += _line(f"**{row}**, `predict` of one sample, µs", found, "one_us")
    return "\n".join(lines)


def _line(label: str, found: Mapping[str, table.Rounds], key: str) -> list[str]:
    ours = table.median(found.get("wubu", []), key)
    best = table.best_of(found, key, KERAS)
    share = table.ratio(found, key, KERAS)
    if ours != ours or best is None or share is None:
        return []
    plain = table.number(table.median(found.get("torch", []), key))
    who = f"{table.number(best[1])} ({best[0].removeprefix('keras-')})"
    return [f"| {label} | **{table.number(ours)}** | {who} | {plain} | {table.bar_of(share)} {share:.2f} |"]
