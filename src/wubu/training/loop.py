"""The loop: epochs of steps, with callbacks between them, and nothing else."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any

import torch

from wubu.callbacks.metric_names import Logs
from wubu.callbacks.runner import CallbackList
from wubu.callbacks.terminate_on_nan import TerminateOnNaN
from wubu.data.packing import unpack_x_y_sample_weight
from wubu.training.collect import Collector
from wubu.training.feed import Feed
from wubu.training.interrupts import Interrupts
from wubu.training.pace import Pace
from wubu.training.session import Session
from wubu.training.step import rows_of
from wubu.training.watchdog import watching


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
    session = Session(model._execution("train"), feed, callbacks, initial_epoch)
    logs: dict[str, Any] = Logs()
    pace = _pace(model, callbacks, "train")
    model.stop_training = False
    callbacks.interrupted, callbacks.session = False, session
    warned = any(isinstance(callback, TerminateOnNaN) for callback in callbacks)
    with watching("fit") as session.watch, Interrupts() as interrupts:
        try:
            callbacks.on_train_begin()
            session.execution = model._execution("train")  # a callback may have had it made anew
            session.execution.refresh()
            session.begin()
            for epoch in range(session.epoch, epochs):
                if model.stop_training:  # a training that was resumed had been stopped
                    break
                if not feed.ready():
                    _say_exhausted(epoch, epochs)
                    break
                logs = run_epoch(session, epoch, pace, interrupts)
                if not warned and not _is_finite(logs):
                    warned = _say_not_finite(epoch)
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
        except BaseException:
            callbacks.abandon()
            raise
        finally:
            model.eval()
            feed.stop()
            callbacks.session = None
        if epochs > initial_epoch and hasattr(model.optimizer, "finalize_variable_values"):
            model.optimizer.finalize_variable_values(model.trainable_weights)
        callbacks.on_train_end(logs)


def run_epoch(session: Session, epoch: int, pace: Pace, interrupts: Interrupts) -> Logs:
    """Train for one epoch; its logs.

    Args:
        session: the training.
        epoch: its number, from 0.
        pace: how many steps to run in one go.
        interrupts: holds Ctrl-C back while steps run.
    """
    model, feed, callbacks, execution = session.model, session.feed, session.callbacks, session.execution
    session.epoch = epoch
    session.reset_metrics()
    callbacks.on_epoch_begin(epoch)
    feed.source.begin_epoch()
    model.train()
    outputs = None
    for chunk in feed.chunks(_sizes(pace), session.batch):
        callbacks.on_train_batch_begin(chunk.begin)
        session.chunk = chunk
        with interrupts.steps():
            outputs = chunk.run(execution)
        session.batch = chunk.last + 1
        session.watch.steps += chunk.count
        pace.end(chunk.count)
        callbacks.on_train_batch_end(chunk.last, execution.reader.logs(outputs))
        if model.stop_training:
            break
    session.end_epoch()
    model.eval()
    feed.source.end_epoch()
    return execution.reader.final(outputs)


def evaluate(model: Any, feed: Feed, callbacks: CallbackList) -> Logs:
    """Evaluate; the logs."""
    execution = model._execution("test")
    execution.refresh()
    pace = _pace(model, callbacks, "test")
    training = model.training
    model.eval()
    model.stop_evaluating = False
    callbacks.on_test_begin()
    model.reset_metrics()
    outputs = None
    with watching("evaluate") as watch:
        for chunk in feed.chunks(_sizes(pace)):
            callbacks.on_test_batch_begin(chunk.begin)
            outputs = chunk.run(execution)
            watch.steps += chunk.count
            pace.end(chunk.count)
            callbacks.on_test_batch_end(chunk.last, execution.reader.logs(outputs))
            if model.stop_evaluating:
                break
    logs = execution.reader.final(outputs)
    callbacks.on_test_end(logs)
    if training:  # called from a callback within an epoch
        model.train()
    return logs


def predict(model: Any, feed: Feed, callbacks: CallbackList) -> Any:
    """Predict; arrays in the form of the model's outputs."""
    execution = model._execution("predict")
    execution.refresh()
    training = model.training
    model.eval()
    model.stop_predicting = False
    told = callbacks.wants_batches("predict")
    callbacks.on_predict_begin()
    collected = Collector(feed.source.num_samples if feed.steps_asked is None else None)
    steps = feed.steps
    batches = _stream(feed)
    with watching("predict") as watch:
        for number, batch in enumerate(batches):
            if told:
                callbacks.on_predict_batch_begin(number)
            outputs = execution.run(batch)
            watch.steps += 1
            x, _, _ = unpack_x_y_sample_weight(batch)
            collected.add(outputs, rows_of(x))
            if told:
                callbacks.on_predict_batch_end(number, {"outputs": outputs})
            if model.stop_predicting or (steps is not None and number + 1 >= steps):
                break
    callbacks.on_predict_end()
    if training:
        model.train()
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
        feed.say_restart(passes)


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


def _is_finite(logs: dict[str, Any]) -> bool:
    loss = logs.get("loss")
    return not isinstance(loss, float) or math.isfinite(loss)


def _say_not_finite(epoch: int) -> bool:
    warnings.warn(
        f"The loss of epoch {epoch + 1} is not finite. Try: callbacks=[TerminateOnNaN()], which says in which batch and "
        "layer that begins; a smaller learning rate; clipnorm=1.0",
        stacklevel=4,
    )
    return True


def release_memory() -> None:
    """Give back what the last training held."""
    from wubu.engine.runtime import release

    release()
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
