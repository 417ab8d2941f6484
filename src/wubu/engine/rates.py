"""Learning rates and step counts, worked out on the host before a call of many steps."""

from __future__ import annotations

from typing import Any

import torch

from wubu.engine.optimizer_view import counter


class Rates:
    """Feeds a program's optimizers.

    The counters live on the device; a copy of each is kept here, so that no step waits for the device. It is read again
    only after somebody else has changed the counter.

    Args:
        optimizers: those that take part in the program.
        deferred: which of them have their counter advanced here rather than in the program.
    """

    def __init__(self, optimizers: list[Any], deferred: list[int]) -> None:
        self._optimizers, self._deferred = optimizers, set(deferred)
        self._mirrors = [(-1, 0)] * len(optimizers)

    def ahead(self, steps: int) -> tuple[list[list[float]], list[int]]:
        """The rates of the next steps and the count of the first, for each optimizer."""
        rates, counts = [], []
        for which, optimizer in enumerate(self._optimizers):
            count = self._count(which)
            rates.append([float(optimizer.learning_rate_at(count + i)) for i in range(steps)])
            counts.append(count + 1)
        return rates, counts

    def _count(self, which: int) -> int:
        tensor = counter(self._optimizers[which])
        version, count = self._mirrors[which]
        if tensor._version != version:
            count = int(tensor)  # waits for the device
            self._mirrors[which] = (tensor._version, count)
        return count

    def done(self, steps: int, rates: list[list[float]]) -> None:
        """Steps have been run: advance the counters, and leave the last rate where the optimizer shows it."""
        with torch.no_grad():
            for which, optimizer in enumerate(self._optimizers):
                count = self._count(which)
                tensor = counter(optimizer)
                if which in self._deferred:
                    tensor.add_(steps)
                else:
                    # The program runs below the part of torch that counts changes; others watch that count.
                    torch.autograd.graph.increment_version(tensor)
                self._mirrors[which] = (tensor._version, count + steps)
                optimizer.step_size.fill_(rates[which][-1])
