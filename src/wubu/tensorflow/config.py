"""``tf.config``: devices. torch takes memory as it needs it, so what limits that is accepted and does nothing more."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import torch

from wubu.core.device import set_device
from wubu.tensorflow.functions import functions_run_eagerly, run_functions_eagerly
from wubu.tensorflow.namespace import Namespace


class PhysicalDevice(NamedTuple):
    """A device of the machine."""

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device that operations run on."""

    name: str
    device_type: str


class LogicalDeviceConfiguration:
    """How much of a device is used: accepted.

    Args:
        memory_limit: megabytes.
    """

    def __init__(self, memory_limit: int | None = None, experimental_priority: Any = None, **accepted: Any) -> None:
        self.memory_limit = memory_limit


_growth: dict[str, bool] = {}
_visible: dict[str, list[PhysicalDevice]] = {}


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices of the machine: the CPU and the GPUs that torch sees.

    Args:
        device_type: ``"CPU"`` or ``"GPU"``; default both.
    """
    found = [PhysicalDevice("/physical_device:CPU:0", "CPU")]
    found += [PhysicalDevice(f"/physical_device:GPU:{i}", "GPU") for i in range(torch.cuda.device_count())]
    return [d for d in found if device_type is None or d.device_type == device_type.upper()]


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices that operations run on."""
    return [
        LogicalDevice(d.name.replace("physical_device", "device"), d.device_type) for d in get_visible_devices(device_type)
    ]


def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices that are used."""
    found = []
    for kind in ("CPU", "GPU"):
        if device_type is None or device_type.upper() == kind:
            found += _visible.get(kind, list_physical_devices(kind))
    return found


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Use these devices only; without GPUs among them, the CPU."""
    chosen = list(devices) if isinstance(devices, list | tuple) and not isinstance(devices, PhysicalDevice) else [devices]
    for kind in ("CPU", "GPU") if device_type is None else (device_type.upper(),):
        _visible[kind] = [d for d in chosen if d is not None and d.device_type == kind]
    if "GPU" in _visible and torch.cuda.is_available():
        gpus = _visible["GPU"]
        set_device(f"cuda:{gpus[0].name.rsplit(':', 1)[1]}" if gpus else "cpu")


def set_memory_growth(device: Any, enable: bool) -> None:
    """Accepted: torch takes memory as it needs it."""
    _growth[device.name] = bool(enable)


def get_memory_growth(device: Any) -> bool:
    """What was set."""
    return _growth.get(device.name, False)


def get_memory_info(device: str) -> dict[str, int]:
    """The bytes in use on a GPU, and the most that were."""
    if "GPU" not in device.upper() or not torch.cuda.is_available():
        raise ValueError(f"No allocator statistics for the device {device!r}")
    return {"current": torch.cuda.memory_allocated(), "peak": torch.cuda.max_memory_allocated()}


def reset_memory_stats(device: str) -> None:
    """Begin to count anew."""
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()


def get_device_details(device: Any) -> dict[str, Any]:
    """The name and the version of a GPU."""
    if device.device_type != "GPU":
        return {}
    number = int(device.name.rsplit(":", 1)[1])
    return {
        "device_name": torch.cuda.get_device_name(number),
        "compute_capability": torch.cuda.get_device_capability(number),
    }


def set_logical_device_configuration(device: Any, logical_devices: Any) -> None:
    """Accepted."""


def get_logical_device_configuration(device: Any) -> None:
    """Nothing was configured."""
    return None


_soft = True


def set_soft_device_placement(enabled: bool) -> None:
    """Accepted: operations run where their tensors are."""
    global _soft
    _soft = bool(enabled)


def get_soft_device_placement() -> bool:
    """What was set."""
    return _soft


def experimental_connect_to_cluster(*args: Any, **kwargs: Any) -> None:
    """Accepted: there is no cluster."""


def enable_op_determinism() -> None:
    """Let torch use only algorithms that give the same bits each time."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)


def _enable_tf32(enabled: bool) -> None:
    _tf32[0] = torch.backends.cuda.matmul.allow_tf32 = bool(enabled)


def _set_threads(num_threads: int) -> None:
    global _intra
    _intra = num_threads
    if num_threads > 0:
        torch.set_num_threads(num_threads)


_inter = 0
_intra = 0
_tf32 = [True]


def _get_inter() -> int:
    return _inter


def _set_inter(num_threads: int) -> None:
    global _inter
    _inter = num_threads


_jit: Any = ""


def _set_jit(enabled: Any) -> None:
    global _jit
    _jit = "autoclustering" if enabled is True else ("" if not enabled else enabled)


def _get_jit() -> Any:
    return _jit


_options: dict[str, Any] = {}

threading = Namespace(
    "threading",
    get_inter_op_parallelism_threads=_get_inter,
    get_intra_op_parallelism_threads=lambda: _intra,
    set_inter_op_parallelism_threads=_set_inter,
    set_intra_op_parallelism_threads=_set_threads,
)
optimizer = Namespace(
    "optimizer",
    get_experimental_options=lambda: dict(_options),
    get_jit=_get_jit,
    set_experimental_options=_options.update,
    set_jit=_set_jit,
)
experimental = Namespace(
    "experimental",
    enable_op_determinism=enable_op_determinism,
    enable_tensor_float_32_execution=_enable_tf32,
    get_device_details=get_device_details,
    get_memory_growth=get_memory_growth,
    get_memory_info=get_memory_info,
    get_visible_devices=get_visible_devices,
    list_logical_devices=list_logical_devices,
    list_physical_devices=list_physical_devices,
    reset_memory_stats=reset_memory_stats,
    set_memory_growth=set_memory_growth,
    set_virtual_device_configuration=set_logical_device_configuration,
    set_visible_devices=set_visible_devices,
    tensor_float_32_execution_enabled=lambda: _tf32[0],
    VirtualDeviceConfiguration=LogicalDeviceConfiguration,
)
experimental_run_functions_eagerly = run_functions_eagerly
experimental_functions_run_eagerly = functions_run_eagerly

__all__ = [
    "LogicalDevice",
    "LogicalDeviceConfiguration",
    "PhysicalDevice",
    "enable_op_determinism",
    "experimental",
    "experimental_connect_to_cluster",
    "experimental_functions_run_eagerly",
    "experimental_run_functions_eagerly",
    "functions_run_eagerly",
    "get_logical_device_configuration",
    "get_soft_device_placement",
    "get_visible_devices",
    "list_logical_devices",
    "list_physical_devices",
    "optimizer",
    "run_functions_eagerly",
    "set_logical_device_configuration",
    "set_soft_device_placement",
    "set_visible_devices",
    "threading",
]
