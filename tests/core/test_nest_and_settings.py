"""Nested structures, global settings and devices."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest
import torch

from wubu.core import device, dtypes, nest, policy, seeds, settings
from wubu.errors import ArgumentError

Point = namedtuple("Point", "x y")


def test_flatten_and_pack_are_inverse():
    structure = {"b": [1, (2, None)], "a": Point(3, {"k": 4})}
    flat = nest.flatten(structure)
    assert flat == [3, 4, 1, 2, None]
    again = nest.pack_sequence_as(structure, flat)
    assert again == structure and isinstance(again["a"], Point) and list(again) == ["b", "a"]
    with pytest.raises(ArgumentError, match="Expected 5 leaves"):
        nest.pack_sequence_as(structure, [1])


def test_map_structure_checks_forms():
    assert nest.map_structure(lambda a, b: a + b, [1, {"k": 2}], [10, {"k": 20}]) == [11, {"k": 22}]
    with pytest.raises(ArgumentError):
        nest.map_structure(lambda a, b: a, [1, 2], [1])
    with pytest.raises(ArgumentError):
        nest.assert_same_structure([1, [2]], [1, 2])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (torch.float32, "float32"),
        ("int", "int32"),
        (np.float64, "float64"),
        (np.dtype("uint8"), "uint8"),
        (int, "int64"),
        (None, "float32"),
        ("torch.bfloat16", "bfloat16"),
        (bool, "bool"),
    ],
)
def test_dtypes(given, expected):
    assert dtypes.standardize_dtype(given) == expected
    assert dtypes.standardize_dtype(dtypes.torch_dtype(given)) == expected


def test_bad_dtypes_and_policies_say_what_is_known():
    with pytest.raises(ArgumentError, match="float32"):
        dtypes.standardize_dtype("flaot32")
    mixed = policy.get("mixed_bfloat16")
    assert (mixed.compute_dtype, mixed.variable_dtype) == ("bfloat16", "float32")


def test_settings_read_keras_json(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text(
        '{"floatx": "float64", "epsilon": 1e-5, "image_data_format": "channels_first"}'
    )
    assert settings._initial() == {"floatx": "float64", "epsilon": 1e-5, "image_data_format": "channels_first"}
    (tmp_path / "keras.json").write_text("{broken")
    assert settings._initial()["floatx"] == "float32"
    assert settings.keras_home() == tmp_path


def test_seeds_make_everything_repeatable():
    def draw():
        return np.random.rand(), float(torch.rand(())), seeds.make_default_seed()

    seeds.set_random_seed(3)
    first = draw()
    seeds.set_random_seed(3)
    assert draw() == first
    own = seeds.SeedGenerator(5)
    a = torch.rand(2, generator=own.generator())
    torch.rand(9)
    assert not torch.equal(a, torch.rand(2, generator=own.generator()))
    assert torch.equal(a, torch.rand(2, generator=seeds.SeedGenerator(5).generator()))
    with pytest.raises(ArgumentError):
        seeds.set_random_seed(-1)


def test_devices():
    assert device.parse_device("/device:CPU:0").type == "cpu"
    with device.device_scope("cpu"):
        assert device.default_device().type == "cpu"
    if not torch.cuda.is_available():
        with pytest.raises(ArgumentError, match="no CUDA"):
            device.set_device("gpu:0")
    with pytest.raises(ArgumentError):
        device.set_device("abacus")
