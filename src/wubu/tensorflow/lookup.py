"""``tf.lookup``: tables from keys to values."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, host_value_of
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.dtypes import as_dtype
from wubu.tensorflow.namespace import Namespace
from wubu.tensorflow.strings import to_hash_bucket_fast
from wubu.tensorflow.tensor import type_of
from wubu.tensorflow.text import of_array

__all__ = [
    "KeyValueTensorInitializer",
    "StaticHashTable",
    "StaticVocabularyTable",
    "TextFileIndex",
    "TextFileInitializer",
    "experimental",
]


class KeyValueTensorInitializer:
    """Keys and their values.

    Args:
        keys, values: of one length.
        key_dtype, value_dtype: their types, default their own.
    """

    def __init__(
        self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None, name: Any = None
    ) -> None:
        own, others = convert(keys, key_dtype), convert(values, value_dtype)
        self.key_dtype, self.value_dtype = type_of(own), type_of(others)
        self.pairs = dict(zip(host_value_of(own).tolist(), host_value_of(others).tolist()))


class TextFileIndex:
    """What a line of a file gives: itself or its number."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class TextFileInitializer:
    """Keys and values from the lines of a file.

    Args:
        filename: the file.
        key_dtype, value_dtype: their types.
        key_index, value_index: a column, or one of ``TextFileIndex``.
        delimiter: between columns.
    """

    def __init__(
        self, filename: Any, key_dtype: Any, key_index: Any, value_dtype: Any, value_index: Any,
        vocab_size: Any = None, delimiter: str = "\t", name: Any = None, value_index_offset: int = 0,
    ) -> None:
        self.key_dtype, self.value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        with open(filename, encoding="utf-8") as file:
            lines = file.read().splitlines()[: vocab_size or None]

        def part(line: str, number: int, index: int, kind: Any) -> Any:
            if index == TextFileIndex.LINE_NUMBER:
                return number + value_index_offset
            text = line if index == TextFileIndex.WHOLE_LINE else line.split(delimiter)[index]
            return text.encode() if kind == dtypes.string else int(text) if kind.is_integer else float(text)

        self.pairs = {
            part(line, i, key_index, self.key_dtype): part(line, i, value_index, self.value_dtype)
            for i, line in enumerate(lines)
        }


class StaticHashTable:
    """A table that does not change.

    Args:
        initializer: keys and values.
        default_value: what unknown keys have.
    """

    def __init__(self, initializer: Any, default_value: Any, name: Any = None, **accepted: Any) -> None:
        self._pairs, self.key_dtype, self.value_dtype = initializer.pairs, initializer.key_dtype, initializer.value_dtype
        self._default = host_value_of(convert(default_value, self.value_dtype)).item()

    @property
    def default_value(self) -> Any:
        """What unknown keys have."""
        return to_facade(convert(self._default, self.value_dtype))

    def lookup(self, keys: Any, name: Any = None) -> Any:
        """The values of keys."""
        array = host_value_of(convert(keys))
        found = [self._pairs.get(key, self._default) for key in array.reshape(-1).tolist()]
        if self.value_dtype == dtypes.string:
            return to_facade(of_array(np.array(found, dtype=object).reshape(array.shape)))
        return to_facade(convert(np.array(found), self.value_dtype).reshape(array.shape))

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def size(self, name: Any = None) -> Any:
        """The number of keys."""
        return to_facade(torch.tensor(len(self._pairs)))

    def export(self, name: Any = None) -> tuple[Any, Any]:
        """All keys and values."""
        keys, values = list(self._pairs), list(self._pairs.values())
        return to_facade(convert(keys, self.key_dtype)), to_facade(convert(values, self.value_dtype))


class StaticVocabularyTable(StaticHashTable):
    """A table from text to numbers in which unknown words get one of several numbers at the end.

    Args:
        initializer: words and their numbers.
        num_oov_buckets: how many numbers unknown words share.
    """

    def __init__(self, initializer: Any, num_oov_buckets: int, lookup_key_dtype: Any = None, **accepted: Any) -> None:
        super().__init__(initializer, -1)
        self._buckets = int(num_oov_buckets)

    def size(self, name: Any = None) -> Any:
        """The number of words, and of the numbers for unknown ones."""
        return to_facade(torch.tensor(len(self._pairs) + self._buckets))

    def lookup(self, keys: Any, name: Any = None) -> Any:
        """The numbers of words."""
        found = host_value_of(super().lookup(keys)).copy()
        unknown = host_value_of(to_hash_bucket_fast(keys, self._buckets)) + len(self._pairs)
        return to_facade(convert(np.where(found == -1, unknown, found)))


class _Nothing:
    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self.pairs: dict[Any, Any] = {}
        self.key_dtype, self.value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)


class MutableHashTable(StaticHashTable):
    """A table that can change.

    Args:
        key_dtype, value_dtype: the types of keys and values.
        default_value: what unknown keys have.
    """

    def __init__(self, key_dtype: Any, value_dtype: Any, default_value: Any, name: Any = None, **accepted: Any) -> None:
        super().__init__(_Nothing(key_dtype, value_dtype), default_value)

    def insert(self, keys: Any, values: Any, name: Any = None) -> None:
        """Give keys values."""
        known = host_value_of(convert(keys, self.key_dtype)).reshape(-1).tolist()
        self._pairs.update(zip(known, host_value_of(convert(values, self.value_dtype)).reshape(-1).tolist()))

    def remove(self, keys: Any, name: Any = None) -> None:
        """Forget keys."""
        for key in host_value_of(convert(keys, self.key_dtype)).reshape(-1).tolist():
            self._pairs.pop(key, None)

    erase = remove


class DenseHashTable(MutableHashTable):
    """See ``MutableHashTable``.

    Args:
        empty_key, deleted_key: keys that never occur: accepted.
    """

    def __init__(
        self, key_dtype: Any, value_dtype: Any, default_value: Any, empty_key: Any, deleted_key: Any, **accepted: Any
    ) -> None:
        super().__init__(key_dtype, value_dtype, default_value)


experimental = Namespace("experimental", DenseHashTable=DenseHashTable, MutableHashTable=MutableHashTable)
