"""How many steps to run in one go."""

from __future__ import annotations

import time


class Pace:
    """Grows the number of steps per call until a call takes about a tenth of a second.

    Then the progress line can be refreshed, and Ctrl-C answered, several times a second, and the cost of a call is
    spread over as many steps as there are.

    Args:
        fixed: run exactly so many; None lets the number grow.
        most: never more than these.
    """

    SECONDS = 0.1

    def __init__(self, fixed: int | None = None, most: int = 512) -> None:
        self.fixed, self.most = fixed, most
        self._steps = 1
        self._began = 0.0

    def begin(self) -> int:
        """The number of steps for the next call, which begins now."""
        self._began = time.perf_counter()
        return self.fixed or self._steps

    def end(self, steps: int) -> None:
        """The call has ended after so many steps."""
        if self.fixed:
            return
        seconds = max(time.perf_counter() - self._began, 1e-7)
        wanted = int(steps * self.SECONDS / seconds)
        # The first calls hold the capture of programs, so one slow call does not say much; growth is by factors.
        self._steps = max(1, min(wanted, self._steps * 8, self.most))
