"""Who takes part in a capture."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from wubu.core import capture


class Notes:
    """Remembers the optimizers."""

    def __init__(self) -> None:
        self.optimizers: list[Any] = []

    def note_optimizer(self, optimizer: Any) -> None:
        self.optimizers.append(optimizer)


def test_threads_beside_a_capture_are_no_part_of_it():
    notes = Notes()
    with ThreadPoolExecutor(1) as pool:
        assert not capture.is_capturing()
        with capture.capturing(notes):
            assert capture.is_capturing()
            assert not pool.submit(capture.is_capturing).result()
            pool.submit(capture.note_optimizer, "another's").result()
            capture.note_optimizer("own")
        assert not capture.is_capturing()
    assert notes.optimizers == ["own"]
