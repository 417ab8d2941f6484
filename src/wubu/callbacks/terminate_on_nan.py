"""Stopping when the loss is no longer a number, and saying where that began."""

from __future__ import annotations

import math
from typing import Any

import torch

from wubu.callbacks.base import Callback
from wubu.core import nest

# Above this size of all state, copies for a look back would cost more than they are worth.
_MOST_BYTES = 64 << 20


class TerminateOnNaN(Callback):
    """Stops training when the loss is NaN or infinite, and names the batch and the layer where that began.

    Batches are not watched one by one: the loss is looked at a few times a second. When it is found to be bad, the last
    steps are run once more, from a copy of the weights, with a look at every layer. The weights are left as they were
    before the bad batch.

    Args:
        raise_error: raise RuntimeError instead of stopping.

    Attributes:
        where: what was found: ``batch``, ``layer`` and ``what``; None as long as all is well.

    Example:
        >>> model.fit(x, y, callbacks=[TerminateOnNaN()])
        Batch 12: Invalid loss, terminating training
        The output of layer 'dense_3' was the first to be inf.
    """

    sampled = True

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error
        self.where: dict[str, Any] | None = None
        self._list: Any = None
        self._snapshot: Any = None

    def set_list(self, callbacks: Any) -> None:
        """Receive the list, through which the training under way can be looked at."""
        self._list = callbacks

    def on_train_begin(self, logs: Any = None) -> None:
        """Forget the last training."""
        self.where = None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Copy the weights."""
        self._remember()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look at the loss (waits for the device)."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            self._remember()
            return
        self.where = self._look_back() or {"batch": batch, "layer": None, "what": f"The loss is {loss}."}
        self._snapshot = None
        message = f"Batch {self.where['batch']}: Invalid loss, terminating training"
        if self.raise_error:
            raise RuntimeError(
                f"NaN or Inf loss encountered at batch {self.where['batch']}. {self.where['what']} "
                f"Loss value: {loss}. Terminating training immediately."
            )
        print(f"\n{message}\n{self.where['what']}")
        self.model.stop_training = True

    def on_train_end(self, logs: Any = None) -> None:
        """Let go of the copy."""
        self._snapshot = None

    @property
    def _session(self) -> Any:
        return getattr(self._list, "session", None)

    def _remember(self) -> None:
        if self._session is not None:
            self._snapshot = self._session.snapshot(_MOST_BYTES)

    def _look_back(self) -> dict[str, Any] | None:
        """Run the last steps again, one by one, until one goes wrong."""
        session = self._session
        if session is None or self._snapshot is None:
            return None
        session.rewind(self._snapshot)
        for number, batch in session.last_batches():
            before = session.snapshot(_MOST_BYTES)
            watch = _Watch(self.model)
            with watch:
                session.run_plainly(batch)
            found = _in_data(batch) or watch.found or _in_weights(self.model)
            if found is None:
                continue
            layer, what = found
            session.rewind(before, keep_metrics=True)  # the logs have to show what happened
            return {"batch": number, "layer": layer, "what": what}
        return None


class _Watch:
    """A block in which the first layer whose output is not finite is noted."""

    def __init__(self, model: Any) -> None:
        self.found: tuple[str | None, str] | None = None
        self._model = model
        self._handles: list[Any] = []

    def __enter__(self) -> _Watch:
        for layer in self._model._flatten_layers(include_self=False):
            self._handles.append(layer.register_forward_hook(self._look))
        return self

    def __exit__(self, *error: Any) -> None:
        for handle in self._handles:
            handle.remove()

    def _look(self, layer: Any, inputs: Any, outputs: Any) -> None:
        if self.found is None:
            bad = _first_bad(outputs)
            if bad is not None:
                self.found = layer.name, f"The output of layer {layer.name!r} was the first to be {bad}."


def _in_data(batch: Any) -> tuple[None, str] | None:
    bad = _first_bad(batch)
    return None if bad is None else (None, f"The batch itself holds {bad}.")


def _in_weights(model: Any) -> tuple[str | None, str] | None:
    """After a step: its forward pass was fine, so a bad weight came from the loss or its gradient."""
    for weight in model.weights:
        bad = _first_bad(weight)
        if bad is not None:
            return weight.path.rpartition("/")[0].rpartition("/")[2] or None, (
                f"Weight {weight.path!r} became {bad}: the loss or its gradient overflowed. "
                "Try: a smaller learning rate, or clipnorm=1.0"
            )
    return None


def _first_bad(values: Any) -> str | None:
    for value in nest.flatten(values):
        if isinstance(value, torch.Tensor) and value.is_floating_point() and not bool(torch.isfinite(value).all()):
            return "nan" if bool(torch.isnan(value).any()) else "inf"
    return None
