"""The short table for the front page: wubu beside the best of Keras as it comes, and as it can be set, with bars."""

from __future__ import annotations

from collections.abc import Mapping

from bench import table
from bench.contenders import CONTENDERS, KERAS
from bench.kinds.steps import label
from bench.workloads import WORKLOADS

_HEAD = [
    "| | wubu | best of Keras | … tuned | plain torch | wubu's share of the best Keras time | … of the tuned |",
    "| --- | ---: | ---: | ---: | ---: | :--- | ---: |",
]
_DEFAULT = tuple(name for name in KERAS if not CONTENDERS[name].is_variant)
_TUNED = tuple(name for name in KERAS if CONTENDERS[name].is_variant)


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
    share = table.ratio(found, key, _DEFAULT)
    if ours != ours or share is None:
        return []
    tuned = table.ratio(found, key, _TUNED)
    cells = [
        name,
        f"**{table.number(ours)}**",
        _best(found, key, _DEFAULT),
        _best(found, key, _TUNED),
        table.number(table.median(found.get("torch", []), key)),
        f"{table.bar_of(share)} {share:.2f}",
        f"{tuned:.2f}" if tuned is not None else "–",
    ]
    return ["| " + " | ".join(cells) + " |"]


def _best(found: Mapping[str, table.Rounds], key: str, names: tuple[str, ...]) -> str:
    best = table.best_of(found, key, names)
    return "–" if best is None else f"{table.number(best[1])} ({best[0].removeprefix('keras-')})"
