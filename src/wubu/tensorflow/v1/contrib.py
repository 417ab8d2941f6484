"""The few names of ``tf.contrib`` that tutorials use."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from wubu import initializers, regularizers
from wubu.tensorflow.v1 import layers as _layers
from wubu.tensorflow.v1 import rnn_cell
from wubu.tensorflow.v1.rnn import static_rnn

__all__ = ["layers", "rnn"]


def _xavier_initializer(uniform: bool = True, seed: Any = None, dtype: Any = None) -> Any:
    """Glorot's initializer."""
    return initializers.GlorotUniform(seed=seed) if uniform else initializers.GlorotNormal(seed=seed)


def _variance_scaling_initializer(
    factor: float = 2.0, mode: str = "FAN_IN", uniform: bool = False, seed: Any = None, dtype: Any = None
) -> Any:
    """Numbers whose variance fits the number of inputs."""
    kind = "uniform" if uniform else "truncated_normal"
    return initializers.VarianceScaling(factor, mode.lower(), kind, seed=seed)


def _penalty(make: Any) -> Any:
    def regularizer(scale: float, scope: Any = None) -> Any:
        return make(scale)

    return regularizer


def _fully_connected(inputs: Any, num_outputs: int, activation_fn: Any = "relu", **options: Any) -> Any:
    """A dense layer, by default with relu."""
    renamed = {"weights_initializer": "kernel_initializer", "biases_initializer": "bias_initializer",
               "weights_regularizer": "kernel_regularizer", "scope": "name"}  # fmt: skip
    made = {renamed.get(k, k): v for k, v in options.items() if k in {*renamed, "reuse"}}
    return _layers.dense(inputs, num_outputs, activation=activation_fn, **made)


layers = SimpleNamespace(
    batch_norm=lambda inputs, is_training=True, **kw: _layers.batch_normalization(inputs, training=is_training),
    dropout=lambda inputs, keep_prob=0.5, is_training=True, **kw: _layers.dropout(inputs, 1 - keep_prob, training=is_training),
    flatten=_layers.flatten,
    fully_connected=_fully_connected,
    l1_regularizer=_penalty(regularizers.L1),
    l2_regularizer=_penalty(lambda scale: regularizers.L2(scale / 2)),
    linear=lambda inputs, num_outputs, **kw: _fully_connected(inputs, num_outputs, None, **kw),
    variance_scaling_initializer=_variance_scaling_initializer,
    xavier_initializer=_xavier_initializer,
)
rnn = SimpleNamespace(
    BasicLSTMCell=rnn_cell.BasicLSTMCell,
    BasicRNNCell=rnn_cell.BasicRNNCell,
    DropoutWrapper=rnn_cell.DropoutWrapper,
    GRUCell=rnn_cell.GRUCell,
    LSTMCell=rnn_cell.LSTMCell,
    MultiRNNCell=rnn_cell.MultiRNNCell,
    static_rnn=static_rnn,
)
