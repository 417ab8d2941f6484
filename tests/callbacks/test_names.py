"""A metric answers to every name it has had; logs are read late."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from wubu.callbacks import LambdaCallback, ModelCheckpoint
from wubu.callbacks.lazy_logs import LazyLogs
from wubu.callbacks.metric_names import Logs, resolve


@pytest.mark.parametrize(
    ("name", "logged", "found"),
    [
        ("acc", ["loss", "accuracy"], "accuracy"),
        ("accuracy", ["loss", "acc"], "acc"),
        ("val_acc", ["acc", "val_accuracy", "accuracy"], "val_accuracy"),
        ("mean_absolute_error", ["mae"], "mae"),
        ("val_mse", ["val_mean_squared_error"], "val_mean_squared_error"),
        ("out_acc", ["out_accuracy"], "out_accuracy"),
        ("val_two_words_accuracy", ["val_two_words_acc"], "val_two_words_acc"),
        ("acc", ["sparse_categorical_accuracy"], "sparse_categorical_accuracy"),
        ("accuracy", ["binary_accuracy", "categorical_accuracy"], None),
        ("binary_accuracy", ["accuracy"], "accuracy"),
        ("lr", ["learning_rate"], "learning_rate"),
        ("f1", ["accuracy"], None),
        (3, ["loss"], None),
    ],
)
def test_resolve(name: Any, logged: list[str], found: str | None) -> None:
    assert resolve(name, logged) == found


def test_logs() -> None:
    logs = Logs(accuracy=0.5, val_loss=1.0)
    assert logs["acc"] == logs.get("acc") == 0.5 and "acc" in logs and "auc" not in logs
    assert logs.get("val_auc", 7) == 7 and dict(logs) == {"accuracy": 0.5, "val_loss": 1.0}
    with pytest.raises(KeyError):
        logs["auc"]
    assert "{val_loss:.1f}-{acc}".format_map(logs) == "1.0-0.5"
    assert pickle.loads(pickle.dumps(logs)) == {"accuracy": 0.5, "val_loss": 1.0}


LOOKS = {
    "item": lambda logs: logs["acc"],
    "get": lambda logs: logs.get("loss"),
    "items": lambda logs: list(logs.items()),
    "values": lambda logs: list(logs.values()),
    "copy": lambda logs: logs.copy(),
    "dict": lambda logs: dict(logs),
    "unpacked": lambda logs: {**logs},
    "json": lambda logs: json.dumps(logs),
    "equal": lambda logs: logs == {},
    "repr": lambda logs: repr(logs),
    "update": lambda logs: {}.update(logs) or logs.update(new=1),
    "set": lambda logs: logs.__setitem__("lr", 0.1),
    "format": lambda logs: "{loss}".format(**logs),
}


@pytest.mark.parametrize("name", sorted(LOOKS))
def test_lazy_logs_are_read_once_and_whole(name: str) -> None:
    reads = []

    def read() -> dict[str, Any]:
        reads.append(1)
        return {"loss": 0.25, "accuracy": 0.5}

    logs = LazyLogs(["loss"], read)
    assert logs and (logs or {}) is logs and not reads
    result = LOOKS[name](logs)
    assert reads == [1]
    if name in ("dict", "unpacked", "copy"):
        assert result == {"loss": 0.25, "accuracy": 0.5}
    assert logs["loss"] == 0.25 and len(reads) == 1


def test_history_answers_to_both_names(model: Any, data: Any) -> None:
    history = model(metrics=["mean_absolute_error"]).fit(*data, verbose=0, validation_split=0.5).history
    assert history["val_mae"] == history["val_mean_absolute_error"] and list(history)[1] == "mean_absolute_error"
    assert json.loads(json.dumps(history)) == history


def test_hooks_see_aliases(model: Any, data: Any) -> None:
    seen = []
    hook = LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs.get("val_mean_absolute_error")))
    model().fit(*data, verbose=0, validation_split=0.5, callbacks=[hook])
    assert seen[0] > 0


def test_templates_take_aliases(tmp_path: Any) -> None:
    callback = ModelCheckpoint(tmp_path / "{epoch:02d}-{val_acc:.2f}.h5")
    assert callback._path(4, None, {"val_accuracy": 0.987}).endswith("05-0.99.h5")
    with pytest.raises(KeyError, match="val_acc"):
        callback._path(4, None, {"loss": 1.0})
