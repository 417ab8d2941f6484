"""The parts of TensorFlow's checkpoints: tables, bundles, the text file; and what a crash between them leaves."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from wubu.errors import FileFormatError, UnsafeFileError
from wubu.saving.tf import bundle, slices
from wubu.saving.tf.bundle import BundleReader, write_bundle
from wubu.saving.tf.checkpoint_state import latest_checkpoint, read_checkpoint_state, update_checkpoint_state
from wubu.saving.tf.string_table import read_table, write_table


@pytest.mark.parametrize("count", (0, 1, 16, 17, 5000))
def test_a_table_comes_back(count: int) -> None:
    pairs = {f"layer/{i:05d}/kernel".encode(): os.urandom(i % 200) for i in range(count)}
    assert read_table(write_table(pairs), "x") == pairs


def test_no_flipped_bit_of_a_table_changes_what_is_read() -> None:
    pairs = {b"a": b"1", b"b": b"2" * 50}
    table = write_table(pairs)
    noticed = 0
    for at in range(len(table)):
        broken = bytearray(table)
        broken[at] ^= 0x10
        try:
            assert read_table(bytes(broken), "x") == pairs  # padding, and a block that nobody reads
        except FileFormatError:
            noticed += 1
    assert noticed > len(table) / 2


def test_tensors_of_every_type_come_back(tmp_path: Path) -> None:
    kinds = ("float32", "float64", "int32", "uint8", "int16", "int8", "int64", "bool", "float16", "uint16", "complex64")
    tensors = {k: (np.arange(6) % 2).astype(k).reshape(2, 3) for k in kinds}
    write_bundle(tmp_path / "x", {**tensors, "text": b"some text", "number": np.float32(2.5), "empty": np.zeros((0, 3))})
    reader = BundleReader(tmp_path / "x")
    for name, array in tensors.items():
        found = reader.read(name)
        assert found.dtype == array.dtype
        np.testing.assert_array_equal(found, array)
    assert reader.read("text").item() == b"some text"
    assert reader.read("number") == 2.5 and reader.read("empty").shape == (0, 3)
    write_bundle(tmp_path / "b", {"x": torch.tensor([1.5, -2.0], dtype=torch.bfloat16)})
    np.testing.assert_array_equal(BundleReader(tmp_path / "b").read("x"), [1.5, -2.0])


def test_replacing_never_breaks_what_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash at any write of the second save leaves the first readable."""
    prefix, real = tmp_path / "x", os.replace
    for crash_at in range(3):
        for file in tmp_path.iterdir():
            file.unlink()
        write_bundle(prefix, {"v": np.full(100, 1.0)})
        writes = 0

        def replace(a: object, b: object, crash_at: int = crash_at) -> None:
            nonlocal writes
            if writes == crash_at:
                raise KeyboardInterrupt
            writes += 1
            real(a, b)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            write_bundle(prefix, {"v": np.full(100, 2.0)})
        monkeypatch.setattr(os, "replace", real)
        np.testing.assert_array_equal(BundleReader(prefix).read("v"), np.full(100, 1.0))
        write_bundle(prefix, {"v": np.full(100, 3.0)})
        np.testing.assert_array_equal(BundleReader(prefix).read("v"), np.full(100, 3.0))
    write_bundle(prefix, {"v": np.full(100, 4.0)})
    assert len([f for f in tmp_path.iterdir() if ".data-" in f.name]) <= 2


def test_several_data_files(tmp_path: Path) -> None:
    """What a distributed training writes: tensors in different shards."""
    write_bundle(tmp_path / "a", {"one": np.arange(3.0)})
    write_bundle(tmp_path / "b", {"two": np.arange(4.0)})
    data = [(tmp_path / f"{n}.data-00000-of-00001").read_bytes() for n in "ab"]
    pairs: dict[bytes, bytes] = {}
    for shard, name in enumerate("ab"):
        table = read_table((tmp_path / f"{name}.index").read_bytes(), "x")
        for key, value in table.items():
            entry = bundle.decode(value, bundle._HEADER if key == b"" else bundle._ENTRY)
            entry.update({"num_shards": 2} if key == b"" else {"shard": shard})
            pairs[key] = bundle.encode(entry, bundle._HEADER if key == b"" else bundle._ENTRY)
        (tmp_path / f"c.data-{shard:05d}-of-00002").write_bytes(data[shard])
    (tmp_path / "c.index").write_bytes(write_table(pairs))
    reader = BundleReader(tmp_path / "c")
    np.testing.assert_array_equal(reader.read("one"), np.arange(3.0))
    np.testing.assert_array_equal(reader.read("two"), np.arange(4.0))


def write_in_slices(prefix: Path, whole: np.ndarray, parts: list[list[tuple[int, int]]], left_out: int = 0) -> None:
    """A partitioned variable ``v`` and a plain one, as TensorFlow writes them."""
    keys = [slices.key_of("v", extents) for extents in parts]
    pieces = [whole[tuple(slice(a, None if n < 0 else a + n) for a, n in extents)] for extents in parts]
    write_bundle(prefix, {"plain": np.ones(2), **{f"{i}": p for i, p in enumerate(pieces)}})
    pairs = read_table(Path(f"{prefix}.index").read_bytes(), "x")
    for i, key in enumerate(keys):
        pairs[key] = pairs.pop(f"{i}".encode())
    messages = [{"extent": [{"start": a, "length": max(n, 0)} for a, n in extents]} for extents in parts]
    dims = [{"size": n} for n in whole.shape]
    entry = {"dtype": bundle.dtype_number(whole.dtype.name), "shape": {"dim": dims}, "slices": messages}
    pairs[b"v"] = bundle.encode(entry, bundle._ENTRY)
    for key in keys[:left_out]:
        del pairs[key]
    Path(f"{prefix}.index").write_bytes(write_table(pairs))


GRID = [[(a, 2), (b, 3)] for a in (0, 2) for b in (0, 3)]


@pytest.mark.parametrize(
    "parts", (GRID, [[(0, 1), (0, -1)], [(1, 3), (0, 6)]], [[(0, -1), (0, -1)]]), ids=("grid", "rows", "whole")
)
def test_a_partitioned_variable_becomes_one(tmp_path: Path, parts: list[list[tuple[int, int]]]) -> None:
    whole = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    write_in_slices(tmp_path / "x", whole, parts)
    reader = BundleReader(tmp_path / "x")
    assert set(reader.entries) == {"plain", "v"}
    np.testing.assert_array_equal(reader.read("v"), whole)
    np.testing.assert_array_equal(reader.read("plain"), np.ones(2))


@pytest.mark.parametrize(
    ("parts", "left_out", "match"),
    (
        (GRID, 1, "missing"),
        (GRID[:3], 0, "fill"),
        ([GRID[0], GRID[0], GRID[2], GRID[3]], 0, "fill"),
        ([[(0, 9), (0, 6)]], 0, "outside"),
        ([[(-1, 5), (0, 6)]], 0, "outside"),
        ([[(0, 4)]], 0, "dimensions"),
    ),
)
def test_slices_that_do_not_make_a_whole(
    tmp_path: Path, parts: list[list[tuple[int, int]]], left_out: int, match: str
) -> None:
    write_in_slices(tmp_path / "x", np.zeros((4, 6), "float32"), parts, left_out)
    with pytest.raises(FileFormatError, match=match):
        BundleReader(tmp_path / "x").read("v")


def test_a_small_file_does_not_ask_for_a_large_variable(tmp_path: Path) -> None:
    write_in_slices(tmp_path / "x", np.zeros((4, 6), "float32"), GRID)
    pairs = read_table((tmp_path / "x.index").read_bytes(), "x")
    entry = bundle.decode(pairs[b"v"], bundle._ENTRY)
    entry["shape"] = {"dim": [{"size": 2**20}, {"size": 2**20}]}
    pairs[b"v"] = bundle.encode(entry, bundle._ENTRY)
    (tmp_path / "x.index").write_bytes(write_table(pairs))
    with pytest.raises(UnsafeFileError, match="unpacks"):
        BundleReader(tmp_path / "x").read("v")


def test_numbers_in_keys_sort_as_numbers() -> None:
    r = np.random.default_rng(0)
    starts = sorted({int(v) >> int(s) for v, s in zip(r.integers(-(2**62), 2**62, 500), r.integers(0, 62, 500))})
    keys = [slices.key_of("name", [(start, -1)]) for start in starts]
    assert keys == sorted(keys) and len(set(keys)) == len(starts)
    # the example of TensorFlow's own files: rows 75 to 149 of a variable of 5 columns
    assert slices.key_of("rows", [(75, 75), (0, 5)]) == b"\0rows\0\1\1\2\xc0\x4b\xc0\x4b\x80\x85"


def test_the_latest_checkpoint(tmp_path: Path) -> None:
    assert latest_checkpoint(tmp_path) is None
    for name in ("one", 'odd "name"\\x'):
        write_bundle(tmp_path / name, {"v": np.ones(1)})
        update_checkpoint_state(str(tmp_path), name, ["one"])
        assert latest_checkpoint(tmp_path) == str(tmp_path / name)
    assert read_checkpoint_state(str(tmp_path))[1] == [str(tmp_path / "one"), str(tmp_path / 'odd "name"\\x')]
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "gone"\n')
    assert latest_checkpoint(tmp_path) is None
