"""``compile`` and what it leaves behind."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import torch

from wubu import metrics as metrics_room
from wubu import optimizers
from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import ArgumentError
from wubu.training import arguments, step
from wubu.training.compile_loss import CompileLoss
from wubu.training.compile_metrics import CompileMetrics
from wubu.training.execution import Execution
from wubu.training.trainable_state import TrainableState


class Executions(dict):
    """The steppers of a model, by mode. They belong to this one model: a copy of it starts without any."""

    def __deepcopy__(self, memo: Any) -> Executions:
        return Executions()

    def __reduce__(self) -> Any:
        return Executions, ()


class Compiling:
    """The part of a model that ``compile`` sets up: optimizer, losses, metrics."""

    compiled = False
    optimizer: Any = None
    loss: Any = None
    run_eagerly = False
    jit_compile = False
    steps_per_execution = 1
    _compile_loss: CompileLoss | None = None
    _compile_metrics: CompileMetrics | None = None
    _loss_tracker: Any = None
    _is_built = False
    _executions: Any
    _prepared: dict[Any, Any]
    _compile_arguments: dict[str, Any]
    _trainable_state: TrainableState

    def _init_trainer(self) -> None:
        """Called by the model's constructor."""
        put: dict[str, Any] = self.__dict__
        put["_executions"] = Executions()
        put["_prepared"] = {}
        put["_compile_arguments"] = {}

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
        auto_scale_loss: bool = True,
        **kwargs: Any,
    ) -> None:
        """Say how to train.

        Args:
            optimizer: a name or an ``Optimizer``.
            loss: a name, a function of ``(y_true, y_pred)`` or a ``Loss``; for several outputs a list, or a dict by
                output name.
            loss_weights: a number for each loss in the sum, in the same form.
            metrics: a list of names, functions or ``Metric`` objects; for several outputs also a list of lists, or a dict
                by output name. ``"accuracy"`` (or ``"acc"``) is the kind that fits labels and outputs.
            weighted_metrics: the same, weighted by the sample weights.
            run_eagerly: run steps as plain Python rather than as captured programs, for debugging.
            steps_per_execution: call batch callbacks once for so many batches.
            jit_compile: True compiles programs with Inductor; ``"auto"`` does not.
            auto_scale_loss: scale the loss where the policy is mixed_float16.
            **kwargs: of older versions; accepted.

        Raises:
            UnknownNameError: for a name that means nothing, with the nearest one.

        Example:
            >>> model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        """
        kwargs = arguments.older("compile", kwargs, ("experimental_steps_per_execution",))
        steps_per_execution = kwargs.get("experimental_steps_per_execution") or steps_per_execution
        loss_weights, metrics = arguments.order_of_compile(loss_weights, metrics)
        optimizer = optimizers.get(optimizer)
        names = self._names_of_outputs()  # type: ignore[attr-defined]
        put = self.__dict__
        put["optimizer"] = self._scaled(optimizer) if auto_scale_loss else optimizer
        put["loss"] = loss
        put["_compile_loss"] = None if loss is None else CompileLoss(loss, loss_weights, names)
        put["_compile_metrics"] = (
            None
            if metrics is None and weighted_metrics is None
            else CompileMetrics(metrics, weighted_metrics, names, loss)
        )
        put["_loss_tracker"] = metrics_room.Mean(name="loss")
        put["run_eagerly"] = bool(run_eagerly)
        put["steps_per_execution"] = max(1, int(steps_per_execution or 1))
        put["jit_compile"] = jit_compile is True and not run_eagerly
        if jit_compile is True and run_eagerly:
            warnings.warn("run_eagerly=True leaves nothing for jit_compile=True to compile.", stacklevel=2)
        put["stop_training"] = False
        put["compiled"] = True
        put["_trainable_state"] = TrainableState(self)
        put["_prepared"] = {}
        put["_executions"] = Executions()
        put["_compile_arguments"] = {
            "optimizer": optimizer,
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
            "run_eagerly": put["run_eagerly"],
            "steps_per_execution": put["steps_per_execution"],
            "jit_compile": put["jit_compile"],
        }

    def _scaled(self, optimizer: Any) -> Any:
        policy = getattr(self, "dtype_policy", None)
        wants = getattr(policy, "name", None) == "mixed_float16" and optimizer is not None
        if wants and not isinstance(optimizer, optimizers.LossScaleOptimizer):
            return optimizers.LossScaleOptimizer(optimizer)
        return optimizer

    # --- metrics --------------------------------------------------------------------------------------------------

    @property
    def metrics(self) -> list[Any]:
        """The mean loss, the compiled metrics as one, the losses of several outputs, then the layers' own metrics."""
        found: list[Any] = []
        if self.compiled:
            if self._loss_tracker is not None:
                found.append(self._loss_tracker)
            if self._compile_metrics is not None:
                found.append(self._compile_metrics)
            if self._compile_loss is not None:
                found += self._compile_loss.metrics
        return found + super().metrics  # type: ignore[misc]

    @property
    def metrics_names(self) -> list[str]:
        """The names in the order in which ``evaluate`` gives the values."""
        if not self.compiled:
            return []
        if self._compile_metrics is not None and not self._compile_metrics.built:
            written = [
                m if isinstance(m, str) else _name_of(m) for m in nest.flatten(self._compile_arguments["metrics"])
            ]  # type: ignore[attr-defined]
            return ["loss", *(name for name in written if name)]
        return self._ordered_names(dict.fromkeys(self.get_metrics_result()))  # type: ignore[attr-defined]

    def _ordered_names(self, logs: Mapping[str, Any]) -> list[str]:
        """The loss, single metrics by their own names, the outputs' losses; then the rest by the alphabet."""
        first: list[str] = []
        for metric in self.metrics:
            parts = metric.metrics if isinstance(metric, CompileMetrics) else [metric]
            first += [part.name for part in parts]
        first = [name for name in dict.fromkeys(first) if name in logs.keys()]
        return first + sorted(name for name in logs if name not in first)

    def _in_order(self, logs: Mapping[str, Any]) -> Any:
        """Logs as a list in the order of ``metrics_names``; a single value alone."""
        values = [logs[name] for name in self._ordered_names(logs)]
        return values[0] if len(values) == 1 else values

    def reset_metrics(self) -> None:
        """Start all metrics anew."""
        with torch.no_grad():
            for metric in self.metrics:
                metric.reset_state()

    # --- steps ----------------------------------------------------------------------------------------------------

    def make_train_function(self, force: bool = False) -> Execution:
        """Return what runs training steps, made anew with ``force=True``."""
        return self._make_function("train", force)

    def make_test_function(self, force: bool = False) -> Execution:
        """Return what runs evaluation steps, made anew with ``force=True``."""
        return self._make_function("test", force)

    def make_predict_function(self, force: bool = False) -> Execution:
        """Return what runs prediction steps, made anew with ``force=True``."""
        return self._make_function("predict", force)

    def _make_function(self, mode: str, force: bool) -> Execution:
        if force:
            self._executions.pop(mode, None)
        return self._execution(mode)  # type: ignore[attr-defined]

    @property
    def train_function(self) -> Execution | None:
        """What runs training steps; None before the first."""
        return self._executions.get("train")

    @train_function.setter
    def train_function(self, value: None) -> None:
        self._forget("train", value)

    @property
    def test_function(self) -> Execution | None:
        """What runs evaluation steps; None before the first."""
        return self._executions.get("test")

    @test_function.setter
    def test_function(self, value: None) -> None:
        self._forget("test", value)

    @property
    def predict_function(self) -> Execution | None:
        """What runs prediction steps; None before the first."""
        return self._executions.get("predict")

    @predict_function.setter
    def predict_function(self, value: None) -> None:
        self._forget("predict", value)

    def _forget(self, mode: str, value: Any) -> None:
        """Old programs set ``train_function = None`` to have it made anew."""
        if value is not None:
            raise ArgumentError(f"{mode}_function can only be set to None. Try: override {mode}_step")
        self._executions.pop(mode, None)

    # --- names of tf.keras ----------------------------------------------------------------------------------------

    def compiled_loss(
        self, y: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Any = None
    ) -> torch.Tensor:
        """The loss, as a ``train_step`` written for tf.keras asks for it; it is logged as ``loss``."""
        total = step.total_loss(self, y, y_pred, sample_weight)
        step.track_loss(self, total, y_pred)
        return total

    @property
    def compiled_metrics(self) -> Any:
        """The compiled metrics, as a ``train_step`` written for tf.keras updates them."""
        return self._compile_metrics if self._compile_metrics is not None else _NO_METRICS

    # --- configs --------------------------------------------------------------------------------------------------

    def get_compile_config(self) -> dict[str, Any] | None:
        """The arguments of ``compile`` as a config in Keras 3's form; None when it has not been called."""
        if not self.compiled:
            return None
        return serialize_keras_object(dict(self._compile_arguments))  # type: ignore[attr-defined]

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile with what ``get_compile_config`` gave, here or in Keras."""
        if getattr(type(self).compile, "__func__", type(self).compile) is not Compiling.compile:
            warnings.warn(
                "`compile()` was not called as part of model loading because the model's `compile()` method is custom. "
                "Try: override get_compile_config and compile_from_config too, or call compile() after loading",
                stacklevel=2,
            )
            return
        self.compile(**deserialize_keras_object(config))
        weights = self.trainable_weights if self.built else None  # type: ignore[attr-defined]
        if weights and self.optimizer is not None and not self.optimizer.built:
            self.optimizer.build(weights)


def _name_of(metric: Any) -> str | None:
    return getattr(metric, "name", None) or getattr(metric, "__name__", None)


_NO_METRICS = CompileMetrics(None)
