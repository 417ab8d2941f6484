"""The life of an optimizer: building, saving, setting, and what users do with one."""

import copy
import gc
import pickle
import warnings
import weakref

import keras
import numpy as np
import pytest
import torch

from wubu import optimizers
from wubu.core.arena import place_of
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, NotBuiltError, ShapeError, UnknownArgumentError, UnknownNameError

SINGLE = sorted(
    name
    for name in optimizers.__all__
    if name[0].isupper() and name not in ("Optimizer", "OptimizerMap", "LossScaleOptimizer", "MultiOptimizer")
)


def weights(*values):
    return [Variable(torch.tensor(v)) for v in values or ([1.0, 2.0], [[3.0], [4.0]])]


def ones(variables):
    return [torch.ones_like(v) for v in variables]


# --- names and configs -------------------------------------------------------------------------------------------


def test_every_public_name_is_there():
    public = {name for name in dir(keras.optimizers) if not name.startswith("_")}
    assert public <= set(optimizers.__all__)
    legacy = {name for name in dir(keras.optimizers.legacy) if not name.startswith("_")}
    assert legacy <= set(optimizers.legacy.__all__)


@pytest.mark.parametrize("name", SINGLE)
def test_config_equals_keras(name):
    mine, real = getattr(optimizers, name)(), getattr(keras.optimizers, name)()
    mine.name = real.name = "same"
    assert mine.get_config() == real.get_config()
    written = optimizers.serialize(mine)
    assert (written["module"], written["class_name"], written["registered_name"]) == ("keras.optimizers", name, None)
    if name != "Lamb":  # which Keras 3.15 cannot read back itself
        assert type(real).__name__ == type(keras.optimizers.deserialize(dict(written))).__name__
    again = optimizers.deserialize(keras.optimizers.serialize(real))
    assert type(again) is type(mine) and again.get_config() == mine.get_config()
    assert type(optimizers.get(name)) is type(optimizers.get(name.lower())) is type(mine)


@pytest.mark.parametrize("name", SINGLE)
def test_saved_state_interchanges(name):
    """Names, order and shapes of the variables are Keras's, so either reads the other's file."""
    options = {"use_ema": True, "gradient_accumulation_steps": 2}
    mine, real = getattr(optimizers, name)(**options), getattr(keras.optimizers, name)(**options)
    layer = keras.layers.Dense(3, name="dense")
    layer.build((None, 2))
    own = [Variable(v.numpy(), name=v.name) for v in layer.trainable_variables]
    for variable, other in zip(own, layer.trainable_variables):
        variable.path = other.path
    mine.build(own)
    real.build(layer.trainable_variables)
    assert [tuple(v.shape) for v in mine.variables] == [tuple(v.shape) for v in real.variables]
    assert [v.name for v in mine.variables if v.name[:8] != "variable"] == [
        v.name for v in real.variables if v.name[:8] != "variable"
    ]
    assert mine.variables[0].path.split("/")[1] == real.variables[0].path.split("/")[1]
    store = {}
    real.apply([torch.ones(2, 3), torch.ones(3)])
    real.save_own_variables(store)
    mine.load_own_variables(store)
    for a, b in zip(mine.variables, real.variables):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    store.clear()
    mine.save_own_variables(store)
    real.load_own_variables(store)


def test_names():
    assert optimizers.Adam().name == "adam"
    assert optimizers.Adam().name == "adam_1"
    assert optimizers.get("RMSPROP").name == "rm_sprop"


def test_get():
    made = optimizers.SGD()
    assert optimizers.get(made) is made and optimizers.get(None) is None
    assert isinstance(optimizers.get(optimizers.Adam), optimizers.Adam)
    found = optimizers.get({"class_name": "sgd", "config": {"learning_rate": 0.5, "decay": 0.0, "momentum": 0}})
    assert found.learning_rate_at(0) == 0.5
    with pytest.raises(UnknownNameError, match="Did you mean 'Adam'"):
        optimizers.get("adamm")
    with pytest.raises(ArgumentError):
        optimizers.get(3)


def test_configs_of_keras_2():
    config = {
        "name": "Adam", "weight_decay": None, "clipnorm": None, "global_clipnorm": None, "clipvalue": None,
        "use_ema": False, "ema_momentum": 0.99, "ema_overwrite_frequency": None, "jit_compile": False,
        "is_legacy_optimizer": False, "learning_rate": 0.002, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07,
        "amsgrad": False,
    }  # fmt: skip
    assert optimizers.deserialize({"class_name": "Adam", "config": config}).learning_rate_at(5) == pytest.approx(0.002)
    assert type(optimizers.deserialize({"class_name": "Custom>Adam", "config": config})) is optimizers.Adam
    scheduled = dict(config, learning_rate={
        "class_name": "ExponentialDecay",
        "config": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "staircase": False, "name": None},
    })  # fmt: skip
    made = optimizers.deserialize({"class_name": "Adam", "config": scheduled})
    assert made.learning_rate_at(10) == pytest.approx(0.05)


# --- arguments ---------------------------------------------------------------------------------------------------


def test_old_arguments_work():
    optimizer = optimizers.SGD(lr=0.5, decay=0.1, momentum=0)
    assert optimizer.learning_rate_at(0) == 0.5 and optimizer.learning_rate_at(10) == 0.25
    assert optimizer.get_config()["decay"] == 0.1 and float(optimizer.lr) == 0.5
    [w] = weights([1.0])
    for expected in (0.5, 0.5 - 0.5 / 1.1, 0.5 - 0.5 / 1.1 - 0.5 / 1.2):
        optimizer.apply([torch.ones(1)], [w])
        assert float(w) == pytest.approx(expected)
    assert optimizers.Adam(epsilon=None).epsilon == 1e-7
    assert optimizers.Nadam(schedule_decay=0.004).get_config()["schedule_decay"] == 0.004
    assert optimizers.legacy.Adam is optimizers.Adam
    assert optimizers.SGD(1).learning_rate_at(0) == 1.0


def test_decay_divides_a_schedule_too():
    optimizer = optimizers.SGD(optimizers.schedules.ExponentialDecay(1.0, 10, 0.5), decay=0.1)
    assert optimizer.learning_rate_at(10) == pytest.approx(0.25)


@pytest.mark.parametrize(
    "options,words",
    [
        ({"clipnorm": 1.0, "clipvalue": 1.0}, "at most one of"),
        ({"gradient_accumulation_steps": 1}, "2 or more"),
        ({"use_ema": True, "ema_momentum": 1.5}, "ema_momentum"),
        ({"use_ema": True, "ema_overwrite_frequency": 1.5}, "ema_overwrite_frequency"),
        ({"momentum": 2.0}, "momentum"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"learning_rate": None}, "learning_rate"),
    ],
    ids=str,
)
def test_values_that_cannot_work(options, words):
    with pytest.raises(ArgumentError, match=words):
        optimizers.SGD(**options)


def test_unknown_argument_names_the_nearest():
    with pytest.raises(UnknownArgumentError, match="'momentun' Did you mean 'momentum'"):
        optimizers.SGD(momentun=0.9)
    with pytest.raises(TypeError, match="learning_rate"):
        optimizers.Adam(learningrate=0.9)
    with pytest.raises(ArgumentError):
        optimizers.AdamW(weight_decay=None)
    with pytest.raises(ArgumentError, match="l1_regularization_strength"):
        optimizers.Ftrl(l1_regularization_strength=-1)


# --- the learning rate -------------------------------------------------------------------------------------------


def test_setting_the_learning_rate():
    optimizer = optimizers.SGD(0.1)
    [w] = weights([0.0])
    optimizer.learning_rate = 0.5
    optimizer.apply([torch.ones(1)], [w])
    assert float(w) == -0.5
    optimizer.learning_rate.assign(0.25)
    optimizer.apply([torch.ones(1)], [w])
    assert float(w) == -0.75
    optimizer.lr = np.float32(1.0)
    assert float(optimizer.learning_rate) == 1.0 and optimizer.learning_rate.numpy() == 1.0
    optimizer.learning_rate = torch.tensor(2.0)
    assert optimizer.learning_rate_at(7) == 2.0
    assert [v.name for v in optimizer.variables] == ["iteration", "learning_rate"]


def test_setting_a_schedule():
    optimizer = optimizers.SGD(0.1)
    optimizer.learning_rate = optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
    assert [v.name for v in optimizer.variables] == ["iteration"]
    [w] = weights([0.0])
    optimizer.apply([torch.ones(1)], [w])
    optimizer.apply([torch.ones(1)], [w])
    assert float(w) == -1.5 and float(optimizer.learning_rate) == 0.25
    with pytest.raises(TypeError, match="schedule"):
        optimizer.learning_rate = 0.1


def test_function_as_learning_rate():
    rate = [0.5]
    optimizer = optimizers.SGD(lambda: rate[0])
    [w] = weights([0.0])
    optimizer.apply([torch.ones(1)], [w])
    rate[0] = 0.25
    optimizer.apply([torch.ones(1)], [w])
    assert float(w) == -0.75


# --- building ----------------------------------------------------------------------------------------------------


def test_building_twice():
    optimizer = optimizers.Adam()
    a, b, c = weights([1.0], [2.0], [3.0])
    optimizer.build([a, b])
    before = optimizer.variables
    optimizer.apply([torch.ones(1)] * 2)
    moment = optimizer.slot("momentum", a).clone()
    optimizer.build([a, b])
    assert [*map(id, optimizer.variables)] == [*map(id, before)]
    optimizer.build([b, c])
    assert [*map(id, optimizer.variables[:6])] == [*map(id, before)] and len(optimizer.variables) == 8
    assert torch.equal(optimizer.slot("momentum", a), moment)
    optimizer.apply([torch.ones(1)] * 2)
    assert torch.equal(optimizer.slot("momentum", a), moment)
    assert not torch.equal(optimizer.slot("momentum", b), moment)


def test_gradients_for_new_variables_build_them():
    optimizer = optimizers.SGD(1.0, momentum=0.5)
    a, b = weights([1.0], [2.0])
    optimizer.apply_gradients([(torch.ones(1), a)])
    assert optimizer.apply_gradients(zip([torch.ones(1)], [b]), name=None) is optimizer.iterations
    assert float(a) == 0.0 and float(b) == 1.0 and int(optimizer.iterations) == 2


def test_two_optimizers_share_parameters():
    """A second optimizer leaves the parameters where the first one's flat tensors have them."""
    a, b, c, d = weights([1.0], [2.0], [3.0], [4.0])
    first, second, third = optimizers.SGD(1.0), optimizers.SGD(1.0, momentum=0.9), optimizers.Adam(1.0)
    first.build([a, b, c])
    places = [place_of(v) for v in (a, b, c)]
    second.build([b, c, d])
    third.build([a, c])
    assert [place_of(v) for v in (a, b, c)] == places
    first.apply([torch.ones(1)] * 3)
    second.apply([torch.ones(1)] * 3)
    third.apply([torch.ones(1)] * 2)
    np.testing.assert_allclose([float(v) for v in (a, b, c, d)], [-1, 0, 0, 3], atol=1e-5)


def test_missing_gradients_skip_their_variables():
    for name in SINGLE:
        mine, real = getattr(optimizers, name)(0.1), getattr(keras.optimizers, name)(0.1)
        if name == "ScheduleFreeAdamW":
            continue
        own, other = weights([1.0, 2.0], [3.0], [4.0]), [keras.Variable(v) for v in ([1.0, 2.0], [3.0], [4.0])]
        for step in range(4):
            found = [torch.ones(2), None if step % 2 else torch.ones(1), torch.ones(1)]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                mine.apply(found, own)
                real.apply(found, other)
        for a, b in zip(own, other):
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, err_msg=name)


def test_missing_gradients_warn():
    optimizer, own = optimizers.SGD(), weights()
    own[1].path = "dense/kernel"
    with pytest.warns(UserWarning, match="dense/kernel"):
        optimizer.apply([torch.ones(2), None], own)
    with pytest.raises(ArgumentError, match="No gradients"):
        optimizer.apply([None, None], own)
    optimizer.apply([])


def test_bad_gradients():
    optimizer, own = optimizers.SGD(), weights()
    with pytest.raises(NotBuiltError):
        optimizer.apply(ones(own))
    optimizer.build(own)
    with pytest.raises(ArgumentError, match="2 variables"):
        optimizer.apply([torch.ones(2)])
    with pytest.raises(ShapeError, match=r"\(2, 1\)"):
        optimizer.apply([torch.ones(2), torch.ones(2)])
    with pytest.raises(ArgumentError, match="floating-point"):
        optimizers.SGD().build([Variable(3, dtype="int64")])


def test_plain_parameters_and_moved_modules():
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2))
    reference = copy.deepcopy(module)
    mine, real = optimizers.SGD(0.1, momentum=0.9), torch.optim.SGD(reference.parameters(), 0.1, momentum=0.9)
    x = torch.randn(5, 3)
    for step in range(6):
        own = list(module.parameters())
        mine.apply(torch.autograd.grad(module(x).square().sum(), own), own)
        real.zero_grad()
        reference(x).square().sum().backward()
        real.step()
        if step == 2:  # all parameters get other memory
            for parameter in own:
                parameter.data = parameter.data.clone()
    for a, b in zip(module.parameters(), reference.parameters()):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", SINGLE)
def test_other_types(name, dtype):
    optimizer = getattr(optimizers, name)(0.1)
    own = [Variable(torch.ones(3, 2, dtype=dtype)), Variable(torch.ones(2))]
    for _ in range(3):
        optimizer.apply([torch.ones(3, 2), torch.ones(2)], own)
    assert own[0].dtype is dtype and torch.isfinite(own[0]).all()
    assert (own[0] < 1).all() or name == "Adadelta"  # whose first steps are below the half types' resolution


@pytest.mark.parametrize(
    "optimizer",
    [
        optimizers.Adam(epsilon=0.0),
        optimizers.Adam(epsilon=0.0, amsgrad=True),
        optimizers.RMSprop(epsilon=0.0),
        optimizers.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=0.0),
        optimizers.Adadelta(epsilon=0.0),
        optimizers.Ftrl(initial_accumulator_value=0.0),
        optimizers.Ftrl(),
        optimizers.Adamax(epsilon=0.0),
        optimizers.Nadam(epsilon=0.0),
    ],
    ids=lambda o: o.name,
)
def test_gaps_stay_zero(optimizer):
    own = weights([1.0, 2.0], [3.0])
    for _ in range(3):
        optimizer.apply(ones(own), own)
    flat = place_of(own[0]).arena.flat
    assert torch.isfinite(flat).all() and flat.count_nonzero() == 3


def test_optimizer_keeps_nothing_alive():
    own = weights()
    optimizer = optimizers.Adam()
    optimizer.apply(ones(own), own)
    arena = weakref.ref(place_of(own[0]).arena)
    del own, optimizer
    gc.collect()
    assert arena() is None


# --- weight decay, averages, constraints -------------------------------------------------------------------------


@pytest.mark.parametrize("excluded", [{"var_names": ["bias"]}, {"var_list": [0, 3]}], ids=str)
def test_exclude_from_weight_decay(excluded):
    names = ["kernel", "bias", "kernel", "bias"]
    own = [Variable(torch.ones(3) * i, name=n) for i, n in enumerate(names)]
    other = [keras.Variable(np.ones(3, "float32") * i, name=n) for i, n in enumerate(names)]
    mine, real = optimizers.AdamW(0.1, weight_decay=0.5), keras.optimizers.AdamW(0.1, weight_decay=0.5)
    for optimizer, variables in ((mine, own), (real, other)):
        options = {k: [variables[i] for i in v] if k == "var_list" else v for k, v in excluded.items()}
        optimizer.exclude_from_weight_decay(**options)
        for _ in range(3):
            optimizer.apply([torch.ones(3) for _ in variables], variables)
    for a, b in zip(own, other):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5)
    with pytest.raises(ArgumentError):
        mine.exclude_from_weight_decay(var_names=["x"])


def test_finalize_sets_the_average():
    own, other = weights(), [keras.Variable(v.numpy()) for v in weights()]
    mine, real = (module.SGD(0.5, use_ema=True, ema_momentum=0.9) for module in (optimizers, keras.optimizers))
    for optimizer, variables in ((mine, own), (real, other)):
        for _ in range(4):
            optimizer.apply([torch.ones(2), torch.ones(2, 1)], variables)
        optimizer.finalize_variable_values(variables)
    for a, b in zip(own, other):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-6)
    optimizers.SGD().finalize_variable_values(own)


def test_constraints_hold_after_every_step():
    [w] = weights([0.5, 2.0])
    w.constraint = lambda x: x.clamp_min(0)
    optimizers.SGD(1.0).apply([torch.ones(2)], [w])
    assert w.tolist() == [0.0, 1.0]


# --- copies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))], ids=["copy", "pickle"])
@pytest.mark.parametrize("name", SINGLE)
def test_copies_go_on_where_the_original_is(name, copied):
    optimizer = getattr(optimizers, name)(0.1, use_ema=True)
    own = weights()
    for _ in range(3):
        optimizer.apply(ones(own), own)
    clone = copied(optimizer)
    assert not clone.built and clone.get_config() == optimizer.get_config()
    assert [v.name for v in clone.variables][:2] == ["iteration", "learning_rate"]
    clone = copied(clone)  # not built yet: the values travel on
    other = [Variable(v) for v in own]
    for variable, original in zip(other, own):
        variable.name, variable.path = original.name, original.path
    for _ in range(3):
        optimizer.apply(ones(own), own)
        clone.apply(ones(other), other)
    for a, b in zip([*own, *optimizer.variables], [*other, *clone.variables]):
        assert torch.equal(a, b)


def test_set_weights():
    optimizer, own = optimizers.Adam(), weights()
    with pytest.raises(NotBuiltError):
        optimizer.set_weights([])
    optimizer.apply(ones(own), own)
    values = optimizer.get_weights()
    optimizer.apply(ones(own), own)
    optimizer.set_weights(values)
    assert all(np.array_equal(a, b) for a, b in zip(optimizer.get_weights(), values))
    with pytest.raises(ShapeError):
        optimizer.set_weights([np.zeros(3)] * len(values))
    with pytest.warns(UserWarning, match="not loaded"):
        optimizers.Adam().load_own_variables({"0": 1})


def test_stateless_apply():
    optimizer, own = optimizers.Adam(0.1), weights()
    optimizer.build(own)
    before = [v.detach().clone() for v in (*own, *optimizer.variables)]
    made, state = optimizer.stateless_apply(before[2:], ones(own), before[:2])
    for tensor, value in zip((*own, *optimizer.variables), before):
        assert torch.equal(tensor, value)
    optimizer.apply(ones(own))
    for a, b in zip((*made, *state), (*own, *optimizer.variables)):
        assert torch.equal(a, b) and type(a) is torch.Tensor


# --- optimizers of users -----------------------------------------------------------------------------------------


class GuideSGD(optimizers.Optimizer):
    """In the form of Keras's guide."""

    def __init__(self, learning_rate=0.1, momentum=0.9, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.momentums = []
        for variable in variables:
            self.momentums.append(self.add_variable_from_reference(reference_variable=variable, name="momentum"))
        self.built = True

    def update_step(self, gradient, variable, learning_rate):
        m = self.momentums[self._get_variable_index(variable)]
        self.assign(m, m * self.momentum - gradient * learning_rate)
        self.assign_add(variable, m)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


def test_custom_optimizer():
    own, other = weights(), weights()
    mine, reference = GuideSGD(clipnorm=1.0), optimizers.SGD(0.1, momentum=0.9, clipnorm=1.0)
    for step in range(5):
        for optimizer, variables in ((mine, own), (reference, other)):
            optimizer.apply([g * step for g in ones(variables)], variables)
    for a, b in zip(own, other):
        torch.testing.assert_close(a, b)
    [new] = weights([5.0])
    mine.build([new, *own])  # the guard in its build does not stand in the way
    mine.apply(ones([new, *own]))
    assert float(new) == pytest.approx(4.9)
    assert GuideSGD.from_config(mine.get_config()).momentum == 0.9
    clone = copy.deepcopy(mine)
    assert "momentums" not in clone.__dict__


def test_subclass_of_an_elementwise_optimizer_is_called_for_each_variable():
    seen = []

    class Watching(optimizers.Adam):
        def update_step(self, gradient, variable, learning_rate):
            seen.append(variable)
            super().update_step(gradient, variable, learning_rate)

    own, other = weights(), weights()
    Watching(0.1).apply(ones(own), own)
    optimizers.Adam(0.1).apply(ones(other), other)
    assert [*map(id, seen)] == [*map(id, own)]
    for a, b in zip(own, other):
        torch.testing.assert_close(a, b)


def test_optimizer_without_update_step():
    with pytest.raises(NotImplementedError, match="update_step"):
        optimizers.Optimizer(0.1).apply([torch.ones(1)], weights([1.0]))


def test_variables_may_be_called():
    optimizer = optimizers.SGD()
    assert [*map(id, optimizer.variables())] == [*map(id, optimizer.variables)]


def test_own_variables_are_tracked():
    optimizer = optimizers.SGD()
    optimizer.extra = Variable(1.0, trainable=False)
    optimizer.several = [Variable(2.0, trainable=False)]
    assert len(optimizer.variables) == 4
    assert optimizer.add_variable((2,), "ones", name="mine").path.endswith("/mine")
