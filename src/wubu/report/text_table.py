"""Tables for a terminal, aligned also where names are Chinese."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """How many columns a terminal gives a text: two for East Asian wide characters, none for combining ones."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


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
            cell + " " * (w - width(cell)) if column == 0 else " " * (w - width(cell)) + cell
            for column, (cell, w) in enumerate(zip(row, widths))
        ]
        lines.append((" " * gap).join(cells).rstrip())
    return lines


def number(value: float | None, digits: int = 4) -> str:
    """A number with a fixed count of decimals, or a dash for NaN and None."""
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}"
