"""``tf``: TensorFlow 2's eager interface on torch tensors. Names only; ``import wubu.tensorflow as tf`` is the whole of a port.

Every name is defined in one of the files of this folder and resolves on first use. ``tf.keras`` is wubu itself. Values are
torch tensors that show themselves to the program as TensorFlow's do (see ``tensor.py``); models take and give them freely
(see ``customs.py``).
"""

from __future__ import annotations

import importlib
import logging
import time
from typing import Any

from wubu.core import border
from wubu.errors import did_you_mean

newaxis = None

# Where each name is defined.
_NAMES = {
    "control": (
        "TensorArray case cond control_dependencies device executing_eagerly foldl foldr "
        "group identity_n init_scope inside_function map_fn no_op numpy_function py_function scan switch_case "
        "vectorized_map while_loop"
    ),
    "decoding": "edit_distance",
    "creation": (
        "bitcast cast complex constant convert_to_tensor eye fill identity is_tensor linspace meshgrid "
        "one_hot ones ones_like range saturate_cast sequence_mask zeros zeros_like"
    ),
    "debugging": "Assert assert_equal assert_greater assert_less assert_rank",
    "dtypes": (
        "DType as_dtype bfloat16 bool complex128 complex64 double float16 float32 float64 half int16 int32 "
        "int64 int8 resource string uint16 uint32 uint64 uint8 variant"
    ),
    "elementwise": (
        "abs acos acosh add add_n asin asinh atan atan2 atanh clip_by_value cos cosh divide equal exp floor "
        "greater greater_equal less less_equal logical_and logical_not logical_or maximum minimum multiply "
        "negative not_equal pow realdiv round scalar_mul sigmoid sign sin sinh sqrt square subtract tan tanh "
        "truediv truncatediv truncatemod"
    ),
    "functions": "function",
    "gathering": (
        "argsort boolean_mask dynamic_partition dynamic_stitch gather gather_nd reverse_sequence scatter_nd "
        "searchsorted slice sort strided_slice tensor_scatter_nd_add tensor_scatter_nd_max "
        "tensor_scatter_nd_min tensor_scatter_nd_sub tensor_scatter_nd_update unique unique_with_counts "
        "unravel_index where"
    ),
    "linear_algebra": "clip_by_global_norm clip_by_norm eig eigvals einsum matmul norm tensordot",
    "module": "Module",
    "naming": "get_current_name_scope name_scope variable_creator_scope",
    "printing": "print",
    "ragged_tensor": "RaggedTensor",
    "reductions": (
        "argmax argmin cumsum histogram_fixed_width histogram_fixed_width_bins reduce_all reduce_any "
        "reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum"
    ),
    "shapes": "TensorShape",
    "shaping": (
        "batch_to_space broadcast_dynamic_shape broadcast_static_shape broadcast_to concat ensure_shape "
        "expand_dims get_static_value pad parallel_stack rank repeat reshape reverse roll shape shape_n size "
        "space_to_batch space_to_batch_nd split squeeze stack tile transpose unstack"
    ),
    "sparse_tensor": "IndexedSlices SparseTensor",
    "specs": "IndexedSlicesSpec RaggedTensorSpec SparseTensorSpec TensorSpec TypeSpec type_spec_from_value",
    "strings": "as_string",
    "tape": "GradientTape UnconnectedGradients custom_gradient grad_pass_through recompute_grad stop_gradient",
    "tensor": "Tensor",
    "variable": "Variable",
}
# Names that are defined under another one.
_RENAMED = {
    "constant_initializer": ("wubu.initializers", "Constant"),
    "matrix_square_root": ("wubu.tensorflow.linear_algebra", "sqrtm"),
    "ones_initializer": ("wubu.initializers", "Ones"),
    "random_normal_initializer": ("wubu.initializers", "RandomNormal"),
    "random_uniform_initializer": ("wubu.initializers", "RandomUniform"),
    "tuple": ("wubu.tensorflow.control", "tuple_"),
    "zeros_initializer": ("wubu.initializers", "Zeros"),
}
# Namespaces: files and folders here, and rooms of wubu.
_NAMESPACES = (
    "audio autodiff autograph bitwise compat config data debugging distribute dtypes errors experimental feature_column image "
    "io linalg lookup math nest nn profiler ragged random saved_model sets signal sparse strings summary sysconfig test "
    "train version"
).split()
_ROOMS = {
    "initializers": "wubu.initializers",
    "keras": "wubu",
    "losses": "wubu.losses",
    "metrics": "wubu.metrics",
    "optimizers": "wubu.optimizers",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}


class AggregationMethod:
    """How gradients are added: accepted."""

    ADD_N = DEFAULT = 0
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


class VariableAggregation:
    """How replicas' values of a variable are combined: accepted."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3


class VariableSynchronization:
    """When replicas exchange a variable: accepted."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


def get_logger() -> logging.Logger:
    """The logger of TensorFlow's name."""
    return logging.getLogger("tensorflow")


def timestamp(name: Any = None) -> Any:
    """Seconds since 1970, float64."""
    return _resolve("constant")(time.time(), dtype="float64")


def is_symbolic_tensor(tensor: Any) -> bool:
    """Whether something is a symbolic input of a functional model."""
    return hasattr(tensor, "__keras_tensor_config__")


def no_gradient(op_type: str) -> None:
    """Accepted."""


_OWN = [
    "AggregationMethod",
    "VariableAggregation",
    "VariableSynchronization",
    "get_logger",
    "is_symbolic_tensor",
    "newaxis",
    "no_gradient",
    "timestamp",
]
__all__ = sorted([*_HOMES, *_RENAMED, *_NAMESPACES, *_ROOMS, *_OWN, "__version__"])  # noqa: PLE0605 - from the tables above


def _resolve(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("wubu.tensorflow.version").VERSION
    if name not in _ROOMS:
        importlib.import_module("wubu.tensorflow.operators")  # before there are tensors that need them
    if name in _HOMES:
        return getattr(importlib.import_module(f"wubu.tensorflow.{_HOMES[name]}"), name)
    if name in _RENAMED:
        home, own = _RENAMED[name]
        return getattr(importlib.import_module(home), own)
    if name in _ROOMS:
        return importlib.import_module(_ROOMS[name])
    if name in _NAMESPACES:
        return importlib.import_module(f"wubu.tensorflow.{name}")
    raise AttributeError(f"module 'wubu.tensorflow' has no attribute {name!r}.{did_you_mean(name, __all__)}")


def __getattr__(name: str) -> Any:
    if name.startswith("__") and name != "__version__":
        raise AttributeError(f"module 'wubu.tensorflow' has no attribute {name!r}")
    value = globals()[name] = _resolve(name)
    return value


def __dir__() -> list[str]:
    return sorted(set(__all__))


class _Announced:
    """Answers at the border from the first value that crosses it on; until then torch need not be loaded."""

    def _real(self) -> Any:
        importlib.import_module("wubu.tensorflow.customs").activate()
        return border.facade

    def call(self, function: Any, args: Any, kwargs: Any, outermost: bool) -> Any:
        """See ``customs``."""
        return self._real().call(function, args, kwargs, outermost)

    def dress(self, structure: Any) -> Any:
        """See ``customs``."""
        return self._real().dress(structure)

    def strip(self, structure: Any) -> Any:
        """See ``customs``."""
        return self._real().strip(structure)

    def ended(self) -> Exception:
        """See ``customs``."""
        return self._real().ended()


def _answer() -> None:
    """Answer at the border from now on, unless somebody does already: a program has imported TensorFlow."""
    if border.facade is None:
        border.register(_Announced())


_answer()
