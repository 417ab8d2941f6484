"""Weights as torch keeps them: a ``state_dict`` in a ``.pt`` file, read without running what is in it."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch

from wubu.core.files import atomic_open
from wubu.errors import FileFormatError, UnsafeFileError
from wubu.saving.limits import check_expansion
from wubu.saving.named_tensors import assign
from wubu.saving.zip_files import open_zip

_WRAPPERS = ("state_dict", "model_state_dict", "model")


def save(model: Any, path: str | Path) -> None:
    """Write ``model.state_dict()`` as plain tensors."""
    state = {
        k: v.detach().cpu().clone().as_subclass(torch.Tensor)
        for k, v in model.state_dict().items()
        if isinstance(v, torch.Tensor)
    }
    with atomic_open(path, "wb") as file:
        torch.save(state, file)


def load(model: Any, path: str | Path, skip_mismatch: bool = False) -> None:
    """Read a ``state_dict`` into a model: one of wubu's, or of a plain torch model with the same layers.

    Raises:
        FileFormatError: when the file is damaged or does not fit.
        UnsafeFileError: when it holds objects other than tensors.
    """
    assign(model, read(path), str(path), skip_mismatch)


def read(path: str | Path) -> dict[str, torch.Tensor]:
    """The tensors of a file by name; nothing in it is run."""
    _check_zip(path)
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        text = str(error)
        if "weights_only" in text.lower() or "unsupported" in text.lower():
            raise UnsafeFileError(
                f"{path} holds Python objects that could run code when they are read. Expected: a state_dict of tensors. "
                f"Try: torch.save(model.state_dict(), …) where the file comes from. ({text.splitlines()[0][:200]})"
            ) from error
        raise FileFormatError(f"{path} is damaged: {text.splitlines()[0][:200]}") from error
    except Exception as error:  # a damaged file leads torch to all kinds of errors
        raise FileFormatError(f"{path} should be a torch file, but it cannot be read: {error}") from error
    for key in _WRAPPERS:
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    if not isinstance(found, dict) or not found or not all(isinstance(k, str) for k in found):
        raise FileFormatError(f"{path} should hold a state_dict: tensors by name. Received: {type(found).__name__}")
    tensors = {k: v for k, v in found.items() if isinstance(v, torch.Tensor)}
    for name, tensor in tensors.items():
        _check_view(name, tensor, path)
    return tensors


def _check_view(name: str, tensor: torch.Tensor, path: str | Path) -> None:
    """A few stored numbers can be seen as a tensor of any size, by strides of nothing."""
    if tensor.layout is not torch.strided:
        raise FileFormatError(f"{path}: {name!r} should be a plain tensor. Received: layout {tensor.layout}")
    if tensor.device.type == "meta":
        raise FileFormatError(f"{path}: {name!r} has a shape, but no values")
    wanted = tensor.numel() * tensor.element_size()
    check_expansion(f"{path}: {name!r}", wanted, tensor.untyped_storage().nbytes())


def _check_zip(path: str | Path) -> None:
    if not zipfile.is_zipfile(path):
        if os.stat(path).st_size == 0:
            raise FileFormatError(f"{path} is empty")
        return
    try:
        with open_zip(path, str(path)) as archive:
            infos = archive.infolist()
    except UnsafeFileError:
        raise
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileFormatError(f"{path} is damaged: {error}") from error
    check_expansion(str(path), sum(i.file_size for i in infos), sum(i.compress_size for i in infos))
