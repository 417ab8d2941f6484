"""``tf.function``'s traces and replays, checkpoints, modules, scopes, summaries and files of the facade."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest


def test_a_replay_takes_its_inputs_not_the_first_ones(tf: Any) -> None:
    double = tf.function(lambda x: x * 2 + 1)
    assert [int(double(tf.constant(n))) for n in range(5)] == [1, 3, 5, 7, 9]
    assert [int(double(tf.constant(n, tf.int64))) for n in range(3)] == [1, 3, 5]


def test_python_numbers_are_part_of_the_signature(tf: Any) -> None:
    seen = []

    @tf.function
    def scaled(x: Any, factor: float) -> Any:
        seen.append(factor)
        return x * factor

    for factor in (2.0, 3.0, 2.0, 3.0, 2.0, 3.0):
        assert float(scaled(tf.constant(1.0), factor)) == factor
    assert scaled.experimental_get_tracing_count() == 2


def test_a_function_that_cannot_be_recorded_stays_python(tf: Any) -> None:
    @tf.function
    def sign(x: Any) -> Any:
        return tf.constant(1) if tf.reduce_sum(x) > 0 else tf.constant(-1)

    assert [int(sign(tf.constant([v]))) for v in (1.0, -1.0, 2.0, -2.0)] == [1, -1, 1, -1]


def test_randomness_goes_on_in_a_replay(tf: Any) -> None:
    draw = tf.function(lambda: tf.random.uniform([4]))
    drawn = [tuple(draw().numpy()) for _ in range(5)]
    assert len(set(drawn)) == 5


def test_methods_have_traces_of_their_own(tf: Any) -> None:
    class Counter(tf.Module):
        def __init__(self, step: int) -> None:
            super().__init__()
            self.total, self.step = tf.Variable(0), step

        @tf.function
        def add(self) -> Any:
            return self.total.assign_add(self.step)

    one, ten = Counter(1), Counter(10)
    for _ in range(4):
        one.add()
        ten.add()
    assert (int(one.total), int(ten.total)) == (4, 40)


def test_results_are_not_written_over(tf: Any) -> None:
    double = tf.function(lambda x: x * 2.0)
    kept = [double(tf.constant([float(n)])) for n in range(6)]
    assert [float(k[0]) for k in kept] == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]


def test_a_function_under_a_tape_has_gradients(tf: Any) -> None:
    square = tf.function(lambda x: x * x)
    x = tf.Variable(3.0)
    for _ in range(3):
        with tf.GradientTape() as tape:
            y = square(x)
        assert float(tape.gradient(y, x)) == 6.0


def test_functions_can_be_run_eagerly(tf: Any) -> None:
    seen = []
    f = tf.function(lambda x: seen.append(1) or x)
    tf.config.run_functions_eagerly(True)
    try:
        for _ in range(3):
            f(tf.constant(1))
    finally:
        tf.config.run_functions_eagerly(False)
    assert len(seen) == 3


def test_checkpoints_come_back(tf: Any, tmp_path: Path) -> None:
    model = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(2)])
    optimizer, step = tf.keras.optimizers.Adam(0.1), tf.Variable(0)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(tf.ones((1, 3))))
    optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
    step.assign(7)
    checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer, step=step)
    path = checkpoint.save(str(tmp_path / "ckpt"))
    assert path.endswith("ckpt-1")
    assert tf.train.latest_checkpoint(str(tmp_path)) == path
    kept = [w.numpy() for w in model.weights]
    for weight in model.weights:
        weight.assign(np.zeros(tuple(weight.shape)))
    step.assign(0)
    checkpoint.restore(path).assert_existing_objects_matched()
    for weight, before in zip(model.weights, kept):
        np.testing.assert_array_equal(weight.numpy(), before)
    assert int(step) == 7
    names = dict(tf.train.list_variables(path))
    assert names["step/.ATTRIBUTES/VARIABLE_VALUE"] == []
    assert tf.train.load_variable(path, "step/.ATTRIBUTES/VARIABLE_VALUE") == 7


def test_a_manager_keeps_the_latest(tf: Any, tmp_path: Path) -> None:
    value = tf.Variable(0.0)
    checkpoint = tf.train.Checkpoint(value=value)
    manager = tf.train.CheckpointManager(checkpoint, str(tmp_path), max_to_keep=2)
    for number in range(4):
        value.assign(float(number))
        manager.save()
    assert [Path(p).name for p in manager.checkpoints] == ["ckpt-3", "ckpt-4"]
    assert not list(tmp_path.glob("ckpt-1.*"))
    value.assign(-1.0)
    assert tf.train.CheckpointManager(checkpoint, str(tmp_path), 2).restore_or_initialize() == manager.latest_checkpoint
    assert float(value) == 3.0


def test_moving_averages(tf: Any) -> None:
    value = tf.Variable(1.0)
    average = tf.train.ExponentialMovingAverage(0.5)
    average.apply([value])
    value.assign(3.0)
    average.apply([value])
    assert float(average.average(value)) == 2.0


def test_modules_find_what_they_hold(tf: Any) -> None:
    class Inner(tf.Module):
        def __init__(self) -> None:
            super().__init__(name="inner")
            self.w = tf.Variable([1.0], name="w")

    class Outer(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = [Inner(), Inner()]
            self.frozen = tf.Variable(1.0, trainable=False)

    outer = Outer()
    assert len(outer.variables) == 3
    assert len(outer.trainable_variables) == 2
    assert [m.name for m in outer.submodules] == ["inner", "inner"]
    assert outer.name == "outer"


def test_scopes_and_devices_do_nothing_wrong(tf: Any) -> None:
    with tf.device("/GPU:0"), tf.name_scope("a"), tf.control_dependencies([]), tf.init_scope():
        assert tf.get_current_name_scope() == "a"
        assert float(tf.constant(1.0) + 1) == 2.0
    with tf.distribute.MirroredStrategy().scope():
        assert tf.distribute.has_strategy()
        tf.keras.Sequential([tf.keras.layers.Dense(1)])
    assert not tf.distribute.has_strategy()
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)


def test_files_and_records(tf: Any, tmp_path: Path) -> None:
    tf.io.write_file(str(tmp_path / "a" / "x.txt"), "text")
    assert tf.io.read_file(str(tmp_path / "a" / "x.txt")).numpy() == b"text"
    with pytest.raises(tf.errors.NotFoundError):
        tf.io.read_file(str(tmp_path / "none"))
    with tf.io.gfile.GFile(str(tmp_path / "y"), "w") as file:
        file.write("one\ntwo\n")
    assert tf.io.gfile.GFile(str(tmp_path / "y")).readlines() == ["one\n", "two\n"]
    assert sorted(tf.io.gfile.listdir(str(tmp_path))) == ["a", "y"]
    tf.io.gfile.rmtree(str(tmp_path / "a"))
    assert not tf.io.gfile.exists(str(tmp_path / "a"))
    path = str(tmp_path / "r.tfrecord")
    with tf.io.TFRecordWriter(path) as writer:
        for number in range(3):
            feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[number]))
            writer.write(tf.train.Example(features=tf.train.Features(feature={"n": feature})).SerializeToString())
    wanted = {"n": tf.io.FixedLenFeature([], tf.int64)}
    data = tf.data.TFRecordDataset(path).map(lambda record: tf.io.parse_single_example(record, wanted)["n"])
    assert [int(n) for n in data] == [0, 1, 2]


def test_pictures_from_files_in_a_data_set(tf: Any, tmp_path: Path) -> None:
    picture = np.random.RandomState(0).randint(0, 255, (8, 9, 3)).astype("uint8")
    tf.io.write_file(str(tmp_path / "a.png"), tf.io.encode_png(picture))

    def load(path: Any) -> Any:
        found = tf.io.decode_png(tf.io.read_file(path), channels=3)
        found.set_shape([None, None, 3])
        return tf.image.resize(tf.image.convert_image_dtype(found, tf.float32), [4, 4])

    batch = next(iter(tf.data.Dataset.list_files(str(tmp_path / "*.png")).map(load).batch(1)))
    assert batch.shape == (1, 4, 4, 3)
    np.testing.assert_array_equal(tf.io.decode_png(tf.io.read_file(str(tmp_path / "a.png"))).numpy(), picture)


def test_summaries_are_written(tf: Any, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        for step in range(2):
            assert tf.summary.scalar("loss", tf.constant(0.5), step=step)
        with tf.summary.record_if(False):
            assert not tf.summary.scalar("loss", 1.0, step=2)
    writer.flush()
    assert list(tmp_path.glob("events*"))
    assert not tf.summary.scalar("loss", 1.0, step=3)


def test_models_as_folders(tf: Any, tmp_path: Path) -> None:
    model = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(2, activation=tf.nn.relu)])
    tf.saved_model.save(model, str(tmp_path / "m"))
    again = tf.saved_model.load(str(tmp_path / "m"))
    x = tf.ones((2, 3))
    np.testing.assert_allclose(again(x).numpy(), model(x).numpy())
    assert next(iter(again.signatures["serving_default"](x).values())).shape == (2, 2)


def test_activations_of_tf_are_saved_by_name(tf: Any, tmp_path: Path) -> None:
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [layers.Input((3,)), layers.Dense(2, activation=tf.nn.relu), layers.Dense(2, activation=tf.nn.softmax)]
    )
    model.save(tmp_path / "m.keras")
    again = tf.keras.models.load_model(tmp_path / "m.keras")
    x = np.ones((2, 3), "float32")
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_losses_and_metrics_show_tensors(tf: Any) -> None:
    loss = tf.keras.losses.MeanSquaredError()([[0.0, 1.0]], [[1.0, 1.0]])
    assert repr(loss) == "<tf.Tensor: shape=(), dtype=float32, numpy=0.5>"
    metric = tf.keras.metrics.Mean()
    metric.update_state([1.0, 3.0])
    assert repr(metric.result()) == "<tf.Tensor: shape=(), dtype=float32, numpy=2.0>"


def test_tensors_are_copied_and_pickled(tf: Any) -> None:
    import copy
    import pickle

    for value in (tf.constant([1.0, 2.0]), tf.constant(["a", "b"])):
        for again in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
            assert isinstance(again, tf.Tensor)
            assert again.numpy().tolist() == value.numpy().tolist()


def test_importing_the_facade_is_light() -> None:
    import os
    import subprocess
    import sys

    import wubu

    code = "import sys, wubu.tensorflow as tf; tf.__version__; print('torch' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(Path(wubu.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "False"
