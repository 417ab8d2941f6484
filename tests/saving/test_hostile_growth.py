"""Small files that ask for much: time or memory that grows out of all proportion to what is stored."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from hostile_making import Cases, Maker, checkpoint, h5_file, keras_file, limits, model, refusal, safetensors_file

from wubu.core.crc32c import crc32c, mask
from wubu.core.protobuf import varint
from wubu.errors import FileFormatError, WubuError
from wubu.saving.inspection import inspect
from wubu.saving.tf import bundle, string_table
from wubu.saving.tf.bundle import write_bundle
from wubu.saving.tf.object_graph import KEY
from wubu.saving.tf.string_table import read_table, write_table
from wubu.saving.zip_files import open_zip

cases = Cases()
case, unsafe = cases.case, cases.unsafe


def described(module: str, name: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"module": module, "class_name": name, "config": config, "registered_name": None}


def layer(name: str, config: dict[str, Any], *shape: int | None) -> Maker:
    """A .keras file whose model is one layer for inputs of a shape."""
    entry = described("keras.layers", "InputLayer", {"batch_shape": list(shape), "dtype": "float32", "name": "inputs"})

    def change(found: dict[str, Any]) -> None:
        found.pop("build_config", None)
        found.pop("compile_config", None)
        found["config"].pop("build_input_shape", None)
        found["config"]["layers"] = [entry, described("keras.layers", name, {"name": "one", **config})]

    return lambda folder: keras_file(folder, change=change)


def metric(name: str, config: dict[str, Any]) -> Maker:
    """A .keras file that is compiled with a metric."""
    listed = [described("keras.metrics", name, config)]
    return lambda folder: keras_file(folder, change=lambda c: c["compile_config"].update(metrics=listed))


# --- configurations -----------------------------------------------------------------------------------------------

ORTHOGONAL = described("keras.initializers", "Orthogonal", {"gain": 1.0, "seed": None})
CELLS = [described("keras.layers", "LSTMCell", {"units": 2})]
cases["keras_factors_of_a_large_matrix"] = layer("Dense", {"units": 5600, "kernel_initializer": ORTHOGONAL}, None, 5600)
cases["keras_recurrence_of_a_large_matrix"] = layer("LSTM", {"units": 2700}, None, 3, 4)
cases["keras_stack_of_many_cells"] = layer("RNN", {"cell": CELLS * 9000}, None, 30, 4)
cases["keras_metric_of_many_thresholds"] = metric("AUC", {"num_thresholds": 10**10})
cases["keras_metric_of_too_many_thresholds"] = metric("PrecisionAtRecall", {"recall": 0.5, "num_thresholds": 3 * 10**8})
cases["keras_metric_of_many_classes"] = metric("MeanIoU", {"num_classes": 10**6})
cases["keras_unrolled_for_ever"] = layer("LSTM", {"units": 2, "unroll": True}, None, 10**7, 4)


@unsafe
def keras_ten_calls_of_ten_calls(folder: Path) -> Path:
    """Models within models, each of which calls the one within it ten times: 10,000,000 calls."""
    inner = described("keras.layers", "Dense", {"units": 4})
    for depth in range(7):
        entry = described("keras.layers", "InputLayer", {"batch_shape": [None, 4], "name": "inputs"})
        histories = [["inputs", 0, 0], *(["inner", i, 0] for i in range(10))]
        tensors = [
            {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "dtype": "float32", "keras_history": h}}
            for h in histories
        ]
        nodes = [{"args": [t], "kwargs": {}} for t in tensors[:-1]]
        layers = [
            {**entry, "name": "inputs", "inbound_nodes": []},
            {**inner, "config": {**inner["config"], "name": "inner"}, "name": "inner", "inbound_nodes": nodes},
        ]
        config = {"name": f"level_{depth}", "layers": layers, "input_layers": [histories[0]]}
        inner = described("keras", "Functional", {**config, "output_layers": [histories[-1]]})
    return keras_file(folder, config=inner)


def _json(text: bytes) -> Maker:
    return lambda folder: keras_file(folder, config=text)


for _name, _item in {"objects": b"{}", "lists": b"[]", "numbers": b"0.1"}.items():
    _text = b'{"class_name":"Sequential","config":[' + b",".join([_item] * 15_000_000) + b"]}"
    cases[f"keras_millions_of_{_name}"] = _json(_text)
    cases.must_be_unsafe.add(f"keras_millions_of_{_name}")
cases["keras_number_of_millions_of_digits"] = _json(b'{"class_name":' + b"9" * 5_000_000 + b"}")


# --- archives and HDF5 --------------------------------------------------------------------------------------------


@unsafe
def keras_million_members(folder: Path) -> Path:
    """Members without content, of which only the directory knows."""
    path, count, name = folder / "x.keras", 1_000_000, b"config.json"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 2, 2, len(name), 0) + name + b"{}"
    entries = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 2, 2, 5, 0, 0, 0, 0, 0, 0) + b"%05x" % i
        for i in range(count)
    )
    end = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(entries), len(local))
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(local) + len(entries), 1)
    last = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(local + entries + end + locator + last)
    return path


def test_an_archive_of_many_members_is_told_by_its_directory(tmp_path: Path) -> None:
    path = keras_million_members(tmp_path)
    with pytest.raises(WubuError, match="members"):
        open_zip(path, "x")
    with open(path, "rb") as file, pytest.raises(WubuError, match="members"):
        open_zip(file, "x")
    with zipfile.ZipFile(tmp_path / "good.zip", "w") as archive:
        for i in range(3000):
            archive.writestr(f"member {i}", b"")
    with open_zip(tmp_path / "good.zip", "x") as archive:
        assert len(archive.namelist()) == 3000


def _names(attribute: str, group: str) -> Callable[[h5py.File], None]:
    """One name, a hundred thousand times."""

    def change(file: h5py.File) -> None:
        found = file[group]
        name = found.attrs[attribute][0]
        del found.attrs[attribute]
        for i in range(100):
            found.attrs[f"{attribute}{i}"] = np.array([name] * 1000)

    return change


@case
def h5_one_layer_many_times(folder: Path) -> Path:
    return h5_file(folder, _names("layer_names", "model_weights"))


@case
def h5_one_weight_many_times(folder: Path) -> Path:
    return h5_file(folder, _names("weight_names", "model_weights/first"))


def _linked(group: str) -> Callable[[h5py.File], None]:
    """One dataset of 60 MB that takes little room, under 400 names."""

    def change(file: h5py.File) -> None:
        found = file[group]
        held = found.create_dataset("held", data=np.zeros(15 * 2**20, "f4"), compression="gzip", chunks=(2**20,))
        for i in range(400):
            found[f"name{i}"] = held
        found.attrs["weight_names"] = np.array([f"name{i}".encode() for i in range(400)])

    return change


@case
def h5_one_dataset_under_many_names(folder: Path) -> Path:
    return h5_file(folder, _linked("model_weights/first"))


@case
def h5_optimizer_of_one_dataset_under_many_names(folder: Path) -> Path:
    return h5_file(folder, _linked("optimizer_weights"))


@unsafe
def h5_small_dataset_in_an_immense_chunk(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        held = file["model_weights/first"]
        name = held.attrs["weight_names"][0]
        shape = held[name].shape
        del held[name]
        options = {"maxshape": (None, None), "chunks": (2**26, 1), "compression": "gzip", "compression_opts": 1}
        held.create_dataset(name, shape=shape, dtype="f4", **options)[0, 0] = 1.0

    return h5_file(folder, change)


# --- weights by name ----------------------------------------------------------------------------------------------


@case
def safetensors_one_place_for_many(folder: Path) -> Path:
    size = 2**20
    entry = {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}
    return safetensors_file(folder, {f"tensor{i}": entry for i in range(5000)}, body=bytes(size))


@case
def safetensors_million_entries(folder: Path) -> Path:
    entry = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    return safetensors_file(folder, {f"tensor{i}": entry for i in range(420_000)})


@unsafe
def torch_one_number_as_a_large_tensor(folder: Path) -> Path:
    torch.save({"first.kernel": torch.zeros(1).expand(10**6, 10**6)}, folder / "x.pt")
    return folder / "x.pt"


@case
def torch_sparse_tensor_of_immense_shape(folder: Path) -> Path:
    sparse = torch.sparse_coo_tensor([[0], [0]], [1.0], (10**6, 10**6), check_invariants=True)
    torch.save({"first.kernel": sparse}, folder / "x.pt")
    return folder / "x.pt"


# --- checkpoints --------------------------------------------------------------------------------------------------


def _index(folder: Path, change: Callable[[dict[bytes, bytes]], None]) -> Path:
    """A checkpoint with another index."""
    prefix = checkpoint(folder)
    file = Path(f"{prefix}.index")
    pairs = read_table(file.read_bytes(), "x")
    change(pairs)
    file.write_bytes(write_table(pairs))
    return prefix


@case
def tf_one_place_for_many(folder: Path) -> Path:
    def change(pairs: dict[bytes, bytes]) -> None:
        entry = next(v for k, v in pairs.items() if k.endswith(b"kernel/.ATTRIBUTES/VARIABLE_VALUE"))
        pairs.update({b"other %d" % i: entry for i in range(1000)})

    return _index(folder, change)


@unsafe
def tf_entry_of_a_million_fields(folder: Path) -> Path:
    return _index(folder, lambda pairs: pairs.update({b"x": b"\x3a\x00" * 1_000_000}))


@unsafe
def tf_graph_of_a_million_objects(folder: Path) -> Path:
    write_bundle(folder / "ckpt", {KEY: b"\x0a\x00" * 1_000_000})
    return folder / "ckpt"


def _table(folder: Path, file: bytes, index: bytes) -> Path:
    footer = (index + index).ljust(string_table._FOOTER - 8, b"\0") + struct.pack("<Q", string_table._MAGIC)
    (folder / "ckpt.index").write_bytes(file + footer)
    (folder / "ckpt.data-00000-of-00001").write_bytes(b"")
    return folder / "ckpt"


@case
def tf_block_that_unpacks_to_much(folder: Path) -> Path:
    size = 300 * 2**20
    packed = varint(size) + b"\x00a" + b"\xfe\x01\x00" * (size // 64)  # one letter, copied 64 at a time
    return _table(folder, packed + b"\1" + struct.pack("<I", mask(crc32c(packed + b"\1"))), varint(0) + varint(len(packed)))


@case
def tf_one_block_read_many_times(folder: Path) -> Path:
    file = bytearray()
    handle = string_table._append(file, [(b"%08d" % i, b"v" * 100) for i in range(5000)])
    index = string_table._append(file, [(b"%08d" % i, handle) for i in range(5000)])
    return _table(folder, bytes(file), index)


@pytest.mark.parametrize("name", list(cases))
def test_it_is_refused(tmp_path: Path, name: str) -> None:
    cases.check(name, tmp_path)


@pytest.mark.parametrize("name", list(cases))
def test_inspecting_it_takes_little_too(tmp_path: Path, name: str) -> None:
    path = cases.makers[name](tmp_path)
    with limits(), suppress(WubuError):
        inspect(path)


# --- what stays allowed -------------------------------------------------------------------------------------------


def test_a_block_that_is_packed_is_read(tmp_path: Path) -> None:
    """Copies of what they themselves write, from further back, and of long stretches."""
    wanted = b"\0\1\1kv" + b"".join(b"\1\1\1%c%c" % (i, i) for i in range(70, 100))
    wanted += struct.pack("<II", 0, 1)
    packed = varint(len(wanted) + 70) + b"\xf0" + bytes([len(wanted) - 1]) + wanted + b"\xfe\x01\x00" + b"\x16\x03\x00"
    made = string_table._unsnap(memoryview(packed), "x")
    assert made == wanted + wanted[-1:] * 70


def test_a_table_of_many_blocks_is_read() -> None:
    pairs = {b"key %06d" % i: bytes(200) for i in range(5000)}
    assert read_table(write_table(pairs), "x") == pairs


def test_one_tensor_under_several_names_in_a_torch_file_is_read(tmp_path: Path) -> None:
    ours = model()
    state = {k: v.detach() for k, v in ours.state_dict().items()}
    torch.save({"first.kernel": state["first.kernel"].T.contiguous().T, **state}, tmp_path / "x.pt")
    other = model()
    other.load_weights(tmp_path / "x.pt")
    np.testing.assert_array_equal(other.get_weights()[0], ours.get_weights()[0])


def test_shared_entries_of_no_size_are_no_overlap(tmp_path: Path) -> None:
    write_bundle(tmp_path / "x", {"a": np.zeros((0, 3)), "b": np.ones(2), "c": np.zeros(0)})
    reader = bundle.BundleReader(tmp_path / "x")
    assert reader.read("a").shape == (0, 3) and reader.read("b").tolist() == [1.0, 1.0]


def test_a_message_names_what_is_wrong(tmp_path: Path) -> None:
    error = refusal(safetensors_one_place_for_many(tmp_path))
    assert isinstance(error, FileFormatError) and "same place" in str(error)
