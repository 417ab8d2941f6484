"""The device that weights are made on and that training data moves to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import torch

from wubu.errors import ArgumentError

_chosen: torch.device | None = None
_behind: torch.device | None = None  # what was chosen before stand-ins without values took over


@lru_cache(maxsize=1)
def _found() -> torch.device:
    return torch.device("cuda") if torch.cuda.is_available() else torch.device("cpu")


def default_device() -> torch.device:
    """The device in use: the one chosen, else a GPU when there is one, else the CPU."""
    return _chosen if _chosen is not None else _found()


def set_device(device: str | torch.device | None) -> None:
    """Choose the device of everything made from now on; None chooses automatically again.

    Args:
        device: ``"cpu"``, ``"cuda"``, ``"cuda:1"``, Keras's ``"gpu"`` or ``"gpu:0"``, a torch device, or None.
    """
    global _chosen
    _chosen = None if device is None else parse_device(device)


def parse_device(device: str | torch.device) -> torch.device:
    """Return the torch device that a name in torch's or Keras's style means."""
    if isinstance(device, torch.device):
        return device
    name = str(device).lower().removeprefix("/").removeprefix("device:").replace("gpu", "cuda")
    if name.startswith("cpu"):
        name = "cpu"
    try:
        found = torch.device(name)
    except RuntimeError as error:
        raise ArgumentError(f"Expected a device such as 'cpu' or 'cuda:0'. Received: {device!r}") from error
    if found.type == "cuda" and not torch.cuda.is_available():
        raise ArgumentError(f"Device {device!r} was asked for, but torch finds no CUDA device here. Try 'cpu'.")
    return found


@contextmanager
def device_scope(device: str | torch.device) -> Iterator[torch.device]:
    """Use a device within a ``with`` block."""
    global _chosen, _behind
    before, behind = _chosen, _behind
    _chosen = parse_device(device)
    if _chosen.type == "meta" and (before is None or before.type != "meta"):
        _behind = before
    try:
        yield _chosen
    finally:
        _chosen, _behind = before, behind


@contextmanager
def real_device_scope() -> Iterator[None]:
    """Within a run on stand-ins, use the device that holds values again: weights that are made there have to last."""
    global _chosen
    before = _chosen
    if before is not None and before.type == "meta":
        _chosen = _behind
    try:
        yield
    finally:
        _chosen = before
