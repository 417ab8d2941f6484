"""What was measured, as Markdown tables with bars."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from bench.contenders import CONTENDERS, KERAS

Rounds = list[dict[str, Any]]
Results = Mapping[str, Mapping[str, Rounds]]  # row, contender, rounds

BAR = 20


def median(rounds: Rounds, key: str) -> float:
    """The median over the rounds; NaN where none has a number."""
    found = [r[key] for r in rounds if r.get(key) is not None]
    return statistics.median(found) if found else float("nan")


def best_of(row: Mapping[str, Rounds], key: str, names: tuple[str, ...], more_is_better: bool = False) -> Any:
    """The best of some contenders and its number, or None where none has one."""
    found = [(median(rounds, key), name) for name, rounds in row.items() if name in names]
    found = [(number, name) for number, name in found if number == number]
    if not found:
        return None
    number, name = (max if more_is_better else min)(found)
    return name, number


def compared(
    results: Results,
    key: str,
    *,
    more_is_better: bool = False,
    bar: str = "keras",
    plain_ratio: bool = True,
) -> str:
    """A table of one number: a row each, a column per contender, ratios to the best of Keras and to plain torch.

    Args:
        results: the rounds by contender by row.
        key: of the number.
        more_is_better: a rate rather than a time; ratios are turned round, so that less than 1 is always ahead.
        bar: what the bar compares with, "keras" or "torch".
        plain_ratio: whether there is a column for plain torch.
    """
    rows = {row: (found, key) for row, found in results.items()}
    return compared_by_key(rows, more_is_better=more_is_better, bar=bar, plain_ratio=plain_ratio)


def compared_by_key(
    rows: Mapping[str, tuple[Mapping[str, Rounds], str]],
    *,
    more_is_better: bool = False,
    bar: str = "keras",
    ratios: bool = True,
    plain_ratio: bool = True,
) -> str:
    """The same with a number of its own in each row."""
    present = [name for name in CONTENDERS if any(name in found for found, _ in rows.values())]
    extra = sorted({name for found, _ in rows.values() for name in found} - set(CONTENDERS))
    columns = [*present, *extra]
    against = [("keras", KERAS)] + ([("torch", ("torch",))] if plain_ratio else [])
    head = ["", *columns]
    if ratios:
        head += ["wubu / best Keras", *(["wubu / torch"] if plain_ratio else []), ""]
    lines = [
        "| " + " | ".join(head) + " |",
        "| --- |" + " ---: |" * (len(head) - 1 - ratios) + (" :--- |" if ratios else ""),
    ]
    for label, (found, key) in rows.items():
        best = best_of(found, key, KERAS, more_is_better)
        cells = [label]
        for name in columns:
            text = number(median(found[name], key)) if name in found and found[name] else "–"
            cells.append(f"**{text}**" if best and name == best[0] else text)
        if ratios:
            made = {to: ratio(found, key, names, more_is_better) for to, names in against}
            cells += [f"{r:.2f}" if r is not None else "" for r in made.values()]
            cells.append(bar_of(made.get(bar)))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def ratio(row: Mapping[str, Rounds], key: str, names: tuple[str, ...], more_is_better: bool = False) -> float | None:
    """wubu's number over the best of these (the other way round for rates): below 1, wubu is ahead."""
    best = best_of(row, key, names, more_is_better)
    ours = median(row.get("wubu", []), key)
    if best is None or ours != ours or not ours or not best[1]:
        return None
    return float(best[1] / ours if more_is_better else ours / best[1])


def bar_of(share: float | None) -> str:
    """A bar that is full at 1; what is longer ends in an arrow."""
    if share is None:
        return ""
    return "█" * max(1, round(BAR * min(1.0, share))) + ("▶" if share > 1.005 else "")


def number(value: float) -> str:
    """Three digits that count."""
    if value != value:
        return "–"
    size = abs(value)
    return (
        f"{value:,.0f}"
        if size >= 100
        else f"{value:.1f}"
        if size >= 10
        else f"{value:.2f}"
        if size >= 1
        else f"{value:.3f}"
    )
