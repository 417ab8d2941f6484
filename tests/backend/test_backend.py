"""``K``: against NumPy, and on symbolic graphs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from wubu import Input, Model, Sequential, layers, optimizers
from wubu import backend as K

RANDOM = np.random.RandomState(0)
X = RANDOM.randn(3, 4).astype("float32")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize(
    ("name", "args", "wanted"),
    [
        ("abs", (X,), np.abs(X)),
        ("square", (X,), X**2),
        ("sqrt", (X,), np.sqrt(np.maximum(X, 0))),
        ("clip", (X, -0.5, 0.5), np.clip(X, -0.5, 0.5)),
        ("sum", (X, 1), X.sum(1)),
        ("mean", (X, [0, 1]), X.mean()),
        ("mean", (X > 0,), (X > 0).mean()),
        ("std", (X, 0), X.std(0)),
        ("var", (X, 0, True), X.var(0, keepdims=True)),
        ("argmax", (X,), X.argmax(-1)),
        ("cumsum", (X,), X.cumsum(0)),
        ("relu", (X, 0.1), np.where(X > 0, X, 0.1 * X)),
        ("hard_sigmoid", (X,), np.clip(0.2 * X + 0.5, 0, 1)),
        ("sigmoid", (X,), sigmoid(X)),
        ("l2_normalize", (X, 1), X / np.linalg.norm(X, axis=1, keepdims=True)),
        ("permute_dimensions", (X, (1, 0)), X.T),
        ("batch_flatten", (X.reshape(3, 2, 2),), X),
        ("repeat", (X, 2), np.repeat(X[:, None], 2, 1)),
        ("repeat_elements", (X, 2, 1), np.repeat(X, 2, 1)),
        ("reverse", (X, 1), X[:, ::-1]),
        ("gather", (X, [2, 0]), X[[2, 0]]),
        ("concatenate", ([X, X],), np.concatenate([X, X], -1)),
        ("dot", (X, X.T), X @ X.T),
        ("batch_dot", (X, X, 1), (X * X).sum(1, keepdims=True)),
        ("temporal_padding", (X[None],), np.pad(X[None], ((0, 0), (1, 1), (0, 0)))),
        ("bias_add", (X, np.arange(4.0, dtype="float32")), X + np.arange(4)),
        ("binary_crossentropy", (np.ones((2, 2)), np.full((2, 2), 0.25)), np.full((2, 2), -np.log(0.25))),
        ("switch", (X > 0, X, -X), np.abs(X)),
        ("in_top_k", (X, X.argmax(1), 1), np.ones(3, bool)),
    ],
)
def test_against_numpy(name, args, wanted):
    np.testing.assert_allclose(np.asarray(getattr(K, name)(*args)), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("axes", [(2, 1), (1, 2), (2, 2), (1, 1)])
def test_batch_dot_over_any_axes(axes):
    x, y = RANDOM.rand(2, 3, 3), RANDOM.rand(2, 3, 3)
    a, b = np.moveaxis(x, axes[0], -1), np.moveaxis(y, axes[1], 1)
    np.testing.assert_allclose(np.asarray(K.batch_dot(x, y, axes)), a @ b, rtol=1e-6)


def test_convolutions_have_keras_shapes():
    x, kernel = RANDOM.rand(2, 6, 6, 3).astype("f"), RANDOM.rand(3, 3, 3, 4).astype("f")
    assert K.conv2d(x, kernel, padding="same").shape == (2, 6, 6, 4)
    assert K.conv2d_transpose(x, RANDOM.rand(3, 3, 5, 3).astype("f"), (2, 12, 12, 5), (2, 2), "same").shape == (2, 12, 12, 5)
    assert K.pool2d(x, (2, 2), (2, 2), pool_mode="avg").shape == (2, 3, 3, 3)
    assert K.conv1d(x[:, :, 0], RANDOM.rand(2, 3, 4).astype("f"), padding="causal").shape == (2, 6, 4)
    assert K.resize_images(x, 2, 3).shape == (2, 12, 18, 3)
    layer = layers.Conv2D(4, 3)
    layer(x)
    weight, bias = layer.get_weights()
    np.testing.assert_allclose(np.asarray(K.bias_add(K.conv2d(x, weight), bias)), layer(x).detach(), rtol=1e-4, atol=1e-5)


@pytest.fixture
def model():
    x = Input((4,))
    h = layers.Dropout(0.5)(layers.Dense(8, activation="relu")(x))
    return Model(x, layers.Dense(1)(h))


def test_function_on_a_model(model):
    hidden = K.function([model.input, K.learning_phase()], [model.layers[1].output, model.output])
    out = hidden([X, 0])
    np.testing.assert_allclose(out[1], model.predict(X, verbose=0), rtol=1e-5)
    dropped = K.function([model.input, K.learning_phase()], [model.layers[2].output])
    assert (dropped([np.ones((50, 4)), 1])[0] == 0).mean() > (dropped([np.ones((50, 4)), 0])[0] == 0).mean()
    tail = K.function([model.layers[1].output], [model.output])  # from the middle on
    np.testing.assert_allclose(tail([out[0]])[0], out[1], rtol=1e-5)


def test_function_names_the_input_that_is_missing(model):
    with pytest.raises(ValueError, match="no value is given"):
        K.function([], [model.output])


def test_gradients(model):
    weights = model.trainable_weights
    found = K.function([model.input], K.gradients(K.sum(K.square(model.output)), [model.input, *weights]))([X])
    x = torch.tensor(X, requires_grad=True)
    wanted = torch.autograd.grad(model(x).square().sum(), [x, *weights])
    for a, b in zip(found, wanted):
        np.testing.assert_allclose(a, b.numpy(), rtol=1e-4, atol=1e-5)


def test_updates(model):
    count, mean = K.variable(0.0), K.variable(np.zeros(4))
    updates = [K.update_add(count, K.sum(model.input) * 0 + 1), K.moving_average_update(mean, K.mean(model.input, 0), 0.5)]
    step = K.function([model.input], [], updates=updates)
    step([X]), step([X])
    assert K.get_value(count) == 2
    np.testing.assert_allclose(K.get_value(mean), X.mean(0) * 0.75, rtol=1e-5)


def test_values_of_variables_and_rates():
    v = K.variable(np.ones((2, 2)))
    K.set_value(v, np.zeros((2, 2)))
    K.batch_set_value([(v, np.full((2, 2), 3.0))])
    assert K.get_value(v).tolist() == [[3, 3], [3, 3]] and K.int_shape(v) == (2, 2) and K.count_params(v) == 4
    rate = optimizers.SGD(learning_rate=0.1)
    K.set_value(rate.lr, 0.5)
    assert K.get_value(rate.lr) == 0.5
    assert K.eval(K.zeros((2,))).tolist() == [0, 0]


def test_rnn_with_a_mask():
    steps = np.ones((2, 4, 1), "float32")
    mask = np.array([[1, 1, 1, 1], [1, 1, 0, 0]], bool)
    last, outputs, states = K.rnn(lambda x, s: (x + s[0], [x + s[0]]), steps, [torch.zeros(2, 1)], mask=mask)
    assert last.reshape(-1).tolist() == [4, 2] and outputs.shape == (2, 4, 1) and states[0].reshape(-1).tolist() == [4, 2]
    backwards = K.rnn(lambda x, s: (x, s), np.arange(4.0).reshape(1, 4, 1), [torch.zeros(1, 1)], go_backwards=True)[1]
    assert backwards.reshape(-1).tolist() == [3, 2, 1, 0]


def test_functions_in_layers_and_losses():
    def loss(y_true, y_pred):
        return K.mean(K.abs(y_pred - y_true), axis=-1)

    model = Sequential([layers.Lambda(lambda x: K.concatenate([x, K.square(x)]), input_shape=(2,)), layers.Dense(1)])
    model.compile("sgd", loss, metrics=[loss])
    assert model.fit(RANDOM.rand(16, 2), RANDOM.rand(16, 1), epochs=2, verbose=0).history["loss"]


def test_phases():
    assert not K.learning_phase()
    with K.learning_phase_scope(1):
        assert K.learning_phase() and K.in_train_phase(1, 2) == 1
    assert K.in_train_phase(1, 2) == 2 and K.in_test_phase(lambda: 1, 2) == 1


def test_ctc():
    y = np.array([[[0.1, 0.2, 0.7], [0.8, 0.1, 0.1], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]])
    assert K.ctc_decode(y, [4])[0][0].tolist() == [[0, 1]]
    assert K.ctc_decode(y, [4], greedy=False, beam_width=10)[0][0].tolist() == [[0, 1]]
    cost = K.ctc_batch_cost(np.array([[0, 1]]), y, np.array([[4]]), np.array([[2]]))
    assert cost.shape == (1, 1) and float(cost) > 0


def test_all_names_of_tf_keras_are_there():
    wanted = """abs all any arange argmax argmin backend batch_dot batch_flatten batch_get_value batch_normalization
    batch_set_value bias_add binary_crossentropy cast cast_to_floatx categorical_crossentropy clear_session clip
    concatenate constant conv1d conv2d conv2d_transpose conv3d cos count_params ctc_batch_cost ctc_decode cumprod cumsum
    depthwise_conv2d dot dropout dtype elu epsilon equal eval exp expand_dims eye flatten floatx foldl foldr function
    gather get_uid get_value gradients greater hard_sigmoid image_data_format in_test_phase in_top_k in_train_phase
    int_shape is_keras_tensor is_sparse l2_normalize learning_phase less local_conv1d local_conv2d log map_fn max maximum
    mean min minimum moving_average_update name_scope ndim normalize_batch_in_training not_equal one_hot ones ones_like
    permute_dimensions placeholder pool2d pool3d pow print_tensor prod random_bernoulli random_normal random_uniform relu
    repeat repeat_elements reset_uids reshape resize_images resize_volumes reverse rnn round separable_conv2d set_epsilon
    set_floatx set_image_data_format set_learning_phase set_value shape sigmoid sign sin softmax softplus softsign
    sparse_categorical_crossentropy spatial_2d_padding spatial_3d_padding sqrt square squeeze stack std stop_gradient sum
    switch tanh temporal_padding tile to_dense transpose truncated_normal update update_add update_sub var variable zeros
    zeros_like""".split()
    assert not [name for name in wanted if not hasattr(K, name)]
