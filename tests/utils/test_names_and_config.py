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


def test_configs_of_keras_2_go_there_and_back():
    import keras

    import wubu

    written = wubu.utils.legacy.serialize_keras_object(wubu.constraints.MaxNorm(0.5))
    theirs = keras.utils.legacy.serialize_keras_object(keras.constraints.MaxNorm(0.5))
    assert written["class_name"] == theirs["class_name"] == "MaxNorm"
    assert written["config"]["max_value"] == theirs["config"]["max_value"]
    back = wubu.utils.legacy.deserialize_keras_object(theirs, module_objects={"MaxNorm": wubu.constraints.MaxNorm})
    assert back.get_config()["max_value"] == 0.5
    assert wubu.utils.legacy.deserialize_keras_object("f", custom_objects={"f": len}) is len
    assert wubu.utils.legacy.serialize_keras_object(None) is None


def test_scopes_of_custom_objects_decorate_too():
    import pytest

    import wubu
    from wubu.errors import ArgumentError

    with wubu.utils.CustomObjectScope(custom_objects={"Strange": int}) as scope:
        assert wubu.saving.get_registered_object("Strange") is int and scope.custom_objects == {"Strange": int}
    assert wubu.saving.get_registered_object("Strange") is None
    assert wubu.saving.get_registered_object("Strange", module_objects={"Strange": float}) is float

    @wubu.utils.custom_object_scope({"Strange": int})
    def inside():
        return wubu.saving.get_registered_object(name="Strange")

    assert inside() is int
    for a, b in (({"x": 1}, {"y": 1}), ([1], (1,)), ([1, [2]], [1, 2])):
        with pytest.raises(ArgumentError, match="form"):
            wubu.tree.assert_same_structure(a, b)
    wubu.tree.assert_same_structure([1, {"a": (2, 3)}], [4, {"a": (5, 6)}], check_types=True)
    assert wubu.tree.map_structure(lambda x: x + 1, [1, None], none_is_leaf=False) == [2, None]
    with pytest.raises(ArgumentError, match="form"):
        wubu.tree.map_structure(lambda x, y: x, {"x": 1}, {"y": 1})
