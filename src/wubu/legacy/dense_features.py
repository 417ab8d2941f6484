"""``DenseFeatures`` of Keras 2."""

from __future__ import annotations

from typing import Any

import torch

from wubu import initializers
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.layers.base import Layer
from wubu.legacy.feature_columns import BucketizedColumn, Dense, EmbeddingColumn, NumericColumn
from wubu.symbolic.keras_tensor import KerasTensor


class DenseFeatures(Layer):
    """The columns of a table as one matrix, in the alphabetical order of the columns' names.

    Strings are looked up and hashed on the host.

    Args:
        feature_columns: numeric, bucketized, indicator and embedding columns of ``tf.feature_column``.
        trainable: whether embeddings are learned.
        name, **kwargs: those of ``Layer``.

    Call arguments: a dictionary of features, each of shape (batch,) or (batch, n).

    Output shape: ``(batch, the sum of the columns' widths)``.
    """

    _converts_lists = False

    def __init__(self, feature_columns: Any, trainable: bool = True, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, trainable=trainable, **kwargs)
        columns = feature_columns if isinstance(feature_columns, list | tuple) else [feature_columns]
        columns = list(feature_columns.values()) if isinstance(feature_columns, dict) else list(columns)
        wrong = [column for column in columns if not isinstance(column, Dense)]
        if wrong:
            raise ArgumentError(
                "Expected numeric, bucketized, indicator or embedding columns. "
                f"Received: {type(wrong[0]).__name__} {getattr(wrong[0], 'name', '')!r}. "
                "Try: tf.feature_column.indicator_column(…) or embedding_column(…, dimension=8)"
            )
        self.columns = sorted(columns, key=lambda column: column.name)
        self.tables: dict[str, Any] = {}

    def build(self, input_shape: Any = None) -> None:
        """Make the embeddings."""
        for column in self.columns:
            if isinstance(column, EmbeddingColumn):
                begin = column.initializer or initializers.TruncatedNormal(0.0, column.width**-0.5)
                self.tables[column.name] = self.add_weight(
                    (column.source.size, column.width),
                    begin,
                    name=f"{column.name}/embedding_weights",
                    trainable=column.trainable,
                )

    def call(self, features: Any) -> torch.Tensor:
        """Compute the output."""
        if not isinstance(features, dict):
            raise ArgumentError(f"Layer {self.name!r} expects a dictionary of features. Received: {type(features).__name__}")
        return torch.cat([self._values(column, features) for column in self.columns], dim=-1)

    def _values(self, column: Any, features: dict[str, Any]) -> torch.Tensor:
        if isinstance(column, NumericColumn):
            return column.values(features)
        source = column if isinstance(column, BucketizedColumn) else column.source
        ids = as_tensor(source.ids(features))
        known = (ids >= 0).unsqueeze(-1)
        ids = ids.clamp(min=0)
        if not isinstance(column, EmbeddingColumn):
            vectors = torch.nn.functional.one_hot(ids, column.width).to(torch.float32)
            return (vectors * known).sum(1)
        total = (self.tables[column.name][ids] * known).sum(1)
        count = known.sum(1).clamp(min=1).to(total.dtype)
        return total / {"sum": torch.ones_like(count), "mean": count, "sqrtn": count.sqrt()}[column.combiner]

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, and the columns' widths together."""
        first = next(iter(input_shape.values()))
        return (first[0], sum(column.width for column in self.columns))

    def compute_output_spec(self, features: Any) -> Any:
        """The symbolic output."""
        shapes = {key: x.shape for key, x in features.items()}
        return KerasTensor(self.compute_output_shape(shapes), self.dtype_policy.compute_dtype)
