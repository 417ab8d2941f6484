"""``tf.train``: checkpoints of any objects, examples, moving averages."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from wubu.core.variable import Variable as CoreVariable
from wubu.data.records.example import BytesList, Example, Feature, Features, FloatList, Int64List
from wubu.errors import MissingFileError
from wubu.saving.tf import checkpoint as files
from wubu.saving.tf.bundle import BundleReader
from wubu.saving.tf.checkpoint_state import latest_checkpoint as _latest
from wubu.saving.tf.checkpoint_state import read_checkpoint_state, update_checkpoint_state
from wubu.tensorflow.conversion import host_value_of, integer
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.errors import NotFoundError
from wubu.tensorflow.files import path_of
from wubu.tensorflow.namespace import Namespace
from wubu.tensorflow.tensor import stripped
from wubu.tensorflow.variable import Variable

__all__ = [
    "BytesList",
    "Checkpoint",
    "CheckpointManager",
    "CheckpointOptions",
    "Example",
    "ExponentialMovingAverage",
    "Feature",
    "Features",
    "FloatList",
    "Int64List",
    "checkpoints_iterator",
    "experimental",
    "get_checkpoint_state",
    "latest_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
]


class CheckpointOptions:
    """Options of reading and writing: accepted.

    Args:
        accepted: options.
    """

    experimental_io_device = None

    def __init__(self, **accepted: Any) -> None:
        self.__dict__.update(accepted)


class Checkpoint:
    """Saves and restores the variables of objects: models, optimizers, variables, modules, and what they hold.

    Args:
        root: an object whose attributes are tracked as if they were the checkpoint's own.
        kwargs: objects by name.

    Example:
        >>> checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
        >>> path = checkpoint.save("folder/ckpt")
        >>> checkpoint.restore(path)
    """

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        self._root = root
        self._save_counter: Variable | None = None
        for name, value in kwargs.items():
            setattr(self, name, value)

    @property
    def save_counter(self) -> Variable:
        """How often ``save`` was called."""
        if self._save_counter is None:
            self._save_counter = Variable(np.int64(0), trainable=False, name="save_counter")
        return self._save_counter

    def _trackable_children(self) -> dict[str, Any]:
        found = {k: v for k, v in vars(self).items() if not k.startswith("_")}
        if self._root is not None:
            from wubu.saving.tf.tracked import children

            found = {**dict(children(self._root)), **found}
        found["save_counter"] = self.save_counter
        return found

    def write(self, file_prefix: Any, options: Any = None) -> str:
        """Write to files that begin with a prefix; returns the prefix."""
        prefix = path_of(file_prefix)
        os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
        files.save(self, prefix, update_state=False)
        return prefix

    def save(self, file_prefix: Any, options: Any = None) -> str:
        """Write under a prefix with a number that counts up, and note it as the latest; returns the whole prefix."""
        self.save_counter.assign_add(1)
        prefix = self.write(f"{path_of(file_prefix)}-{int(self.save_counter)}")
        update_checkpoint_state(os.path.dirname(prefix), os.path.basename(prefix))
        return prefix

    def read(self, save_path: Any, options: Any = None) -> Any:
        """Read what ``write`` wrote.

        Raises:
            NotFoundError: when there is none.
        """
        try:
            return files.load(self, path_of(save_path))
        except MissingFileError as error:
            raise NotFoundError(None, None, f"Unsuccessful TensorSliceReader constructor: {error}") from error

    def restore(self, save_path: Any, options: Any = None) -> Any:
        """Read what ``save`` wrote; None does nothing."""
        if save_path is None:
            return files.LoadStatus("", [], [])
        status = self.read(save_path)
        _ = self.save_counter
        return status


class CheckpointManager:
    """Keeps the latest checkpoints in a folder and deletes older ones.

    Args:
        checkpoint: what to save.
        directory: the folder.
        max_to_keep: how many to keep; None for all.
        keep_checkpoint_every_n_hours: keep one of each span of time besides.
        checkpoint_name: what files begin with. Default ``ckpt``.
        step_counter: a variable that counts steps.
        checkpoint_interval: save only after so many steps of the counter.
        init_fn: called by ``restore_or_initialize`` when there is nothing to restore.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], None] | None = None,
        last_checkpoint_step: Any = None,
    ) -> None:
        if max_to_keep is not None and max_to_keep < 1:
            raise ValueError("Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}.")
        self.checkpoint, self.directory = checkpoint, path_of(directory)
        self._most, self._hours = max_to_keep, keep_checkpoint_every_n_hours
        self._prefix = os.path.join(self.directory, checkpoint_name)
        self._counter, self._interval, self._init = step_counter, checkpoint_interval, init_fn
        self._last_step: int | None = None
        self._kept_until = time.time()
        _, kept = read_checkpoint_state(self.directory)
        self._kept = [p for p in kept if os.path.exists(f"{p}.index")]

    @property
    def checkpoints(self) -> list[str]:
        """The prefixes of those that are kept, oldest first."""
        return list(self._kept)

    @property
    def latest_checkpoint(self) -> str | None:
        """The prefix of the latest, or None."""
        return self._kept[-1] if self._kept else None

    @property
    def checkpoint_interval(self) -> int | None:
        """Steps between two."""
        return self._interval

    def save(self, checkpoint_number: Any = None, check_interval: bool = True, options: Any = None) -> str | None:
        """Save, and delete what is too old; the prefix, or None before the interval is over."""
        step = None if self._counter is None else integer(self._counter)
        if self._interval is not None and check_interval and step is not None and self._last_step is not None:
            if step - self._last_step < self._interval:
                return None
        self._last_step = step
        if checkpoint_number is None:
            self.checkpoint.save_counter.assign_add(1)
            checkpoint_number = int(self.checkpoint.save_counter)
        prefix = self.checkpoint.write(f"{self._prefix}-{integer(checkpoint_number)}")
        self._kept = [p for p in self._kept if p != prefix] + [prefix]
        while self._most is not None and len(self._kept) > self._most:
            self._drop(self._kept.pop(0))
        update_checkpoint_state(self.directory, os.path.basename(prefix), [os.path.basename(p) for p in self._kept])
        return prefix

    def _drop(self, prefix: str) -> None:
        if self._hours is not None and time.time() - self._kept_until >= self._hours * 3600:
            self._kept_until = time.time()
            return
        folder = Path(prefix).parent
        for path in folder.glob(f"{Path(prefix).name}.*"):
            path.unlink(missing_ok=True)

    def restore_or_initialize(self) -> str | None:
        """Restore the latest and return its prefix; without one, call ``init_fn``."""
        if self.latest_checkpoint is not None:
            self.checkpoint.restore(self.latest_checkpoint)
            return self.latest_checkpoint
        if self._init is not None:
            self._init()
        return None

    def sync(self) -> None:
        """Wait for what is being written: nothing is."""


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The prefix of the latest checkpoint in a folder, or None."""
    return _latest(path_of(checkpoint_dir), latest_filename)


def get_checkpoint_state(checkpoint_dir: Any, latest_filename: str | None = None) -> Any:
    """What the file ``checkpoint`` says, or None."""
    latest, kept = read_checkpoint_state(path_of(checkpoint_dir), latest_filename or "checkpoint")
    if latest is None:
        return None
    return Namespace("CheckpointState", model_checkpoint_path=latest, all_model_checkpoint_paths=kept)


class _Reader:
    """A checkpoint's tensors by name.

    Args:
        prefix: the checkpoint.
    """

    def __init__(self, prefix: str) -> None:
        self._reader = BundleReader(prefix)

    def _entries(self) -> dict[str, Any]:
        return {k: v for k, v in self._reader.entries.items() if k}

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The shapes of all tensors."""
        return {k: list(v.shape) for k, v in self._entries().items()}

    def get_variable_to_dtype_map(self) -> dict[str, Any]:
        """The types of all tensors."""
        from wubu.tensorflow.dtypes import as_dtype

        return {k: as_dtype(v.dtype) for k, v in self._entries().items()}

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether there is a tensor of a name."""
        return tensor_str in self._reader

    def get_tensor(self, tensor_str: str) -> Any:
        """The value of a tensor."""
        if tensor_str not in self._reader:
            raise NotFoundError(None, None, f"Key {tensor_str} not found in checkpoint")
        found = self._reader.read(tensor_str)
        return found if getattr(found, "ndim", 1) else found[()]


def _prefix(ckpt_dir_or_file: Any) -> str:
    path = path_of(ckpt_dir_or_file)
    if os.path.isdir(path):
        found = latest_checkpoint(path)
        if found is None:
            raise ValueError(f"Couldn't find 'checkpoint' file or checkpoints in given directory {path}")
        return found
    return path


def load_checkpoint(ckpt_dir_or_file: Any) -> _Reader:
    """A reader of a checkpoint's tensors.

    Raises:
        NotFoundError: when there is none.
    """
    try:
        return _Reader(_prefix(ckpt_dir_or_file))
    except FileNotFoundError as error:
        raise NotFoundError(None, None, f"Unsuccessful TensorSliceReader constructor: {error}") from error


def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """The value of one tensor of a checkpoint."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))


def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """The names and shapes of a checkpoint's tensors."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def checkpoints_iterator(
    checkpoint_dir: Any, min_interval_secs: float = 0, timeout: float | None = None, timeout_fn: Any = None
) -> Iterator[str]:
    """New checkpoints of a folder as they appear."""
    seen: str | None = None
    begin = time.time()
    while True:
        found = latest_checkpoint(checkpoint_dir)
        if found is not None and found != seen:
            seen, begin = found, time.time()
            yield found
        elif timeout is not None and time.time() - begin > timeout:
            if timeout_fn is None or timeout_fn():
                return
        time.sleep(max(0.05, min_interval_secs if seen == found else 0.0))


class ExponentialMovingAverage:
    """Moving averages of variables: ``decay · average + (1 - decay) · value``.

    Args:
        decay: how much of the old average stays.
        num_updates: a counter; the decay is then at most ``(1 + n) / (10 + n)``.
        zero_debias: accepted.
        name: a name.
    """

    def __init__(
        self, decay: Any, num_updates: Any = None, zero_debias: bool = False, name: str = "ExponentialMovingAverage"
    ) -> None:
        self._decay, self._updates, self.name = decay, num_updates, name
        self._averages: dict[int, tuple[Any, Variable]] = {}

    def apply(self, var_list: Any = None) -> None:
        """Take the present values in; the first time, the averages are the values."""
        decay = float(host_value_of(self._decay))
        if self._updates is not None:
            count = float(host_value_of(self._updates))
            decay = min(decay, (1 + count) / (10 + count))
        for variable in var_list or []:
            known = self._averages.get(id(variable))
            if known is None:
                name = f"{getattr(variable, '_name', 'Variable')}/{self.name}"
                first = Variable(to_facade(stripped(variable).detach().clone()), trainable=False, name=name)
                if not isinstance(variable, CoreVariable):  # plain tensors begin at zero
                    first.assign(np.zeros(tuple(stripped(variable).shape)))
                self._averages[id(variable)] = (variable, first)
                if isinstance(variable, CoreVariable):
                    continue
                known = self._averages[id(variable)]
            with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
                known[1].lerp_(stripped(variable).detach().to(known[1].dtype), 1 - decay)

    def average(self, var: Any) -> Variable | None:
        """The average of a variable, or None."""
        found = self._averages.get(id(var))
        return None if found is None else found[1]

    def average_name(self, var: Any) -> str:
        """What the average of a variable is called."""
        return f"{getattr(var, '_name', 'Variable')}/{self.name}"


experimental = Namespace("experimental", PythonState=object)
