"""The state of a model into a store and out of one, object by object."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from wubu.core.variable import Variable
from wubu.errors import FileFormatError, UnsafeFileError, WubuError
from wubu.saving.eras import quantized
from wubu.saving.limits import MAX_DEPTH
from wubu.saving.optimizer_state import restore_in_order
from wubu.saving.stores import H5Writer, ReadStore
from wubu.saving.walk import walk


def save_state(model: Any, store: H5Writer, assets: Path | None = None) -> None:
    """Write the state of a model, its layers and its optimizer.

    Args:
        model: the model.
        store: where arrays go.
        assets: a folder for what is no array, such as vocabularies; None leaves it out.
    """

    def visit(thing: Any, path: str) -> bool:
        name = getattr(thing, "name", None)
        entry = store.entry(path, name if isinstance(name, str) else None)
        save_own(thing, entry)
        if assets is not None and hasattr(thing, "save_assets"):
            folder = assets / path
            folder.mkdir(parents=True, exist_ok=True)
            thing.save_assets(str(folder))
        return True

    walk(model, visit)


def load_state(
    model: Any, store: ReadStore, source: str, assets: Path | None = None, skip_mismatch: bool = False
) -> None:
    """Read the state of a model, its layers and its optimizer.

    Args:
        model: the model, built.
        store: where arrays are.
        source: the file's name, for errors.
        assets: the folder of what is no array.
        skip_mismatch: whether an object that does not fit keeps its state, with a warning.

    Raises:
        FileFormatError: when an object does not fit what the file holds, and ``skip_mismatch`` is off.
    """
    failed: dict[int, tuple[str, Exception]] = {}

    def visit(thing: Any, path: str) -> bool:
        if path.count("/") > MAX_DEPTH:
            raise UnsafeFileError(f"{source}: objects are nested more than {MAX_DEPTH} levels deep")
        try:
            entry = store.entry(path)
            if not (hasattr(thing, "apply_gradients") and _load_optimizer(thing, entry)):
                load_own(thing, quantized.plain(thing, entry))
            if assets is not None and hasattr(thing, "load_assets"):
                folder = assets / path
                if folder.is_dir():
                    thing.load_assets(str(folder))
        except UnsafeFileError:
            raise
        except (WubuError, ValueError, KeyError, TypeError, IndexError, OSError, RuntimeError) as error:
            failed.setdefault(id(thing), (f"{_label(thing)} at {path or 'the root'!r}", error))
            return False
        failed.pop(id(thing), None)
        return True

    walk(model, visit)
    if failed:
        _report(failed, source, skip_mismatch)


def save_own(thing: Any, entry: Any) -> None:
    """Write what is an object's own, without what is within it."""
    if hasattr(thing, "save_own_variables"):
        thing.save_own_variables(entry)
        return
    for name, value in thing.state_dict().items():  # a plain torch module, under torch's names
        entry[name] = value


def load_own(thing: Any, entry: Mapping[str, np.ndarray]) -> None:
    """Read what ``save_own`` wrote."""
    if hasattr(thing, "load_own_variables"):
        thing.load_own_variables(entry)
        return
    own = thing.state_dict()
    if set(entry) != set(own):
        raise FileFormatError(f"{_label(thing)} expects {sorted(own)}. Received: {sorted(entry)}")
    for name, tensor in own.items():
        put(tensor, entry[name], f"{_label(thing)}, {name!r}")


def _load_optimizer(optimizer: Any, entry: Mapping[str, np.ndarray]) -> bool:
    """Read an optimizer's state as tf.keras 2 kept it, without the learning rate; whether it was that."""
    own = optimizer.variables
    known = [v for v in own if v.name != "learning_rate"]
    if len(entry) not in (len(known), len(known) - 1) or len(entry) == len(own) or not optimizer.built:
        return False
    arrays = [entry[str(i)] for i in range(len(entry))]
    return restore_in_order(optimizer, known, arrays)


def put(tensor: torch.Tensor, value: np.ndarray, what: str) -> None:
    """Copy an array into a tensor of the same shape, in place.

    Raises:
        FileFormatError: when the shapes differ.
    """
    if tuple(tensor.shape) != tuple(value.shape):
        raise FileFormatError(f"{what} has shape {tuple(tensor.shape)}. Received: shape {tuple(value.shape)}")
    if isinstance(tensor, Variable):
        tensor.assign(value)
        return
    with torch.no_grad():
        tensor.copy_(torch.as_tensor(np.array(value)))


def _label(thing: Any) -> str:
    name = getattr(thing, "name", None)
    return f"{type(thing).__name__} {name!r}" if isinstance(name, str) else type(thing).__name__


def _report(failed: Mapping[int, tuple[str, Exception]], source: str, skip_mismatch: bool) -> None:
    listed = list(failed.values())
    lines = [f"  {where}: {error}" for where, error in listed[:8]]
    if len(listed) > 8:
        lines.append(f"  … and {len(listed) - 8} more")
    text = "\n".join(lines)
    if skip_mismatch:
        warnings.warn(f"{source}: {len(listed)} objects keep their values, for they do not fit:\n{text}", stacklevel=4)
        return
    raise FileFormatError(
        f"{source} does not fit the model; {len(listed)} objects could not be loaded:\n{text}\n"
        "Try: build the model as it was when it was saved, or skip_mismatch=True"
    ) from listed[0][1]
