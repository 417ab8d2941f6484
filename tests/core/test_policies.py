"""Policies by name: dtype_policies beside Keras."""

from __future__ import annotations

import keras
import pytest

import wubu
from wubu.dtype_policies import DTypePolicyMap
from wubu.errors import ArgumentError

ENTRIES = {"dense": "mixed_bfloat16", "conv_.*": "float64"}


def test_a_map_answers_as_keras_does():
    theirs = keras.dtype_policies.DTypePolicyMap("float32", {k: keras.DTypePolicy(v) for k, v in ENTRIES.items()})
    ours = DTypePolicyMap("float32", ENTRIES)
    for name in ("dense", "conv_1", "other"):
        assert ours[name].name == theirs[name].name
    assert ours.name == theirs.name and len(ours) == len(theirs) and list(ours) == list(theirs)
    assert ours.compute_dtype == theirs.compute_dtype
    ours["new"] = theirs["new"].name
    with pytest.raises(ArgumentError, match="already"):
        ours["new"] = "float32"
    del ours["new"]
    with pytest.raises(ArgumentError, match="several"):
        DTypePolicyMap("float32", {"a.*": "float64", ".*b": "float64"})["ab"]


def test_layers_take_the_entry_of_their_name():
    policies = DTypePolicyMap("float32", ENTRIES)
    assert wubu.layers.Dense(1, name="dense", dtype=policies).compute_dtype == "bfloat16"
    assert wubu.layers.Dense(1, name="other", dtype=policies).compute_dtype == "float32"
    by_path = DTypePolicyMap("float32", {"model/dense": "float64"})
    assert wubu.layers.Dense(1, name="dense", dtype=by_path).compute_dtype == "float64"


def test_configs_go_both_ways():
    ours = DTypePolicyMap("float32", ENTRIES)
    written = wubu.dtype_policies.serialize(ours)
    theirs = keras.saving.deserialize_keras_object(written)
    assert theirs["dense"].name == "mixed_bfloat16"
    again = wubu.dtype_policies.deserialize(keras.dtype_policies.serialize(theirs))
    assert again == ours
    assert wubu.dtype_policies.get(wubu.dtype_policies.serialize(wubu.DTypePolicy("float16"))).name == "float16"
    assert wubu.dtype_policies.get(keras.dtype_policies.serialize(theirs)) == ours
