"""``model(x)`` that is replayed gives what the layers give, gradients too, and notices every change."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import wubu
from wubu import layers, ops
from wubu.engine import settings
from wubu.models import replayed_calls

CALLS = replayed_calls.CALLS + replayed_calls.QUIET + 2


def known(model: wubu.Model) -> int:
    calls = model.__dict__.get("_replayed_calls")
    return 0 if calls is None else len(calls._known)


def warm(model: wubu.Model, x: Any, calls: int = CALLS, **kwargs: Any) -> Any:
    for _ in range(calls):
        outputs = model(x, **kwargs)
    return outputs


def plainly(model: wubu.Model, x: Any, **kwargs: Any) -> Any:
    with settings.override(capture=False):
        return model(x, **kwargs)


def dense(units: int = 3) -> wubu.Model:
    wubu.utils.set_random_seed(1)
    return wubu.Sequential([wubu.Input((6,)), layers.Dense(5, "relu"), layers.Dense(units, "softmax")])


def rows(count: int = 4) -> torch.Tensor:
    return torch.randn(count, 6, generator=torch.Generator().manual_seed(count))


def pictures() -> wubu.Model:
    x = wubu.Input((12, 12, 3))
    y = layers.Conv2D(4, 3, padding="same", use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    z = layers.SeparableConv2D(4, 3, padding="same", activation="elu")(y)
    y = layers.Add()([layers.AveragePooling2D()(y), layers.MaxPooling2D()(z)])
    y = layers.Conv2DTranspose(3, 2, strides=2, activation="tanh")(layers.Dropout(0.4)(y))
    y = layers.DepthwiseConv2D(3)(layers.UpSampling2D(2)(layers.ZeroPadding2D()(y)))
    return wubu.Model(x, layers.Dense(2)(layers.GlobalAveragePooling2D()(layers.GroupNormalization(3)(y))))


def words(cell: Any, **kwargs: Any) -> wubu.Model:
    return wubu.Sequential(
        [wubu.Input((7,), dtype="int32"), layers.Embedding(11, 4), layers.Bidirectional(cell(5, **kwargs)), layers.Dense(2)]
    )


def attention() -> wubu.Model:
    x = wubu.Input((7, 8))
    y = layers.MultiHeadAttention(2, 4, dropout=0.1)(x, x)
    y = layers.LayerNormalization()(layers.Add()([x, y]))
    y = layers.Concatenate()([y, layers.Attention()([y, x])])
    return wubu.Model(x, layers.Dense(3, "sigmoid")(layers.GlobalMaxPooling1D()(y)))


def operations() -> wubu.Model:
    x = wubu.Input((6,))
    y = ops.tanh(x) * 2.0 + x
    return wubu.Model(x, {"a": layers.Dense(2)(y), "b": [ops.mean(y, axis=-1), y]})


def nested() -> wubu.Model:
    x = wubu.Input((6,))
    inner = wubu.Model(x, layers.Dense(4, "gelu")(x))
    return wubu.Sequential([wubu.Input((6,)), inner, layers.UnitNormalization(), layers.PReLU(), layers.Dense(2)])


MODELS: dict[str, tuple[Callable[[], wubu.Model], Callable[[], torch.Tensor]]] = {
    "dense": (dense, rows),
    "pictures": (pictures, lambda: torch.rand(2, 12, 12, 3)),
    "lstm": (lambda: words(layers.LSTM), lambda: torch.randint(0, 11, (3, 7), dtype=torch.int32)),
    "gru": (lambda: words(layers.GRU), lambda: torch.randint(0, 11, (3, 7), dtype=torch.int32)),
    "rnn": (lambda: words(layers.SimpleRNN), lambda: torch.randint(0, 11, (3, 7), dtype=torch.int32)),
    "attention": (attention, lambda: torch.randn(2, 7, 8)),
    "operations": (operations, rows),
    "nested": (nested, rows),
}


@pytest.mark.parametrize("grad", [True, False])
@pytest.mark.parametrize("name", MODELS)
def test_outputs_and_gradients(name: str, grad: bool) -> None:
    make, data = MODELS[name]
    model = make()
    with torch.set_grad_enabled(grad):
        warm(model, data())
        assert known(model) == 1
        x = data()
        found, expected = wubu.tree.flatten(model(x)), wubu.tree.flatten(plainly(model, x))
        for ours, theirs in zip(found, expected, strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)
            assert ours.requires_grad == theirs.requires_grad
        if not grad:
            return
        variables = model.trainable_weights
        sums = [sum((leaf * leaf).sum() for leaf in leaves if leaf.requires_grad) for leaves in (found, expected)]
        ours, theirs = (torch.autograd.grad(s, variables, create_graph=True) for s in sums)
        for a, b in zip(ours, theirs, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


def test_second_derivatives() -> None:
    model = dense()
    warm(model, rows())
    found = []
    for call in (model, lambda x: plainly(model, x)):
        (first,) = torch.autograd.grad((call(rows()) ** 2).sum(), model.trainable_weights[:1], create_graph=True)
        found.append(torch.autograd.grad((first**2).sum(), model.trainable_weights[1:]))
    for a, b in zip(*found, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)


def test_python_without_torchscript() -> None:
    model = dense()
    with settings.override(torchscript=False):
        warm(model, rows())
    assert known(model) == 1
    torch.testing.assert_close(model(rows()), plainly(model, rows()))


def test_nothing_of_the_layers_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    model = dense()
    expected = warm(model, rows())
    monkeypatch.setattr(layers.Dense, "call", None)
    torch.testing.assert_close(model(rows()), expected)


def test_losses_still_find_the_logits() -> None:
    model = dense()
    warm(model, rows())
    ours, theirs = model(rows()), plainly(model, rows())
    assert ours._keras_logits_of == theirs._keras_logits_of
    torch.testing.assert_close(ours._keras_logits, theirs._keras_logits)
    loss = wubu.losses.SparseCategoricalCrossentropy()
    torch.testing.assert_close(loss(torch.tensor([0, 1, 2, 0]), ours), loss(torch.tensor([0, 1, 2, 0]), theirs))


def test_training_false_and_arrays() -> None:
    model = dense()
    warm(model, rows().numpy(), training=False)
    assert known(model) == 1
    torch.testing.assert_close(model(rows(), training=False), plainly(model, rows()))
    dropped = wubu.Sequential([wubu.Input((6,)), layers.Dropout(0.5)])
    warm(dropped, rows())
    torch.testing.assert_close(dropped(rows()), rows())
    assert (dropped(rows(), training=True) == 0).any()
    dropped.train()
    assert (dropped(rows()) == 0).any()


def test_every_shape_and_mode_has_its_own() -> None:
    model = dense()
    for count in (1, 4):
        warm(model, rows(count))
        with torch.no_grad():
            warm(model, rows(count))
        with torch.inference_mode():
            warm(model, rows(count))
    assert known(model) == 6
    for count in (1, 4, 5):
        assert model(rows(count)).requires_grad
        with torch.no_grad():
            assert not model(rows(count)).requires_grad
        with torch.inference_mode():
            assert model(rows(count)).is_inference()
            torch.testing.assert_close(model(rows(count)), plainly(model, rows(count)))
    for count in range(6, 40):
        warm(model, rows(count), 2)
    assert known(model) == 6 and len(model.__dict__["_replayed_calls"]._calls) <= replayed_calls.MOST_SHAPES


def test_changes_all_the_time_cost_little() -> None:
    """Another layer that keeps count in public is no reason to look at the model again and again."""
    model, other, looks = dense(), dense(), []
    calls = replayed_calls.ReplayedCalls(model)
    calls._look = looks.append  # type: ignore[method-assign]
    model.__dict__["_replayed_calls"] = calls
    for number in range(20):
        other.layers[0].seen = number
        model(rows())
    assert not looks


def test_what_was_hardly_used_is_learnt_later() -> None:
    model = dense()
    for _ in range(3):
        warm(model, rows(), 300)
        model.layers[0].note = 1
    calls = model.__dict__["_replayed_calls"]
    assert calls._patience == replayed_calls.CALLS
    for _ in range(3):
        warm(model, rows(), 100)
        model.layers[0].note = 1
    model(rows())
    assert calls._patience == 8 * replayed_calls.CALLS


CHANGES: dict[str, Callable[[wubu.Model], Any]] = {
    "weights": lambda m: m.set_weights([w + 1 for w in m.get_weights()]),
    "other memory": lambda m: setattr(m.weights[0], "data", m.weights[0].data + 1),
    "a parameter": lambda m: m.layers[0]._parameters.__setitem__("kernel", torch.nn.Parameter(torch.ones(6, 5))),
    "activation": lambda m: setattr(m.layers[0], "activation", wubu.activations.tanh),
    "half": lambda m: m.to(torch.float64),
    "hook": lambda m: m.layers[0].register_forward_hook(lambda layer, args, output: output * 2),
    "hook before": lambda m: m.layers[1].register_forward_pre_hook(lambda layer, args: (args[0] * 2,)),
    "a call of its own": lambda m: setattr(m.layers[0], "call", lambda x, **_: x[:, :5] * 3.0),
    "a layer": lambda m: m.add(layers.Dense(3)),
    "without its last": lambda m: m.pop(),
    "eager": lambda m: m.compile("sgd", "mse", run_eagerly=True),
    "training": lambda m: m.fit(rows(32).numpy(), np.ones((32, 3)), verbose=0),
    "one batch": lambda m: m.train_on_batch(rows(32).numpy(), np.ones((32, 3))),
    "frozen": lambda m: setattr(m, "trainable", False),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_are_noticed(name: str) -> None:
    model = dense()
    model.compile("sgd", "mse")
    before = warm(model, rows())
    assert known(model) == 1
    CHANGES[name](model)
    found, expected = model(rows()), plainly(model, rows())
    torch.testing.assert_close(found, expected)
    assert found.requires_grad == expected.requires_grad
    if name not in ("eager", "frozen", "half"):
        assert found.shape != before.shape or not torch.allclose(found, before)
    torch.testing.assert_close(warm(model, rows()), plainly(model, rows()))


def test_weights_that_moved_are_learnt_again() -> None:
    model = dense()
    model.compile("sgd", "mse")
    warm(model, rows(), 300)
    model.fit(rows(32).numpy(), np.ones((32, 3)), verbose=0)  # packs the weights
    torch.testing.assert_close(model(rows()), plainly(model, rows()))
    warm(model, rows())
    assert known(model) == 1
    torch.testing.assert_close(model(rows()), plainly(model, rows()))


def test_a_hook_that_is_taken_away() -> None:
    model = dense()
    handle = model.layers[0].register_forward_hook(lambda layer, args, output: output * 2)
    hooked = warm(model, rows())
    handle.remove()
    assert not torch.allclose(warm(model, rows()), hooked)
    torch.testing.assert_close(model(rows()), plainly(model, rows()))


def test_global_hooks() -> None:
    model, seen = dense(), []
    warm(model, rows())
    with torch.nn.modules.module.register_module_forward_hook(lambda module, args, output: seen.append(module)):
        model(rows())
    assert {type(module) for module in seen} >= {layers.Dense}


class Counting(layers.Layer):
    """A layer that does something besides computing."""

    calls = 0

    def call(self, x: torch.Tensor) -> torch.Tensor:
        Counting.calls += 1
        return x + 1


OTHERS: dict[str, Callable[[], wubu.Model]] = {
    "a user's layer": lambda: wubu.Sequential([wubu.Input((6,)), Counting()]),
    "a user's function": lambda: wubu.Sequential([wubu.Input((6,)), layers.Dense(2, activation=lambda x: x * 2)]),
    "lambda": lambda: wubu.Sequential([wubu.Input((6,)), layers.Lambda(lambda x: x * 2)]),
    "torch's module": lambda: wubu.Sequential([wubu.Input((6,)), torch.nn.Dropout(0.5)]),
    "losses": lambda: wubu.Sequential([wubu.Input((6,)), layers.Dense(2, activity_regularizer="l2")]),
    "masks": lambda: wubu.Sequential([wubu.Input((6, 1)), layers.Masking()]),
    "random": lambda: mc_dropout(),
    "state": lambda: wubu.Sequential([wubu.Input((6, 1), batch_size=4), layers.LSTM(2, stateful=True)]),
}


def mc_dropout() -> wubu.Model:
    x = wubu.Input((6,))
    return wubu.Model(x, layers.Dropout(0.5)(x, training=True))


@pytest.mark.parametrize("name", OTHERS)
def test_models_that_are_called_as_ever(name: str) -> None:
    model = OTHERS[name]()
    x = rows()[:, :, None] if len(model.inputs[0].shape) == 3 else rows()
    warm(model, x)
    assert known(model) == 0
    if name == "a user's layer":
        before = Counting.calls
        model(x)
        assert Counting.calls == before + 1
    if name == "losses":
        assert len(model.losses) == 1
    if name == "state":
        model.layers[-1].reset_states()
    if name in ("random", "state"):
        assert not torch.equal(model(x), model(x))


def test_draws_nobody_asked_for() -> None:
    """Whether calls are replayed makes no difference to random numbers."""
    drawn = []
    for capture in (True, False):
        wubu.utils.set_random_seed(5)
        model = mc_dropout()
        with settings.override(capture=capture):
            drawn.append([model(rows()) for _ in range(CALLS)])
    for a, b in zip(*drawn, strict=True):
        assert torch.equal(a, b)


def test_copies_have_their_own() -> None:
    model = dense()
    warm(model, rows())
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model)), wubu.models.clone_model(model)):
        twin.set_weights([w * 2 for w in model.get_weights()])
        torch.testing.assert_close(warm(twin, rows()), plainly(twin, rows()))
        assert not torch.allclose(twin(rows()), model(rows()))
    warm(model, rows(), 8 * CALLS)
    assert known(model) == 1
    shallow = copy.copy(model)
    torch.testing.assert_close(shallow(rows()), plainly(shallow, rows()))


def test_functional_call() -> None:
    model = dense()
    warm(model, rows())
    other = {name: torch.zeros_like(value) for name, value in model.named_parameters()}
    found = torch.func.functional_call(model, other, (rows(),))
    torch.testing.assert_close(found, torch.full((4, 3), 1 / 3))
    torch.testing.assert_close(model(rows()), plainly(model, rows()))
    gradients = torch.func.grad(lambda p: torch.func.functional_call(model, p, (rows(),)).pow(2).sum())(other)
    assert set(gradients) == set(other)
    mapped = torch.vmap(model)(rows(8).reshape(2, 4, 6))
    torch.testing.assert_close(mapped.reshape(8, 3), plainly(model, rows(8)), rtol=1e-5, atol=1e-6)


def test_inputs_with_gradients() -> None:
    model = dense()
    warm(model, rows())
    x = rows().requires_grad_()
    (ours,) = torch.autograd.grad(model(x).pow(2).sum(), x)
    (theirs,) = torch.autograd.grad(plainly(model, x).pow(2).sum(), x)
    torch.testing.assert_close(ours, theirs)


def test_autocast() -> None:
    model = dense()
    warm(model, rows())
    with torch.autocast("cpu", torch.bfloat16):
        assert model(rows())._keras_logits.dtype is torch.bfloat16


def test_traced_and_exported() -> None:
    model = dense()
    warm(model, rows())
    traced = torch.jit.trace(model, rows())
    torch.testing.assert_close(traced(rows()), model(rows()))
    exported = torch.export.export(model, (rows(),))
    torch.testing.assert_close(exported.module()(rows()), model(rows()), rtol=1e-5, atol=1e-6)


def test_a_loop_of_torch_trains() -> None:
    """The usual loop of a program that learns from what it does: a call to act, then a step to learn."""
    losses = []
    for capture in (True, False):
        model = dense()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with settings.override(capture=capture):
            for _ in range(30):
                model(rows(1))
                loss = (model(rows()) - torch.eye(3)[torch.tensor([0, 1, 2, 0])]).pow(2).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        losses.append(loss.item())
        assert known(model) == (2 if capture else 0)
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    assert losses[0] < 0.2
