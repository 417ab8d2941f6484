"""Data sets of the rows of CSV files."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core.dtypes import TORCH
from wubu.data.dataset import elements
from wubu.data.dataset.dataset import Dataset
from wubu.data.dataset.elements import Text
from wubu.data.dataset.node import Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.sources import paths_of
from wubu.data.dataset.spec import TensorSpec, as_dtype
from wubu.data.dataset.stream import Stream
from wubu.data.records.compression import checked_compression, open_to_read
from wubu.errors import ArgumentError, DataError

_END = object()


class CsvColumn:
    """How a column of a CSV file is read.

    Args:
        declared: a type, for a column without gaps; or a value, which stands for gaps and whose type is the column's.
    """

    def __init__(self, declared: Any) -> None:
        self.required = isinstance(declared, torch.dtype | str | type) or hasattr(declared, "as_numpy_dtype")
        if self.required and isinstance(declared, str):
            self.required = declared == "string" or declared in TORCH
        if self.required:
            self.dtype, self.default = as_dtype(declared), None
        else:
            value = elements.as_leaf(declared)
            value = value.reshape(-1)[0] if value.ndim else value
            self.dtype = "string" if isinstance(value, Text) else value.dtype
            self.default = value.item()

    def value(self, field: str, gap: bool) -> Any:
        """The value of a field.

        Raises:
            ValueError: when it is none.
        """
        if gap:
            if self.required:
                raise ValueError("it is empty")
            return self.default
        if self.dtype == "string":
            return field.encode("utf-8", "surrogateescape")
        assert isinstance(self.dtype, torch.dtype)
        if self.dtype is torch.bool:
            return {"true": True, "false": False, "1": True, "0": False}[field.strip().lower()]
        return float(field) if self.dtype.is_floating_point else int(field)

    def stacked(self, values: list[Any]) -> Any:
        """Values as a column."""
        if self.dtype == "string":
            made = np.empty(len(values), object)
            made[:] = values
            return made.view(Text)
        return torch.tensor(values, dtype=self.dtype)  # type: ignore[arg-type]


class CsvNode(Node):
    """The rows of CSV files.

    Args:
        paths: the files.
        columns: how each selected column is read.
        select: the numbers of these columns; None for all.
        header: whether the first line of each file holds names.
        delimiter: what stands between fields.
        quotes: whether fields may be quoted.
        gap: what stands for a missing value, beside nothing.
        compression: ``""``, ``"GZIP"`` or ``"ZLIB"``.
    """

    name = "CsvDataset"

    def __init__(
        self,
        paths: Sequence[str],
        columns: Sequence[CsvColumn],
        select: Sequence[int] | None = None,
        header: bool = False,
        delimiter: str = ",",
        quotes: bool = True,
        gap: str = "",
        compression: str = "",
    ) -> None:
        self.paths, self.columns, self.select = list(paths), list(columns), select
        self.header, self.gap, self.compression = header, gap, compression
        self.dialect = {"delimiter": delimiter, "quoting": csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE}

    def open(self, run: Run) -> Stream:
        return CsvStream(self)

    def spec(self) -> Any:
        return tuple(TensorSpec((), column.dtype) for column in self.columns)

    def lines(self) -> Iterator[tuple[str, int, list[str]]]:
        """File, number of the line and fields of every row."""
        for path in self.paths:
            with open_to_read(path, self.compression) as file:
                text = (line.decode("utf-8", "surrogateescape") for line in file)
                reader = csv.reader(text, **self.dialect)  # type: ignore[arg-type]
                try:
                    for number, fields in enumerate(reader):
                        if fields and (number or not self.header):
                            yield path, reader.line_num, fields
                except csv.Error as error:
                    raise DataError(f"Line {reader.line_num} of {path} is no CSV: {error}") from error

    def values(self, row: tuple[str, int, list[str]]) -> list[Any]:
        """The values of the selected fields of a row.

        Raises:
            DataError: a field is missing, or is no number: the file, the line and the column are named.
        """
        path, line, fields = row
        select: Iterable[int] = range(len(self.columns)) if self.select is None else self.select
        if self.select is None and len(fields) != len(self.columns):
            raise DataError(f"Expected {len(self.columns)} fields in line {line} of {path}. Received: {len(fields)}")
        made = []
        for number, column in zip(select, self.columns):
            try:
                field = fields[number]
                made.append(column.value(field, field == "" or field == self.gap))
            except IndexError:
                raise DataError(
                    f"Expected a column {number} in line {line} of {path}. It has {len(fields)} fields"
                ) from None
            except (ValueError, KeyError) as error:
                raise DataError(
                    f"Expected a value of type {str(column.dtype).removeprefix('torch.')} in column {number}, line {line} "
                    f"of {path}. Received: {field!r:.60}{' (it is empty)' if not field else ''}"
                ) from error
        return made


class CsvStream(Stream):
    """A pass over rows.

    Args:
        node: the files.
    """

    bulk = True

    def __init__(self, node: CsvNode) -> None:
        self._node, self._lines = node, node.lines()
        self._row: tuple[str, int, list[str]] | None = None

    def __next__(self) -> Any:
        self._row = next(self._lines)
        return tuple(c.stacked([v])[0] for c, v in zip(self._node.columns, self._node.values(self._row)))

    def rows(self, count: int) -> Any:
        found = []
        for row in self._lines:
            found.append(self._node.values(row))
            if len(found) == count:
                break
        if not found:
            return None
        return tuple(c.stacked(list(values)) for c, values in zip(self._node.columns, zip(*found)))

    def skip(self, count: int) -> int:
        for done in range(count):
            if next(self._lines, None) is None:
                return done
        return count

    def origin(self) -> str | None:
        return None if self._row is None else f"line {self._row[1]} of file {self._row[0]!r}"

    def close(self) -> None:
        self._lines.close()  # type: ignore[attr-defined]


class CsvDataset(Dataset):
    """The rows of CSV files, each a tuple of numbers and text.

    Args:
        filenames: one or several files.
        record_defaults: for each column its type, when it has no gaps, or the value that stands for gaps.
        compression_type: None, ``"GZIP"`` or ``"ZLIB"``.
        header: whether the first line of each file holds names.
        field_delim: what stands between fields.
        use_quote_delim: whether fields may be quoted.
        na_value: what stands for a missing value, beside nothing.
        select_cols: the numbers of the columns to read, rising; None for all. ``record_defaults`` is for these.
        exclude_cols: the numbers of columns to leave out, instead.

    Example:
        >>> for price, name in CsvDataset("prices.csv", ["float32", "string"], header=True):
        ...     ...
    """

    def __init__(
        self,
        filenames: Any,
        record_defaults: Sequence[Any],
        compression_type: str | None = None,
        buffer_size: int | None = None,
        header: bool = False,
        field_delim: str = ",",
        use_quote_delim: bool = True,
        na_value: str = "",
        select_cols: Sequence[int] | None = None,
        exclude_cols: Sequence[int] | None = None,
    ) -> None:
        columns = [CsvColumn(declared) for declared in record_defaults]
        if select_cols is not None and exclude_cols is not None:
            raise ArgumentError("Expected select_cols or exclude_cols, not both")
        if exclude_cols is not None:
            total = len(columns) + len(exclude_cols)
            select_cols = [i for i in range(total) if i not in set(exclude_cols)]
        if select_cols is not None and len(select_cols) != len(columns):
            raise ArgumentError(
                f"Expected one of record_defaults for each of {len(select_cols)} columns. Received: {len(columns)}"
            )
        if isinstance(filenames, Dataset):
            filenames = [os.fspath(path) for path in filenames]
        compression = checked_compression(compression_type)
        paths = paths_of(filenames)
        super().__init__(
            CsvNode(paths, columns, select_cols, header, field_delim, use_quote_delim, na_value, compression)
        )
