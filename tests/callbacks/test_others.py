"""What each callback does."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch

from wubu import callbacks, errors, optimizers
from wubu.callbacks import CallbackList, LambdaCallback
from wubu.layers import Dense, Lambda
from wubu.models import Sequential


class TestTerminateOnNaN:
    def test_names_batch_and_weight(self, model: Any, data: Any, capsys: Any) -> None:
        made = model(optimizers.SGD(1e4))
        callback = callbacks.TerminateOnNaN()
        history = made.fit(*data, epochs=5, batch_size=8, verbose=0, callbacks=[callback])
        printed = capsys.readouterr().out
        assert history.epoch == [0] and callback.where is not None
        assert f"Batch {callback.where['batch']}: Invalid loss, terminating training" in printed
        assert all(np.isfinite(w).all() for w in made.get_weights())
        assert not np.isfinite(history.history["loss"][0])

    def test_the_batch_is_the_one_keras_names(self, model: Any, reference: Any, data: Any, capsys: Any) -> None:
        import keras

        callback = callbacks.TerminateOnNaN()
        model(optimizers.SGD(1e4)).fit(*data, batch_size=8, shuffle=False, verbose=0, callbacks=[callback])
        capsys.readouterr()
        reference(keras.optimizers.SGD(1e4)).fit(
            *data, batch_size=8, shuffle=False, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN()]
        )
        expected = int(capsys.readouterr().out.split()[1].rstrip(":"))
        # Keras sees it when the loss is infinite, which is at the latest one batch after a weight is.
        assert callback.where is not None and callback.where["batch"] in (expected - 1, expected)

    def test_names_the_layer(self, data: Any) -> None:
        model = Sequential([Dense(4, input_shape=(5,)), Lambda(lambda x: torch.log(x - 100), name="bad"), Dense(1)])
        model.compile("sgd", "mse")
        callback = callbacks.TerminateOnNaN()
        model.fit(*data, verbose=0, callbacks=[callback])
        assert callback.where == {
            "batch": 0,
            "layer": "bad",
            "what": "The output of layer 'bad' was the first to be nan.",
        }

    def test_names_bad_data_of_a_stream(self, model: Any, data: Any) -> None:
        x, y = data
        bad = x.copy()
        bad[40] = np.nan
        callback = callbacks.TerminateOnNaN()
        model().fit(
            lambda: ((bad[i : i + 16], y[i : i + 16]) for i in range(0, 128, 16)), verbose=0, callbacks=[callback]
        )
        assert callback.where is not None and callback.where["batch"] == 2 and "batch itself" in callback.where["what"]

    def test_raises(self, model: Any, data: Any) -> None:
        with pytest.raises(RuntimeError, match="NaN or Inf loss"):
            model(optimizers.SGD(1e4)).fit(
                *data, epochs=5, verbose=0, callbacks=[callbacks.TerminateOnNaN(raise_error=True)]
            )


def test_time_budget(model: Any, data: Any) -> None:
    slow = LambdaCallback(on_epoch_begin=lambda epoch, logs: time.sleep(0.05))
    made = model()
    made.fit(*data, verbose=0)
    began = time.monotonic()
    history = made.fit(*data, epochs=1000, verbose=0, callbacks=[slow, callbacks.TimeBudget(0.4, verbose=0)])
    assert 0.3 < time.monotonic() - began < 2 and 1 < len(history.epoch) < 20
    budget = callbacks.TimeBudget(seconds=0.4, whole_epochs=True, verbose=0)
    began = time.monotonic()
    made.fit(*data, epochs=1000, verbose=0, callbacks=[slow, budget])
    assert time.monotonic() - began < 0.6 and budget.stopped_epoch
    with pytest.raises(errors.ArgumentError):
        callbacks.TimeBudget()


def test_time_budget_ends_an_epoch(model: Any) -> None:
    x, y = np.zeros((64, 5), "float32"), np.zeros((64, 1), "float32")

    def endless() -> Any:
        while True:
            yield x, y

    began = time.monotonic()
    model().fit(endless(), steps_per_epoch=10**7, verbose=0, callbacks=[callbacks.TimeBudget(0.5, verbose=0)])
    assert time.monotonic() - began < 5


def test_lr_finder(model: Any, data: Any, tmp_path: Path) -> None:
    made = model("sgd")
    before, rate = made.get_weights(), float(made.optimizer.learning_rate)
    finder = callbacks.LRFinder(1e-5, 100.0, steps=60)
    made.fit(*data, epochs=20, batch_size=16, verbose=0, callbacks=[finder])
    assert 1e-3 < finder.suggestion() < 3 and len(finder.rates) == len(finder.losses) <= 60
    np.testing.assert_array_equal(made.get_weights()[0], before[0])
    assert float(made.optimizer.learning_rate) == pytest.approx(rate) and int(made.optimizer.iterations) == 0
    pytest.importorskip("matplotlib")
    finder.plot(tmp_path / "rates.png")
    assert (tmp_path / "rates.png").stat().st_size > 1000


def test_weight_averaging(model: Any, data: Any) -> None:
    seen: list[Any] = []
    made = model()
    keep = LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(made.get_weights()))
    made.fit(*data, epochs=8, verbose=0, callbacks=[callbacks.WeightAveraging(start_epoch=4), keep])
    for i, weight in enumerate(made.get_weights()):
        np.testing.assert_allclose(weight, np.mean([w[i] for w in seen[4:]], axis=0), rtol=1e-5, atol=1e-7)


def test_weight_averaging_in_validation(model: Any, data: Any) -> None:
    made, twin = model(), model()
    arguments = {"epochs": 6, "verbose": 0, "shuffle": False, "validation_split": 0.25}
    a = made.fit(*data, callbacks=[callbacks.WeightAveraging(0, evaluate_average=True)], **arguments).history
    b = twin.fit(*data, callbacks=[callbacks.WeightAveraging(0)], **arguments).history
    assert a["loss"] == b["loss"] and a["val_loss"][0] == b["val_loss"][0] and a["val_loss"][3] != b["val_loss"][3]
    for x, y in zip(made.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(x, y)


def test_gradient_accumulation_equals_larger_batches(model: Any, data: Any) -> None:
    made, twin = model("sgd"), model("sgd")
    made.fit(*data, verbose=0)
    twin.fit(*data, verbose=0)
    twin.set_weights(made.get_weights())
    made.fit(*data, epochs=3, batch_size=8, shuffle=False, verbose=0, callbacks=[callbacks.GradientAccumulation(4)])
    twin.fit(*data, epochs=3, batch_size=32, shuffle=False, verbose=0)
    for x, y in zip(made.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-4, atol=1e-6)
    assert made.optimizer.gradient_accumulation_steps is None
    with pytest.raises(errors.ArgumentError):
        callbacks.GradientAccumulation(1)


@pytest.mark.parametrize("as_json", [False, True])
def test_remote_monitor(model: Any, data: Any, as_json: bool) -> None:
    received: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            received.append((self.path, json.loads(body if as_json else parse_qs(body)["data"][0])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        monitor = callbacks.RemoteMonitor(f"http://127.0.0.1:{server.server_port}", send_as_json=as_json)
        model().fit(*data, epochs=2, verbose=0, callbacks=[monitor])
    finally:
        server.shutdown()
        server.server_close()
    assert [path for path, _ in received] == ["/publish/epoch/end/"] * 2
    assert received[1][1]["epoch"] == 1 and received[1][1]["loss"] > 0
    with pytest.warns(UserWarning, match="Could not reach"):
        model().fit(*data, verbose=0, callbacks=[callbacks.RemoteMonitor("http://127.0.0.1:9")])


class TestModelCheckpoint:
    @pytest.mark.parametrize("name", ["m.keras", "deep/er/m.h5", "m.hdf5"])
    def test_whole_models(self, model: Any, data: Any, tmp_path: Path, name: str) -> None:
        from wubu.models import load_model

        made = model()
        made.fit(*data, verbose=0, callbacks=[callbacks.ModelCheckpoint(tmp_path / name)])
        np.testing.assert_allclose(load_model(tmp_path / name).predict(data[0]), made.predict(data[0]), rtol=1e-5)

    def test_period(self, model: Any, data: Any, tmp_path: Path) -> None:
        checkpoint = callbacks.ModelCheckpoint(str(tmp_path / "{epoch}.weights.h5"), save_weights_only=True, period=2)
        model().fit(*data, epochs=5, verbose=0, callbacks=[checkpoint])
        assert sorted(p.name for p in tmp_path.iterdir()) == ["2.weights.h5", "4.weights.h5"]

    def test_wrong_arguments(self, tmp_path: Path) -> None:
        for wrong in ({"save_freq": "day"}, {"save_freq": 0}, {"every": 3}):
            with pytest.raises(errors.ArgumentError):
                callbacks.ModelCheckpoint(tmp_path / "m.keras", **wrong)


def test_csv_logger_appends(model: Any, data: Any, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "log.csv"
    for append in (False, True):
        model().fit(*data, epochs=2, verbose=0, callbacks=[callbacks.CSVLogger(path, separator=";", append=append)])
    lines = path.read_text().splitlines()
    assert len(lines) == 5 and lines[0].startswith("epoch;loss;mae") and lines[1].split(";")[3] == "NA"


def test_lambda_callback_knows_its_hooks() -> None:
    with pytest.raises(errors.UnknownArgumentError, match="on_epoch_end"):
        LambdaCallback(on_epoch_ends=print)
    LambdaCallback(on_batch_end=print, on_test_begin=print)


def test_older_batch_hooks(model: Any, data: Any) -> None:
    seen: list[Any] = []

    class Old(callbacks.Callback):
        def on_batch_begin(self, batch: int, logs: Any = {}) -> None:  # noqa: B006
            seen.append(batch)

        def on_batch_end(self, batch: int, logs: Any = {}) -> None:  # noqa: B006
            seen.append(logs["loss"])

    model().fit(*data, verbose=0, callbacks=[Old()])
    assert seen[::2] == [0, 1, 2, 3] and all(isinstance(v, float) for v in seen[1::2])


def test_a_callback_of_keras_itself_works(model: Any, data: Any) -> None:
    import keras

    class Theirs(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                self.model.stop_training = True

    assert model().fit(*data, epochs=9, verbose=0, callbacks=[Theirs()]).epoch == [0, 1]


def test_lists_of_callbacks(model: Any) -> None:
    made = model()
    listed = CallbackList(
        [callbacks.EarlyStopping()], add_history=True, add_progbar=True, model=made, epochs=3, verbose=0
    )
    assert [type(c).__name__ for c in listed] == ["EarlyStopping", "History", "ProgbarLogger"]
    assert made.history is listed.callbacks[1] and not listed.wants_every_batch("train")
    listed.append(LambdaCallback(on_train_batch_begin=print))
    assert listed.wants_every_batch("train") and not listed.wants_every_batch("test")
    for wrong in (callbacks.EarlyStopping, lambda epoch: None, "early"):
        with pytest.raises(errors.ArgumentError, match="allback"):
            CallbackList([wrong])


def test_early_stopping_says_nothing_by_default(model: Any, data: Any, capsys: Any) -> None:
    stop = callbacks.EarlyStopping("loss", min_delta=10, restore_best_weights=True)
    model().fit(*data, epochs=5, verbose=0, callbacks=[stop])
    assert stop.stopped_epoch and capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "sign"),
    [("loss", -1), ("val_loss", -1), ("out_loss", -1), ("val_acc", 1), ("auc", 1), ("f1_score", 1), ("val_mae", -1)],
)
def test_directions(name: str, sign: int) -> None:
    from wubu.callbacks.monitor import direction

    assert direction(name, "auto", None) == sign


def test_an_unknown_direction_is_warned_about() -> None:
    from wubu.callbacks.monitor import direction

    with pytest.warns(UserWarning, match="mode='max'"):
        assert direction("happiness", "auto", None) == -1
    with pytest.warns(UserWarning, match="unknown"):
        callbacks.EarlyStopping(mode="best")
