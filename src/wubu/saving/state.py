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
from wubu.saving.limits import MAX_DEPTH
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
            load_own(thing, store.entry(path))
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
    for i, tensor in enumerate(_torch_tensors(thing)):  # a plain torch module
        entry[str(i)] = tensor


def load_own(thing: Any, entry: Mapping[str, np.ndarray]) -> None:
    """Read what ``save_own`` wrote."""
    if hasattr(thing, "load_own_variables"):
        thing.load_own_variables(entry)
        return
    tensors = _torch_tensors(thing)
    if len(entry) != len(tensors):
        raise FileFormatError(f"{_label(thing)} expects {len(tensors)} tensors. Received: {len(entry)}")
    for i, tensor in enumerate(tensors):
        put(tensor, entry[str(i)], f"{_label(thing)}, tensor {i}")


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
        tensor.copy_(torch.as_tensor(np.ascontiguousarray(value)))


def _torch_tensors(module: torch.nn.Module) -> list[torch.Tensor]:
    return [t for t in module.state_dict(keep_vars=True).values() if isinstance(t, torch.Tensor)]


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
