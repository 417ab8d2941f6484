"""Files made to do harm: each ends in an error of wubu's, soon and in little memory, and none runs code."""

from __future__ import annotations

import base64
import io
import json
import marshal
import os
import pickle
import signal
import struct
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch

import wubu
from wubu.core.protobuf import Field, encode, varint
from wubu.errors import FileFormatError, SerializationError, UnsafeFileError, WubuError
from wubu.saving.tf.bundle import write_bundle

SECONDS = 5
BYTES = 2**30
CANARY = "WUBU_CANARY"


class Payload:
    """Something that leaves a trace when it is unpickled."""

    def __reduce__(self) -> Any:
        return os.putenv, (CANARY, "dead")


def _model() -> Any:
    layers = wubu.layers
    model = wubu.Sequential([wubu.Input((4,)), layers.Dense(3, name="first"), layers.Dense(2, name="second")])
    model.compile("adam", "mse")
    model.train_on_batch(np.ones((2, 4)), np.ones((2, 2)))
    return model


def _good(path: Path) -> Path:
    _model().save(path)
    return path


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {n: archive.read(n) for n in archive.namelist()}


def _keras(
    folder: Path,
    config: Any = None,
    change: Callable[[Any], None] | None = None,
    h5: Callable[[h5py.File], None] | None = None,
    compression: int = zipfile.ZIP_STORED,
    **extra: bytes,
) -> Path:
    """A .keras file that is good but for what is changed in it."""
    path = folder / "hostile.keras"
    members = _members(_good(folder / "good.keras"))
    if config is not None:
        members["config.json"] = config if isinstance(config, bytes) else json.dumps(config).encode()
    if change is not None:
        found = json.loads(members["config.json"])
        change(found)
        members["config.json"] = json.dumps(found).encode()
    if h5 is not None:
        buffer = io.BytesIO(members["model.weights.h5"])
        with h5py.File(buffer, "r+") as file:
            h5(file)
        members["model.weights.h5"] = buffer.getvalue()
    members.update({k.replace("__", "/"): v for k, v in extra.items()})
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _h5(folder: Path, change: Callable[[h5py.File], None]) -> Path:
    path = _good(folder / "hostile.h5")
    with h5py.File(path, "r+") as file:
        change(file)
    return path


def _config_of(file: h5py.File) -> Any:
    return json.loads(file.attrs["model_config"])


CASES: dict[str, Callable[[Path], Path]] = {}
UNSAFE: set[str] = set()


def case(function: Callable[[Path], Path]) -> Callable[[Path], Path]:
    CASES[function.__name__] = function
    return function


def unsafe(function: Callable[[Path], Path]) -> Callable[[Path], Path]:
    UNSAFE.add(function.__name__)
    return case(function)


# --- .keras -------------------------------------------------------------------------------------------------------


@case
def keras_empty(folder: Path) -> Path:
    (folder / "x.keras").write_bytes(b"")
    return folder / "x.keras"


@case
def keras_is_text(folder: Path) -> Path:
    (folder / "x.keras").write_text("PK not a zip archive at all")
    return folder / "x.keras"


@case
def keras_without_config(folder: Path) -> Path:
    path = folder / "x.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", "{}")
    return path


@case
def keras_config_no_json(folder: Path) -> Path:
    return _keras(folder, b"{'class_name': 'Sequential'")


@case
def keras_config_no_text(folder: Path) -> Path:
    return _keras(folder, "{}".encode("utf-16"))


@case
def keras_config_a_list(folder: Path) -> Path:
    return _keras(folder, [1, 2, 3])


@case
def keras_config_a_number(folder: Path) -> Path:
    return _keras(folder, 7)


@case
def keras_config_deep_json(folder: Path) -> Path:
    return _keras(folder, b"[" * 200_000 + b"]" * 200_000)


@case
def keras_config_deep_models(folder: Path) -> Path:
    inner: Any = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1}, "registered_name": None}
    for _ in range(150):
        inner = {"module": "keras", "class_name": "Sequential", "config": {"layers": [inner]}, "registered_name": None}
    return _keras(folder, inner)


@case
def keras_too_many_layers(folder: Path) -> Path:
    layer = {"module": "keras.layers", "class_name": "Flatten", "config": {}, "registered_name": None}
    return _keras(folder, change=lambda c: c["config"].update(layers=[c["config"]["layers"][0], *[layer] * 200_000]))


@case
def keras_bomb_in_config(folder: Path) -> Path:
    return _keras(folder, b" " * 300_000_000, compression=zipfile.ZIP_DEFLATED)


@case
def keras_bomb_in_weights(folder: Path) -> Path:
    path = folder / "x.keras"
    good = _members(_good(folder / "good.keras"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("config.json", good["config.json"])
        with archive.open("model.weights.h5", "w", force_zip64=True) as file:
            for _ in range(500):
                file.write(bytes(2**20))
    return path


@case
def keras_size_in_directory_lies(folder: Path) -> Path:
    """The directory says that the weights are short; what is stored is long."""
    path = folder / "x.keras"
    good = _members(_good(folder / "good.keras"))
    content = bytes(50_000_000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("config.json", good["config.json"])
        archive.writestr("model.weights.h5", content)
    data = bytearray(path.read_bytes())
    data = data.replace(struct.pack("<I", len(content)), struct.pack("<I", 1000))
    path.write_bytes(data)
    return path


@case
def keras_encrypted(folder: Path) -> Path:
    path = _keras(folder)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(data)
    return path


@unsafe
def keras_assets_lead_up(folder: Path) -> Path:
    return _keras(folder, **{"assets__..__..__..__evil.txt": b"evil"})


@unsafe
def keras_assets_with_backslashes(folder: Path) -> Path:
    return _keras(folder, **{"assets__x\\..\\..\\evil.txt": b"evil"})


@unsafe
def keras_lambda_with_bytecode(folder: Path) -> Path:
    code = compile(f"__import__('os').putenv({CANARY!r}, 'dead')", "x", "eval")
    function = {
        "class_name": "__lambda__",
        "config": {"code": base64.b64encode(marshal.dumps(code)).decode(), "defaults": None, "closure": None},
    }
    layer = {
        "module": "keras.layers",
        "class_name": "Lambda",
        "config": {"name": "evil", "function": function},
        "registered_name": None,
    }
    return _keras(folder, change=lambda c: c["config"]["layers"].append(layer))


@unsafe
def keras_pickled_torch_module(folder: Path) -> Path:
    buffer = io.BytesIO()
    torch.save(Payload(), buffer)
    module = {
        "class_name": "__bytes__",
        "config": {"value": base64.b64encode(buffer.getvalue()).decode()},
    }
    layer = {
        "module": "keras.layers",
        "class_name": "TorchModuleWrapper",
        "config": {"name": "evil", "module": base64.b64encode(buffer.getvalue()).decode(), "other": module},
        "registered_name": None,
    }
    return _keras(folder, change=lambda c: c["config"]["layers"].append(layer))


@unsafe
def keras_pickled_weights(folder: Path) -> Path:
    path = folder / "x.keras"
    good = _members(_good(folder / "good.keras"))
    buffer = io.BytesIO()
    np.savez(buffer, **{"layers/dense": np.array(Payload(), dtype=object)})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", good["config.json"])
        archive.writestr("model.weights.npz", buffer.getvalue())
    return path


def _class(module: str, name: str, config: Any = None) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        evil = {"module": module, "class_name": name, "config": {} if config is None else config, "registered_name": name}
        return _keras(folder, change=lambda c: c["config"]["layers"].append(evil))

    return make


CASES["keras_class_os_system"] = _class("os", "system", {"command": f"export {CANARY}=dead"})
CASES["keras_class_popen"] = _class("subprocess", "Popen", {"args": ["true"]})
CASES["keras_class_from_unimported_module"] = _class("antigravity", "geohash")
CASES["keras_function_exec"] = _class("builtins", "function", "exec")
CASES["keras_typespec"] = _class("subprocess", "__typespec__", "Popen")


@case
def keras_activation_is_eval(folder: Path) -> Path:
    evil = {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "eval"}
    return _keras(folder, change=lambda c: c["config"]["layers"][1]["config"].update(activation=evil))


@unsafe
def keras_immense_layer(folder: Path) -> Path:
    return _keras(folder, change=lambda c: c["config"]["layers"][1]["config"].update(units=2_000_000_000))


@unsafe
def keras_immense_input(folder: Path) -> Path:
    def change(config: Any) -> None:
        config["config"]["layers"][0]["config"]["batch_shape"] = [None, 10**10]
        config["config"]["layers"][1].pop("build_config")
        config.pop("build_config")
        config["config"].pop("build_input_shape")

    return _keras(folder, change=change)


@case
def keras_negative_units(folder: Path) -> Path:
    return _keras(folder, change=lambda c: c["config"]["layers"][1]["config"].update(units=-3))


@case
def keras_units_are_text(folder: Path) -> Path:
    return _keras(folder, change=lambda c: c["config"]["layers"][1]["config"].update(units="many"))


@case
def keras_layers_are_a_number(folder: Path) -> Path:
    return _keras(folder, change=lambda c: c["config"].update(layers=3))


@case
def keras_unknown_argument(folder: Path) -> Path:
    return _keras(folder, change=lambda c: c["config"]["layers"][1]["config"].update(surprise=1))


def _graph(nodes: dict[str, list[str]]) -> Any:
    def tensor(name: str) -> Any:
        config = {"shape": [None, 2], "dtype": "float32", "keras_history": [name, 0, 0]}
        return {"class_name": "__keras_tensor__", "config": config}

    layers = [
        {
            "module": "keras.layers",
            "class_name": "InputLayer",
            "config": {"batch_shape": [None, 2], "name": "in"},
            "registered_name": None,
            "name": "in",
            "inbound_nodes": [],
        }
    ]
    for name, sources in nodes.items():
        arguments = [[tensor(s) for s in sources]]
        layers.append(
            {
                "module": "keras.layers",
                "class_name": "Add",
                "config": {"name": name},
                "registered_name": None,
                "name": name,
                "inbound_nodes": [{"args": arguments, "kwargs": {}}],
            }
        )
    config = {"name": "m", "layers": layers, "input_layers": [["in", 0, 0]], "output_layers": [["b", 0, 0]]}
    return {"module": "keras", "class_name": "Functional", "config": config, "registered_name": None}


@case
def keras_cyclic_graph(folder: Path) -> Path:
    return _keras(folder, _graph({"a": ["in", "b"], "b": ["in", "a"]}))


@case
def keras_graph_with_a_missing_layer(folder: Path) -> Path:
    return _keras(folder, _graph({"b": ["in", "nowhere"]}))


@case
def keras_graph_without_outputs(folder: Path) -> Path:
    config = _graph({"b": ["in", "in"]})
    config["config"]["output_layers"] = [["c", 5, 9]]
    return _keras(folder, config)


# --- the HDF5 inside ----------------------------------------------------------------------------------------------


@unsafe
def weights_behind_an_external_link(folder: Path) -> Path:
    other = folder / "secret.h5"
    with h5py.File(other, "w") as file:
        file["v"] = np.ones((4, 3), "float32")

    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = h5py.ExternalLink(str(other), "/v")

    return _keras(folder, h5=change)


@unsafe
def weights_behind_a_soft_link(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["layers/dense"]
        file["layers/dense"] = h5py.SoftLink("/layers/dense_1")

    return _keras(folder, h5=change)


@unsafe
def weights_in_another_file(folder: Path) -> Path:
    (folder / "secret.bin").write_bytes(bytes(48))

    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset(
            "0", (4, 3), "float32", external=[(str(folder / "secret.bin"), 0, h5py.h5f.UNLIMITED)]
        )

    return _keras(folder, h5=change)


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

    return _keras(folder, h5=change)


def _replaced(**options: Any) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset("0", **options)

    return change


@unsafe
def weights_of_immense_shape_and_no_values(folder: Path) -> Path:
    return _keras(folder, h5=_replaced(shape=(10**6, 10**6), dtype="float32", chunks=(1000, 1000)))


@unsafe
def weights_that_unpack_to_hundreds_of_megabytes(folder: Path) -> Path:
    options = {"compression": "gzip", "compression_opts": 1, "chunks": (1000, 1000)}
    return _keras(folder, h5=_replaced(data=np.zeros((10_000, 10_000), "float32"), **options))


@case
def weights_of_another_shape(folder: Path) -> Path:
    return _keras(folder, h5=_replaced(data=np.ones((3, 4), "float32")))


@case
def weights_are_text(folder: Path) -> Path:
    return _keras(folder, h5=_replaced(data=np.array([["x"] * 3] * 4, dtype="S1")))


@case
def weights_are_compound(folder: Path) -> Path:
    return _keras(folder, h5=_replaced(data=np.zeros((4, 3), np.dtype([("a", "f4"), ("b", "i4")]))))


@case
def weights_are_references(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset("0", (4, 3), h5py.ref_dtype)

    return _keras(folder, h5=change)


@case
def weights_are_empty(folder: Path) -> Path:
    return _keras(folder, h5=_replaced(data=h5py.Empty("f4")))


@case
def weights_are_a_group(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["layers/dense/vars/0"]
        file.create_group("layers/dense/vars/0")

    return _keras(folder, h5=change)


@case
def weights_missing(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["layers/dense"]

    return _keras(folder, h5=change)


@case
def weights_in_a_cycle_of_groups(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["layers/dense/vars"]
        file["layers/dense/vars"] = file["layers"]

    return _keras(folder, h5=change)


# --- whole models in HDF5 -----------------------------------------------------------------------------------------


@case
def h5_config_no_json(folder: Path) -> Path:
    return _h5(folder, lambda f: f.attrs.__setitem__("model_config", "{'class_name'"))


@case
def h5_config_a_number(folder: Path) -> Path:
    return _h5(folder, lambda f: f.attrs.__setitem__("model_config", 3))


@case
def h5_config_of_gigantic_size(folder: Path) -> Path:
    text = '{"class_name": "Sequential", "config": {"name": "' + "x" * (80 * 2**20) + '"}}'
    return _h5(folder, lambda f: f.attrs.__setitem__("model_config", text))


@unsafe
def h5_lambda_of_keras_2(folder: Path) -> Path:
    code = base64.b64encode(marshal.dumps(compile("1", "x", "eval"))).decode()

    def change(file: h5py.File) -> None:
        config = _config_of(file)
        evil = {"name": "evil", "trainable": True, "function": [code, None, None], "function_type": "lambda", "module": "x"}
        config["config"]["layers"].append({"class_name": "Lambda", "config": evil})
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.4.0"

    return _h5(folder, change)


@case
def h5_optimizer_is_a_module(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        training = json.loads(file.attrs["training_config"])
        training["optimizer_config"] = {"module": "os", "class_name": "system", "config": {"command": "true"}}
        file.attrs["training_config"] = json.dumps(training)

    return _h5(folder, change)


@case
def h5_weight_names_lead_away(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        file["model_weights/first"].attrs["weight_names"] = [b"../../../etc/passwd", b"/model_weights/second"]

    return _h5(folder, change)


@case
def h5_weight_names_are_numbers(folder: Path) -> Path:
    return _h5(folder, lambda f: f["model_weights/first"].attrs.__setitem__("weight_names", np.arange(2)))


@case
def h5_layer_names_of_nothing(folder: Path) -> Path:
    return _h5(folder, lambda f: f["model_weights"].attrs.__setitem__("layer_names", [b"first", b"third"]))


@unsafe
def h5_layer_behind_an_external_link(folder: Path) -> Path:
    def change(file: h5py.File) -> None:
        del file["model_weights/first"]
        file["model_weights/first"] = h5py.ExternalLink("/etc/secret.h5", "/")

    return _h5(folder, change)


@case
def h5_of_weights_alone_as_a_model(folder: Path) -> Path:
    _model().save_weights(folder / "x.h5")
    return folder / "x.h5"


# --- TensorFlow ---------------------------------------------------------------------------------------------------


def _checkpoint(folder: Path) -> Path:
    _model().save_weights(folder / "ckpt")
    return folder / "ckpt"


def _patched(path: Path, change: Callable[[bytearray], Any]) -> None:
    data = bytearray(path.read_bytes())
    found = change(data)
    path.write_bytes(bytes(found if found is not None else data))


@case
def tf_index_without_its_end(folder: Path) -> Path:
    prefix = _checkpoint(folder)
    _patched(Path(f"{prefix}.index"), lambda d: d[:-20])
    return prefix


@case
def tf_index_with_a_flipped_bit(folder: Path) -> Path:
    prefix = _checkpoint(folder)

    def flip(data: bytearray) -> None:
        data[100] ^= 4

    _patched(Path(f"{prefix}.index"), flip)
    return prefix


@case
def tf_data_with_a_flipped_bit(folder: Path) -> Path:
    prefix = _checkpoint(folder)

    def flip(data: bytearray) -> None:
        data[len(data) // 2] ^= 4

    _patched(Path(f"{prefix}.data-00000-of-00001"), flip)
    return prefix


@case
def tf_data_cut_short(folder: Path) -> Path:
    prefix = _checkpoint(folder)
    _patched(Path(f"{prefix}.data-00000-of-00001"), lambda d: d[: len(d) // 2])
    return prefix


@case
def tf_data_missing(folder: Path) -> Path:
    prefix = _checkpoint(folder)
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
    prefix = _checkpoint(folder)

    def change(data: bytearray) -> bytearray:
        return bytearray(b"\xff\xff\xff\xff\x0f" + data[5:])

    _patched(Path(f"{prefix}.index"), change)
    return prefix


@case
def saved_model_without_metadata(folder: Path) -> Path:
    path = _good(folder / "sm")
    (path / "keras_metadata.pb").unlink()
    (path / "saved_model.pb").write_bytes(b"")
    return path


@case
def saved_model_without_variables(folder: Path) -> Path:
    path = _good(folder / "sm")
    (path / "variables" / "variables.index").unlink()
    return path


@case
def saved_model_metadata_nested_deeply(folder: Path) -> Path:
    path = _good(folder / "sm")
    data = b""
    for _ in range(3000):
        data = varint(1 << 3 | 2) + varint(len(data)) + data
    (path / "keras_metadata.pb").write_bytes(data)
    return path


@case
def saved_model_metadata_of_noise(folder: Path) -> Path:
    path = _good(folder / "sm")
    (path / "keras_metadata.pb").write_bytes(np.random.default_rng(1).bytes(3000))
    return path


# --- others -------------------------------------------------------------------------------------------------------


def _safetensors(folder: Path, header: Any, body: bytes = bytes(100), length: int | None = None) -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path = folder / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + body)
    return path


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
        return _safetensors(folder, {"first.kernel": {**_ENTRY, **change}})

    CASES[f"safetensors_{_name}"] = _make


@case
def safetensors_header_longer_than_file(folder: Path) -> Path:
    return _safetensors(folder, {"a": _ENTRY}, length=10**9)


@case
def safetensors_header_no_json(folder: Path) -> Path:
    return _safetensors(folder, b"{nothing of the kind}")


@case
def safetensors_header_deep(folder: Path) -> Path:
    return _safetensors(folder, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


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
    _model().save_weights(folder / "x.pt")
    _patched(folder / "x.pt", lambda d: d[: len(d) // 2])
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


def _truncated(maker: Callable[[Path], Path], share: float) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = maker(folder)
        _patched(path, lambda d: d[: int(len(d) * share)])
        return path

    return make


for _share in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
    CASES[f"keras_truncated_at_{_share}"] = _truncated(lambda folder: _good(folder / "x.keras"), _share)
    CASES[f"h5_truncated_at_{_share}"] = _truncated(lambda folder: _good(folder / "x.h5"), _share)


def _short_of_one_byte(folder: Path) -> Path:
    path = _good(folder / "x.keras")
    _patched(path, lambda d: d[:-1])
    return path


CASES["keras_truncated_by_one_byte"] = _short_of_one_byte


# --- the tests ----------------------------------------------------------------------------------------------------


@contextmanager
def _limits() -> Iterator[None]:
    """Within this block little time and memory may be used."""

    def late(*_: Any) -> None:
        raise TimeoutError(f"more than {3 * SECONDS} seconds")

    before = _peak()
    start = time.monotonic()
    signal.signal(signal.SIGALRM, late)
    signal.alarm(3 * SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        seconds = time.monotonic() - start
    assert seconds < SECONDS, f"took {seconds:.1f} s"
    if before is not None:
        used = (_peak(reset=False) or 0) - before
        assert used < BYTES, f"took {used / 2**20:.0f} MiB"


def _peak(reset: bool = True) -> int | None:
    """The most memory that was in use since this was last reset, in bytes; None where the system does not tell."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        text = Path("/proc/self/status").read_text()
    except OSError:
        return None
    return int(text.split("VmHWM:")[1].split()[0]) * 1024


def _refuses(path: Path) -> WubuError:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix in (".keras", ".h5") or path.is_dir():
            with pytest.raises(WubuError) as caught, _limits():
                wubu.saving.load_model(path)
        else:
            model = _model()
            with pytest.raises(WubuError) as caught, _limits():
                model.load_weights(path)
    return caught.value


@pytest.mark.parametrize("name", sorted(CASES))
def test_it_is_refused(tmp_path: Path, name: str) -> None:
    path = CASES[name](tmp_path)
    error = _refuses(path)
    assert not os.popen(f"echo ${CANARY}").read().strip(), "the file ran code"
    assert not (tmp_path.parent / "evil.txt").exists() and not (tmp_path / "evil.txt").exists()
    assert str(error)
    if name in UNSAFE:
        assert isinstance(error, UnsafeFileError), error
    assert isinstance(error, FileFormatError | SerializationError), f"{type(error).__name__}: {error}"
    assert path.name.split(".")[0] in str(error), f"the message should name the file: {error}"


def test_there_are_many() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("seed", range(30))
def test_flipped_bits_never_do_worse_than_an_error(tmp_path: Path, seed: int) -> None:
    """Any one byte of a file changed: the model loads (the byte did not matter) or a WubuError says why not."""
    r = np.random.default_rng(seed)
    suffix = (".keras", ".h5")[seed % 2]
    path = _good(tmp_path / f"x{suffix}")

    def change(data: bytearray) -> None:
        for at in r.integers(0, len(data), 3):
            data[at] = int(r.integers(0, 256))

    _patched(path, change)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with _limits():
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
    with pytest.raises(FileFormatError), _limits():
        wubu.models.model_from_yaml(HOSTILE_YAML[name])


def test_hostile_json() -> None:
    for text in ("[" * 100_000, "{}", "3", '{"class_name": 3, "config": {}}', '{"class_name": "Sequential", "config": 7}', ""):
        with pytest.raises(WubuError), _limits():
            wubu.models.model_from_json(text)


def test_a_lambda_runs_only_when_it_is_allowed(tmp_path: Path) -> None:
    model = wubu.Sequential([wubu.Input((2,)), wubu.layers.Lambda(lambda x: x * 2.0)])
    model.save(tmp_path / "x.keras")
    with pytest.raises(UnsafeFileError, match="safe_mode"):
        wubu.saving.load_model(tmp_path / "x.keras")
    again = wubu.saving.load_model(tmp_path / "x.keras", safe_mode=False)
    np.testing.assert_array_equal(again.predict(np.ones((1, 2)), verbose=0), [[2.0, 2.0]])


def test_compressed_archives_that_are_honest_load(tmp_path: Path) -> None:
    members = _members(_good(tmp_path / "good.keras"))
    with zipfile.ZipFile(tmp_path / "x.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert zlib.crc32(members["config.json"])
    wubu.saving.load_model(tmp_path / "x.keras")
