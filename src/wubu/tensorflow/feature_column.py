"""``tf.feature_column``: columns of tables for ``DenseFeatures``, and what files must hold for them."""

from __future__ import annotations

from typing import Any

from wubu.legacy.feature_columns import (
    NumericColumn,
    bucketized_column,
    categorical_column_with_hash_bucket,
    categorical_column_with_identity,
    categorical_column_with_vocabulary_file,
    categorical_column_with_vocabulary_list,
    crossed_column,
    embedding_column,
    indicator_column,
    numeric_column,
)
from wubu.tensorflow.dtypes import as_dtype
from wubu.tensorflow.io import FixedLenFeature, VarLenFeature

__all__ = [
    "bucketized_column",
    "categorical_column_with_hash_bucket",
    "categorical_column_with_identity",
    "categorical_column_with_vocabulary_file",
    "categorical_column_with_vocabulary_list",
    "crossed_column",
    "embedding_column",
    "indicator_column",
    "make_parse_example_spec",
    "numeric_column",
]


def make_parse_example_spec(feature_columns: Any) -> dict[str, Any]:
    """What ``tf.io.parse_example`` has to read for columns.

    Args:
        feature_columns: columns of any kind.
    """
    found: dict[str, Any] = {}
    for column in feature_columns:
        source = column
        while hasattr(source, "source"):
            source = source.source
        if isinstance(source, NumericColumn):
            found[source.key] = FixedLenFeature(source.shape, as_dtype(source.dtype), source.default_value)
            continue
        for part in getattr(source, "sources", [source]):
            if not isinstance(part, str) and isinstance(getattr(part, "source", None), NumericColumn):
                found.update(make_parse_example_spec([part]))
            else:
                key = part if isinstance(part, str) else part.key
                whole = not isinstance(part, str) and (
                    type(part).__name__ == "IdentityColumn" or isinstance((getattr(part, "vocabulary", None) or [""])[0], int)
                )
                found[key] = VarLenFeature(as_dtype("int64" if whole else "string"))
    return found
