"""Keras's ``distillation`` namespace: a small model learns from what a large one says.

Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015 (arXiv:1503.02531).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu import losses, metrics
from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.registry import register_room
from wubu.errors import ArgumentError, ShapeError
from wubu.losses import KLDivergence
from wubu.models import Model

__all__ = ["DistillationLoss", "Distiller", "FeatureDistillation", "LogitsDistillation"]


class DistillationLoss:
    """What a student's outputs have to do with the teacher's: a subclass says it in ``compute_loss``."""

    # The layers whose outputs are compared; None for the models' outputs.
    teacher_layer_name: str | None = None
    student_layer_name: str | None = None

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """A scalar; every subclass has its own."""
        raise NotImplementedError(f"{type(self).__name__} has no compute_loss() method.")

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        """Raise when the outputs have not the same structure."""
        nest.assert_same_structure(teacher_outputs, student_outputs)

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """Raise when the two models cannot be compared so."""


def _as_losses(loss: Any) -> Any:
    made = nest.map_structure(lambda x: None if x is None else losses.get(x), loss)
    if all(x is None for x in nest.flatten(made)):
        raise ArgumentError("Expected at least one loss. Received: none")
    return made


def _summed(loss: Any, teacher: Any, student: Any, one: Any) -> torch.Tensor:
    """What ``one`` gives for each loss and pair of outputs, added up; a loss of None counts nothing."""
    kept = [
        one(function, t, s)
        for function, t, s in zip(*(nest.flatten(x) for x in (loss, teacher, student)), strict=True)
        if function is not None
    ]
    return torch.stack(kept).sum()


class FeatureDistillation(DistillationLoss):
    """The difference between outputs of layers within the two models.

    Args:
        loss: a loss, its name, or a structure of them like the outputs.
        teacher_layer_name, student_layer_name: the layers. Default: the models' outputs.
    """

    _keras_module = "keras.src.distillation.distillation_loss"

    def __init__(
        self, loss: Any = "mse", teacher_layer_name: str | None = None, student_layer_name: str | None = None
    ) -> None:
        self.loss = _as_losses(loss)
        self.teacher_layer_name, self.student_layer_name = teacher_layer_name, student_layer_name

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """Raise when a model has not the layer, or no graph to find it in."""
        for what, model, name in (
            ("teacher", teacher, self.teacher_layer_name),
            ("student", student, self.student_layer_name),
        ):
            if name is None:
                continue
            if getattr(model, "inputs", None) is None:
                raise ArgumentError(
                    f"The layers of a {what} are found in Functional and Sequential models. Received: {type(model).__name__}"
                )
            model.get_layer(name=name)

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """The mean of the loss of the two, summed over several outputs."""
        return _summed(self.loss, teacher_outputs, student_outputs, lambda f, t, s: torch.mean(f(t, s)))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this object again."""
        names = {"teacher_layer_name": self.teacher_layer_name, "student_layer_name": self.student_layer_name}
        return {"loss": serialize_keras_object(self.loss), **names}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make an object from what ``get_config`` gave."""
        return cls(**{**config, "loss": deserialize_keras_object(config["loss"])})


class LogitsDistillation(DistillationLoss):
    """The difference between outputs, softened by a temperature: T² · KL(softmax(teacher / T), softmax(student / T)).

    Args:
        temperature: T.
        loss: ``"kl_divergence"``, which takes probabilities; another loss gets the outputs divided by T.
    """

    _keras_module = "keras.src.distillation.distillation_loss"

    def __init__(self, temperature: float = 3.0, loss: Any = "kl_divergence") -> None:
        if not isinstance(temperature, int | float) or temperature <= 0:
            raise ArgumentError(f"Expected temperature to be a positive number. Received: temperature={temperature!r}")
        self.temperature, self.loss = temperature, _as_losses(loss)

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """The loss, summed over several outputs."""
        divergence = (KLDivergence, getattr(losses, "kl_divergence", None))

        def one(function: Any, teacher: Any, student: Any) -> torch.Tensor:
            teacher, student = teacher / self.temperature, student / self.temperature
            if isinstance(function, KLDivergence) or function in divergence:
                found = function(torch.softmax(teacher, -1), torch.softmax(student, -1))
                return torch.mean(found) * self.temperature**2
            return torch.mean(function(teacher, student))

        return _summed(self.loss, teacher_outputs, student_outputs, one)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this object again."""
        return {"temperature": self.temperature, "loss": serialize_keras_object(self.loss)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make an object from what ``get_config`` gave."""
        return cls(**{**config, "loss": deserialize_keras_object(config["loss"])})


class Distiller(Model):
    """Train a student on the labels and on a teacher's outputs: w · student's loss + (1 - w) · differences.

    Args:
        teacher: a trained model; its weights stay as they are.
        student: the model to train; predictions are its own.
        distillation_losses: a ``DistillationLoss``, or a list of them.
        distillation_loss_weights: a number for each. Default: 1.
        student_loss_weight: w, from 0 to 1.
        name: the model's name.

    Metrics: ``student_loss``, ``distillation_loss`` and ``total_loss`` beside those of ``compile``.

    Example:
        >>> teacher, student = (wubu.Sequential([wubu.Input((4,)), wubu.layers.Dense(3)]) for _ in range(2))
        >>> model = Distiller(teacher, student, LogitsDistillation())
        >>> model.compile("adam", wubu.losses.SparseCategoricalCrossentropy(from_logits=True))
        >>> sorted(model.fit(torch.randn(8, 4), torch.zeros(8), verbose=0).history)[:2]
        ['distillation_loss', 'loss']
    """

    _keras_module = "keras.src.distillation.distiller"

    def __init__(
        self,
        teacher: Any,
        student: Any,
        distillation_losses: Any,
        distillation_loss_weights: Sequence[float] | None = None,
        student_loss_weight: float = 0.5,
        name: str = "distiller",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        if not isinstance(student_loss_weight, int | float) or not 0 <= student_loss_weight <= 1:
            raise ArgumentError(f"Expected student_loss_weight from 0 to 1. Received: {student_loss_weight!r}")
        _check_pair(teacher, student)
        found = list(distillation_losses) if isinstance(distillation_losses, list | tuple) else [distillation_losses]
        weights = [1.0] * len(found) if distillation_loss_weights is None else list(distillation_loss_weights)
        if len(weights) != len(found) or not all(isinstance(x, DistillationLoss) for x in found):
            raise ArgumentError(
                f"Expected distillation losses with a weight for each. Received: {found}, "
                f"distillation_loss_weights={weights}"
            )
        for one in found:
            one.validate_model_compatibility(teacher, student)
        self.teacher, self.student = teacher, student
        self.distillation_losses, self.distillation_loss_weights = found, weights
        self.student_loss_weight = student_loss_weight
        self.teacher.trainable = False
        self._teacher_features = _with_layers(teacher, [x.teacher_layer_name for x in found])
        self._student_features = _with_layers(student, [x.student_layer_name for x in found])
        self.student_loss_tracker = metrics.Mean(name="student_loss")
        self.distillation_loss_tracker = metrics.Mean(name="distillation_loss")
        self.total_loss_tracker = metrics.Mean(name="total_loss")

    def compile(  # type: ignore[override]  # one loss; the other weights are those of the constructor
        self, optimizer: Any = "adam", loss: Any = None, metrics: Any = None, **kwargs: Any
    ) -> None:
        """Choose the optimizer, the student's loss and its metrics.

        Args:
            optimizer: as in ``Model.compile``.
            loss: the student's loss on the labels; a structure for several outputs.
            metrics: as in ``Model.compile``.
            **kwargs: further arguments of ``Model.compile``.
        """
        if loss is None:
            raise ArgumentError("Expected a loss for the student. Received: loss=None")
        self._student_loss = nest.map_structure(losses.get, loss)
        super().compile(optimizer=optimizer, loss=None, metrics=metrics, **kwargs)

    def call(self, inputs: Any, training: bool | None = None, **kwargs: Any) -> Any:
        """The student's outputs."""
        return self.student(inputs, training=training, **kwargs)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """The sum of both losses, which are kept for the logs."""
        y_pred = self(x, training=training) if y_pred is None else y_pred
        student_loss: Any = torch.zeros((), device=nest.flatten(y_pred)[0].device)
        taught: Any = student_loss
        if self.student_loss_weight > 0.0 and y is not None:
            parts = nest.map_structure(lambda f, t, p: torch.mean(f(t, p)), self._student_loss, y, y_pred)
            student_loss = torch.stack(nest.flatten(parts)).sum()
        if self.student_loss_weight < 1.0:
            with torch.no_grad():
                known = self._teacher_features(x, training=False)
            learned = self._student_features(x, training=training) if self._student_inside() else {"": y_pred}
            for one, weight in zip(self.distillation_losses, self.distillation_loss_weights, strict=True):
                pair = known[one.teacher_layer_name or ""], learned[one.student_layer_name or ""]
                one.validate_outputs(*pair)
                difference = one.compute_loss(*pair)
                if difference.dim():
                    raise ShapeError(
                        f"Expected {type(one).__name__}.compute_loss to give a scalar. "
                        f"Received: shape {tuple(difference.shape)}"
                    )
                taught = taught + weight * difference
        total = self.student_loss_weight * student_loss + (1.0 - self.student_loss_weight) * taught
        for tracker, value in (
            (self.student_loss_tracker, student_loss),
            (self.distillation_loss_tracker, taught),
            (self.total_loss_tracker, total),
        ):
            tracker.update_state(value.detach())
        return total

    def _student_inside(self) -> bool:
        return any(one.student_layer_name for one in self.distillation_losses)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this model again."""
        return {
            "name": self.name,
            "teacher": serialize_keras_object(self.teacher),
            "student": serialize_keras_object(self.student),
            "distillation_losses": [serialize_keras_object(x) for x in self.distillation_losses],
            "distillation_loss_weights": self.distillation_loss_weights,
            "student_loss_weight": self.student_loss_weight,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make a model from what ``get_config`` gave."""
        made = {key: deserialize_keras_object(config[key]) for key in ("teacher", "student", "distillation_losses")}
        return cls(**{**config, **made})


class _Features:
    """A model's output under ``""``, and those of some of its layers by name; no layer, so that nothing is saved twice."""

    def __init__(self, model: Any, names: Sequence[str]) -> None:
        self.model = model
        outputs = {"": model.outputs[0] if len(model.outputs) == 1 else list(model.outputs)} if names else {}
        outputs |= {name: model.get_layer(name=name).output for name in names}
        self.inner = Model(model.inputs, outputs) if names else None

    def __call__(self, x: Any, training: bool) -> dict[str, Any]:
        return {"": self.model(x, training=training)} if self.inner is None else self.inner(x, training=training)


def _with_layers(model: Any, names: Sequence[str | None]) -> _Features:
    return _Features(model, list(dict.fromkeys(n for n in names if n)))


def _check_pair(teacher: Any, student: Any) -> None:
    for what, model in (("teacher", teacher), ("student", student)):
        if not isinstance(model, Model):
            raise ArgumentError(f"Expected the {what} to be a Model. Received: {type(model).__name__}")
    for what in ("inputs", "outputs"):
        both = [getattr(model, what, None) for model in (teacher, student)]
        if any(side is None for side in both):
            continue
        shapes = [[t.shape for t in side] for side in both]  # type: ignore[union-attr]
        fits = len(shapes[0]) == len(shapes[1]) and all(
            len(a) == len(b) and all(m == n or None in (m, n) for m, n in zip(a, b, strict=True))
            for a, b in zip(*shapes, strict=True)
        )
        if not fits:
            raise ShapeError(
                f"Expected teacher and student to have the same {what}. Received: {shapes[0]} and {shapes[1]}"
            )


register_room(
    "distillation",
    {"Distiller": Distiller, "FeatureDistillation": FeatureDistillation, "LogitsDistillation": LogitsDistillation},
)
