"""FeatureSpace: tables encoded by the layers that its columns name; the layers are the reference, as Keras needs TensorFlow."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import wubu
from wubu.errors import ArgumentError, NotBuiltError
from wubu.utils import FeatureSpace

R = np.random.default_rng(0)
TABLE = {
    "age": R.normal(40, 10, 50).astype("float32"),
    "city": R.choice(["a", "b", "c"], 50),
    "kind": R.integers(0, 4, 50),
    "street": R.choice(["x", "y"], 50),
    "wage": R.normal(size=50).astype("float32"),
}
FEATURES = {
    "wage": FeatureSpace.float_discretized(5),
    "age": "float_normalized",
    "city": FeatureSpace.string_categorical(),
    "kind": "integer_categorical",
    "street": FeatureSpace.string_hashed(8),
}


def space(**options):
    made = FeatureSpace(dict(FEATURES), crosses=[("city", "kind")], crossing_dim=16, **options)
    made.adapt(TABLE)
    return made


def column(values):
    return np.asarray(values).reshape(-1, 1)


def test_columns_are_what_their_layers_give():
    made = space(output_mode="dict")(TABLE)
    assert list(made) == ["age", "city", "kind", "street", "wage", "city_X_kind"]
    np.testing.assert_allclose(
        made["age"], column((TABLE["age"] - TABLE["age"].mean()) / TABLE["age"].std()), rtol=1e-4, atol=1e-4
    )
    lookup = wubu.layers.StringLookup()
    lookup.adapt(TABLE["city"])
    city = lookup(column(TABLE["city"]))
    np.testing.assert_array_equal(made["city"], wubu.ops.one_hot(city[:, 0], 4))
    hashes = wubu.layers.Hashing(8)(column(TABLE["street"]))
    np.testing.assert_array_equal(made["street"], wubu.ops.one_hot(hashes[:, 0], 8))
    numbers = wubu.layers.IntegerLookup()
    numbers.adapt(TABLE["kind"])
    crossed = wubu.layers.HashedCrossing(16)([city, numbers(column(TABLE["kind"]))])
    np.testing.assert_array_equal(made["city_X_kind"], wubu.ops.one_hot(crossed[:, 0], 16))
    bins = made["wage"].argmax(-1)
    assert made["wage"].shape == (50, 5) and len(set(bins.tolist())) == 5
    assert (np.diff(bins.numpy()[np.argsort(TABLE["wage"])]) >= 0).all()


def test_one_tensor_has_the_columns_in_order():
    parts, whole = space(output_mode="dict")(TABLE), space()(TABLE)
    torch.testing.assert_close(whole, torch.cat(list(parts.values()), -1))
    one = space()({k: v[3] for k, v in TABLE.items()})
    torch.testing.assert_close(one, whole[3])


def test_a_dataset_of_rows_or_batches_teaches_the_same():
    rows = [{k: v[i] for k, v in TABLE.items()} for i in range(50)]
    batches = [{k: v[i : i + 10] for k, v in TABLE.items()} for i in range(0, 50, 10)]
    expected = space()(TABLE)
    for dataset in (rows, batches):
        made = FeatureSpace(dict(FEATURES), crosses=[("city", "kind")], crossing_dim=16)
        made.adapt(dataset)
        torch.testing.assert_close(made(TABLE), expected)


@pytest.mark.parametrize("encoded_first", [False, True])
def test_a_model_is_trained(encoded_first):
    features = space()
    target = (TABLE["city"] == "a").astype("float32")[:, None]
    encoded = features.get_encoded_features()
    wubu.utils.set_random_seed(0)
    if encoded_first:
        inputs, data = wubu.Input(encoded.shape[1:]), features(TABLE)
        outputs = wubu.layers.Dense(1, activation="sigmoid")(inputs)
    else:
        inputs, data = features.get_inputs(), TABLE
        outputs = wubu.layers.Dense(1, activation="sigmoid")(encoded)
    model = wubu.Model(inputs, outputs)
    model.compile(wubu.optimizers.Adam(0.05), "binary_crossentropy")
    history = model.fit(data, target, epochs=15, verbose=0).history["loss"]
    assert history[-1] < 0.5 * history[0]


def test_a_saved_space_knows_what_it_learned(tmp_path):
    features = space()
    features.save(tmp_path / "space.keras")
    again = wubu.saving.load_model(tmp_path / "space.keras")
    torch.testing.assert_close(again(TABLE), features(TABLE))


def test_bad_arguments_are_explained():
    with pytest.raises(ArgumentError, match="float_normalized"):
        FeatureSpace({"a": "float_normalised"})
    with pytest.raises(ArgumentError, match="at least one"):
        FeatureSpace({})
    with pytest.raises(ArgumentError, match="not among the features"):
        FeatureSpace({"a": "float"}, crosses=[("a", "b")])
    with pytest.raises(NotBuiltError, match="adapt"):
        FeatureSpace({"a": "float_normalized"})({"a": [1.0]})
    with pytest.raises(ArgumentError, match="Missing: \\['b'\\]"):
        FeatureSpace({"a": "float", "b": "float"})({"a": [1.0]})
    with pytest.raises(ArgumentError, match="output_mode='dict'"):
        FeatureSpace({"a": FeatureSpace.string_hashed(4, output_mode="int"), "b": "float"}).get_encoded_features()
