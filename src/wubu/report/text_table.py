"""Tables for a terminal, aligned also where names are Chinese."""

from __future__ import annotations

import math
from collections.abc import Sequence

from wubu.core.text_width import left, right, width


def table(rows: Sequence[Sequence[str]], gap: int = 2) -> list[str]:
    """Lines of a table: the first column to the left, the others to the right.

    Args:
        rows: cells; every row has as many.
        gap: spaces between columns.
    """
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            left(cell, w) if column == 0 else right(cell, w) for column, (cell, w) in enumerate(zip(row, widths))
        ]
        lines.append((" " * gap).join(cells).rstrip())
    return lines


def number(value: float | None, digits: int = 4) -> str:
    """A number with a fixed count of decimals, or a dash for NaN and None."""
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}"
