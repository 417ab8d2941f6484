"""The rest of ``keras.utils``: settings as attributes, names, and what symbolic tensors come from."""

from __future__ import annotations

import pickle

import keras
import pytest

import wubu
from wubu import utils
from wubu.errors import WubuError


def test_a_config_is_a_dictionary_with_attributes():
    ours, theirs = utils.Config(rate=0.1), keras.utils.Config(rate=0.1)
    for config in (ours, theirs):
        config.epochs = 3
        config["seed"] = 4
        config.update(more=5)
        config.pop("more")
    assert ours.as_dict() == theirs.as_dict() and ours.to_json() == theirs.to_json()
    assert "epochs" in ours and len(ours) == 3 and ours.get("none", 7) == 7 and ours["seed"] == ours.seed == 4
    assert pickle.loads(pickle.dumps(ours)) == ours
    ours.freeze()
    assert ours.frozen
    with pytest.raises(WubuError, match="frozen"):
        ours.rate = 1
    ours.unfreeze()
    del ours.rate
    with pytest.raises(AttributeError, match="epochs"):
        ours.epoch  # noqa: B018


def test_a_cleared_session_counts_names_anew():
    assert [wubu.layers.Dense(1).name for _ in range(2)] == ["dense", "dense_1"]
    utils.clear_session()
    assert wubu.layers.Dense(1).name == "dense"


def test_sources_of_a_symbolic_tensor():
    a, b = wubu.Input((2,)), wubu.Input((2,))
    y = wubu.layers.Dense(1)(wubu.layers.Concatenate()([a, b]))
    assert {id(t) for t in utils.get_source_inputs(y)} == {id(a), id(b)}
    assert utils.is_keras_tensor(y) and not utils.is_keras_tensor(3)
    assert utils.standardize_dtype("float32") == "float32"
