"""Keras's ``distribution`` namespace, as far as one program on one machine goes.

Training on several GPUs starts one process for each: ``torchrun --nproc_per_node=4 train.py``. ``fit`` then gives every
process its share of the rows and averages the gradients, which is what ``DataParallel`` stands for. Weights that are split
over devices (Keras's ``ModelParallel`` and ``LayoutMap``) are not there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from wubu.core.device import parse_device
from wubu.errors import ArgumentError

__all__ = [
    "DataParallel",
    "DeviceMesh",
    "distribution",
    "get_device_count",
    "initialize",
    "list_devices",
    "set_distribution",
]

_KINDS = ("cpu", "gpu", "tpu")


def list_devices(device_type: str | None = None) -> list[str]:
    """The names of this machine's devices, such as ``["gpu:0", "gpu:1"]``.

    Args:
        device_type: ``"cpu"``, ``"gpu"`` or ``"tpu"``. Default: GPUs where there are any, else the CPU.
    """
    kind = device_type.lower() if device_type else ("gpu" if torch.cuda.is_available() else "cpu")
    if kind not in _KINDS:
        raise ArgumentError(f"Expected device_type to be one of {_KINDS}. Received: {device_type!r}")
    count = {"cpu": 1, "gpu": torch.cuda.device_count(), "tpu": 0}[kind]
    return [f"{kind}:{i}" for i in range(count)]


def get_device_count(device_type: str | None = None) -> int:
    """How many devices ``list_devices`` lists."""
    return len(list_devices(device_type))


def initialize(
    job_addresses: str | None = None, num_processes: int | None = None, process_id: int | None = None
) -> None:
    """Tell this process of the others, for programs that are not started by torchrun.

    Args:
        job_addresses: host and port of the first process, ``"10.0.0.1:1234"``.
        num_processes: how many there are.
        process_id: which of them this is, from 0.
    """
    if num_processes is not None and num_processes > 1 and not job_addresses:
        raise ArgumentError("Expected job_addresses, host:port of the first process. Received: None")
    host, _, port = (job_addresses or "").split(",")[0].partition(":")
    found = {"MASTER_ADDR": host, "MASTER_PORT": port, "WORLD_SIZE": num_processes, "RANK": process_id}
    os.environ.update({key: str(value) for key, value in found.items() if value not in (None, "")})


class DeviceMesh:
    """Devices in a grid with named axes.

    Args:
        shape: the grid's shape.
        axis_names: a name for each axis.
        devices: names of devices, as many as the grid has places. Default: the first of ``list_devices()``.
    """

    def __init__(self, shape: Sequence[int], axis_names: Sequence[str], devices: Sequence[str] | None = None) -> None:
        if not shape or len(shape) != len(axis_names):
            raise ArgumentError(f"Expected a name for each axis. Received: shape={shape}, axis_names={axis_names}")
        count = int(np.prod(shape))
        found = list_devices()[:count] if devices is None else list(devices)
        if len(found) != count:
            raise ArgumentError(f"Expected {count} devices for a grid of shape {tuple(shape)}. Received: {found}")
        self.shape, self.axis_names = tuple(shape), list(axis_names)
        self.devices = np.array(found).reshape(self.shape)

    def __repr__(self) -> str:
        return f"<DeviceMesh shape={self.shape}, axis_names={self.axis_names}>"


class DataParallel:
    """Every device has all weights and its share of each batch; gradients are averaged.

    Args:
        device_mesh: a grid of one axis.
        devices: names of devices. Default: all.
        auto_shard_dataset: whether each process reads its share of the rows; ``fit`` always does.

    Raises:
        ArgumentError: for more devices than this program has processes; the message says how to start them.
    """

    def __init__(
        self,
        device_mesh: DeviceMesh | None = None,
        devices: Sequence[str] | None = None,
        auto_shard_dataset: bool = True,
    ) -> None:
        names = list_devices() if devices is None else list(devices)
        self.device_mesh = device_mesh or DeviceMesh((len(names),), ["batch"], names)
        self.auto_shard_dataset = auto_shard_dataset
        self.batch_dim_name = self.device_mesh.axis_names[0]
        for name in self.device_mesh.devices.reshape(-1).tolist():
            parse_device(name)
        wanted, processes = self.device_mesh.devices.size, int(os.environ.get("WORLD_SIZE", "1"))
        if devices is not None and wanted > processes:
            raise ArgumentError(
                f"DataParallel over {wanted} devices needs {wanted} processes. Received: {processes}. "
                f"Try: torchrun --nproc_per_node={wanted} your_program.py"
            )

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Within this block this is the distribution."""
        before = distribution()
        set_distribution(self)
        try:
            yield
        finally:
            set_distribution(before)


_current: dict[str, Any] = {"distribution": None}


def distribution() -> DataParallel | None:
    """The distribution that was set."""
    return _current["distribution"]


def set_distribution(value: DataParallel | None) -> None:
    """Set the distribution; None for none."""
    if value is not None and not isinstance(value, DataParallel):
        raise ArgumentError(
            f"Expected a DataParallel, or None. Received: {type(value).__name__}. Weights over several devices are not there"
        )
    _current["distribution"] = value
