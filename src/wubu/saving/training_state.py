"""The state of a training under way, in a file that survives a kill at any moment.

::

    WUBUSTATE1  a line that names the format
    64 hex      SHA-256 of the rest
    …           tensors, numbers and text, as torch writes them; read back without running code

A new state is written beside the old one, read back and compared with its checksum, and only then takes its place; the
old one stays as ``<name>.previous``. Reading falls back to it.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch

from wubu.core.files import atomic_path
from wubu.errors import FileFormatError, WriteError

_MAGIC = b"WUBUSTATE1\n"
_DIGEST = 64


def write_state(path: str | os.PathLike[str], state: Any, keep_previous: bool = True) -> None:
    """Write a state.

    Args:
        path: the file.
        state: tensors, arrays, numbers, text, None, and dicts, lists and tuples of them.
        keep_previous: whether the state that stood there stays as ``<name>.previous``.

    Raises:
        DiskFullError: when the disk is full; the old state stays.
        WriteError: when what was written cannot be read back as it was.
    """
    buffer = io.BytesIO()
    torch.save(_plain(state), buffer)
    payload = buffer.getbuffer()
    digest = hashlib.sha256(payload).hexdigest().encode()
    final = Path(path)
    with atomic_path(final) as temporary:
        with open(temporary, "wb") as file:
            file.write(_MAGIC + digest + b"\n")
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        if _digest_of(temporary) != digest:
            raise WriteError(f"{final} was written, but cannot be read back as it was; the old one stays")
        if keep_previous and final.exists():
            _keep(final)


def read_state(path: str | os.PathLike[str]) -> Any:
    """Read a state, or the one before it where the last cannot be read; None when there is none.

    Raises:
        FileFormatError: when there are files, but none can be read.
    """
    problem: FileFormatError | None = None
    for candidate in (Path(path), previous_of(path)):
        try:
            return _read(candidate)
        except FileNotFoundError:
            continue
        except FileFormatError as error:
            problem = problem or error
    if problem is not None:
        raise problem
    return None


def previous_of(path: str | os.PathLike[str]) -> Path:
    """Where the state before the last one is kept."""
    return Path(f"{os.fspath(path)}.previous")


def _keep(final: Path) -> None:
    """Give the old state a second name, without a moment in which it has none."""
    second = final.with_name(f".{final.name}.previous.tmp")
    with suppress(FileNotFoundError):
        second.unlink()
    try:
        os.link(final, second)
    except OSError:  # a file system without hard links
        second.write_bytes(final.read_bytes())
    os.replace(second, previous_of(final))


def _digest_of(path: Path) -> bytes:
    with open(path, "rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise FileFormatError(f"{path} should be the state of a training, but it does not begin as one does")
        file.seek(_DIGEST + 1, os.SEEK_CUR)
        return hashlib.file_digest(file, "sha256").hexdigest().encode()


def _read(path: Path) -> Any:
    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        raise FileFormatError(f"{path} should be the state of a training. Try: delete it to begin anew")
    start = len(_MAGIC) + _DIGEST + 1
    payload = memoryview(data)[start:]
    if hashlib.sha256(payload).hexdigest().encode() != data[len(_MAGIC) : start - 1]:
        raise FileFormatError(f"{path} is damaged: its checksum is wrong. Try: delete it to begin anew")
    try:
        return torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, ValueError, EOFError, KeyError, AttributeError) as error:
        raise FileFormatError(f"{path} cannot be read: {error}. Try: delete it to begin anew") from error


def _plain(value: Any) -> Any:
    """Only what can be read back without running code: tensors, numbers, text and containers of them."""
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().as_subclass(torch.Tensor)
    if isinstance(value, np.ndarray):
        return torch.from_numpy(np.array(value))
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {k if isinstance(k, int | float | bool | None) else str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        made = [_plain(v) for v in value]
        return made if isinstance(value, list) else tuple(made)
    if value is None or isinstance(value, str | int | float | bool | bytes):
        return value
    raise TypeError(
        f"The state of a training can hold tensors, arrays, numbers, text and containers of them. Received: {value!r:.100}"
    )
