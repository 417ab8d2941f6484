"""Recurrent layers against Keras's, in every mode: with torch's kernels and without."""

from __future__ import annotations

import itertools

import keras
import pytest
import torch
from layer_parity import Pair, assert_near, check, randoms

import wubu.layers
from wubu.core import nest
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.recurrent import cell_layer

SHAPE = (3, 7, 4)
MASKS = {
    "none": None,
    "right": [[1] * 7, [1, 1, 1, 1, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0]],
    "left": [[1] * 7, [0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 1]],
    "mixed": [[1, 0, 1, 0, 1, 1, 0], [0] * 7, [0, 1, 1, 0, 0, 1, 1]],
}
MODES = [
    {"return_sequences": sequences, "return_state": state, "go_backwards": backwards}
    for sequences, state, backwards in itertools.product([False, True], repeat=3)
]
OPTIONS = {
    "SimpleRNN": [{}, {"activation": "relu"}, {"activation": "softsign"}, {"use_bias": False}, {"zero_output_for_mask": True}],
    "LSTM": [
        {},
        {"use_bias": False},
        {"unit_forget_bias": False, "recurrent_activation": "hard_sigmoid"},
        {"activation": "relu"},
        {"zero_output_for_mask": True},
        {"kernel_regularizer": "l2", "recurrent_regularizer": "l1", "bias_constraint": "max_norm"},
    ],
    "GRU": [
        {},
        {"use_bias": False},
        {"reset_after": False},
        {"reset_after": False, "use_bias": False},
        {"recurrent_activation": "relu", "activation": "sigmoid"},
        {"zero_output_for_mask": True},
    ],
}


def _ids(value):
    if isinstance(value, dict):
        return ",".join(k if v is True else f"{k}={v}" for k, v in value.items() if v is not False) or "plain"
    return str(value)


def _mask(name):
    return {} if MASKS[name] is None else {"mask": torch.tensor(MASKS[name]).bool()}


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("mode", MODES, ids=_ids)
@pytest.mark.parametrize(
    ("name", "options"), [(name, o) for name, all_ in OPTIONS.items() for o in all_], ids=_ids
)
def test_a_layer(name, options, mode, mask):
    plain = mask == "none" and mode in MODES[:2]
    check(
        name,
        {"units": 5, **options, **mode},
        SHAPE,
        training=(False,),
        captured=plain or (mask == "mixed" and mode == MODES[0]),
        half=plain,
        configs_too=plain,
        **_mask(mask),
    )


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("mode", MODES[:4], ids=_ids)
def test_initial_states(name, mode):
    states = [randoms((3, 5), i) for i in range(2 if name == "LSTM" else 1)]
    check(name, {"units": 5, **mode}, SHAPE, training=(False,), configs_too=False, initial_state=states)


@pytest.mark.parametrize("name", OPTIONS)
def test_states_in_the_list_of_inputs(name):
    """As Keras 1 and 2 had them."""
    layer = getattr(wubu.layers, name)(5)
    states = [randoms((3, 5), i) for i in range(2 if name == "LSTM" else 1)]
    assert torch.equal(layer([randoms(SHAPE), *states]), layer(randoms(SHAPE), initial_state=states))
    symbols = [wubu.layers.Input((5,)) for _ in states]
    assert layer([wubu.layers.Input(SHAPE[1:]), *symbols]).shape == (None, 5)


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("name", OPTIONS)
def test_torchs_kernel_and_ours_agree(name, mask, monkeypatch):
    """The same layer, once in one operation and once step by step."""
    layers = [getattr(wubu.layers, name)(5, return_sequences=True, use_cudnn=use) for use in ("auto", False)]
    calls = []
    kernel = cell_layer.run_fused
    monkeypatch.setattr(cell_layer, "run_fused", lambda *a, **k: calls.append(1) or kernel(*a, **k))
    x = randoms(SHAPE)
    fused, stepped = layers
    fused(x), stepped(x)
    stepped.set_weights(fused.get_weights())
    calls.clear()
    outputs = [layer(x, **_mask(mask)) for layer in layers]
    assert calls == [1]
    assert_near(*outputs, name)


def test_a_kernel_that_cannot_be_used_is_refused():
    with pytest.raises(ArgumentError, match="use_cudnn"):
        wubu.layers.LSTM(3, activation="relu", use_cudnn=True)(randoms(SHAPE))
    with pytest.raises(ArgumentError, match="use_cudnn"):
        wubu.layers.GRU(3, use_cudnn="yes")


@pytest.mark.parametrize("name", OPTIONS)
def test_a_stateful_layer_goes_on(name):
    # Keras's own kernel for LSTM and GRU overwrites states that its gradient still needs.
    theirs = {} if name == "SimpleRNN" else {"use_cudnn": False}
    pair = Pair(
        lambda m: getattr(m, name)(5, stateful=True, **(theirs if m is keras.layers else {})), [randoms(SHAPE)], False, {}
    )
    for _ in range(2):
        pair.ours.reset_states(), pair.theirs.reset_state()
        for _ in range(2):
            pair.compare(False, 1e-5)
    for ours, theirs_state in zip(nest.flatten(pair.ours.states), pair.theirs.states, strict=True):
        assert_near(ours, theirs_state.numpy(), "kept state")
    assert len(pair.ours.weights) == len(pair.theirs.weights)  # states are no weights
    with pytest.raises(ShapeError, match="batches of 3 rows"):
        pair.ours(randoms((2, 7, 4)))


def test_a_stateful_layer_can_be_captured():
    from wubu.engine.stepper import Stepper

    layer = wubu.layers.LSTM(5, stateful=True)
    x = randoms(SHAPE)
    layer(x)
    layer.reset_state()
    expected = [layer(x) for _ in range(4)]
    layer.reset_state()
    stepper = Stepper(layer, lambda: [*layer.parameters(), *layer.buffers()], mode="test")
    for want in expected:
        assert_near(stepper.step(x), want, "captured")


@pytest.mark.parametrize("mask", ["none", "right", "mixed"])
@pytest.mark.parametrize("merge_mode", ["concat", "sum", "ave", "mul", None])
@pytest.mark.parametrize("mode", [m for m in MODES if not m["go_backwards"]], ids=_ids)
@pytest.mark.parametrize("name", OPTIONS)
def test_bidirectional(name, mode, merge_mode, mask):
    check(
        "Bidirectional",
        {"layer": lambda module: getattr(module, name)(5, **mode), "merge_mode": merge_mode},
        SHAPE,
        training=(False,),
        captured=False,
        half=False,
        configs_too=mask == "none",
        **_mask(mask),
    )


def test_bidirectional_with_two_layers_and_states():
    states = [randoms((3, 5), i) for i in range(4)]
    check(
        "Bidirectional",
        {
            "layer": lambda module: module.LSTM(5, return_state=True),
            "backward_layer": lambda module: module.LSTM(5, return_state=True, go_backwards=True, activation="relu"),
        },
        SHAPE,
        configs_too=False,
        half=False,
        initial_state=states,
    )
    with pytest.raises(ArgumentError, match="go_backwards"):
        wubu.layers.Bidirectional(wubu.layers.GRU(3), backward_layer=wubu.layers.GRU(3))


@pytest.mark.parametrize("mode", MODES[:4], ids=_ids)
def test_stacked_cells(mode):
    def cells(module):
        return [module.LSTMCell(3), module.GRUCell(4), module.SimpleRNNCell(2)]

    check("RNN", {"cell": cells, **mode}, SHAPE, training=(False,))
    pair = check("RNN", {"cell": cells, **mode}, SHAPE, training=(False,), configs_too=False, **_mask("mixed"))
    assert pair.ours.cell.output_size == 2


class Minimal(wubu.layers.Layer):
    """A cell of a user's, as in Keras's guide."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
        self.recurrent = self.add_weight(shape=(self.units, self.units), name="recurrent")

    def call(self, inputs, states):
        output = torch.tanh(inputs @ self.kernel + states[0] @ self.recurrent)
        return output, [output]


def test_a_cell_of_the_users():
    layer = wubu.layers.RNN(Minimal(4), return_sequences=True)
    known = wubu.layers.SimpleRNN(4, use_bias=False, return_sequences=True)
    x = randoms(SHAPE)
    layer(x), known(x)
    known.set_weights(layer.get_weights())
    assert_near(layer(x), known(x), "minimal cell")
    assert layer(wubu.layers.Input((7, 4))).shape == (None, 7, 4)
    with pytest.raises(ArgumentError, match="state_size"):
        wubu.layers.RNN(wubu.layers.Dense(3))


@pytest.mark.parametrize("name", ["SimpleRNNCell", "LSTMCell", "GRUCell"])
def test_a_cell_by_itself(name):
    count = 2 if name == "LSTMCell" else 1
    states = [randoms((3, 5), i) for i in range(count)]
    check(name, {"units": 5}, (3, 4), training=(False,), shapes_too=False, states=states, half=False)


@pytest.mark.parametrize("options", [{"dropout": 0.5}, {"dropout": 0.4, "recurrent_dropout": 0.4}], ids=_ids)
@pytest.mark.parametrize("name", [*OPTIONS, "ConvLSTM1D"])
def test_dropout(name, options):
    """Outside training nothing is dropped; in training the same features at each step, and others at each call."""
    if name == "ConvLSTM1D":
        layer = wubu.layers.ConvLSTM1D(3, 2, return_sequences=True, **options)
        x = torch.ones(4, 6, 8, 5)
    else:
        layer = getattr(wubu.layers, name)(6, return_sequences=True, **options)
        x = torch.ones(4, 6, 5)
    infer = layer(x)
    assert torch.equal(infer, layer(x, training=False))
    first, second = layer(x, training=True), layer(x, training=True)
    assert not torch.equal(first, infer) and not torch.equal(first, second)
    assert layer.cell._dropout_masks is None  # forgotten after each sequence
    seeded = [type(layer).from_config({**layer.get_config(), "seed": 3}) for _ in range(2)]
    seeded[0](x), seeded[1](x)
    for one in seeded:
        one.set_weights(layer.get_weights())
    assert torch.equal(seeded[0](x, training=True), seeded[1](x, training=True))


def test_the_same_inputs_are_dropped_at_each_step():
    layer = wubu.layers.SimpleRNN(4, dropout=0.5, activation="linear", return_sequences=True, use_cudnn=False)
    layer(torch.ones(2, 5, 3))
    kernel, recurrent, bias = layer.get_weights()
    layer.set_weights([kernel, recurrent * 0, bias])
    made = layer(torch.ones(2, 5, 3), training=True)
    assert torch.allclose(made, made[:, :1].expand_as(made))


@pytest.mark.parametrize(
    ("name", "arguments", "shape"),
    [
        ("Dense", {"units": 3}, (2, 4, 5)),
        ("Dense", {"units": 3}, (2, 4, 3, 5)),
        ("Conv2D", {"filters": 3, "kernel_size": 2}, (2, 4, 5, 5, 2)),
        ("BatchNormalization", {}, (4, 3, 5)),
        ("LSTM", {"units": 3}, (2, 4, 5, 3)),
        ("Flatten", {}, (2, 4, 5, 3)),
    ],
    ids=_ids,
)
def test_time_distributed(name, arguments, shape):
    # The layer inside has a policy of its own.
    check("TimeDistributed", {"layer": lambda module: getattr(module, name)(**arguments)}, shape, half=False)


def test_time_distributed_passes_masks_on():
    mask = torch.rand(2, 4, 5) > 0.5
    check("TimeDistributed", {"layer": lambda module: module.LSTM(3)}, (2, 4, 5, 3), mask=mask, half=False)
    with pytest.raises(ShapeError, match="first axes"):
        wubu.layers.TimeDistributed(wubu.layers.LSTM(3))(randoms((2, 4, 5, 3)), mask=torch.ones(2, 3).bool())


CONVOLUTIONAL = [
    {},
    {"padding": "same", "return_sequences": True},
    {"strides": 2, "return_state": True},
    {"padding": "same", "strides": 2, "return_sequences": True, "return_state": True},
    {"dilation_rate": 2, "padding": "same", "go_backwards": True},
    {"use_bias": False, "activation": "relu", "recurrent_activation": "hard_sigmoid"},
    {"data_format": "channels_first", "return_sequences": True, "return_state": True},
]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("options", CONVOLUTIONAL, ids=_ids)
def test_conv_lstm(options, rank, masked):
    space = (6, 5, 4)[:rank]
    shape = (2, 3, 2, *space) if options.get("data_format") else (2, 3, *space, 2)
    mask = {"mask": torch.tensor([[True, False, True], [False, True, True]])} if masked else {}
    check(
        f"ConvLSTM{rank}D",
        {"filters": 3, "kernel_size": 2, **options},
        shape,
        training=(False,),
        captured=rank == 1,
        half=rank == 2,
        tolerance=3e-5,
        **mask,
    )


def test_masks_of_outputs():
    x = wubu.layers.Embedding(5, 4, mask_zero=True)(torch.tensor([[1, 2, 0, 0]]))
    inner = wubu.layers.GRU(3, return_sequences=True)
    for layer in (wubu.layers.LSTM(3, return_sequences=True), wubu.layers.Bidirectional(inner)):
        assert layer(x)._keras_mask.tolist() == [[True, True, False, False]]
    assert not hasattr(wubu.layers.LSTM(3)(x), "_keras_mask")
    sequences, h, c = wubu.layers.LSTM(3, return_sequences=True, return_state=True)(x)
    assert hasattr(sequences, "_keras_mask") and not hasattr(h, "_keras_mask") and not hasattr(c, "_keras_mask")
    assert wubu.layers.TimeDistributed(wubu.layers.Dense(2))(x)._keras_mask.tolist() == [[True, True, False, False]]


def test_old_names():
    assert wubu.layers.CuDNNLSTM is wubu.layers.LSTM
    assert wubu.layers.LSTM(3, implementation=1).units == 3
    assert wubu.layers.LSTM(3, input_dim=4, input_length=7)._input_shape_argument == (None, 7, 4)
