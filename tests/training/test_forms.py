"""The forms in which outputs, labels, losses, metrics and weights may come, and the names in the logs."""

from __future__ import annotations

from typing import Any

import pytest


def listed(k: Any) -> Any:
    class Listed(k.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = k.layers.Dense(3, activation="softmax"), k.layers.Dense(2)

        def call(self, x: Any) -> Any:
            return [self.a(x), self.b(x)]

    return built(Listed())


def keyed(k: Any) -> Any:
    class Keyed(k.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = k.layers.Dense(3, activation="softmax"), k.layers.Dense(2)

        def call(self, x: Any) -> Any:
            return {"kind": self.a(x), "amount": self.b(x)}

    return built(Keyed())


def keyed_graph(k: Any) -> Any:
    x = k.Input((6,))
    return k.Model(x, {"kind": k.layers.Dense(3, activation="softmax")(x), "amount": k.layers.Dense(2)(x)})


def nested(k: Any) -> Any:
    class Nested(k.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = k.layers.Dense(3, activation="softmax"), k.layers.Dense(2)

        def call(self, x: Any) -> Any:
            return {"kind": self.a(x), "rest": [self.b(x), 2 * self.b(x)]}

    return built(Nested())


def single(k: Any) -> Any:
    return k.Sequential([k.Input((6,)), k.layers.Dense(2, name="amount")])


def unnamed_graph(k: Any) -> Any:
    x = k.Input((6,))
    return k.Model(x, [k.layers.Dense(3, activation="softmax", name="z")(x), k.layers.Dense(2, name="a")(x)])


def built(model: Any) -> Any:
    import torch

    model(torch.zeros(2, 6))
    return model


SPARSE = "sparse_categorical_crossentropy"
CASES: dict[str, Any] = {
    "list, one loss each": (listed, {"loss": [SPARSE, "mse"], "metrics": [["acc"], ["mae"]]}),
    "list, one metric each": (listed, {"loss": [SPARSE, "mse"], "metrics": ["acc", "mae"]}),
    "dict": (keyed, {"loss": {"kind": SPARSE, "amount": "mse"}, "metrics": {"kind": "acc", "amount": ["mae"]}}),
    "dict, weights": (keyed, {"loss": {"kind": SPARSE, "amount": "mse"}, "loss_weights": {"kind": 0.1, "amount": 3.0}}),
    "dict, one loss": (keyed, {"loss": {"kind": SPARSE}}),
    "dict of a graph": (
        keyed_graph,
        {"loss": {"kind": SPARSE, "amount": "mse"}, "metrics": {"amount": ["mae", "mse"]}},
    ),
    "nested": (nested, {"loss": {"kind": SPARSE, "rest": ["mse", "mae"]}}),
    "single, in a list": (single, {"loss": ["mse"], "metrics": [["mae"]]}),
    "single, by name": (single, {"loss": {"amount": "mse"}, "metrics": {"amount": ["mae"]}}),
    "single, weight": (
        single,
        {"loss": "mse", "loss_weights": 0.5, "metrics": ["mae", "mae"], "weighted_metrics": ["mae"]},
    ),
    "graph, by name": (
        unnamed_graph,
        {"loss": {"z": SPARSE, "a": "mse"}, "metrics": {"a": "mae"}, "weighted_metrics": {"z": ["acc"]}},
    ),
    "graph, one for all": (unnamed_graph, {"loss": "mse"}),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_forms(twins: Any, same: Any, data: Any, case: str) -> None:
    make, arguments = CASES[case]
    ours, reference = twins(make)
    kind = data.one_hot if case == "graph, one for all" else data.classes
    y: Any = {
        listed: [kind, data.target],
        keyed: {"kind": kind, "amount": data.target},
        keyed_graph: {"kind": kind, "amount": data.target},
        nested: {"kind": kind, "rest": [data.target, data.target]},
        single: data.target,
        unnamed_graph: [kind, data.target],
    }[make]
    if case == "dict, one loss":
        y = {"kind": kind}
    histories, lists = [], []
    for model in (ours, reference):
        model.compile("adam", **arguments)
        try:
            histories.append(model.fit(data.x, y, batch_size=32, epochs=2, shuffle=False, verbose=0))
        except Exception as error:
            if model is ours:
                raise
            pytest.skip(f"Keras does not take this: {error}")
        lists.append(model.evaluate(data.x, y, verbose=0))
    same(*histories)
    same(ours, reference)
    if isinstance(lists[0], list) and case != "single, weight":  # Keras lists equal names several times over
        same(dict(enumerate(lists[0])), dict(enumerate(lists[1])))
    assert len(ours.metrics_names) == len(lists[0] if isinstance(lists[0], list) else [0])


def test_a_list_of_metrics_counts_for_every_output(wubu_: Any, data: Any) -> None:
    model = unnamed_graph(wubu_)
    model.compile("sgd", ["categorical_crossentropy", "mse"], metrics=["mse"])
    names = list(model.fit(data.x, [data.one_hot, data.target], verbose=0).history)
    assert names == ["loss", "z_loss", "a_loss", "z_mse", "a_mse"]


def test_several_losses_of_one_output_are_added_up(wubu_: Any, data: Any) -> None:
    """Keras takes the first and leaves the others out without a word."""
    model = single(wubu_)
    model.compile("sgd", ["mse", "mae"], metrics=["mse", "mae"])
    results = model.evaluate(data.x, data.target, verbose=0, return_dict=True)
    assert list(results) == ["loss", "mse_loss", "mae_loss", "mse", "mae"]
    assert results["loss"] == pytest.approx(results["mse"] + results["mae"], rel=1e-5)
    assert results["mae_loss"] == pytest.approx(results["mae"], rel=1e-5)
