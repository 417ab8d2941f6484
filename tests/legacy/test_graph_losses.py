"""What Keras 1 and 2 did to whole models: symbolic losses, branches that come twice, states of all layers."""

from __future__ import annotations

import numpy as np

from wubu import Input, Model, Sequential, layers
from wubu import backend as K
from wubu.legacy.merging import Merge

X = np.random.RandomState(0).rand(12, 4).astype("float32")


def test_a_symbolic_loss_is_computed_with_the_outputs():
    inputs = Input((4,))
    outputs = layers.Dense(4, kernel_initializer="ones")(inputs)
    model = Model(inputs, outputs)
    model.add_loss(K.mean(K.square(outputs - inputs), axis=-1))
    model.compile("sgd")
    wanted = np.mean((X.sum(1, keepdims=True) - X) ** 2)
    np.testing.assert_allclose(model.evaluate(X, verbose=0), wanted, rtol=1e-5)
    losses = model.fit(X, epochs=3, batch_size=6, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_a_symbolic_loss_may_need_layers_of_its_own():
    inputs = Input((4,))
    hidden = layers.Dense(3, name="hidden")(inputs)
    model = Model(inputs, layers.Dense(2)(hidden))
    side = layers.Dense(1, name="side")(hidden)
    model.add_loss(K.mean(K.abs(side)))
    model.compile("sgd", "mse")
    before = [w.copy() for w in model.get_weights()]
    assert len(before) == 6
    model.fit(X, np.ones((12, 2)), epochs=1, verbose=0)
    assert not np.allclose(before[-2], model.get_weights()[-2])
    assert model.predict(X, verbose=0).shape == (12, 2)


def test_a_branch_that_comes_twice_has_one_input():
    left, right = Sequential([layers.Dense(3, input_shape=(4,))]), Sequential([layers.Dense(3, input_shape=(4,))])
    first = Sequential()
    first.add(Merge([left, right], mode="sum"))
    first.add(layers.Activation("tanh"))
    model = Sequential()
    model.add(Merge([first, right], mode="concat"))
    model.add(layers.Dense(1))
    assert len(model.inputs) == 2 and model.output_shape == (None, 1)
    model.compile("sgd", "mse")
    model.fit([X, X], np.zeros(12), epochs=1, verbose=0)
    summed = np.tanh(left.predict(X, verbose=0) + right.predict(X, verbose=0))
    joined = np.concatenate([summed, right.predict(X, verbose=0)], 1)
    w, b = model.layers[-1].get_weights()
    np.testing.assert_allclose(model.predict([X, X], verbose=0), joined @ w + b, rtol=1e-4, atol=1e-5)


def test_all_states_begin_anew():
    first_layer = layers.LSTM(3, stateful=True, batch_input_shape=(2, 5, 1), return_sequences=True)
    model = Sequential([first_layer, layers.LSTM(2, stateful=True)])
    x = np.ones((2, 5, 1), "float32")
    first, second = model.predict(x, verbose=0), model.predict(x, verbose=0)
    assert not np.allclose(first, second)
    model.reset_states()
    np.testing.assert_allclose(model.predict(x, verbose=0), first, rtol=1e-5)


def test_the_first_states_may_be_asked_for_the_inputs():
    states = layers.GRU(3).get_initial_state(K.ones((5, 4, 2)))
    assert [tuple(s.shape) for s in states] == [(5, 3)]
