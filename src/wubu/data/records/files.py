"""Data sets of what is in files: records and lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wubu.data.dataset import elements
from wubu.data.dataset.constructors import Constructors
from wubu.data.dataset.dataset import Dataset
from wubu.data.dataset.elements import Text
from wubu.data.dataset.interleaving import Interleave
from wubu.data.dataset.node import Node
from wubu.data.dataset.parallel import worker_count
from wubu.data.dataset.run import Run
from wubu.data.dataset.sources import paths_of
from wubu.data.dataset.spec import TensorSpec
from wubu.data.dataset.stream import Stream
from wubu.data.records.compression import checked_compression, open_to_read
from wubu.data.records.tfrecord import read_records
from wubu.errors import ArgumentError, DataError

_END = object()


class FileNode(Node):
    """What some files hold, one file after another.

    Args:
        paths: the files.
        read: yields what is in one file.
        name: what to call the stage.
        unit: what to call one of what is read, for messages.
    """

    def __init__(self, paths: Sequence[str], read: Callable[[str], Iterator[Any]], name: str, unit: str) -> None:
        self.paths, self.read, self.name, self.unit = list(paths), read, name, unit

    def open(self, run: Run) -> Stream:
        return FileStream(self, run)

    def spec(self) -> Any:
        return TensorSpec((), "string")


class FileStream(Stream):
    """A pass over files.

    Args:
        node: the files.
        run: the pass.
    """

    def __init__(self, node: FileNode, run: Run) -> None:
        self._node, self._run = node, run
        self._file = 0
        self._number = 0  # in the file
        self._reader: Iterator[Any] | None = None

    def _next(self) -> Any:
        """The next record or line; ``_END`` at the end of the last file."""
        while True:
            if self._reader is None:
                if self._file >= len(self._node.paths):
                    return _END
                self._reader, self._number = self._node.read(self._node.paths[self._file]), 0
            with self._run.doing(
                f"{self._node.name}, {self._node.paths[self._file]}, {self._node.unit} {self._number}"
            ):
                found = next(self._reader, _END)
            if found is not _END:
                self._number += 1
                return found
            self._reader = None
            self._file += 1

    def __next__(self) -> Any:
        found = self._next()
        if found is _END:
            raise StopIteration
        return elements.as_leaf(found)

    def skip(self, count: int) -> int:
        for done in range(count):
            if self._next() is _END:
                return done
        return count

    def origin(self) -> str | None:
        if self._file >= len(self._node.paths):
            return None
        return f"{self._node.unit} {self._number - 1} of file {self._node.paths[self._file]!r}"

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()  # type: ignore[attr-defined]
            self._reader = None
        self._file = len(self._node.paths)


def _node_of(
    files: Any, read: Callable[[str], Iterator[Any]], name: str, unit: str, parallel: int | None = None
) -> Node:
    """The stage for files that are named, or that another data set names."""
    if isinstance(files, Constructors):

        def made(path: Any) -> Node:
            return FileNode(paths_of(path), read, name, unit)

        cycle = 1 if parallel is None else worker_count(parallel)
        return Interleave(files._node, made, cycle, 1, parallel, read)
    paths = paths_of(files)
    if parallel is None or len(paths) < 2:
        return FileNode(paths, read, name, unit)
    workers = worker_count(parallel)
    named = Dataset.from_tensor_slices(Text.of(paths))._node
    return Interleave(named, lambda path: FileNode(paths_of(path), read, name, unit), workers, 1, workers, read)


class TextLineDataset(Dataset):
    """The lines of text files, without their ends, as text.

    Args:
        filenames: one or several files, or a data set of their names.
        compression_type: None, ``"GZIP"`` or ``"ZLIB"``.
        num_parallel_reads: how many files are read at a time, their lines in turns; None for one after another.
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: str | None = None,
        buffer_size: int | None = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        compression = checked_compression(compression_type)

        def read(path: str) -> Iterator[bytes]:
            with open_to_read(path, compression) as file:
                for line in file:
                    yield line.rstrip(b"\n").replace(b"\r", b"")

        super().__init__(_node_of(filenames, read, "TextLineDataset", "line", num_parallel_reads))


class TFRecordDataset(Dataset):
    """The records of TFRecord files, as text (bytes).

    Args:
        filenames: one or several files, or a data set of their names.
        compression_type: None, ``"GZIP"`` or ``"ZLIB"``.
        num_parallel_reads: how many files are read at a time, their records in turns; None for one after another.

    Example:
        >>> TFRecordDataset("data.tfrecord").map(lambda record: parse_single_example(record, features))
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: str | None = None,
        buffer_size: int | None = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        compression = checked_compression(compression_type)

        def read(path: str) -> Iterator[bytes]:
            return read_records(path, compression)

        super().__init__(_node_of(filenames, read, "TFRecordDataset", "record", num_parallel_reads))


class FixedLengthRecordDataset(Dataset):
    """Pieces of equal size of binary files, as text (bytes).

    Args:
        filenames: one or several files.
        record_bytes: the size of a piece.
        header_bytes, footer_bytes: what to leave out at the beginning and the end of each file.
        compression_type: None, ``"GZIP"`` or ``"ZLIB"``.
    """

    def __init__(
        self,
        filenames: Any,
        record_bytes: int,
        header_bytes: int | None = None,
        footer_bytes: int | None = None,
        buffer_size: int | None = None,
        compression_type: str | None = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        compression = checked_compression(compression_type)
        if record_bytes < 1:
            raise ArgumentError(f"Expected record_bytes to be positive. Received: {record_bytes}")

        def read(path: str) -> Iterator[bytes]:
            with open_to_read(path, compression) as file:
                data = memoryview(file.read())
            body = data[header_bytes or 0 : len(data) - (footer_bytes or 0)]
            if len(body) % record_bytes:
                raise DataError(f"Expected {path} to hold pieces of {record_bytes} bytes. It has {len(body)} bytes")
            for start in range(0, len(body), record_bytes):
                yield bytes(body[start : start + record_bytes])

        super().__init__(_node_of(filenames, read, "FixedLengthRecordDataset", "record", num_parallel_reads))
