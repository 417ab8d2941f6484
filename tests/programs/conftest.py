"""Lets the tests import the list of programs beside them, and lays out their data once."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def course_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The caches and pictures of the course programs; several workers share one copy."""
    import course

    root = tmp_path_factory.getbasetemp()
    folder = (root.parent if "popen" in root.name else root) / "course-data"
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:  # another worker is at it
        while not done.exists():
            time.sleep(0.2)
        return folder
    course.prepare(folder)
    done.touch()
    return folder
