"""What was measured, as a Markdown table with bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BAR = 20


def best_of(row: Mapping[str, Any], prefix: str) -> tuple[str, float] | None:
    """The fastest framework of a row whose name begins so, and its milliseconds."""
    found = [(values["ms"], name) for name, values in row.items() if name.startswith(prefix)]
    return (min(found)[1], min(found)[0]) if found else None


def markdown(results: Mapping[str, Mapping[str, Any]], frameworks: list[str]) -> str:
    """Milliseconds per step, the ratio to the best Keras backend and to plain torch, and a bar of the former."""
    peers = [f for f in frameworks if f != "wubu"]
    lines = [
        "| workload | wubu | " + " | ".join(peers) + " | wubu / best Keras | wubu / torch | |",
        "| --- | ---: | " + " | ".join(["---:"] * len(peers)) + " | ---: | ---: | :--- |",
    ]
    for name, row in results.items():
        cells = [_number(row.get("wubu"))] + [_number(row.get(peer)) for peer in peers]
        ours = row["wubu"]["ms"] if "wubu" in row else None
        ratios = []
        for prefix in ("keras-", "torch"):
            best = best_of(row, prefix)
            ratios.append(f"{ours / best[1]:.2f}" if ours is not None and best else "")
        best = best_of(row, "keras-")
        bar = "█" * max(1, round(BAR * min(1.0, ours / best[1]))) if ours is not None and best else ""
        lines.append(f"| {name} | " + " | ".join([*cells, *ratios]) + f" | {bar} |")
    return "\n".join(lines)


def _number(values: Mapping[str, Any] | None) -> str:
    if not values:
        return "–"
    ms = values["ms"]
    return f"{ms:.3f}" if ms < 1 else f"{ms:.2f}" if ms < 10 else f"{ms:.1f}"
