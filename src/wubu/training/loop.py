"""The loop: epochs of steps, with callbacks between them, and nothing else."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import torch

from wubu.callbacks.metric_names import Logs
from wubu.callbacks.runner import CallbackList
from wubu.data.packing import unpack_x_y_sample_weight
from wubu.training.collect import Collector
from wubu.training.execution import Execution
from wubu.training.feed import Feed
from wubu.training.interrupts import Interrupts
from wubu.training.pace import Pace
from wubu.training.resume import starting_point
from wubu.training.step import rows_of


class Validation:
    """An evaluation after epochs.

    Args:
        model: the model.
        feed: its batches.
        frequency: after every so many epochs, or after those in a list (from 1).
    """

    def __init__(self, model: Any, feed: Feed, frequency: Any = 1) -> None:
        self.model, self.feed, self.frequency = model, feed, frequency

    def due(self, epoch: int) -> bool:
        """Whether it is time after an epoch (from 0)."""
        if isinstance(self.frequency, int):
            return (epoch + 1) % self.frequency == 0
        return epoch + 1 in self.frequency

    def run(self, callbacks: CallbackList) -> dict[str, Any]:
        """Evaluate; the logs with ``val_`` in front."""
        logs = evaluate(self.model, self.feed, callbacks)
        return {f"val_{name}": value for name, value in logs.items()}


def train(
    model: Any,
    feed: Feed,
    callbacks: CallbackList,
    epochs: int,
    initial_epoch: int = 0,
    validation: Validation | None = None,
) -> None:
    """Train for some epochs; what happened is in the callbacks.

    Ctrl-C waits for the end of a step; ``on_train_end`` is called, and KeyboardInterrupt goes on to the caller.
    """
    execution = model._execution("train")
    logs: dict[str, Any] = Logs()
    pace = _pace(model, callbacks, "train")
    model.stop_training = False
    callbacks.interrupted = False
    with Interrupts() as interrupts:
        try:
            callbacks.on_train_begin()
            execution.refresh()
            start = starting_point(model, initial_epoch, feed)
            for epoch in range(start.epoch, epochs):
                if not feed.ready():
                    _say_exhausted(epoch, epochs)
                    break
                logs = run_epoch(execution, feed, callbacks, epoch, pace, interrupts, start.batches_of(epoch))
                if validation is not None and validation.due(epoch):
                    logs.update(validation.run(callbacks))
                callbacks.on_epoch_end(epoch, logs)
                if model.stop_training:
                    break
        except KeyboardInterrupt:
            callbacks.interrupted = True
            model.eval()
            callbacks.on_train_end(logs)
            raise
        finally:
            model.eval()
            feed.stop()
        if epochs > initial_epoch and hasattr(model.optimizer, "finalize_variable_values"):
            model.optimizer.finalize_variable_values(model.trainable_weights)
        callbacks.on_train_end(logs)


def run_epoch(
    execution: Execution,
    feed: Feed,
    callbacks: CallbackList,
    epoch: int,
    pace: Pace,
    interrupts: Interrupts,
    done: Any = None,
) -> Logs:
    """Train for one epoch; its logs.

    Args:
        execution: runs the steps.
        feed: gives them.
        callbacks: are told.
        epoch: its number, from 0.
        pace: how many steps to run in one go.
        interrupts: holds Ctrl-C back while steps run.
        done: what had been done of it before an interruption, or None.
    """
    model = execution.model
    model.reset_metrics()
    callbacks.on_epoch_begin(epoch)
    feed.source.begin_epoch()
    model.train()
    outputs = None
    skip = 0 if done is None else done.restore()
    for chunk in feed.chunks(_sizes(pace), skip):
        if done is not None:
            done = done.restore_random_state()
        callbacks.on_train_batch_begin(chunk.begin)
        with interrupts.steps():
            outputs = chunk.run(execution.stepper)
        pace.end(chunk.count)
        callbacks.on_train_batch_end(chunk.last, execution.reader.logs(outputs))
        if model.stop_training:
            break
    model.eval()
    feed.source.end_epoch()
    return execution.reader.final(outputs)


def evaluate(model: Any, feed: Feed, callbacks: CallbackList) -> Logs:
    """Evaluate; the logs."""
    execution = model._execution("test")
    execution.refresh()
    pace = _pace(model, callbacks, "test")
    model.eval()
    model.stop_evaluating = False
    callbacks.on_test_begin()
    model.reset_metrics()
    outputs = None
    for chunk in feed.chunks(_sizes(pace)):
        callbacks.on_test_batch_begin(chunk.begin)
        outputs = chunk.run(execution.stepper)
        pace.end(chunk.count)
        callbacks.on_test_batch_end(chunk.last, execution.reader.logs(outputs))
        if model.stop_evaluating:
            break
    logs = execution.reader.final(outputs)
    callbacks.on_test_end(logs)
    return logs


def predict(model: Any, feed: Feed, callbacks: CallbackList) -> Any:
    """Predict; arrays in the form of the model's outputs."""
    execution = model._execution("predict")
    execution.refresh()
    model.eval()
    model.stop_predicting = False
    told = callbacks.wants_batches("predict")
    callbacks.on_predict_begin()
    collected = Collector(feed.source.num_samples if feed.steps_asked is None else None)
    steps = feed.steps
    batches = _stream(feed)
    for number, batch in enumerate(batches):
        if told:
            callbacks.on_predict_batch_begin(number)
        outputs = execution.stepper.step(batch)
        x, _, _ = unpack_x_y_sample_weight(batch)
        collected.add(outputs, rows_of(x))
        if told:
            callbacks.on_predict_batch_end(number, {"outputs": outputs})
        if model.stop_predicting or (steps is not None and number + 1 >= steps):
            break
    callbacks.on_predict_end()
    return collected.arrays()


def _stream(feed: Feed) -> Iterator[Any]:
    """Batches one by one: predictions are kept, so each step is run by itself."""
    passes = 0
    while True:
        before = passes
        for batch in feed.source.batches():
            passes += 1
            yield batch
        if feed.steps_asked is None or not feed.source.restarts or passes == before:
            return


def _pace(model: Any, callbacks: CallbackList, mode: str) -> Pace:
    """One step at a time where a callback wants to see each, else as many as the machine is quick."""
    asked = model.steps_per_execution
    if callbacks.wants_every_batch(mode) or asked > 1:
        return Pace(fixed=asked)
    return Pace()


def _sizes(pace: Pace) -> Iterator[int]:
    while True:
        yield pace.begin()


def _say_exhausted(epoch: int, epochs: int) -> None:
    warnings.warn(
        f"Your input ran out of data after {epoch} of {epochs} epochs; a generator cannot start anew. Try: "
        "a function that returns a new generator, a PyDataset, or steps_per_epoch with a generator that has no end",
        stacklevel=4,
    )


def release_memory() -> None:
    """Give back what the last training held."""
    from wubu.engine.runtime import release

    release()
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
