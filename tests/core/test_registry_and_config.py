"""Names to objects, objects to configs and back, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import wubu
from wubu.core import registry
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.policy import DTypePolicy
from wubu.errors import SerializationError, UnknownNameError, UnsafeFileError, did_you_mean


def test_lookup_ignores_case_and_underscores_and_suggests():
    registry.register_room("test_things", {"GlorotUniform": 1, "zeros": 2}, aliases={"zero": "zeros"})
    assert registry.lookup("test_things", "glorot_uniform") == 1
    assert registry.lookup("test_things", "zero") == 2
    with pytest.raises(UnknownNameError, match="Did you mean 'GlorotUniform'"):
        registry.lookup("test_things", "glorot_unifrom")


def test_did_you_mean_lists_short_lists_and_keeps_quiet_about_long_ones():
    assert "Known: 'a', 'b'" in did_you_mean("zzz", ["a", "b"])
    assert did_you_mean("zzz", map(str, range(100))) == ""


@pytest.mark.parametrize(
    "value",
    [
        None,
        1,
        2.5,
        "x",
        True,
        [1, [2]],
        {"a": [1]},
        b"bytes",
        slice(1, None, 2),
        Ellipsis,
        np.arange(3, dtype="int32"),
        torch.ones(2),
        DTypePolicy("mixed_bfloat16"),
    ],
)
def test_round_trip(value):
    again = deserialize_keras_object(serialize_keras_object(value))
    if isinstance(value, np.ndarray | torch.Tensor):
        assert again.dtype == value.dtype and bool((again == value).all())
    else:
        assert again == value


def test_registered_class():
    @registry.register_keras_serializable(package="tests")
    class Thing:
        def __init__(self, n):
            self.n = n

        def get_config(self):
            return {"n": self.n}

        @classmethod
        def from_config(cls, config):
            return cls(**config)

    config = serialize_keras_object(Thing(3))
    assert config["registered_name"] == "tests>Thing"
    assert deserialize_keras_object(config).n == 3
    renamed = {**config, "class_name": "Other", "registered_name": "Other", "module": None}
    with pytest.raises(SerializationError, match="custom_objects"):
        deserialize_keras_object(renamed)
    assert deserialize_keras_object(renamed, custom_objects={"Other": Thing}).n == 3
    with registry.custom_object_scope({"Other": Thing}):
        assert deserialize_keras_object(renamed).n == 3


def test_lambdas_are_refused_unless_asked_for():
    config = serialize_keras_object(lambda x: x + 1)
    with pytest.raises(UnsafeFileError, match="safe_mode=False"):
        deserialize_keras_object(config)
    assert deserialize_keras_object(config, safe_mode=False)(2) == 3


@pytest.mark.parametrize("module", ["os", "subprocess", "builtins", "shutil", "torch.hub"])
def test_configs_cannot_reach_arbitrary_code(module):
    config = {"module": module, "class_name": "system", "config": {"command": "true"}, "registered_name": None}
    with pytest.raises(SerializationError):
        deserialize_keras_object(config)
    function = {"module": module, "class_name": "function", "config": "system", "registered_name": "system"}
    with pytest.raises(SerializationError):
        deserialize_keras_object(function)


def test_depth_is_limited():
    config: object = 1
    for _ in range(500):
        config = [config]
    with pytest.raises(SerializationError, match="levels"):
        deserialize_keras_object(config)


def test_layers_read_from_paths_of_every_era():
    config = wubu.layers.Dense(3, name="d").get_config()
    for module in ("keras.layers", "keras.src.layers.core.dense", "tensorflow.python.keras.layers.core", None):
        made = deserialize_keras_object({"module": module, "class_name": "Dense", "config": config})
        assert isinstance(made, wubu.layers.Dense) and made.units == 3
