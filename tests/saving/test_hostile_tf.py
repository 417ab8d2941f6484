"""Hostile checkpoints and SavedModel folders."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest
from hostile_making import Cases, checkpoint, good_file, patched

from wubu.core.protobuf import Field, encode, varint
from wubu.saving.tf.bundle import write_bundle

cases = Cases()
case, unsafe = cases.case, cases.unsafe


@case
def tf_index_without_its_end(folder: Path) -> Path:
    prefix = checkpoint(folder)
    patched(Path(f"{prefix}.index"), lambda d: d[:-20])
    return prefix


@case
def tf_index_with_a_flipped_bit(folder: Path) -> Path:
    prefix = checkpoint(folder)

    def flip(data: bytearray) -> None:
        data[100] ^= 4

    patched(Path(f"{prefix}.index"), flip)
    return prefix


@case
def tf_data_with_a_flipped_bit(folder: Path) -> Path:
    prefix = checkpoint(folder)

    def flip(data: bytearray) -> None:
        data[len(data) // 2] ^= 4

    patched(Path(f"{prefix}.data-00000-of-00001"), flip)
    return prefix


@case
def tf_data_cut_short(folder: Path) -> Path:
    prefix = checkpoint(folder)
    patched(Path(f"{prefix}.data-00000-of-00001"), lambda d: d[: len(d) // 2])
    return prefix


@case
def tf_data_missing(folder: Path) -> Path:
    prefix = checkpoint(folder)
    os.unlink(f"{prefix}.data-00000-of-00001")
    return prefix


@case
def tf_index_of_noise(folder: Path) -> Path:
    noise = np.random.default_rng(0).bytes(5000)
    (folder / "ckpt.index").write_bytes(noise[:-8] + struct.pack("<Q", 0xDB4775248B80FB57))
    return folder / "ckpt"


@case
def tf_graph_that_points_nowhere(folder: Path) -> Path:
    node = {"children": Field(1, {"node_id": Field(1, "int"), "local_name": Field(2, "text")}, repeated=True)}
    graph = encode({"nodes": [{"children": [{"node_id": 999, "local_name": "x"}]}]}, {"nodes": Field(1, node, True)})
    write_bundle(folder / "ckpt", {"_CHECKPOINTABLE_OBJECT_GRAPH": graph})
    return folder / "ckpt"


@case
def tf_graph_of_noise(folder: Path) -> Path:
    write_bundle(folder / "ckpt", {"_CHECKPOINTABLE_OBJECT_GRAPH": np.random.default_rng(0).bytes(5000)})
    return folder / "ckpt"


@case
def tf_nothing_that_fits(folder: Path) -> Path:
    write_bundle(folder / "ckpt", {"strange": np.ones(3, "float32")})
    return folder / "ckpt"


@case
def tf_immense_text(folder: Path) -> Path:
    """A block that says it unpacks to far more than there is."""
    prefix = checkpoint(folder)

    def change(data: bytearray) -> bytearray:
        return bytearray(b"\xff\xff\xff\xff\x0f" + data[5:])

    patched(Path(f"{prefix}.index"), change)
    return prefix


@case
def saved_model_without_metadata(folder: Path) -> Path:
    path = good_file(folder / "sm")
    (path / "keras_metadata.pb").unlink()
    (path / "saved_model.pb").write_bytes(b"")
    return path


@case
def saved_model_without_variables(folder: Path) -> Path:
    path = good_file(folder / "sm")
    (path / "variables" / "variables.index").unlink()
    return path


@case
def saved_model_metadata_nested_deeply(folder: Path) -> Path:
    path = good_file(folder / "sm")
    data = b""
    for _ in range(3000):
        data = varint(1 << 3 | 2) + varint(len(data)) + data
    (path / "keras_metadata.pb").write_bytes(data)
    return path


@case
def saved_model_metadata_of_noise(folder: Path) -> Path:
    path = good_file(folder / "sm")
    (path / "keras_metadata.pb").write_bytes(np.random.default_rng(1).bytes(3000))
    return path


@pytest.mark.parametrize("name", list(cases))
def test_it_is_refused(tmp_path: Path, name: str) -> None:
    cases.check(name, tmp_path)
