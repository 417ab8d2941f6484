"""The progress line: a moving bar on a terminal, one line at the end elsewhere."""

from __future__ import annotations

import math
import shutil
import sys
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from wubu.errors import ArgumentError

# A terminal is rewritten at most five times a second: nobody reads faster, and every read waits for the device.
REFRESH_SECONDS = 0.2


def is_terminal() -> bool:
    """Whether what is printed can be overwritten."""
    isatty = getattr(sys.stdout, "isatty", None)
    try:
        return bool(isatty and isatty())
    except ValueError:  # closed
        return False


class Progbar:
    """Shows how far something is, with the means of some numbers.

    On a terminal ``32/60 [=====>....] - ETA: 3s - loss: 0.3210`` moves; at the end, and elsewhere only then,
    ``60/60 [======] - 3s 45ms/step - loss: 0.3011`` is printed.

    Args:
        target: how many steps there are; None when unknown.
        width: of the bar, in characters.
        verbose: 0 for silence, 1 for the bar, 2 for one line without a bar at the end.
        interval: seconds between two refreshes.
        stateful_metrics: names of numbers that are shown as they come; all others are averaged over steps.
        stateless_metrics: names of numbers that are averaged; all others are then shown as they come.
        unit_name: what a step is called.

    Example:
        >>> bar = Progbar(10, verbose=2)
        >>> for i in range(10):
        ...     bar.add(1, [("loss", 0.5)])
        10/10 - 0s - 1us/step - loss: 0.5000
    """

    def __init__(
        self,
        target: int | None,
        width: int = 30,
        verbose: int = 1,
        interval: float = REFRESH_SECONDS,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ArgumentError("Expected stateful_metrics or stateless_metrics. Received: both")
        self.target, self.width, self.verbose = target, width, verbose
        self.interval, self.unit_name = interval, unit_name
        self.stateful_metrics = None if stateless_metrics is not None else set(stateful_metrics or ())
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self._moving = verbose == 1 and is_terminal()
        self._seen = 0
        self._values: dict[str, list[Any]] = {}  # name: [weighted sum, weight]
        self._start = time.time()
        self._after_first: float | None = None
        self._first_steps = 0
        self._last_update = 0.0
        self._last_width = 0

    def due(self) -> bool:
        """Whether an update now would show anything; who has to fetch numbers first may ask."""
        return self._moving and time.time() - self._last_update >= self.interval

    def add(self, n: int, values: Any = None) -> None:
        """Take ``n`` more steps."""
        self.update(self._seen + n, values)

    def update(self, current: int, values: Any = None, finalize: bool | None = None) -> None:
        """Show that ``current`` steps are done.

        Args:
            current: the number of steps.
            values: pairs of name and number.
            finalize: whether this is the end. Default: when the target is reached.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        self._take(current, values or (), finalize)
        self._seen = current
        now = time.time()
        seconds = self._seconds_per_step(current, now)
        if self.verbose == 1 and (finalize or (self._moving and now - self._last_update >= self.interval)):
            self._show(self._bar(current) + self._time(current, now, seconds, finalize), finalize)
            self._last_update = now
        elif self.verbose == 2 and finalize:
            count = f"{current}/{self.target}" if self.target else f"{current}/Unknown"
            self._write(f"{count} - {now - self._start:.0f}s - {self._rate(seconds)}{self._numbers()}\n")

    def _take(self, current: int, values: Any, finalize: bool) -> None:
        for name, value in values:
            averaged = (
                name not in self.stateful_metrics
                if self.stateful_metrics is not None
                else name in self.stateless_metrics  # type: ignore[operator]
            )
            if isinstance(value, str):
                self._values[name] = [value, 1]
            elif averaged and not finalize:
                steps = max(current - self._seen, 1)
                total, count = self._values.get(name, (0.0, 0))
                self._values[name] = [total + value * steps, count + steps]
            elif averaged and name in self._values and self.stateless_metrics is None:
                steps = current - self._seen
                self._values[name][0] += value * steps
                self._values[name][1] += steps
            else:
                self._values[name] = [value, 1]

    def _bar(self, current: int) -> str:
        if not self.target:
            return f"{current:7d}/Unknown"
        digits = len(str(self.target))
        done = int(self.width * min(1.0, current / self.target))
        if current >= self.target:
            inside = "=" * self.width
        else:
            inside = ("=" * (done - 1) + ">" if done else "").ljust(self.width, ".")
        return f"{current:{digits}d}/{self.target} [{inside}]"

    def _time(self, current: int, now: float, seconds: float, finalize: bool) -> str:
        if self.target and not finalize:
            return f" - ETA: {_duration(seconds * (self.target - current))}{self._numbers()}"
        return f" - {now - self._start:.0f}s {self._rate(seconds)}{self._numbers()}"

    def _numbers(self) -> str:
        return "".join(f" - {name}: {_number(*pair)}" for name, pair in self._values.items())

    def _rate(self, seconds: float) -> str:
        if seconds >= 1 or seconds == 0:
            return f"{seconds:.0f}s/{self.unit_name}"
        if seconds >= 1e-3:
            return f"{seconds * 1e3:.0f}ms/{self.unit_name}"
        return f"{seconds * 1e6:.0f}us/{self.unit_name}"

    def _seconds_per_step(self, current: int, now: float) -> float:
        """The first steps, in which programs are captured, would make all later ones look slow."""
        if not current:
            return 0.0
        if self._after_first is None or current <= self._first_steps:
            self._after_first, self._first_steps = now, current
            return (now - self._start) / current
        return (now - self._after_first) / (current - self._first_steps)

    def _show(self, line: str, finalize: bool) -> None:
        if not finalize:  # a line that wraps could not be overwritten
            line = line[: shutil.get_terminal_size().columns - 1]
        padding = " " * max(0, self._last_width - len(line))
        self._last_width = 0 if finalize else len(line)
        self._write(("\r" if self._moving else "") + line + padding + ("\n" if finalize else ""))

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _number(total: Any, count: int) -> str:
    if isinstance(total, str):
        return total
    mean = float(np.mean(total)) / max(1, count)
    if math.isnan(mean):
        return "nan"
    return f"{mean:.4f}" if abs(mean) > 1e-3 else f"{mean:.4e}"


def _duration(seconds: float) -> str:
    if seconds > 3600:
        return f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02d}:{int(seconds % 60):02d}"
    if seconds > 60:
        return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
    return f"{int(seconds)}s"
