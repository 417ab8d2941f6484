"""``make_csv_dataset``: a CSV file with a header as batches of named columns, types found by looking."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

import torch

from wubu.data.dataset.dataset import Dataset
from wubu.data.dataset.sources import matching_files
from wubu.data.records.compression import checked_compression, open_to_read
from wubu.data.records.csv_files import CsvDataset
from wubu.errors import DataError, EmptyDataError, UnknownNameError


def make_csv_dataset(
    file_pattern: Any,
    batch_size: int,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    num_parallel_reads: int | None = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: str | None = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Dataset:
    """Read CSV files as batches of ``{name: column}``, or ``({name: column}, label)``.

    Args:
        file_pattern: files, or patterns.
        batch_size: rows in a batch.
        column_names: names; None takes those in the first line.
        column_defaults: for each column its type, or the value that stands for gaps; None looks at the first rows.
        label_name: the column that is the label.
        select_columns: names or numbers of the columns to read.
        field_delim, use_quote_delim, na_value, header, compression_type: as in ``CsvDataset``.
        num_epochs: how many passes; None is without end, and then every batch is full.
        shuffle, shuffle_buffer_size, shuffle_seed: whether, and how, rows are shuffled.
        num_rows_for_inference: how many rows are looked at for types; None for all.
        ignore_errors: leave out rows that cannot be read.
    """
    paths = matching_files(file_pattern)
    names, rows = _look(
        paths[0], header, field_delim, use_quote_delim, num_rows_for_inference, checked_compression(compression_type)
    )
    names = list(column_names) if column_names is not None else names
    select = None
    if select_columns is not None:
        select = sorted(_number(c, names) for c in select_columns)
        names = [names[i] for i in select]
    if column_defaults is None:
        picked = range(len(names)) if select is None else select
        column_defaults = [_default([row[i] for row in rows if i < len(row)], na_value) for i in picked]
    if label_name is not None and label_name not in names:
        raise UnknownNameError("column", label_name, names)
    data: Any = CsvDataset(
        paths, column_defaults, compression_type, None, header, field_delim, use_quote_delim, na_value, select
    )
    if ignore_errors:
        data = data.ignore_errors()
    if shuffle:
        data = data.shuffle(shuffle_buffer_size, shuffle_seed)
    if num_epochs != 1:
        data = data.repeat(num_epochs)

    def named(*columns: Any) -> Any:
        found = dict(zip(names, columns))
        return found if label_name is None else (found, found.pop(label_name))

    return data.batch(batch_size, drop_remainder=num_epochs is None).map(named).prefetch(prefetch_buffer_size or 1)


def _look(
    path: str, header: bool, delimiter: str, quotes: bool, count: int | None, compression: str
) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and the first rows."""
    rows: list[list[str]] = []
    with open_to_read(path, compression) as file:
        text = (line.decode("utf-8", "surrogateescape") for line in file)
        quoting: Any = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
        for row in csv.reader(text, delimiter=delimiter, quoting=quoting):
            if row:
                rows.append(row)
            if count is not None and len(rows) > count:
                break
    if not rows:
        raise EmptyDataError(f"Expected rows in {path}. It is empty")
    names = rows.pop(0) if header else [str(i) for i in range(len(rows[0]))]
    if len(set(names)) != len(names):
        raise DataError(f"Expected different names in the first line of {path}. Received: {names}")
    return names, rows


def _number(column: Any, names: Sequence[str]) -> int:
    if isinstance(column, int):
        return column
    if column not in names:
        raise UnknownNameError("column", column, names)
    return list(names).index(column)


def _default(fields: Sequence[str], gap: str) -> Any:
    """The value that stands for gaps in a column: 0, 0.0 or empty text, whichever type its fields have."""
    found = [f for f in fields if f not in ("", gap)]
    try:
        whole = [int(f) for f in found]
        if found:
            return 0 if all(-(2**31) <= v < 2**31 for v in whole) else torch.tensor(0)
    except ValueError:
        pass
    try:
        for field in found:
            float(field)
        return 0.0 if found else ""
    except ValueError:
        return ""
