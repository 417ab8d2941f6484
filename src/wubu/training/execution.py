"""How a model's steps are run: the engine's stepper for each of training, evaluation and prediction."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
import torch

from wubu.core import border, nest
from wubu.engine.stepper import Stepper
from wubu.training import step
from wubu.training.logs import LogReader
from wubu.training.quick import QuickPredictions

Mode = Literal["train", "test", "predict"]
_STEPS = {"train": step.train, "test": step.test, "predict": step.predict}


class Execution:
    """Runs a model's steps of one mode.

    Attributes:
        stepper: the engine's part.
        custom: whether the model has a step of its own.
        reader: gives the logs.
        quick: predicts arrays of known shapes.
    """

    def __init__(self, model: Any, mode: Mode) -> None:
        self.model, self.mode = model, mode
        self.custom = step.overrides(model, f"{mode}_step")
        plain = not self.custom and not step.overrides(model, "compute_metrics")
        self.reader = LogReader(model)
        self._key: Hashable = None
        self.refresh()
        self.stepper = Stepper(
            self._step,
            self._state,
            mode=mode,
            key=lambda: self._key,
            jit_compile=bool(model.jit_compile),
            run_eagerly=bool(model.run_eagerly),
            keep_outputs=mode == "predict" or not plain,
        )
        self.quick = QuickPredictions(self.stepper)

    def refresh(self) -> None:
        """Take note of what programs depend on besides the batch; called when a run begins."""
        model = self.model
        if self.mode == "train":
            self._key = tuple(map(id, model.trainable_weights))
        else:
            # Frozen layers infer in every mode, so only what a step reads of the model itself matters here.
            self._key = None

    def _step(self, batch: Any) -> Any:
        with border.step():
            if self.custom:
                return border.plain(getattr(self.model, f"{self.mode}_step")(border.dressed(batch)))
            return _STEPS[self.mode](self.model, batch)

    def run(self, batch: Any) -> Any:
        """Run one step; a batch of text cannot be part of a program, so it runs as plain Python."""
        if any(isinstance(leaf, np.ndarray) for leaf in nest.flatten(batch)):
            return self.run_plainly(batch)
        return self.stepper.step(batch)

    def run_plainly(self, batch: Any) -> Any:
        """Run one step as plain Python, whatever the stepper would do."""
        with torch.set_grad_enabled(self.mode == "train"):
            return self._step(batch)

    def _state(self) -> list[torch.Tensor]:
        return state_of(self.model, self.mode)

    def __call__(self, data: Any) -> Any:
        """Run steps on a list of batches; returns the logs of the last one, or the outputs."""
        outputs = None
        for batch in data:
            outputs = self.run(batch)
        return outputs if self.mode == "predict" else dict(self.reader.final(outputs))


def state_of(model: Any, mode: Mode = "train") -> list[torch.Tensor]:
    """Every tensor that a step may change."""
    found: list[torch.Tensor] = list(model.weights)
    if mode == "predict":
        return found
    for metric in model.metrics:
        found += metric.variables
    if mode == "train":
        for optimizer in optimizers_of(model):
            found += optimizer.variables
    return found


def optimizers_of(model: Any) -> list[Any]:
    """The compiled optimizer, and those that a model keeps for a step of its own."""
    found = [model.optimizer] if model.optimizer is not None else []
    for value in model.__dict__.values():
        if hasattr(value, "apply_gradients") and hasattr(value, "variables") and value is not model.optimizer:
            found.append(value)
    return found
