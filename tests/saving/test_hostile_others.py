"""Hostile safetensors, torch files, lists of shards, YAML and JSON; and what stays allowed."""

from __future__ import annotations

import json
import pickle
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hostile_making import Cases, Payload, good_file, limits, members_of, model, patched, safetensors_file

import wubu
from wubu.errors import FileFormatError, UnsafeFileError, WubuError

cases = Cases()
case, unsafe = cases.case, cases.unsafe


_ENTRY = {"dtype": "F32", "shape": [4, 3], "data_offsets": [0, 48]}
for _name, _change in {
    "beyond_the_end": {"data_offsets": [0, 480], "shape": [40, 3]},
    "negative": {"data_offsets": [-48, 0]},
    "of_another_size": {"shape": [4, 4]},
    "of_unknown_type": {"dtype": "F12"},
    "with_text_for_offsets": {"data_offsets": ["a", "b"]},
    "of_immense_shape": {"shape": [2**40, 2**40]},
}.items():

    def _make(folder: Path, change: Any = _change) -> Path:
        return safetensors_file(folder, {"first.kernel": {**_ENTRY, **change}})

    cases[f"safetensors_{_name}"] = _make


@case
def safetensors_header_longer_than_file(folder: Path) -> Path:
    return safetensors_file(folder, {"a": _ENTRY}, length=10**9)


@case
def safetensors_header_no_json(folder: Path) -> Path:
    return safetensors_file(folder, b"{nothing of the kind}")


@case
def safetensors_header_deep(folder: Path) -> Path:
    return safetensors_file(folder, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


@unsafe
def torch_pickle_that_runs(folder: Path) -> Path:
    torch.save({"first.kernel": Payload()}, folder / "x.pt")
    return folder / "x.pt"


@unsafe
def torch_bare_pickle_that_runs(folder: Path) -> Path:
    (folder / "x.pt").write_bytes(pickle.dumps({"a": Payload()}, protocol=2))
    return folder / "x.pt"


@case
def torch_cut_short(folder: Path) -> Path:
    model().save_weights(folder / "x.pt")
    patched(folder / "x.pt", lambda d: d[: len(d) // 2])
    return folder / "x.pt"


@case
def torch_bomb(folder: Path) -> Path:
    path = folder / "x.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
        with archive.open("archive/data/0", "w", force_zip64=True) as file:
            for _ in range(500):
                file.write(bytes(2**20))
    return path


@unsafe
def shards_outside_the_folder(folder: Path) -> Path:
    listed = {"metadata": {}, "weight_map": {"/layers/dense/vars": "../../etc/secret.weights.h5"}}
    (folder / "x.weights.json").write_text(json.dumps(listed))
    return folder / "x.weights.json"


@case
def shards_missing(folder: Path) -> Path:
    listed = {"metadata": {}, "weight_map": {"/layers/dense/vars": "x_00000.weights.h5"}}
    (folder / "x.weights.json").write_text(json.dumps(listed))
    return folder / "x.weights.json"


@case
def noise(folder: Path) -> Path:
    (folder / "x.bin").write_bytes(np.random.default_rng(0).bytes(10_000))
    return folder / "x.bin"


@case
def an_empty_folder(folder: Path) -> Path:
    (folder / "x").mkdir()
    return folder / "x"


@pytest.mark.parametrize("name", list(cases))
def test_it_is_refused(tmp_path: Path, name: str) -> None:
    cases.check(name, tmp_path)


@pytest.mark.parametrize("seed", range(30))
def test_flipped_bits_never_do_worse_than_an_error(tmp_path: Path, seed: int) -> None:
    """Any one byte of a file changed: the model loads (the byte did not matter) or a WubuError says why not."""
    r = np.random.default_rng(seed)
    suffix = (".keras", ".h5")[seed % 2]
    path = good_file(tmp_path / f"x{suffix}")

    def change(data: bytearray) -> None:
        for at in r.integers(0, len(data), 3):
            data[at] = int(r.integers(0, 256))

    patched(path, change)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with limits():
                wubu.saving.load_model(path)
        except WubuError:
            pass


HOSTILE_YAML = {
    "runs code": "!!python/object/apply:os.system ['true']",
    "makes an object": "class_name: !!python/name:os.system\nconfig: {}",
    "laughs": "\n".join(["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40))]),
    "is cyclic": "class_name: Sequential\nconfig: &c\n  layers: [*c]\n",
    "is no yaml": "class_name: [unclosed",
    "is deep": "[" * 2000 + "]" * 2000,
}


@pytest.mark.parametrize("name", HOSTILE_YAML)
def test_hostile_yaml(name: str) -> None:
    pytest.importorskip("yaml")
    with pytest.raises(FileFormatError), limits():
        wubu.models.model_from_yaml(HOSTILE_YAML[name])


def test_hostile_json() -> None:
    for text in ("[" * 100_000, "{}", "3", '{"class_name": 3, "config": {}}', '{"class_name": "Sequential", "config": 7}', ""):
        with pytest.raises(WubuError), limits():
            wubu.models.model_from_json(text)


def test_a_lambda_runs_only_when_it_is_allowed(tmp_path: Path) -> None:
    model = wubu.Sequential([wubu.Input((2,)), wubu.layers.Lambda(lambda x: x * 2.0)])
    model.save(tmp_path / "x.keras")
    with pytest.raises(UnsafeFileError, match="safe_mode"):
        wubu.saving.load_model(tmp_path / "x.keras")
    again = wubu.saving.load_model(tmp_path / "x.keras", safe_mode=False)
    np.testing.assert_array_equal(again.predict(np.ones((1, 2)), verbose=0), [[2.0, 2.0]])


def test_compressed_archives_that_are_honest_load(tmp_path: Path) -> None:
    members = members_of(good_file(tmp_path / "good.keras"))
    with zipfile.ZipFile(tmp_path / "x.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert zlib.crc32(members["config.json"])
    wubu.saving.load_model(tmp_path / "x.keras")
