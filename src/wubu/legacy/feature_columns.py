"""``tf.feature_column`` of TensorFlow 1 and 2: how the columns of a table become numbers; for ``DenseFeatures``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.layers.preprocessing.encoding import as_values
from wubu.layers.preprocessing.fingerprints import buckets, fingerprint, joined

# Where TensorFlow begins the fingerprint of a cross.
_CROSS = 0xDECAFCAFFE


class Column:
    """A column of a table; see the functions of this file."""

    name: str
    keys: list[str]


class Categorical(Column):
    """A column whose values are numbers from 0 to ``size``; -1 stands for a missing one, -2 for one that is unknown."""

    size: int

    def ids(self, features: dict[str, Any]) -> Any:
        """The numbers of a batch, of shape (batch, n)."""
        raise NotImplementedError


class Dense(Column):
    """A column whose values are vectors of ``width`` numbers."""

    width: int


class NumericColumn(Dense):
    """See ``numeric_column``."""

    def __init__(self, key: str, shape: tuple[int, ...], default_value: Any, dtype: Any, normalizer_fn: Any) -> None:
        self.key = self.name = key
        self.shape, self.default_value, self.dtype, self.normalizer_fn = shape, default_value, dtype, normalizer_fn
        self.keys, self.width = [key], int(np.prod(shape))

    def values(self, features: dict[str, Any]) -> torch.Tensor:
        """The numbers of a batch, of shape (batch, width)."""
        x = as_tensor(_feature(features, self.key)).to(torch.float32)
        if self.normalizer_fn is not None:
            x = as_tensor(self.normalizer_fn(x)).to(torch.float32)
        return x.reshape(x.shape[0], self.width)


class BucketizedColumn(Dense, Categorical):
    """See ``bucketized_column``."""

    def __init__(self, source: NumericColumn, boundaries: list[float]) -> None:
        self.source, self.boundaries = source, boundaries
        self.name, self.keys = f"{source.name}_bucketized", source.keys
        self.buckets = len(boundaries) + 1
        self.size = self.width = self.buckets * source.width

    def ids(self, features: dict[str, Any]) -> Any:
        """The bucket of each number; those of a vector's second number follow those of its first."""
        x = self.source.values(features)
        found = torch.bucketize(x, torch.tensor(self.boundaries, device=x.device), right=True)
        return found + self.buckets * torch.arange(self.source.width, device=x.device)


class VocabularyColumn(Categorical):
    """See ``categorical_column_with_vocabulary_list``."""

    def __init__(self, key: str, vocabulary: list[Any], default_value: int, num_oov_buckets: int) -> None:
        self.key = self.name = key
        self.vocabulary, self.default_value, self.num_oov_buckets = vocabulary, default_value, num_oov_buckets
        self.keys, self.size = [key], len(vocabulary) + num_oov_buckets
        self._places = {value: i for i, value in enumerate(vocabulary)}

    def ids(self, features: dict[str, Any]) -> np.ndarray:
        """The place of each value in the vocabulary."""
        values = _rows(_feature(features, self.key))
        found = [self._places.get(v, -2) for v in values.reshape(-1).tolist()]
        made = np.array(found, np.int64).reshape(values.shape)
        unknown: Any = -2 if self.default_value == -1 else self.default_value
        if self.num_oov_buckets:
            unknown = len(self.vocabulary) + buckets(values, self.num_oov_buckets).reshape(values.shape)
        return np.where(_missing(values), -1, np.where(made == -2, unknown, made))


class HashedColumn(Categorical):
    """See ``categorical_column_with_hash_bucket``."""

    def __init__(self, key: str, size: int) -> None:
        self.key = self.name = key
        self.keys, self.size = [key], size

    def ids(self, features: dict[str, Any]) -> np.ndarray:
        """The bucket of each value's hash."""
        values = _rows(_feature(features, self.key))
        return np.where(_missing(values), -1, buckets(values, self.size).reshape(values.shape))


class IdentityColumn(Categorical):
    """See ``categorical_column_with_identity``."""

    def __init__(self, key: str, size: int, default_value: int | None) -> None:
        self.key = self.name = key
        self.keys, self.size, self.default_value = [key], size, default_value

    def ids(self, features: dict[str, Any]) -> np.ndarray:
        """The values themselves."""
        values = _rows(_feature(features, self.key)).astype(np.int64)
        wrong = (values < 0) | (values >= self.size)
        if self.default_value is not None:
            return np.where(values == -1, -1, np.where(wrong, self.default_value, values))
        if (wrong & (values != -1)).any():
            raise ArgumentError(
                f"Expected the values of {self.key!r} to be from 0 to {self.size - 1}. Received: "
                f"{values[wrong].tolist()[:5]}. Try: num_buckets={int(values.max()) + 1}, or default_value=0"
            )
        return values


class CrossedColumn(Categorical):
    """See ``crossed_column``."""

    def __init__(self, sources: list[Any], size: int, hash_key: int | None) -> None:
        self.sources, self.size, self.hash_key = sources, size, _CROSS if hash_key is None else hash_key
        names = sorted(one if isinstance(one, str) else one.name for one in sources)
        self.name = "_X_".join(names)
        self.keys = [key for one in sources for key in ([one] if isinstance(one, str) else one.keys)]

    def ids(self, features: dict[str, Any]) -> np.ndarray:
        """The bucket of each combination of values."""
        columns = [_rows(_feature(features, s) if isinstance(s, str) else s.ids(features)) for s in self.sources]
        counts = [column.shape[1] for column in columns]
        made = np.full((len(columns[0]), int(np.prod(counts))), -1, np.int64)
        for row in range(len(made)):
            for at, places in enumerate(np.ndindex(*counts)):
                values = [column[row, place].item() for column, place in zip(columns, places)]
                if any(v == -1 and not isinstance(s, str) for v, s in zip(values, self.sources)):
                    continue  # missing in a column of categories; a feature by its name is crossed as it is
                hashed = self.hash_key
                for value, source in zip(values, self.sources):
                    if value == -2 and not isinstance(source, str):
                        value = -1  # an unknown value is crossed, a missing one is not
                    own = fingerprint(value.encode("utf-8")) if isinstance(value, str) else int(value) % 2**64
                    hashed = joined(hashed, own)
                made[row, at] = hashed % self.size
        return made


class IndicatorColumn(Dense):
    """See ``indicator_column``."""

    def __init__(self, source: Categorical) -> None:
        self.source, self.name, self.keys = source, f"{source.name}_indicator", source.keys
        self.width = source.size


class EmbeddingColumn(Dense):
    """See ``embedding_column``."""

    def __init__(self, source: Categorical, width: int, combiner: str, initializer: Any, trainable: bool) -> None:
        self.source, self.width, self.combiner = source, width, combiner
        self.dimension = width
        self.initializer, self.trainable = initializer, trainable
        self.name, self.keys = f"{source.name}_embedding", source.keys


def numeric_column(
    key: str,
    shape: Any = (1,),
    default_value: Any = None,
    dtype: Any = "float32",
    normalizer_fn: Callable[..., Any] | None = None,
) -> NumericColumn:
    """A column of numbers.

    Args:
        key: the feature's name.
        shape: of each value.
        default_value: what examples in files have that lack it.
        dtype: the type in files.
        normalizer_fn: applied to a batch of values.
    """
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    return NumericColumn(key, sizes, default_value, dtype, normalizer_fn)


def bucketized_column(source_column: NumericColumn, boundaries: Sequence[float]) -> BucketizedColumn:
    """Numbers as the interval they lie in: boundaries 0 and 2 give (-∞, 0), [0, 2) and [2, ∞).

    Args:
        source_column: a ``numeric_column``.
        boundaries: in ascending order.
    """
    if not isinstance(source_column, NumericColumn):
        raise ArgumentError(f"Expected a numeric_column. Received: source_column={source_column!r}")
    found = [float(b) for b in boundaries]
    if not found or sorted(set(found)) != found:
        raise ArgumentError(f"Expected boundaries in ascending order. Received: boundaries={boundaries!r}")
    return BucketizedColumn(source_column, found)


def categorical_column_with_vocabulary_list(
    key: str, vocabulary_list: Sequence[Any], dtype: Any = None, default_value: int = -1, num_oov_buckets: int = 0
) -> VocabularyColumn:
    """Strings or whole numbers as their place in a list.

    Args:
        key: the feature's name.
        vocabulary_list: the values that are known.
        dtype: their type.
        default_value: the place of unknown ones; -1 lets them count nothing.
        num_oov_buckets: or how many places behind the list they are hashed to.
    """
    known = [v.decode() if isinstance(v, bytes) else v.item() if isinstance(v, np.generic) else v for v in vocabulary_list]
    if len(set(known)) != len(known):
        raise ArgumentError(f"Expected every value of vocabulary_list once. Received: {known[:10]}")
    return VocabularyColumn(key, known, default_value, num_oov_buckets)


def categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    dtype: Any = "string",
    default_value: int = -1,
    num_oov_buckets: int = 0,
) -> VocabularyColumn:
    """Strings as their place in a file, one a line; see ``categorical_column_with_vocabulary_list``."""
    with open(vocabulary_file, encoding="utf-8") as file:
        lines = file.read().splitlines()[:vocabulary_size]
    return VocabularyColumn(key, lines, default_value, num_oov_buckets)


def categorical_column_with_hash_bucket(key: str, hash_bucket_size: int, dtype: Any = "string") -> HashedColumn:
    """Strings or whole numbers as the bucket of their hash, the same as TensorFlow's.

    Args:
        key: the feature's name.
        hash_bucket_size: how many buckets there are.
        dtype: the type in files.
    """
    if hash_bucket_size < 1:
        raise ArgumentError(f"Expected hash_bucket_size to be positive. Received: {hash_bucket_size}")
    return HashedColumn(key, int(hash_bucket_size))


def categorical_column_with_identity(key: str, num_buckets: int, default_value: int | None = None) -> IdentityColumn:
    """Whole numbers as they are.

    Args:
        key: the feature's name.
        num_buckets: they are below it.
        default_value: what stands for those that are not; without one they are an error.
    """
    return IdentityColumn(key, num_buckets, default_value)


def crossed_column(keys: Sequence[Any], hash_bucket_size: int, hash_key: int | None = None) -> CrossedColumn:
    """Combinations of values as the bucket of their hash, the same as TensorFlow's.

    Args:
        keys: names of features, or columns of categories and buckets.
        hash_bucket_size: how many buckets there are.
        hash_key: where the fingerprint begins.
    """
    if len(keys) < 2:
        raise ArgumentError(f"Expected two or more keys to cross. Received: keys={keys!r}")
    return CrossedColumn(list(keys), int(hash_bucket_size), hash_key)


def indicator_column(categorical_column: Categorical) -> IndicatorColumn:
    """Categories as a vector that counts each.

    Args:
        categorical_column: made by one of the functions of categories.
    """
    return IndicatorColumn(categorical_column)


def embedding_column(
    categorical_column: Categorical,
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    ckpt_to_load_from: Any = None,
    tensor_name_in_ckpt: Any = None,
    max_norm: float | None = None,
    trainable: bool = True,
    use_safe_embedding_lookup: bool = True,
) -> EmbeddingColumn:
    """Categories as vectors that are learned.

    Args:
        categorical_column: made by one of the functions of categories.
        dimension: the length of the vectors.
        combiner: ``"mean"``, ``"sum"`` or ``"sqrtn"``, where an example has several.
        initializer: default normal with deviation ``1 / sqrt(dimension)``, cut at two deviations.
        trainable: whether they are learned.
    """
    if combiner not in ("mean", "sum", "sqrtn"):
        raise ArgumentError(f"Expected combiner to be 'mean', 'sum' or 'sqrtn'. Received: combiner={combiner!r}")
    return EmbeddingColumn(categorical_column, int(dimension), combiner, initializer, trainable)


def _feature(features: dict[str, Any], key: str) -> Any:
    if key not in features:
        raise ArgumentError(f"Expected a feature {key!r}. Received: {sorted(features)}")
    return features[key]


def _rows(x: Any) -> np.ndarray:
    """The values of a batch, of shape (batch, n)."""
    values = as_values(x)
    if values.dtype.kind == "f":
        values = values.astype(np.int64)
    return values.reshape(len(values), -1)


def _missing(values: np.ndarray) -> np.ndarray:
    return values == ("" if values.dtype.kind == "U" else -1)
