"""``compile``, ``fit``, ``evaluate`` and ``predict``: what makes a layer a model."""

from __future__ import annotations

import time
from typing import Any

import torch

from wubu.callbacks.history import History
from wubu.callbacks.runner import CallbackList
from wubu.data.adapters import adapt
from wubu.data.arrays import Arrays, split
from wubu.data.leaves import is_arrays
from wubu.data.source import Source
from wubu.data.streams import CachedSource
from wubu.diagnosis import after_training
from wubu.errors import ArgumentError, NotCompiledError
from wubu.training import arguments, loop, prepare, step
from wubu.training.batches import OneBatch
from wubu.training.compiling import Compiling
from wubu.training.execution import Execution
from wubu.training.feed import Feed
from wubu.training.generators import Generators
from wubu.training.logs import metric_results
from wubu.training.step import of_trainer


class Trainer(Compiling, OneBatch, Generators):
    """The part of a model that trains.

    It asks little of the model: to be callable with ``training=``, and ``trainable_weights``, ``weights``, ``losses``,
    ``metrics``, ``train()``, ``eval()``, as every layer has them.

    A subclass may override ``train_step``, ``test_step``, ``predict_step``, ``compute_loss`` and ``compute_metrics``.

    Attributes:
        optimizer, loss: what ``compile`` was given.
        history: the ``History`` of the last ``fit``.
        stop_training: a callback sets it to end ``fit`` after the batch under way.
    """

    history: History | None = None
    stop_training = False
    stop_evaluating = False
    stop_predicting = False

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: str | int = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | str = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
        **kwargs: Any,
    ) -> History:
        """Train.

        Args:
            x: inputs: arrays, tensors, tables, or structures of them; or a stream of ``(x, y)`` or
                ``(x, y, sample_weight)``: a generator, a ``PyDataset``, a torch ``DataLoader``, any iterable.
            y: labels, beside arrays.
            batch_size: samples in a batch, default 32; streams bring their own.
            epochs: how many; with ``initial_epoch``, the number of the last.
            verbose: 0 for silence, 1 or ``"auto"`` for a progress line, 2 for a line per epoch without a bar.
            callbacks: a callback or a list of them.
            validation_split: the share at the end of the arrays that is kept for validation, before shuffling.
            validation_data: ``(x, y)``, ``(x, y, sample_weight)`` or a stream.
            shuffle: draw a new order for each epoch; ``"batch"`` keeps batches together.
            class_weight: ``{class: weight}``, or ``{output: {class: weight}}``.
            sample_weight: a weight for each sample, or for each sample and step.
            initial_epoch: the number of the first epoch, from 0.
            steps_per_epoch: batches in an epoch; the next epoch goes on where it stopped.
            validation_steps: batches in a validation.
            validation_batch_size: samples in a batch of a validation; default ``batch_size``.
            validation_freq: validate after every so many epochs, or after those in a list (from 1).
            **kwargs: of older versions: ``nb_epoch``; and for ``PyDataset``: ``workers``, ``use_multiprocessing``,
                ``max_queue_size``.

        Returns:
            The ``History``, with the metrics of every epoch.

        Raises:
            NotCompiledError: before ``compile``.
            DataError: when the data cannot be trained on; says why and what to change.

        Example:
            >>> history = model.fit(x, y, epochs=5, validation_split=0.2)
            >>> history.history["val_loss"]
        """
        self._must_be_compiled("fit")
        further = arguments.older("fit", kwargs, ("epochs", "workers", "use_multiprocessing", "max_queue_size"))
        epochs = arguments.capped_epochs(further.pop("epochs", epochs))
        steps = arguments.capped_steps(steps_per_epoch)
        verbose = arguments.verbosity(verbose)
        frequency = arguments.checked_frequency(validation_freq)
        x, y, sample_weight, kept = self._keep_for_validation(x, y, sample_weight, validation_split, validation_data)
        source = self._source(
            x, y, sample_weight, batch_size, steps, shuffle=shuffle, class_weight=class_weight, **further
        )
        feed = Feed(source, steps)
        with self._trainable_state.respected():
            prepare.prepare_training(self, source)
            validation = None
            if kept is not None:
                size = validation_batch_size or batch_size
                validation = self._validation(kept, size, validation_steps, frequency, further)
            if not isinstance(callbacks, CallbackList):
                callbacks = CallbackList(
                    callbacks,
                    add_history=True,
                    add_progbar=verbose != 0,
                    model=self,
                    verbose=verbose,
                    epochs=epochs,
                    steps=feed.steps,
                    **_parameters_of_old(source, validation is not None, self),
                )
            began = time.perf_counter()
            try:
                loop.train(self, feed, callbacks, epochs, initial_epoch, validation)
            finally:
                loop.release_memory()
            if verbose and after_training.enabled():
                after_training.say(
                    self,
                    source,
                    None if validation is None else validation.feed.source,
                    feed.last_batch,
                    time.perf_counter() - began,
                    plain=not any(step.overrides(self, name) for name in ("train_step", "compute_loss")),
                    weighted=class_weight is not None or sample_weight is not None,
                    best_restored=any(getattr(c, "restore_best_weights", False) for c in callbacks),
                )
        return self.history  # type: ignore[return-value]

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Compute the loss and the metrics, without training.

        Args:
            x, y, sample_weight, batch_size, verbose, callbacks: as in ``fit``.
            steps: batches to evaluate; default all.
            return_dict: give a dict by name.

        Returns:
            The loss, or a list in the order of ``metrics_names``, or a dict.

        Example:
            >>> loss, accuracy = model.evaluate(x_test, y_test)
        """
        self._must_be_compiled("evaluate")
        arguments.older("evaluate", kwargs)
        steps = arguments.capped_steps(steps)
        source = self._source(x, y, sample_weight, batch_size, steps)
        feed = Feed(source, steps, "steps")
        prepare.prepare_evaluation(self, source)
        verbose = arguments.verbosity(verbose)
        if not isinstance(callbacks, CallbackList):
            callbacks = CallbackList(
                callbacks, add_progbar=verbose != 0, model=self, verbose=verbose, epochs=1, steps=feed.steps
            )
        logs = loop.evaluate(self, feed, callbacks)
        return dict(logs) if return_dict else self._in_order(logs)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        steps: int | None = None,
        callbacks: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Compute the outputs.

        Args:
            x: inputs, or a stream; labels in it are passed over.
            batch_size: samples in a batch, default 32.
            verbose: as in ``fit``; ``"auto"`` shows progress only on a terminal, and only for several batches.
            steps: batches to predict; default all.
            callbacks: a callback or a list of them.

        Returns:
            An array of one row per sample, or a structure of arrays like the model's outputs.

        Example:
            >>> model.predict(x_test).shape
            (10000, 10)
        """
        arguments.older("predict", kwargs)
        plainly = callbacks is None and steps is None and verbose in ("auto", 0)
        if plainly:
            outputs = self._quick_prediction(x, batch_size, bool(verbose))
            if outputs is not None:
                return outputs
        source = self._source(x, None, None, batch_size, steps)
        feed = Feed(source, steps, "steps")
        if not step.overrides(self, "predict_step"):
            prepare.ensure_built(self, _inputs_of(source.first_batch()))
        verbose = arguments.verbosity(verbose, arguments.watchable(feed.steps))
        if not isinstance(callbacks, CallbackList):
            callbacks = CallbackList(
                callbacks, add_progbar=verbose != 0, model=self, verbose=verbose, epochs=1, steps=feed.steps
            )
        outputs = loop.predict(self, feed, callbacks)
        if plainly:
            self._execution("predict").quick.learn(x, batch_size or 32)
        return outputs

    # --- what a subclass may override -----------------------------------------------------------------------------

    @of_trainer
    def train_step(self, data: Any) -> dict[str, Any]:
        """Train on one batch.

        Args:
            data: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``; ``wubu.utils.unpack_x_y_sample_weight`` splits it.

        Returns:
            What to log, by name. An override may call ``loss.backward()``, take ``w.grad``, and
            ``self.optimizer.apply(gradients, self.trainable_weights)``.
        """
        found = step.train(self, data)
        return self.get_metrics_result() if found is None else found

    @of_trainer
    def test_step(self, data: Any) -> dict[str, Any]:
        """Evaluate one batch; see ``train_step``."""
        found = step.test(self, data)
        return self.get_metrics_result() if found is None else found

    @of_trainer
    def predict_step(self, data: Any) -> Any:
        """Predict one batch; the outputs."""
        return step.predict(self, data)

    @of_trainer
    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> torch.Tensor:
        """Return the loss of a batch: the compiled one plus those of layers and regularizers.

        Args:
            x: inputs.
            y: labels.
            y_pred: the model's outputs.
            sample_weight: weights.
            training: whether this is training.
        """
        return step.total_loss(self, y, y_pred, sample_weight)

    @of_trainer
    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Take a batch into the compiled metrics, and return what to log."""
        with torch.no_grad():
            step.update_compiled(self, y, y_pred, sample_weight)
        return self.get_metrics_result()

    @of_trainer
    def get_metrics_result(self) -> dict[str, Any]:
        """The metrics so far, by the names that they are logged under."""
        return metric_results(self)

    # --- rungs ----------------------------------------------------------------------------------------------------

    def _keep_for_validation(
        self, x: Any, y: Any, sample_weight: Any, share: float, data: Any
    ) -> tuple[Any, Any, Any, Any]:
        """The data to train on, and that to validate on (or None)."""
        if data is not None or not share:
            return x, y, sample_weight, data
        if not all(is_arrays(part) for part in (x, y, sample_weight)):
            raise ArgumentError(
                "`validation_split` is only supported for arrays. Received: x of type "
                f"{type(x).__name__}. Try: validation_data=…"
            )
        training, kept = split(Arrays(x, y, sample_weight, self._names_of_outputs()), share)
        return training, None, None, kept

    def _source(
        self, x: Any, y: Any, sample_weight: Any, batch_size: int | None, steps: int | None, **further: Any
    ) -> Source:
        return adapt(
            x,
            y,
            sample_weight,
            batch_size=batch_size,
            steps=steps,
            output_names=self._names_of_outputs(),
            **further,
        )

    def _validation(
        self, data: Any, batch_size: int | None, steps: int | None, frequency: Any, further: dict[str, Any]
    ) -> loop.Validation:
        x, y, sample_weight = (data, None, None) if isinstance(data, Arrays) else arguments.validation_parts(data)
        source = self._source(x, y, sample_weight, batch_size, steps, **further)
        if not source.restarts and steps is None:
            source = CachedSource(source)  # a generator that ends: later epochs validate on the same batches
        prepare.prepare_evaluation(self, source)
        return loop.Validation(self, Feed(source, steps, "validation_steps"), frequency)

    def _names_of_outputs(self) -> Any:
        names = getattr(self, "output_names", None)
        return list(names) if names else None

    def _execution(self, mode: Any) -> Execution:
        executions = self._executions
        if mode not in executions:
            executions[mode] = Execution(self, mode)
        return executions[mode]

    def _must_be_compiled(self, method: str) -> None:
        if not self.compiled:
            raise NotCompiledError(
                f"You must call `compile()` before calling `{method}()`. Try: model.compile(optimizer='adam', loss=…)"
            )


def _inputs_of(batch: Any) -> Any:
    return batch[0] if isinstance(batch, tuple) else batch


def _parameters_of_old(source: Source, validates: bool, model: Any) -> dict[str, Any]:
    """What callbacks written for Keras 1 and 2 look up in ``params``."""
    names = list(model.metrics_names)
    return {
        "samples": source.num_samples,
        "batch_size": source.batch_size,
        "do_validation": validates,
        "metrics": names + [f"val_{n}" for n in names] if validates else names,
    }
