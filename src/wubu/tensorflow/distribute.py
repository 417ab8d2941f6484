"""``tf.distribute``: strategies over what is there, one device; code written for several replicas runs as one."""

from __future__ import annotations

import contextlib
import enum
from collections.abc import Callable, Iterator
from typing import Any

import torch

from wubu.core.device import device_scope
from wubu.tensorflow.cluster_resolver import cluster_resolver
from wubu.tensorflow.conversion import convert
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.namespace import Namespace
from wubu.tensorflow.reductions import reduce_mean, reduce_sum
from wubu.tensorflow.tensor import Eager


class ReduceOp(enum.Enum):
    """How values of replicas become one."""

    SUM = "SUM"
    MEAN = "MEAN"


class InputContext:
    """Which part of the data an input pipeline is asked for: the only one.

    Args:
        num_input_pipelines, input_pipeline_id, num_replicas_in_sync: 1, 0 and 1.
    """

    def __init__(self, num_input_pipelines: int = 1, input_pipeline_id: int = 0, num_replicas_in_sync: int = 1) -> None:
        self.num_input_pipelines, self.input_pipeline_id = num_input_pipelines, input_pipeline_id
        self.num_replicas_in_sync = num_replicas_in_sync

    def get_per_replica_batch_size(self, global_batch_size: int) -> int:
        """The batch size of a replica.

        Raises:
            ValueError: when it is no whole number.
        """
        if global_batch_size % self.num_replicas_in_sync:
            raise ValueError(
                f"The `global_batch_size` {global_batch_size!r} is not divisible by `num_replicas_in_sync` "
                f"{self.num_replicas_in_sync!r} "
            )
        return global_batch_size // self.num_replicas_in_sync


class ReplicaContext:
    """The replica that runs now."""

    num_replicas_in_sync = 1
    replica_id_in_sync_group = 0

    def __init__(self, strategy: Any) -> None:
        self.strategy = strategy

    def all_reduce(self, reduce_op: Any, value: Any, options: Any = None) -> Any:
        """The values of all replicas combined: the value."""
        return value

    def merge_call(self, merge_fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """Call a function for all replicas."""
        return merge_fn(self.strategy, *args, **(kwargs or {}))


class Strategy:
    """Runs functions on one device.

    Args:
        accepted: devices and options of TensorFlow's strategies.

    Example:
        >>> strategy = tf.distribute.MirroredStrategy()
        >>> with strategy.scope():
        ...     model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    """

    def __init__(self, *accepted: Any, **further: Any) -> None:
        self._device: str | None = None

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas there are: one."""
        return 1

    @property
    def extended(self) -> Any:
        """What TensorFlow's strategies keep apart."""
        return Namespace("extended", worker_devices=("/device:CPU:0",), _device_policy=None)

    @property
    def cluster_resolver(self) -> None:
        """There is no cluster."""
        return None

    @contextlib.contextmanager
    def scope(self) -> Iterator[Strategy]:
        """Within this block the strategy is in use."""
        _active.append(self)
        try:
            if self._device is None:
                yield self
            else:
                with device_scope(self._device):
                    yield self
        finally:
            _active.pop()

    def run(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None) -> Any:
        """Call a function on each replica; the result of the only one."""
        with self.scope():
            return fn(*args, **(kwargs or {}))

    def reduce(self, reduce_op: Any, value: Any, axis: Any = None) -> Any:
        """The values of all replicas combined; with an axis, along that one too."""
        if axis is None:
            return value if isinstance(value, Eager) or not isinstance(value, int | float) else to_facade(convert(value))
        name = getattr(reduce_op, "value", reduce_op)
        return (reduce_mean if str(name).upper() == "MEAN" else reduce_sum)(value, axis=axis)

    def gather(self, value: Any, axis: int) -> Any:
        """The values of all replicas joined: the value."""
        return value

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """The data set, whose batches are for the only replica."""
        return dataset

    def distribute_datasets_from_function(self, dataset_fn: Callable[..., Any], options: Any = None) -> Any:
        """The data set that a function makes."""
        return dataset_fn(InputContext())

    experimental_distribute_datasets_from_function = distribute_datasets_from_function

    def experimental_distribute_values_from_function(self, value_fn: Callable[..., Any]) -> Any:
        """The value that a function makes for the only replica."""
        return value_fn(Namespace("ValueContext", replica_id_in_sync_group=0, num_replicas_in_sync=1))

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """The values of all replicas as a tuple."""
        return (value,)

    def experimental_make_numpy_dataset(self, numpy_input: Any) -> Any:
        """A data set of arrays."""
        from wubu.data.dataset.dataset import Dataset

        return Dataset.from_tensor_slices(numpy_input)

    def make_dataset_iterator(self, dataset: Any) -> Any:
        """An iterator of a data set."""
        return iter(dataset)


class MirroredStrategy(Strategy):
    """Copies on several GPUs; here the one device in use."""


class MultiWorkerMirroredStrategy(Strategy):
    """Copies on several machines; here the one device in use. ``fit`` understands torchrun."""


class CentralStorageStrategy(Strategy):
    """Variables on the CPU; here where everything is."""


class ParameterServerStrategy(Strategy):
    """Variables on servers; here where everything is."""


class TPUStrategy(Strategy):
    """Tensor processing units; here the device in use."""


class OneDeviceStrategy(Strategy):
    """Everything on a device.

    Args:
        device: such as ``"/gpu:0"`` or ``"/cpu:0"``.
    """

    def __init__(self, device: str) -> None:
        super().__init__()
        name = device.lower()
        self._device = device if "cpu" in name or torch.cuda.is_available() else None


_active: list[Strategy] = []
_default = Strategy()


def get_strategy() -> Strategy:
    """The strategy in use."""
    return _active[-1] if _active else _default


def has_strategy() -> bool:
    """Whether one is in use."""
    return bool(_active)


def in_cross_replica_context() -> bool:
    """Whether code for all replicas runs."""
    return bool(_active)


def get_replica_context() -> ReplicaContext:
    """The replica that runs."""
    return ReplicaContext(get_strategy())


def experimental_set_strategy(strategy: Strategy | None) -> None:
    """Use a strategy from now on; None for none."""
    _active.clear()
    if strategy is not None:
        _active.append(strategy)


class CrossDeviceOps:
    """How replicas exchange values: accepted.

    Args:
        accepted: options.
    """

    def __init__(self, *accepted: Any, **further: Any) -> None:
        pass


class HierarchicalCopyAllReduce(CrossDeviceOps):
    """Accepted."""


class NcclAllReduce(CrossDeviceOps):
    """Accepted."""


class ReductionToOneDevice(CrossDeviceOps):
    """Accepted."""


class InputOptions:
    """Options of data sets: accepted.

    Args:
        accepted: options.
    """

    experimental_fetch_to_device, experimental_per_replica_buffer_size = True, 1

    def __init__(self, **accepted: Any) -> None:
        self.__dict__.update(accepted)


class RunOptions(InputOptions):
    """Options of ``run``: accepted."""

    experimental_enable_dynamic_batch_size, experimental_bucketizing_dynamic_shape = True, False


class DistributedValues:
    """Base of values that differ between replicas; with one replica they are plain."""


experimental = Namespace(
    "experimental",
    CentralStorageStrategy=CentralStorageStrategy,
    MultiWorkerMirroredStrategy=MultiWorkerMirroredStrategy,
    ParameterServerStrategy=ParameterServerStrategy,
    TPUStrategy=TPUStrategy,
)

__all__ = [
    "CrossDeviceOps",
    "DistributedValues",
    "HierarchicalCopyAllReduce",
    "InputContext",
    "InputOptions",
    "MirroredStrategy",
    "MultiWorkerMirroredStrategy",
    "NcclAllReduce",
    "OneDeviceStrategy",
    "ParameterServerStrategy",
    "ReduceOp",
    "ReductionToOneDevice",
    "ReplicaContext",
    "RunOptions",
    "Strategy",
    "TPUStrategy",
    "cluster_resolver",
    "experimental",
    "experimental_set_strategy",
    "get_replica_context",
    "get_strategy",
    "has_strategy",
    "in_cross_replica_context",
]
