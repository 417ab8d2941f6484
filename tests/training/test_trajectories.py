"""Twenty steps from the same weights, on the same batches, end in the same weights as in real Keras."""

from __future__ import annotations

from typing import Any

import pytest

OPTIMIZERS = ["sgd", "momentum", "rmsprop", "adam", "adamw", "nadam", "adamax", "adagrad", "adadelta", "clipped"]

LOSSES = {
    "mse": ("target", "linear", 2),
    "mae": ("target", "linear", 2),
    "mean_squared_logarithmic_error": ("positive", "softplus", 2),
    "huber": ("target", "linear", 2),
    "log_cosh": ("target", "linear", 2),
    "poisson": ("positive", "softplus", 2),
    "cosine_similarity": ("target", "linear", 2),
    "kl_divergence": ("one_hot", "softmax", 3),
    "hinge": ("binary", "tanh", 1),
    "squared_hinge": ("binary", "tanh", 1),
    "categorical_hinge": ("one_hot", "softmax", 3),
    "binary_crossentropy": ("binary", "sigmoid", 1),
    "categorical_crossentropy": ("one_hot", "softmax", 3),
    "sparse_categorical_crossentropy": ("classes", "softmax", 3),
}


def optimizer(k: Any, name: str) -> Any:
    made = {
        "sgd": lambda: k.optimizers.SGD(0.05),
        "momentum": lambda: k.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
        "clipped": lambda: k.optimizers.Adam(0.01, global_clipnorm=0.1, weight_decay=0.01),
    }
    return made[name]() if name in made else k.optimizers.get(name)


def stack(activation: str, units: int) -> Any:
    def make(k: Any) -> Any:
        return k.Sequential(
            [
                k.Input((6,)),
                k.layers.Dense(8, activation="tanh"),
                k.layers.BatchNormalization(),
                k.layers.Dense(units, activation=activation),
            ]
        )

    return make


def graph(activation: str, units: int) -> Any:
    def make(k: Any) -> Any:
        inputs = k.Input((6,))
        hidden = k.layers.Dense(8, activation="tanh", kernel_regularizer=k.regularizers.L2(0.01))(inputs)
        joined = k.layers.Concatenate()([hidden, k.layers.Dense(4)(inputs)])
        return k.Model(inputs, k.layers.Dense(units, activation=activation)(joined))

    return make


def run(
    twins: Any, same: Any, keras_: Any, wubu_: Any, make: Any, name: str, loss: str, x: Any, y: Any, **kwargs: Any
) -> None:
    ours, reference = twins(make)
    metrics = kwargs.pop("metrics", ["mae"])
    ours.compile(optimizer(wubu_, name), loss, metrics=metrics)
    reference.compile(optimizer(keras_, name), loss, metrics=metrics)
    arguments = dict(batch_size=16, epochs=1, shuffle=False, verbose=0, **kwargs)
    a, b = ours.fit(x, y, **arguments), reference.fit(x, y, **arguments)
    same(ours, reference)
    same(a, b)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("make", [stack, graph], ids=["sequential", "functional"])
def test_optimizers(twins: Any, same: Any, keras_: Any, wubu_: Any, data: Any, make: Any, name: str) -> None:
    run(twins, same, keras_, wubu_, make("linear", 2), name, "mse", data.x, data.target)


@pytest.mark.parametrize("loss", sorted(LOSSES))
@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_losses(twins: Any, same: Any, keras_: Any, wubu_: Any, data: Any, loss: str, name: str) -> None:
    labels, activation, units = LOSSES[loss]
    metrics = ["accuracy"] if loss.endswith("crossentropy") else ["mse"]
    run(
        twins, same, keras_, wubu_, graph(activation, units), name, loss, data.x, getattr(data, labels), metrics=metrics
    )


@pytest.mark.parametrize("loss", ["binary_crossentropy", "sparse_categorical_crossentropy", "categorical_crossentropy"])
def test_weights(twins: Any, same: Any, keras_: Any, wubu_: Any, data: Any, loss: str) -> None:
    labels, activation, units = LOSSES[loss]
    y = getattr(data, labels)
    for weights in ({"sample_weight": data.weight}, {"class_weight": {0: 0.5, 1: 3.0}}):
        make = stack(activation, units)
        run(twins, same, keras_, wubu_, make, "adam", loss, data.x, y, metrics=["accuracy"], **weights)


def test_a_short_last_batch_and_several_epochs(twins: Any, same: Any, data: Any) -> None:
    ours, reference = twins(stack("softmax", 3))
    histories = []
    for model in (ours, reference):
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        histories.append(
            model.fit(
                data.x[:250],
                data.classes[:250],
                batch_size=16,
                epochs=3,
                shuffle=False,
                verbose=0,
                validation_split=0.2,
            )
        )
    same(*histories)
    same(ours, reference)
    assert list(histories[0].history) == ["loss", "accuracy", "val_loss", "val_accuracy"]


def two_outputs(k: Any) -> Any:
    a, b = k.Input((4,), name="left"), k.Input((2,), name="right")
    shared = k.layers.Dense(8, activation="tanh")
    merged = k.layers.Concatenate()([shared(a), k.layers.Dense(8)(b)])
    return k.Model(
        [a, b],
        [
            k.layers.Dense(3, activation="softmax", name="kind")(merged),
            k.layers.Dense(2, name="amount")(merged),
        ],
    )


FORMS = {
    "lists": {
        "loss": ["sparse_categorical_crossentropy", "mse"],
        "loss_weights": [1.0, 0.3],
        "metrics": [["accuracy"], ["mae", "mse"]],
    },
    "dicts": {
        "loss": {"kind": "sparse_categorical_crossentropy", "amount": "mse"},
        "loss_weights": {"kind": 0.5, "amount": 2.0},
        "metrics": {"amount": ["mae"], "kind": "acc"},
        "weighted_metrics": {"kind": ["acc"]},
    },
    "one loss left out": {
        "loss": {"kind": "sparse_categorical_crossentropy", "amount": None},
        "metrics": [["acc"], None],
    },
}


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "sample_weight"])
def test_several_outputs(twins: Any, same: Any, data: Any, form: str, weighted: bool) -> None:
    ours, reference = twins(two_outputs)
    x = [data.x[:, :4], data.x[:, 4:]]
    y = [data.classes, data.target]
    weights = [data.weight, data.weight[::-1].copy()] if weighted else None
    histories, results = [], []
    for model in (ours, reference):
        model.compile("adam", **FORMS[form])
        arguments = {"batch_size": 16, "epochs": 2, "shuffle": False, "verbose": 0}
        histories.append(model.fit(x, y, sample_weight=weights, **arguments))
        results.append(
            (
                model.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True),
                model.evaluate(x, y, sample_weight=weights, verbose=0),
                model.predict(x, verbose=0),
            )
        )
    same(*histories)
    same(ours, reference)
    same(results[0][0], results[1][0])
    same(dict(enumerate(results[0][1])), dict(enumerate(results[1][1])))
    same(dict(enumerate(results[0][2])), dict(enumerate(results[1][2])))


def test_dicts_of_data(twins: Any, same: Any, data: Any) -> None:
    ours, reference = twins(two_outputs)
    x = {"left": data.x[:, :4], "right": data.x[:, 4:]}
    y = {"kind": data.classes, "amount": data.target}
    histories = []
    for model in (ours, reference):
        model.compile(
            "sgd", loss={"kind": "sparse_categorical_crossentropy", "amount": "mse"}, metrics={"kind": ["accuracy"]}
        )
        histories.append(model.fit(x, y, batch_size=16, shuffle=False, verbose=0))
    same(*histories)
    same(ours, reference)
