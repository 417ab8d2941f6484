"""Hostile .keras files: each ends in an error of wubu's, soon and in little memory, and none runs code."""

from __future__ import annotations

import base64
import io
import marshal
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hostile_making import CANARY, Cases, Payload, good_file, keras_file, members_of, patched

cases = Cases()
case, unsafe = cases.case, cases.unsafe


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
    return keras_file(folder, b"{'class_name': 'Sequential'")


@case
def keras_config_no_text(folder: Path) -> Path:
    return keras_file(folder, "{}".encode("utf-16"))


@case
def keras_config_a_list(folder: Path) -> Path:
    return keras_file(folder, [1, 2, 3])


@case
def keras_config_a_number(folder: Path) -> Path:
    return keras_file(folder, 7)


@case
def keras_config_deep_json(folder: Path) -> Path:
    return keras_file(folder, b"[" * 200_000 + b"]" * 200_000)


@case
def keras_config_deep_models(folder: Path) -> Path:
    inner: Any = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1}, "registered_name": None}
    for _ in range(150):
        inner = {"module": "keras", "class_name": "Sequential", "config": {"layers": [inner]}, "registered_name": None}
    return keras_file(folder, inner)


@case
def keras_too_many_layers(folder: Path) -> Path:
    layer = {"module": "keras.layers", "class_name": "Flatten", "config": {}, "registered_name": None}
    return keras_file(folder, change=lambda c: c["config"].update(layers=[c["config"]["layers"][0], *[layer] * 200_000]))


@case
def keras_bomb_in_config(folder: Path) -> Path:
    return keras_file(folder, b" " * 300_000_000, compression=zipfile.ZIP_DEFLATED)


@case
def keras_bomb_in_weights(folder: Path) -> Path:
    path = folder / "x.keras"
    good = members_of(good_file(folder / "good.keras"))
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
    good = members_of(good_file(folder / "good.keras"))
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
    path = keras_file(folder)
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
    return keras_file(folder, **{"assets__..__..__..__evil.txt": b"evil"})


@unsafe
def keras_assets_with_backslashes(folder: Path) -> Path:
    return keras_file(folder, **{"assets__x\\..\\..\\evil.txt": b"evil"})


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
    return keras_file(folder, change=lambda c: c["config"]["layers"].append(layer))


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
    return keras_file(folder, change=lambda c: c["config"]["layers"].append(layer))


@unsafe
def keras_pickled_weights(folder: Path) -> Path:
    path = folder / "x.keras"
    good = members_of(good_file(folder / "good.keras"))
    buffer = io.BytesIO()
    np.savez(buffer, **{"layers/dense": np.array(Payload(), dtype=object)})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", good["config.json"])
        archive.writestr("model.weights.npz", buffer.getvalue())
    return path


def _class(module: str, name: str, config: Any = None) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        evil = {"module": module, "class_name": name, "config": {} if config is None else config, "registered_name": name}
        return keras_file(folder, change=lambda c: c["config"]["layers"].append(evil))

    return make


cases["keras_class_os_system"] = _class("os", "system", {"command": f"export {CANARY}=dead"})
cases["keras_class_popen"] = _class("subprocess", "Popen", {"args": ["true"]})
cases["keras_class_from_unimported_module"] = _class("antigravity", "geohash")
cases["keras_function_exec"] = _class("builtins", "function", "exec")
cases["keras_typespec"] = _class("subprocess", "__typespec__", "Popen")


@case
def keras_activation_is_eval(folder: Path) -> Path:
    evil = {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "eval"}
    return keras_file(folder, change=lambda c: c["config"]["layers"][1]["config"].update(activation=evil))


@unsafe
def keras_immense_layer(folder: Path) -> Path:
    return keras_file(folder, change=lambda c: c["config"]["layers"][1]["config"].update(units=2_000_000_000))


@unsafe
def keras_immense_input(folder: Path) -> Path:
    def change(config: Any) -> None:
        config["config"]["layers"][0]["config"]["batch_shape"] = [None, 10**10]
        config["config"]["layers"][1].pop("build_config")
        config.pop("build_config")
        config["config"].pop("build_input_shape")

    return keras_file(folder, change=change)


@case
def keras_negative_units(folder: Path) -> Path:
    return keras_file(folder, change=lambda c: c["config"]["layers"][1]["config"].update(units=-3))


@case
def keras_units_are_text(folder: Path) -> Path:
    return keras_file(folder, change=lambda c: c["config"]["layers"][1]["config"].update(units="many"))


@case
def keras_layers_are_a_number(folder: Path) -> Path:
    return keras_file(folder, change=lambda c: c["config"].update(layers=3))


@case
def keras_unknown_argument(folder: Path) -> Path:
    return keras_file(folder, change=lambda c: c["config"]["layers"][1]["config"].update(surprise=1))


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
    return keras_file(folder, _graph({"a": ["in", "b"], "b": ["in", "a"]}))


@case
def keras_graph_with_a_missing_layer(folder: Path) -> Path:
    return keras_file(folder, _graph({"b": ["in", "nowhere"]}))


@case
def keras_graph_without_outputs(folder: Path) -> Path:
    config = _graph({"b": ["in", "in"]})
    config["config"]["output_layers"] = [["c", 5, 9]]
    return keras_file(folder, config)



def _truncated(maker: Callable[[Path], Path], share: float) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = maker(folder)
        patched(path, lambda d: d[: int(len(d) * share)])
        return path

    return make


for _share in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
    cases[f"keras_truncated_at_{_share}"] = _truncated(lambda folder: good_file(folder / "x.keras"), _share)
    cases[f"h5_truncated_at_{_share}"] = _truncated(lambda folder: good_file(folder / "x.h5"), _share)


def _short_of_one_byte(folder: Path) -> Path:
    path = good_file(folder / "x.keras")
    patched(path, lambda d: d[:-1])
    return path


cases["keras_truncated_by_one_byte"] = _short_of_one_byte


@pytest.mark.parametrize("name", list(cases))
def test_it_is_refused(tmp_path: Path, name: str) -> None:
    cases.check(name, tmp_path)
