"""Training, evaluating and predicting one batch at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.data.arrays import Arrays
from wubu.data.leaves import as_leaf, map_arrays
from wubu.data.packing import pack_x_y_sample_weight
from wubu.data.source import to_device
from wubu.errors import EmptyDataError
from wubu.training import arguments, prepare, step
from wubu.training.quick import own_array


class OneBatch:
    """The part of a model that takes single batches, for loops of the user's own."""

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Train on one batch.

        Args:
            x, y, sample_weight, class_weight: as in ``fit``.
            return_dict: give a dict by name.

        Returns:
            The loss of this batch, or a list in the order of ``metrics_names``, or a dict.

        Example:
            >>> loss, accuracy = model.train_on_batch(x[:32], y[:32])
        """
        self._must_be_compiled("train_on_batch")  # type: ignore[attr-defined]
        arguments.older("train_on_batch", kwargs)
        batch = self._batch(x, y, sample_weight, class_weight)
        with self._trainable_state.respected():  # type: ignore[attr-defined]
            return self._run_batch("train", batch, return_dict)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False, **kwargs: Any
    ) -> Any:
        """Evaluate one batch; see ``train_on_batch``."""
        self._must_be_compiled("test_on_batch")  # type: ignore[attr-defined]
        arguments.older("test_on_batch", kwargs)
        return self._run_batch("test", self._batch(x, y, sample_weight, None), return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """Predict one batch; arrays in the form of the model's outputs."""
        x = to_device(map_arrays(as_leaf, x, "x"))
        if not step.overrides(self, "predict_step"):
            prepare.ensure_built(self, x)
        execution = self._execution("predict")  # type: ignore[attr-defined]
        training = self.training  # type: ignore[attr-defined]
        if training:
            self.eval()  # type: ignore[attr-defined]
        outputs = execution.run(pack_x_y_sample_weight(x))
        if training:
            self.train()  # type: ignore[attr-defined]
        return nest.map_structure(own_array, outputs)

    def _batch(self, x: Any, y: Any, sample_weight: Any, class_weight: Any) -> Any:
        names = self._names_of_outputs()  # type: ignore[attr-defined]
        return to_device(Arrays(x, y, sample_weight, names).weighted(class_weight).packed())

    def _run_batch(self, mode: Any, batch: Any, return_dict: bool) -> Any:
        prepare.prepare_batch(self, batch, mode)
        execution = self._execution(mode)  # type: ignore[attr-defined]
        execution.refresh()
        if self.training != (mode == "train"):  # type: ignore[attr-defined]
            self.train(mode == "train")  # type: ignore[attr-defined]
        self.reset_metrics()  # type: ignore[attr-defined]
        try:
            outputs = execution.run(batch)
        finally:
            if mode == "train":
                self.eval()  # type: ignore[attr-defined]
        logs = execution.reader.final(outputs)
        return dict(logs) if return_dict else self._in_order(logs)  # type: ignore[attr-defined]

    def _quick_prediction(self, x: Any, batch_size: int | None, watched: bool) -> Any:
        """Predict without the machinery of a loop: arrays of one batch, and larger ones like those predicted before.

        Args:
            x, batch_size: as in ``predict``.
            watched: whether progress is to be shown where there is somebody to see it.

        Returns:
            The outputs; None when it takes a loop.
        """
        if not isinstance(x, np.ndarray | torch.Tensor) or x.ndim == 0 or step.overrides(self, "predict_step"):
            return None
        if not len(x):
            raise EmptyDataError("Expected at least one sample. Received: an empty array")
        size = batch_size or 32
        if len(x) > size and watched and arguments.watchable(None):
            return None
        quick = self._execution("predict").quick  # type: ignore[attr-defined]
        outputs = None if self.training else quick(x, size)  # type: ignore[attr-defined]
        if outputs is None and len(x) <= size:
            outputs = self.predict_on_batch(x)
            quick.learn(x, size)
        return outputs
