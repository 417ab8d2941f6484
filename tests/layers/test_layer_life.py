"""The life of a layer: made, built, called, frozen, copied, saved."""

from __future__ import annotations

import copy
import pickle

import keras
import numpy as np
import pytest
import torch

import wubu
import wubu.layers as layers
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, NotBuiltError, ShapeError, UnknownArgumentError


class Scale(layers.Layer):
    """A layer as Keras's guides write them."""

    def __init__(self, power=1, **kwargs):
        super().__init__(**kwargs)
        self.power = power

    def build(self, input_shape):
        self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="factor")
        self.count = self.add_weight(shape=(), initializer="zeros", trainable=False, name="count")

    def call(self, inputs, training=None):
        if training:
            self.count.assign_add(1.0)
        return inputs * self.factor**self.power


class Block(layers.Layer):
    """Layers in attributes, a list and a dict."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first = layers.Dense(3)
        self.rest = [layers.Dense(3), layers.BatchNormalization()]
        self.named = {"out": layers.Dense(2)}

    def call(self, x):
        x = self.first(x)
        for layer in self.rest:
            x = layer(x)
        return self.named["out"](x)


def test_weights_are_made_at_the_first_call():
    layer = Scale()
    assert not layer.built and layer.weights == []
    with pytest.raises(NotBuiltError, match="build"):
        layer.count_params()
    layer(torch.ones(2, 4))
    assert layer.built and [w.name for w in layer.weights] == ["factor", "count"]
    assert [w.path for w in layer.weights] == ["scale/factor", "scale/count"]
    assert [w.name for w in layer.trainable_weights] == ["factor"]
    assert [w.name for w in layer.non_trainable_weights] == ["count"]
    assert layer.count_params() == 5
    assert {name for name, _ in layer.named_parameters()} == {"factor", "count"}


def test_training_is_what_the_call_the_outer_layer_or_the_module_says():
    layer = Scale()
    x = torch.ones(2, 3)
    layer(x)
    assert float(layer.count) == 0
    layer(x, training=True)
    assert float(layer.count) == 1
    layer.train()
    layer(x)
    assert float(layer.count) == 2
    layer(x, training=False)
    assert float(layer.count) == 2

    class Outer(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = layer

        def call(self, x):
            return self.inner(x)

    layer.eval()
    outer = Outer()
    outer(x, training=True)
    assert float(layer.count) == 3
    outer(x)
    assert float(layer.count) == 3


def test_layers_in_lists_and_dicts_are_tracked():
    block = Block()
    block(torch.ones(4, 5))
    theirs = [(5, 3), (3,), (3, 3), (3,), (3,), (3,), (3,), (3,), (3, 2), (2,)]
    assert sorted(map(str, (tuple(w.shape) for w in block.weights))) == sorted(map(str, theirs))
    assert len(list(block.parameters())) == len(block.weights)
    block.rest.append(layers.Dense(3))
    block(torch.ones(4, 5))
    assert len(block.weights) == 12
    assert isinstance(block.rest, list)


def test_freezing_reaches_everything_and_comes_back():
    block = Block()
    block(torch.ones(4, 5))
    trained = len(block.trainable_weights)
    block.trainable = False
    assert block.trainable_weights == [] and len(block.non_trainable_weights) == len(block.weights)
    assert not any(w.requires_grad for w in block.weights)
    assert not block.rest[1].trainable
    block.trainable = True
    assert len(block.trainable_weights) == trained
    block.first.trainable = False
    assert len(block.trainable_weights) == trained - 2
    made = layers.Dense(3, trainable=False)
    made(torch.ones(1, 2))
    assert made.trainable_weights == [] and not made.kernel.requires_grad


def test_getting_and_setting_weights():
    layer, other = layers.Dense(3), layers.Dense(3)
    with pytest.raises(ShapeError, match="build the layer first"):
        layer.set_weights([np.ones((4, 3)), np.ones(3)])
    layer(torch.ones(1, 4)), other(torch.ones(1, 4))
    other.set_weights(layer.get_weights())
    assert torch.equal(layer(torch.ones(1, 4)), other(torch.ones(1, 4)))
    with pytest.raises(ShapeError, match="a list of 1"):
        layer.set_weights([np.ones((4, 3))])
    with pytest.raises(ShapeError, match="dense/bias"):
        layer.set_weights([np.ones((4, 3)), np.ones(4)])
    given = layers.Dense(2, weights=[np.ones((4, 2)), np.zeros(2)], input_shape=(4,))
    assert given(torch.ones(1, 4)).tolist() == [[4.0, 4.0]]
    assert given._input_shape_argument == (None, 4)


def test_losses_of_calls_and_regularizers():
    class Penalty(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(3, kernel_regularizer="l2", activity_regularizer="l2")

        def call(self, x):
            self.add_loss(x.sum())
            return self.inner(x)

    layer = Penalty()
    x = torch.ones(2, 4)
    for _ in range(2):  # what the last call added does not pile up
        made = layer(x)
    losses = [float(loss) for loss in layer.losses]
    kernel = float(0.01 * layer.inner.kernel.square().sum())
    assert sorted(losses) == pytest.approx(sorted([8.0, float(0.01 * made.square().sum()) / 2, kernel]), rel=1e-5)
    layer.inner.trainable = False
    assert len(layer.losses) == 2
    with pytest.raises(ArgumentError, match="symbolic"):
        layer.add_loss(layers.Input((3,)))


def test_a_class_without_get_config_still_has_one():
    layer = Scale(power=2, name="mine")
    config = layer.get_config()
    assert config["power"] == 2 and config["name"] == "mine"
    again = Scale.from_config(config)
    assert again.power == 2 and again.name == "mine"


def test_copies_and_pickles():
    layer = Block()
    x = torch.ones(3, 5)
    expected = layer(x)
    for again in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layers.Dense(2)))):
        if isinstance(again, Block):
            assert torch.equal(again(x), expected)
            assert not {id(w) for w in again.weights} & {id(w) for w in layer.weights}
        else:
            assert again.units == 2
    dense = layers.Dense(2)
    made = dense(x)
    assert torch.equal(pickle.loads(pickle.dumps(dense))(x), made)


def test_state_dict_is_torch_s():
    a, b = Block(), Block()
    x = torch.ones(3, 5)
    a(x), b(x)
    b.load_state_dict(a.state_dict())
    assert torch.equal(a(x), b(x))


def test_variables_and_modules_as_attributes():
    class Mixed(layers.Layer):
        def __init__(self):
            super().__init__()
            self.gain = Variable(2.0, name="gain")
            self.linear = torch.nn.Linear(3, 2)

        def call(self, x):
            return self.linear(x) * self.gain

    layer = Mixed()
    assert layer(torch.ones(1, 3)).shape == (1, 2)
    assert sorted(tuple(w.shape) for w in layer.weights) == [(), (2,), (2, 3)]
    assert layer.weights[0].path == "mixed/gain"


def test_attributes_before_init_are_refused():
    class Early(layers.Layer):
        def __init__(self):
            self.inner = layers.Dense(3)
            super().__init__()

    with pytest.raises(AttributeError, match="super"):
        Early()


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: layers.Dense(3, activaton="relu"), UnknownArgumentError, "Did you mean 'activation'"),
        (lambda: layers.Dense(3, activation="rellu"), ArgumentError, "Did you mean 'relu'"),
        (lambda: layers.Dense(0), ArgumentError, "units"),
        (lambda: layers.Dense(3)(torch.ones(3)), ShapeError, "at least 2 axes"),
        (lambda: layers.Dense(3).build((None, None)), ShapeError, "last axis"),
        (lambda: layers.Dense(3, lora_rank=2), UnknownArgumentError, "lora_rank"),
    ],
)
def test_mistakes_are_explained(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_later_input_must_fit():
    layer = layers.Dense(3)
    layer(torch.ones(1, 4))
    with pytest.raises(ShapeError, match="axis -1 of its input to have size 4"):
        layer(torch.ones(1, 5))
    with pytest.raises(ShapeError, match="axis -1"):
        layer(layers.Input((5,)))


def test_inputs_of_any_kind():
    layer = layers.Dense(2, kernel_initializer="ones")
    for x in (np.ones((2, 3)), np.ones((2, 3), "float32"), [[1.0, 1.0, 1.0]] * 2, torch.ones(2, 3), np.ones((2, 3), "uint8")):
        made = layer(x)
        assert made.dtype is torch.float32 and made.tolist() == [[3.0, 3.0]] * 2


def test_policies():
    layer = layers.Dense(2, dtype="mixed_bfloat16")
    assert layer(torch.ones(2, 3)).dtype is torch.bfloat16
    assert layer.kernel.dtype is torch.float32 and layer.compute_dtype == "bfloat16" and layer.variable_dtype == "float32"
    double = layers.Dense(2, dtype="float64")
    assert double(torch.ones(2, 3)).dtype is torch.float64 and double.kernel.dtype is torch.float64
    assert layers.deserialize(layers.serialize(layer)).dtype_policy == layer.dtype_policy


def test_masks_travel_with_tensors():
    x = torch.ones(1, 3, 4)
    x._keras_mask = torch.tensor([[True, False, True]])
    assert layers.Dense(2)(x)._keras_mask is x._keras_mask
    assert layers.Dense(2, dtype="mixed_bfloat16")(x)._keras_mask is x._keras_mask
    assert not hasattr(layers.Flatten()(x), "_keras_mask")

    class Takes(layers.Layer):
        def call(self, inputs, mask=None):
            return inputs if mask is None else inputs * mask.unsqueeze(-1)

    assert Takes()(x).sum() == 8
    assert Takes()(x, mask=torch.tensor([[False] * 3])).sum() == 0
    masked = layers.Masking(0.0)(torch.tensor([[[1.0, 0.0], [0.0, 0.0]]]))
    assert masked._keras_mask.tolist() == [[True, False]]


def test_shapes_without_a_compute_output_shape():
    layer = Scale()
    assert layer(layers.Input((7,))).shape == (None, 7)
    assert Scale().compute_output_shape((None, 7)) == (None, 7)
    assert float(layer.count) == 0  # a run without values changes nothing


def test_the_symbolic_input_and_output():
    layer = layers.Dense(3)
    assert not hasattr(layer, "output") and not hasattr(layer, "input")
    with pytest.raises(NotBuiltError, match="symbolic"):
        _ = layer.output
    x = layers.Input((4,))
    y = layer(x)
    assert layer.input is x and layer.output is y
    assert layer.input_shape == (None, 4) and layer.output_shape == (None, 3)


def test_real_keras_layers_order_weights_alike():
    """Own trainable ones, own others, then those of the layers within."""

    def make(base, module):
        class Nested(base):
            def __init__(self):
                super().__init__()
                self.norm = module.BatchNormalization()
                self.dense = module.Dense(2)

            def build(self, shape):
                self.state = self.add_weight(shape=(1,), initializer="zeros", trainable=False, name="state")
                self.norm.build(shape)
                self.dense.build(shape)
                self.gain = self.add_weight(shape=(2,), initializer="ones", name="gain")
                self.built = True

            def call(self, x):
                return self.dense(self.norm(x)) * self.gain

        return Nested()

    keras.backend.clear_session()  # its automatic names begin anew, as ours do for every test
    ours, theirs = make(layers.Layer, layers), make(keras.layers.Layer, keras.layers)
    x = np.ones((2, 3), "float32")
    ours(x), theirs(x)
    assert [w.path for w in ours.weights] == [w.path for w in theirs.weights]
    assert [w.path for w in ours.trainable_weights] == [w.path for w in theirs.trainable_weights]
    assert [w.path for w in ours.non_trainable_weights] == [w.path for w in theirs.non_trainable_weights]


@pytest.mark.parametrize(
    "add",
    [
        lambda layer: layer.add_weight("kernel", shape=[4, 3]),
        lambda layer: layer.add_weight("kernel", (4, 3), initializer="zeros"),
        lambda layer: layer.add_weight("kernel", (4, 3), "float32", "ones", None, True),
        lambda layer: layer.add_weight((4, 3), "uniform", name="kernel"),
        lambda layer: layer.add_weight(name="kernel", shape=(4, 3), use_resource=True),
        lambda layer: layer.add_variable("kernel", [4, 3]),
    ],
)
def test_a_weight_may_be_asked_for_as_in_any_version(add):
    weight = add(layers.Layer(name="mine"))
    assert weight.path == "mine/kernel" and tuple(weight.shape) == (4, 3) and weight.trainable


def test_a_weight_with_an_argument_that_does_not_exist():
    with pytest.raises(UnknownArgumentError, match="Did you mean 'initializer'"):
        layers.Layer().add_weight((3,), initialiser="ones")
    with pytest.raises(ShapeError, match="a size is unknown"):
        layers.Layer().add_weight((None, 3))


def test_a_users_layer_finds_its_weights_in_the_type_it_computes_in():
    class Own(layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], 3), name="kernel")
            self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False, name="seen")

        def call(self, x):
            self.seen.assign_add(1.0)
            return x @ self.kernel

    layer = Own(dtype="mixed_bfloat16")
    made = layer(torch.ones(2, 4))
    assert made.dtype is torch.bfloat16 and layer.kernel.dtype is torch.float32 and float(layer.seen) == 1
    made.float().sum().backward()
    assert layer.kernel.grad.dtype is torch.float32
    assert layer(layers.Input((4,))).dtype == "bfloat16"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: layers.Attention(name="at")([layers.Input((4, 8)), layers.Input((5, 7))]), "'at'.*axis -1"),
        (lambda: layers.AdditiveAttention(name="at")([layers.Input((4, 8)), layers.Input((5, 7))]), "'at'.*axis -1"),
        (
            lambda: layers.Attention(name="at")([layers.Input((4, 8)), layers.Input((5, 8)), layers.Input((6, 8))]),
            "'at'.*axis -2",
        ),
        (lambda: layers.Softmax(axis=4, name="s")(layers.Input((4,))), "'s'.*axis=4"),
        (lambda: layers.PReLU(shared_axes=[5], name="p")(layers.Input((4,))), "'p'.*shared_axes"),
        (lambda: layers.Normalization(mean=[1, 2, 3], variance=[1, 1, 1], name="n")(layers.Input((4,))), "'n'.*axes"),
        (lambda: layers.Resizing(4, 4, name="r")(layers.Input((4,))), "'r'.*pictures"),
        (lambda: layers.RandomFlip(name="r")(layers.Input((4,))), "'r'.*pictures"),
        (lambda: layers.RNN(layers.GRUCell(3), name="rnn")(layers.Input((4,))), "'rnn'.*steps"),
        (lambda: wubu.ops.matmul(layers.Input((3, 4)), layers.Input((3, 5))), r"matmul.*\(None, 3, 5\)"),
        (lambda: layers.Input((3,)) + layers.Input((4,)), r"add.*\(None, 4\)"),
    ],
)
def test_shapes_that_cannot_work_fail_at_the_symbolic_call(make, told):
    with pytest.raises(ShapeError, match=told):
        make()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: wubu.losses.Huber(detla=1.0), "'detla'.*'delta'"),
        (lambda: wubu.metrics.AUC(num_threshold=3), "num_thresholds"),
        (lambda: wubu.callbacks.EarlyStopping(patiense=3), "'patience'"),
        (lambda: wubu.regularizers.OrthogonalRegularizer(factr=0.1), "'factor'"),
        (lambda: wubu.initializers.RandomNormal(stdev=0.1), "'stddev'"),
        (lambda: wubu.constraints.MaxNorm(max_val=0.1), "'max_value'"),
        (lambda: wubu.optimizers.schedules.CosineDecay(0.1, decay_step=3), "'decay_steps'"),
        (lambda: layers.Dense(3, kernel_initialiser="zeros"), "'kernel_initializer'"),
    ],
)
def test_an_argument_that_does_not_exist_names_the_nearest(make, told):
    with pytest.raises(UnknownArgumentError, match=told):
        make()


def test_classes_may_be_abstract_ones_too():
    import abc

    class Base(layers.Layer, abc.ABC):
        @abc.abstractmethod
        def size(self): ...

    class Model(wubu.Model, metaclass=abc.ABCMeta):
        @abc.abstractmethod
        def size(self): ...

    class Loss(wubu.losses.Loss, abc.ABC):
        @abc.abstractmethod
        def size(self): ...

    class Sized(Base):
        def size(self):
            return 3

        def call(self, inputs):
            return inputs * self.size()

    for kind in (Base, Model, Loss):
        with pytest.raises(TypeError, match="abstract"):
            kind()
    assert isinstance(Sized(), Base) and Sized()(torch.ones(2)).tolist() == [3.0, 3.0]
