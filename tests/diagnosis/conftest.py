"""The table of all trainings is printed after the tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # for the trainings beside the tests

_KEY = "diagnosis"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print kind, training, expected and found; properties travel from xdist's workers too."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    rows = [row for report in reports for key, row in report.user_properties if key == _KEY]
    if not rows:
        return
    terminalreporter.section("diagnosis of trainings")
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for row in rows:
        terminalreporter.write_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
