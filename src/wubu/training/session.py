"""A training under way, as callbacks may look at it: where it is, how to go back there, and what has just run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from wubu.core import nest
from wubu.core.seeds import SeedGenerator
from wubu.data.source import rows
from wubu.diagnosis.inside import few_rows, look_inside
from wubu.training import randomness
from wubu.training.execution import Execution, optimizers_of, state_of
from wubu.training.feed import Chunk, Feed
from wubu.training.watchdog import Watch


class Session:
    """One ``fit``.

    Args:
        execution: runs its steps.
        feed: gives its batches.
        callbacks: are told.
        epoch: the first one, from 0.

    Attributes:
        epoch: the epoch under way.
        batch: how many of its batches are done.
        chunk: the steps that ran last.
        pending: a state to go on from, left here by a callback before training begins.
        watch: counts the steps, for the watchdog.
        sample_rows: how many rows of each epoch's last batch to keep until the next; a callback may ask for some.
    """

    def __init__(self, execution: Execution, feed: Feed, callbacks: Any, epoch: int) -> None:
        self.execution, self.feed, self.callbacks = execution, feed, callbacks
        self.model = execution.model
        self.epoch, self.batch = epoch, 0
        self.chunk: Chunk | None = None
        self.pending: dict[str, Any] | None = None
        self.watch = Watch("fit", 0.0)
        self.sample_rows = 0
        self._sample: Any = None
        self._metrics: list[torch.Tensor] | None = None

    def begin(self) -> None:
        """Go back to the state that a callback left, if one did."""
        if self.pending is not None:
            state, self.pending = self.pending, None
            self.restore(state)

    def reset_metrics(self) -> None:
        """Start the metrics anew, or where the interrupted epoch had left them."""
        self.model.reset_metrics()
        if self._metrics is not None:
            _copy(self._metrics, self._metric_state())
            self._metrics = None

    def end_epoch(self) -> None:
        """No step is under way any more."""
        if self.sample_rows:
            self._sample = next((few_rows(batch, self.sample_rows) for _, batch in self.last_batches(1)), None)
        self.chunk, self.batch = None, 0

    # --- where it is ----------------------------------------------------------------------------------------------

    def state(self, epoch: int | None = None, batch: int | None = None) -> dict[str, Any]:
        """Everything that a training needs to go on from here as if it had not stopped.

        Args:
            epoch: the epoch to go on with; default the one under way.
            batch: how many of its batches are done.
        """
        return {
            "epoch": self.epoch if epoch is None else epoch,
            "batch": self.batch if batch is None else batch,
            "stopped": bool(self.model.stop_training),
            "weights": _values(self.model.weights),
            "optimizers": [_values(optimizer.variables) for optimizer in optimizers_of(self.model)],
            "metrics": _values(self._metric_state()),
            "random": randomness.state(),
            "seeds": [generator.__getstate__() for generator in self._seed_generators()],
            "feed": self.feed.state(),
            "callbacks": [[type(c).__name__, _call(c, "get_state")] for c in self.callbacks],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to what ``state`` gave.

        Raises:
            ValueError: when it is another model's.
        """
        _copy(state["weights"], self.model.weights)
        for values, optimizer in zip(state["optimizers"], optimizers_of(self.model), strict=True):
            _copy(values, optimizer.variables)
        self.epoch, self.batch = int(state["epoch"]), int(state["batch"])
        self._metrics = state["metrics"] if self.batch else None
        self.model.stop_training = bool(state.get("stopped", False))
        for generator, saved in zip(self._seed_generators(), state["seeds"], strict=True):
            generator.__setstate__(saved)
        self._restore_callbacks(state["callbacks"])
        self.feed.go_to(state["feed"])
        randomness.set_state(state["random"])

    def _restore_callbacks(self, states: list[Any]) -> None:
        """Each state goes to the callback of the same class; of several, to the one in the same turn."""
        waiting = list(states)
        for callback in self.callbacks:
            names = [name for name, _ in waiting]
            if type(callback).__name__ in names and hasattr(callback, "set_state"):
                callback.set_state(waiting.pop(names.index(type(callback).__name__))[1])

    def _metric_state(self) -> list[torch.Tensor]:
        return [variable for metric in self.model.metrics for variable in metric.variables]

    def _seed_generators(self) -> list[SeedGenerator]:
        found = []
        for layer in self.model._flatten_layers():
            found += [value for value in vars(layer).values() if isinstance(value, SeedGenerator)]
        return found

    # --- what has just run ----------------------------------------------------------------------------------------

    def snapshot(self, most_bytes: int) -> dict[str, Any] | None:
        """Copies of what steps change, for ``rewind``; None when they would take more memory than that."""
        tensors = state_of(self.model)
        if sum(t.numel() * t.element_size() for t in tensors) > most_bytes:
            return None
        return {"tensors": _values(tensors), "random": randomness.state()}

    def rewind(self, snapshot: dict[str, Any], keep_metrics: bool = False) -> None:
        """Go back to a snapshot, with the metrics or without."""
        metrics = _values(self._metric_state()) if keep_metrics else []
        _copy(snapshot["tensors"], state_of(self.model))
        if keep_metrics:
            _copy(metrics, self._metric_state())
        randomness.set_state(snapshot["random"])

    def last_batches(self, most: int | None = None) -> Iterator[tuple[int, Any]]:
        """The batches that ran last, with their numbers in the epoch; only the last ``most`` of them."""
        chunk = self.chunk
        if chunk is None:
            return
        start = 0 if most is None else max(0, chunk.count - most)
        if chunk.rows is None:
            yield from enumerate((chunk.batches or [])[start:], chunk.begin + start)
            return
        resident, order, first, size = chunk.rows
        for i in range(start, chunk.count):
            index = order[(first + i) * size : (first + i + 1) * size]
            yield chunk.begin + i, nest.map_structure(lambda leaf, index=index: rows(leaf, index), resident)

    def look_inside(self) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        """Outputs of layers by name, and gradients by the weights' paths, for the rows that ``sample_rows`` asked for."""
        return look_inside(self.model, self._sample) if self._sample is not None else ({}, {})

    def run_plainly(self, batch: Any) -> None:
        """Run one step on a batch as plain Python."""
        self.execution.run_plainly(batch)


def _values(tensors: Any) -> list[torch.Tensor]:
    with torch.no_grad():
        return [t.detach().as_subclass(torch.Tensor).clone() for t in tensors]


def _copy(values: Any, tensors: Any) -> None:
    with torch.no_grad():
        for tensor, value in zip(tensors, values, strict=True):
            tensor.copy_(value)


def _call(thing: Any, method: str) -> Any:
    found = getattr(thing, method, None)
    return found() if found is not None else {}
