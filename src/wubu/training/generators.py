"""``fit_generator`` and its kin, of Keras 1 and 2; ``fit`` takes generators today."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wubu.core import legacy
from wubu.data.adapters import adapt
from wubu.data.packing import unpack_x_y_sample_weight
from wubu.training import arguments
from wubu.training.step import rows_of

_STREAM = ("max_queue_size", "workers", "use_multiprocessing")


class Generators:
    """The part of a model that keeps old programs running."""

    def fit_generator(
        self,
        generator: Any,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: str | int = 1,
        callbacks: Any = None,
        validation_data: Any = None,
        validation_steps: int | None = None,
        validation_freq: Any = 1,
        class_weight: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        shuffle: bool = True,
        initial_epoch: int = 0,
        **kwargs: Any,
    ) -> Any:
        """Train on a generator: ``fit`` with arguments in another order.

        Keras 1 counted samples (``samples_per_epoch``, ``nb_val_samples``) rather than batches; they are divided by the
        size of the first batch.
        """
        legacy.note("fit_generator", "fit")
        known = ("epochs", *_STREAM, "samples_per_epoch", "nb_val_samples")
        old = arguments.older("fit_generator", kwargs, known)
        source = self._stream(generator, shuffle, class_weight, max_queue_size, workers, use_multiprocessing)
        if "samples_per_epoch" in old:
            legacy.note("samples_per_epoch=", "steps_per_epoch=, which counts batches")
            steps_per_epoch = _batches(old["samples_per_epoch"], source)
        if "nb_val_samples" in old and not isinstance(validation_data, tuple | list):
            validation_data = self._stream(validation_data, False, None, max_queue_size, workers, use_multiprocessing)
            validation_steps = _batches(old["nb_val_samples"], validation_data)
        return self.fit(  # type: ignore[attr-defined]
            source,
            steps_per_epoch=steps_per_epoch,
            epochs=old.get("epochs", epochs),
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
            initial_epoch=initial_epoch,
        )

    def evaluate_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: int = 0,
        **kwargs: Any,
    ) -> Any:
        """Evaluate on a generator: ``evaluate`` with arguments in another order."""
        legacy.note("evaluate_generator", "evaluate")
        old = arguments.older("evaluate_generator", kwargs, (*_STREAM, "val_samples"))
        source = self._stream(generator, False, None, max_queue_size, workers, use_multiprocessing)
        if "val_samples" in old:
            steps = _batches(old["val_samples"], source)
        return self.evaluate(source, steps=steps, callbacks=callbacks, verbose=verbose)  # type: ignore[attr-defined]

    def predict_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: int = 0,
        **kwargs: Any,
    ) -> Any:
        """Predict a generator's batches: ``predict`` with arguments in another order."""
        legacy.note("predict_generator", "predict")
        old = arguments.older("predict_generator", kwargs, (*_STREAM, "val_samples"))
        source = self._stream(generator, False, None, max_queue_size, workers, use_multiprocessing)
        if "val_samples" in old:
            steps = _batches(old["val_samples"], source)
        return self.predict(source, steps=steps, callbacks=callbacks, verbose=verbose)  # type: ignore[attr-defined]

    def predict_proba(self, x: Any, batch_size: int | None = None, verbose: int = 0) -> Any:
        """The same as ``predict``."""
        legacy.note("predict_proba", "predict")
        return self.predict(x, batch_size=batch_size, verbose=verbose)  # type: ignore[attr-defined]

    def reset_states(self) -> None:
        """Let every recurrent layer that keeps its state begin anew."""
        for layer in self.modules():  # type: ignore[attr-defined]
            if layer is not self and getattr(layer, "stateful", False) and hasattr(layer, "reset_state"):
                layer.reset_state()

    def predict_classes(self, x: Any, batch_size: int | None = None, verbose: int = 0) -> Any:
        """The class of each sample: the largest of several outputs, or whether a single one is above 0.5."""
        legacy.note("predict_classes", "predict(…).argmax(axis=-1)")
        outputs = self.predict(x, batch_size=batch_size, verbose=verbose)  # type: ignore[attr-defined]
        return outputs.argmax(axis=-1) if outputs.shape[-1] > 1 else (outputs > 0.5).astype(np.int32)

    def _stream(
        self, x: Any, shuffle: bool, class_weight: Any, max_queue_size: int, workers: int, use_multiprocessing: bool
    ) -> Any:
        return adapt(
            x,
            shuffle=shuffle,
            class_weight=class_weight,
            output_names=self._names_of_outputs(),  # type: ignore[attr-defined]
            max_queue_size=max_queue_size,
            workers=workers,
            use_multiprocessing=use_multiprocessing,
        )


def _batches(samples: int, source: Any) -> int:
    x, _, _ = unpack_x_y_sample_weight(source.first_batch())
    return max(1, math.ceil(samples / rows_of(x)))
