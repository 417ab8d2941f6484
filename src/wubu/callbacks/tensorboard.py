"""Everything about a training, for TensorBoard."""

from __future__ import annotations

import os
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch

from wubu.callbacks.base import Callback
from wubu.errors import ArgumentError
from wubu.tensorboard import graphs, values
from wubu.tensorboard.projector import write_embeddings
from wubu.tensorboard.writer import SummaryWriter

_SAMPLE_ROWS = 256


class TensorBoard(Callback):
    """Writes metrics, weights, pictures, the graph and profiles for TensorBoard.

    Below ``log_dir``, ``train/`` has ``epoch_<metric>`` and ``epoch_learning_rate`` at every epoch, and ``validation/``
    the same metrics of the validation data under the same tags, so that the two share a chart, as well as
    ``evaluation_<metric>_vs_iterations`` of every evaluation.

    Args:
        log_dir: the folder.
        histogram_freq: every how many epochs weights (and, where asked, gradients and activations) are written as
            histograms; 0 for never.
        write_graph: whether the model's graph is written.
        write_images: whether weights are written as pictures, when histograms are.
        write_steps_per_second: whether the speed is written, per epoch (and per batch when batches are).
        update_freq: ``"epoch"``, ``"batch"``, or every how many batches ``batch_<metric>`` is written.
        profile_batch: a batch, or a pair of batches, counted from 1, between which ``torch.profiler`` records; 0 for none.
            The trace lies in ``log_dir`` as ``*.pt.trace.json``.
        embeddings_freq: every how many epochs the weights of Embedding layers go to the projector; 0 for never.
        embeddings_metadata: a file of labels for the embeddings, or a dict of files by layer's name.
        write_grads: whether gradients are written as histograms, when weights are (an argument of Keras 2.0): those of the
            loss of up to 256 rows of the epoch's last batch.
        write_activations: whether the outputs of all layers are, for the same rows.
        activations_data: inputs to take for these instead; implies ``write_activations``.

    Needs the package tensorboard: ``pip install 'wubu[tensorboard]'``.

    Example:
        >>> model.fit(x, y, validation_split=0.2, callbacks=[TensorBoard("logs", histogram_freq=1)])
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: str | int = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
        write_grads: bool = False,
        write_activations: bool = False,
        activations_data: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq, self.write_graph, self.write_images = histogram_freq, write_graph, write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        if self.update_freq != "epoch" and not (isinstance(self.update_freq, int) and self.update_freq > 0):
            raise ArgumentError(f"Expected update_freq 'epoch', 'batch' or a number. Received: {update_freq!r}")
        self.embeddings_freq, self.embeddings_metadata = embeddings_freq, embeddings_metadata
        self.write_grads, self.activations_data = write_grads, activations_data
        self.write_activations = write_activations or activations_data is not None
        self._list: Any = None
        self._first_profiled, self._last_profiled = _profiled(profile_batch)
        self._profiler: Any = None
        self._writers: dict[str, SummaryWriter] = {}
        self._in_training = False
        self._train_step = self._epoch_step = 0
        self._epoch_began = self._batch_began = 0.0
        if self.update_freq != "epoch" or self._last_profiled:
            # Only now is a call at every batch worth what it costs: instances, not the class, override the hooks.
            self.on_train_batch_begin = self._at_batch_begin  # type: ignore[method-assign]
            self.on_train_batch_end = self._at_batch_end  # type: ignore[method-assign]

    def set_list(self, callbacks: Any) -> None:
        """Receive the list, through which the training under way can be looked at."""
        self._list = callbacks

    # --- writers --------------------------------------------------------------------------------------------------

    def _writer(self, name: str) -> SummaryWriter:
        if name not in self._writers:
            self._writers[name] = SummaryWriter(Path(self.log_dir) / name)
        return self._writers[name]

    def _scalar(self, where: str, tag: str, value: Any, step: int) -> None:
        self._writer(where).add(values.scalar(tag, value), step)

    def _step_now(self) -> int:
        optimizer = getattr(self.model, "optimizer", None)
        return int(optimizer.iterations) if optimizer is not None else 0

    # --- training -------------------------------------------------------------------------------------------------

    def on_train_begin(self, logs: Any = None) -> None:
        """Write the graph."""
        self._in_training = True
        self._train_step = self._step_now()
        session = getattr(self._list, "session", None)
        if session is not None and self.histogram_freq and (self.write_grads or self.write_activations):
            session.sample_rows = _SAMPLE_ROWS
        if self.write_graph and getattr(self.model, "built", False):
            graphs.write_model_graph(self._writer("train"), self.model)
            self.write_graph = False

    def on_train_end(self, logs: Any = None) -> None:
        """Close the files."""
        self._in_training = False
        self._stop_profiler()
        for writer in self._writers.values():
            writer.close()

    def abandon(self) -> None:
        """Close the files."""
        self.on_train_end()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note the time."""
        self._epoch_began, self._epoch_step = time.perf_counter(), self._step_now()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the metrics, and what else is due."""
        for name, value in dict(logs or {}).items():
            if name in ("learning_rate", "lr") or not np.isscalar(value):
                continue
            where, tag = ("validation", name[4:]) if name.startswith("val_") else ("train", name)
            self._scalar(where, f"epoch_{tag}", value, epoch)
        optimizer = getattr(self.model, "optimizer", None)
        if optimizer is not None:
            self._scalar("train", "epoch_learning_rate", float(optimizer.learning_rate), epoch)
        if self.write_steps_per_second:
            elapsed = max(time.perf_counter() - self._epoch_began, 1e-9)
            self._scalar("train", "epoch_steps_per_second", (self._step_now() - self._epoch_step) / elapsed, epoch)
        if self.write_graph and getattr(self.model, "built", False):
            graphs.write_model_graph(self._writer("train"), self.model)
            self.write_graph = False
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            self._write_embeddings()
        for writer in self._writers.values():
            writer.flush()

    def _at_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._train_step += 1
        self._batch_began = time.perf_counter()
        if self._train_step == self._first_profiled and self._profiler is None:
            self._profiler = _start_profiler(self.log_dir)

    def _at_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.update_freq != "epoch" and self._train_step % int(self.update_freq) == 0:
            for name, value in dict(logs or {}).items():
                self._scalar("train", f"batch_{name}", value, self._train_step)
            if self.write_steps_per_second:
                speed = 1.0 / max(time.perf_counter() - self._batch_began, 1e-9)
                self._scalar("train", "batch_steps_per_second", speed, self._train_step)
        if self._train_step >= self._last_profiled > 0:
            self._stop_profiler()

    def _stop_profiler(self) -> None:
        if self._profiler is not None:
            self._profiler.stop()
            self._profiler = None

    # --- evaluation -----------------------------------------------------------------------------------------------

    def on_test_end(self, logs: Any = None) -> None:
        """Write the metrics of an evaluation against the number of training steps so far."""
        step = self._step_now()
        for name, value in dict(logs or {}).items():
            self._scalar("validation", f"evaluation_{name}_vs_iterations", value, step)
        if not self._in_training:
            self._writer("validation").flush()

    # --- weights --------------------------------------------------------------------------------------------------

    def _write_weights(self, epoch: int) -> None:
        writer = self._writer("train")
        for layer in self.model._flatten_layers(include_self=False):
            for weight in layer._sorted_own():
                name = weight.path
                writer.add(values.histogram(f"{name}/histogram", weight), epoch)
                if self.write_images:
                    picture = weight_as_pictures(weight)
                    if picture is not None:
                        writer.add(values.image(f"{name}/image", picture), epoch)
        if self.write_grads or self.write_activations:
            self._write_inside(epoch)

    def _write_inside(self, epoch: int) -> None:
        writer, session = self._writer("train"), getattr(self._list, "session", None)
        try:
            activations, gradients = ({}, {}) if session is None else session.look_inside()
            if self.activations_data is not None:
                activations = self._activations()
        except Exception as error:  # a model with steps of its own need not run outside them
            warnings.warn(f"Gradients and activations cannot be written for TensorBoard: {error}", stacklevel=2)
            self.write_grads = self.write_activations = False
            return
        if self.write_activations:
            for name, output in activations.items():
                writer.add(values.histogram(f"{name}/activation", output), epoch)
        if self.write_grads:
            for path, gradient in gradients.items():
                writer.add(values.histogram(f"{path}/gradient", gradient), epoch)

    def _activations(self) -> dict[str, torch.Tensor]:
        """The first output of each layer for ``activations_data``, by the layer's name."""
        found: dict[str, torch.Tensor] = {}

        def keep(layer: Any, inputs: Any, output: Any) -> None:
            if isinstance(output, torch.Tensor):
                found.setdefault(layer.name, output)

        handles = [layer.register_forward_hook(keep) for layer in self.model._flatten_layers(include_self=False)]
        try:
            with torch.no_grad():
                self.model(self.activations_data, training=False)
        finally:
            for handle in handles:
                handle.remove()
        return found

    def _write_embeddings(self) -> None:
        found = {}
        for layer in self.model._flatten_layers(include_self=False):
            table = getattr(layer, "embeddings", None)
            if table is not None and getattr(table, "ndim", 0) == 2:
                found[layer.name] = table
        if not found:
            return
        labels = self.embeddings_metadata
        named = dict.fromkeys(found, labels) if isinstance(labels, str | os.PathLike) else labels
        write_embeddings(self.log_dir, found, named)


def weight_as_pictures(weight: Any) -> np.ndarray | None:
    """A weight as pictures (number, height, width, 1 or 3), scaled to 0..1, or None when it has too many axes."""
    array = np.squeeze(values.as_array(weight))
    if array.ndim == 1:
        pictures = array[None, :, None, None]
    elif array.ndim == 2:
        wide = array.T if array.shape[0] > array.shape[1] else array
        pictures = wide[None, :, :, None]
    elif array.ndim == 3:
        pictures = np.moveaxis(array, -1, 0)[..., None]
    elif array.ndim == 4 and array.shape[2] in (1, 3):
        pictures = np.moveaxis(array, -1, 0)
    else:
        return None
    low, high = pictures.min(), pictures.max()
    return ((pictures - low) / (high - low if high > low else 1)).astype(np.float32)


def _profiled(profile_batch: Any) -> tuple[int, int]:
    if isinstance(profile_batch, str):
        parts = [int(p) for p in profile_batch.split(",")]
    elif isinstance(profile_batch, int):
        parts = [profile_batch]
    else:
        parts = [int(p) for p in profile_batch]
    if len(parts) not in (1, 2) or min(parts) < 0 or parts[0] > parts[-1]:
        raise ArgumentError(f"Expected profile_batch to be a batch or a pair of them. Received: {profile_batch!r}")
    return parts[0], parts[-1]


def _start_profiler(log_dir: str) -> Any:
    from torch.profiler import profile, tensorboard_trace_handler

    profiler = profile(on_trace_ready=tensorboard_trace_handler(log_dir))
    profiler.start()
    return profiler
