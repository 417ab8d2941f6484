"""Hostile HDF5, within .keras files and as whole models."""

from __future__ import annotations

import base64
import json
import marshal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hostile_making import Cases, config_of, h5_file, keras_file, model

cases = Cases()
case, unsafe = cases.case, cases.unsafe


@unsafe
def weights_behind_an_external_link(folder: Path) -> Path:
    other = folder / "secret.h5"
    with h5py.File(other, "w") as file:
        file["v"] = np.ones((4, 3), "float32")

    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = h5py.ExternalLink(str(other), "/v")

    return keras_file(folder, h5=change)


@unsafe
def weights_behind_a_soft_link(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["layers/dense"]
        file["layers/dense"] = h5py.SoftLink("/layers/dense_1")

    return keras_file(folder, h5=change)


@unsafe
def weights_in_another_file(folder: Path) -> Path:
    (folder / "secret.bin").write_bytes(bytes(48))

    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset(
            "0", (4, 3), "float32", external=[(str(folder / "secret.bin"), 0, h5py.h5f.UNLIMITED)]
        )

    return keras_file(folder, h5=change)


@unsafe
def weights_virtual(folder: Path) -> Path:
    other = folder / "secret.h5"
    with h5py.File(other, "w") as file:
        file["v"] = np.ones((4, 3), "float32")
    layout = h5py.VirtualLayout((4, 3), "float32")
    layout[:] = h5py.VirtualSource(str(other), "v", (4, 3))

    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_virtual_dataset("0", layout)

    return keras_file(folder, h5=change)


def _replaced(**options: Any) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset("0", **options)

    return change


@unsafe
def weights_of_immense_shape_and_no_values(folder: Path) -> Path:
    return keras_file(folder, h5=_replaced(shape=(10**6, 10**6), dtype="float32", chunks=(1000, 1000)))


@unsafe
def weights_that_unpack_to_hundreds_of_megabytes(folder: Path) -> Path:
    options = {"compression": "gzip", "compression_opts": 1, "chunks": (1000, 1000)}
    return keras_file(folder, h5=_replaced(data=np.zeros((10_000, 10_000), "float32"), **options))


@case
def weights_of_another_shape(folder: Path) -> Path:
    return keras_file(folder, h5=_replaced(data=np.ones((3, 4), "float32")))


@case
def weights_are_text(folder: Path) -> Path:
    return keras_file(folder, h5=_replaced(data=np.array([["x"] * 3] * 4, dtype="S1")))


@case
def weights_are_compound(folder: Path) -> Path:
    return keras_file(folder, h5=_replaced(data=np.zeros((4, 3), np.dtype([("a", "f4"), ("b", "i4")]))))


@case
def weights_are_references(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset("0", (4, 3), h5py.ref_dtype)

    return keras_file(folder, h5=change)


@case
def weights_are_empty(folder: Path) -> Path:
    return keras_file(folder, h5=_replaced(data=h5py.Empty("f4")))


@case
def weights_are_a_group(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file.create_group("layers/dense/vars/0")

    return keras_file(folder, h5=change)


@case
def weights_missing(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["layers/dense"]

    return keras_file(folder, h5=change)


@case
def weights_in_a_cycle_of_groups(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["layers/dense/vars"]
        file["layers/dense/vars"] = file["layers"]

    return keras_file(folder, h5=change)



@case
def h5_config_no_json(folder: Path) -> Path:
    return h5_file(folder, lambda f: f.attrs.__setitem__("model_config", "{'class_name'"))


@case
def h5_config_a_number(folder: Path) -> Path:
    return h5_file(folder, lambda f: f.attrs.__setitem__("model_config", 3))


@case
def h5_config_of_gigantic_size(folder: Path) -> Path:
    text = '{"class_name": "Sequential", "config": {"name": "' + "x" * (80 * 2**20) + '"}}'
    return h5_file(folder, lambda f: f.attrs.__setitem__("model_config", text))


@unsafe
def h5_lambda_of_keras_2(folder: Path) -> Path:
    code = base64.b64encode(marshal.dumps(compile("1", "x", "eval"))).decode()

    def change(file: h5py.File) -> None:
        config = config_of(file)
        evil = {"name": "evil", "trainable": True, "function": [code, None, None], "function_type": "lambda", "module": "x"}
        config["config"]["layers"].append({"class_name": "Lambda", "config": evil})
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.4.0"

    return h5_file(folder, change)


@case
def h5_optimizer_is_a_module(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        training = json.loads(file.attrs["training_config"])
        training["optimizer_config"] = {"module": "os", "class_name": "system", "config": {"command": "true"}}
        file.attrs["training_config"] = json.dumps(training)

    return h5_file(folder, change)


@case
def h5_weight_names_lead_away(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        file["model_weights/first"].attrs["weight_names"] = [b"../../../etc/passwd", b"/model_weights/second"]

    return h5_file(folder, change)


@case
def h5_weight_names_are_numbers(folder: Path) -> Path:
    return h5_file(folder, lambda f: f["model_weights/first"].attrs.__setitem__("weight_names", np.arange(2)))


@case
def h5_layer_names_of_nothing(folder: Path) -> Path:
    return h5_file(folder, lambda f: f["model_weights"].attrs.__setitem__("layer_names", [b"first", b"third"]))


@unsafe
def h5_layer_behind_an_external_link(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["model_weights/first"]
        file["model_weights/first"] = h5py.ExternalLink("/etc/secret.h5", "/")

    return h5_file(folder, change)


@case
def h5_of_weights_alone_as_a_model(folder: Path) -> Path:
    model().save_weights(folder / "x.h5")
    return folder / "x.h5"


@pytest.mark.parametrize("name", list(cases))
def test_it_is_refused(tmp_path: Path, name: str) -> None:
    cases.check(name, tmp_path)
