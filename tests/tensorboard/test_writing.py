"""What is written, read back by TensorBoard's own reader."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

import wubu
from wubu.callbacks import TensorBoard
from wubu.errors import ArgumentError

pytest.importorskip("tensorboard", reason="TensorBoard's package reads back what is written")
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # noqa: E402
from tensorboard.util import tensor_util  # noqa: E402

from wubu import tensorboard as tb  # noqa: E402

L = wubu.layers


def read(folder):
    events = EventAccumulator(str(folder), size_guidance={"tensors": 0, "images": 0, "histograms": 0, "scalars": 0})
    events.Reload()
    return events


def tensors(events, tag):
    return [(e.step, tensor_util.make_ndarray(e.tensor_proto)) for e in events.Tensors(tag)]


def plugin(events, tag):
    return events.SummaryMetadata(tag).plugin_data.plugin_name


def test_every_kind_of_summary(tmp_path):
    rng = np.random.default_rng(0)
    with tb.create_file_writer(tmp_path).as_default():
        assert tb.summary.scalar("loss", torch.tensor(0.5), step=3)
        tb.summary.histogram("weights", rng.normal(size=1000), step=1)
        tb.summary.histogram("constant", np.ones(7), step=1)
        tb.summary.image("pictures", rng.random((5, 8, 6, 3)), step=2, max_outputs=2)
        tb.summary.text("notes", "# hello", step=0)
        tb.summary.pr_curve("pr", [True, False, True], [0.9, 0.2, 0.4], step=0)
        tb.summary.graph(wubu.Sequential([L.Dense(2, input_shape=(3,)), L.Dense(1)]))
    assert not tb.summary.scalar("loss", 1.0, step=1)  # no writer is current any more
    events = read(tmp_path)
    assert tensors(events, "loss") == [(3, np.float32(0.5))] and plugin(events, "loss") == "scalars"
    ((_, table),) = tensors(events, "weights")
    assert table.shape == (30, 3) and table[:, 2].sum() == 1000 and plugin(events, "weights") == "histograms"
    np.testing.assert_allclose(table[1:, 0], table[:-1, 1])
    assert tensors(events, "constant")[0][1][:, 2].sum() == 7
    ((step, strings),) = tensors(events, "pictures")
    assert step == 2 and strings[:2].tolist() == [b"6", b"8"] and len(strings) == 4 and strings[2][:4] == b"\x89PNG"
    assert tensors(events, "notes")[0][1] == b"# hello"
    ((_, curve),) = tensors(events, "pr")
    assert curve.shape == (6, 201) and curve[0, 0] == 2 and curve[1, 0] == 1
    graph = events.Graph()
    assert [n.op for n in graph.node] == ["InputLayer", "Dense", "Dense"]
    assert list(graph.node[2].input) == [graph.node[1].name]
    assert "keras" in events.Tags()["tensors"] and plugin(events, "keras") == "graph_keras_model"


def test_steps_must_be_known(tmp_path):
    with tb.create_file_writer(tmp_path).as_default(), pytest.raises(ArgumentError, match="step"):
        tb.summary.scalar("loss", 1.0)
    with tb.create_file_writer(tmp_path).as_default(step=5):
        tb.summary.scalar("loss", 1.0)
        with pytest.raises(ArgumentError, match="single number"):
            tb.summary.scalar("loss", [1.0, 2.0])
    assert tensors(read(tmp_path), "loss")[0][0] == 5


def small_model():
    model = wubu.Sequential([L.Dense(4, activation="relu", input_shape=(3,), name="first"), L.Dense(2, name="last")])
    model.compile("sgd", wubu.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


X, Y = np.random.default_rng(0).normal(size=(64, 3)).astype("float32"), np.arange(64) % 2


def test_callback_writes_what_keras_writes(tmp_path):
    model = small_model()
    callback = TensorBoard(tmp_path, histogram_freq=1, write_images=True, write_steps_per_second=True)
    history = model.fit(X, Y, epochs=2, validation_split=0.25, callbacks=[callback], verbose=0).history
    train, validation = read(tmp_path / "train"), read(tmp_path / "validation")
    for events, prefix in ((train, ""), (validation, "val_")):
        for name in ("loss", "accuracy"):
            written = tensors(events, f"epoch_{name}")
            assert [step for step, _ in written] == [0, 1]
            np.testing.assert_allclose([v for _, v in written], history[prefix + name], rtol=1e-6)
    tags = train.Tags()["tensors"]
    assert {"epoch_learning_rate", "epoch_steps_per_second", "keras"} <= set(tags)
    assert sum(t.endswith("/histogram") for t in tags) == 4 and sum(t.endswith("/image") for t in tags) == 4
    assert not any(t.startswith("batch_") for t in tags)
    steps = [step for step, _ in tensors(validation, "evaluation_loss_vs_iterations")]
    assert steps == [2, 4]
    assert [n.op for n in train.Graph().node] == ["InputLayer", "Dense", "Dense"]


def test_tags_steps_and_shapes_are_those_that_keras_writes(tmp_path):
    x = np.random.default_rng(0).normal(size=(64, 8, 8, 1)).astype("float32")
    layers = [L.Conv2D(4, 3, name="conv"), L.Flatten(name="flat"), L.Dense(3, activation="softmax", name="out")]
    model = wubu.Sequential([wubu.Input((8, 8, 1)), *layers], name="net")
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    callback = TensorBoard(
        tmp_path, histogram_freq=1, write_images=True, update_freq="batch", write_steps_per_second=True
    )
    model.fit(
        x, np.arange(64) % 3, batch_size=16, epochs=2, validation_split=0.25, verbose=0, callbacks=[callback]
    )
    # What the callback of Keras 3.15 has written on TensorFlow 2.21 for the same training: tag, plugin, steps, shape.
    epochs = [0, 1]
    expected = {("train", "keras"): ("graph_keras_model", [0], ())}
    for name in ("accuracy", "loss", "steps_per_second"):
        expected["train", f"batch_{name}"] = ("scalars", [1, 2, 3, 4, 5, 6], ())
        expected["train", f"epoch_{name}"] = ("scalars", epochs, ())
    expected["train", "epoch_learning_rate"] = ("scalars", epochs, ())
    for name, pictures in (("conv/bias", 1), ("conv/kernel", 3), ("out/bias", 1), ("out/kernel", 1)):
        expected["train", f"net/{name}/histogram"] = ("histograms", epochs, (30, 3))
        expected["train", f"net/{name}/image"] = ("images", epochs, (2 + pictures,))
    for name in ("accuracy", "loss"):
        expected["validation", f"epoch_{name}"] = ("scalars", epochs, ())
        expected["validation", f"evaluation_{name}_vs_iterations"] = ("scalars", [3, 6], ())
    written = {}
    for folder in ("train", "validation"):
        events = read(tmp_path / folder)
        for tag in events.Tags()["tensors"]:
            values = tensors(events, tag)
            written[folder, tag] = (plugin(events, tag), [step for step, _ in values], np.shape(values[0][1]))
    assert written == expected


def test_callback_at_batches(tmp_path):
    callback = TensorBoard(tmp_path, update_freq="batch", write_steps_per_second=True, profile_batch=(2, 3))
    small_model().fit(X, Y, batch_size=16, epochs=1, callbacks=[callback], verbose=0)
    train = read(tmp_path / "train")
    assert [step for step, _ in tensors(train, "batch_loss")] == [1, 2, 3, 4]
    assert [step for step, _ in tensors(train, "batch_steps_per_second")] == [1, 2, 3, 4]
    (trace,) = tmp_path.glob("*.pt.trace.json")
    named = {event.get("name", "") for event in json.loads(trace.read_text())["traceEvents"]}
    assert any(name.startswith("aten::") for name in named)
    every_third = tmp_path / "third"
    small_model().fit(X, Y, batch_size=8, callbacks=[TensorBoard(every_third, update_freq=3)], verbose=0)
    assert [step for step, _ in tensors(read(every_third / "train"), "batch_accuracy")] == [3, 6]


@pytest.mark.parametrize("streamed", [False, True])
def test_gradients_and_activations(streamed, tmp_path):
    def batches():
        while True:
            for i in range(0, 64, 16):
                yield X[i : i + 16], Y[i : i + 16]

    model = small_model()
    weights = [w.numpy().copy() for w in model.weights]
    callback = TensorBoard(tmp_path, histogram_freq=2, write_grads=True, write_activations=True)
    options = {"x": batches(), "steps_per_epoch": 4} if streamed else {"x": X, "y": Y, "batch_size": 16}
    model.fit(**options, shuffle=False, epochs=3, verbose=0, callbacks=[callback])
    train = read(tmp_path / "train")
    for weight in model.weights:
        written = tensors(train, f"{weight.path}/gradient")
        assert [step for step, _ in written] == [0, 2]
        assert written[0][1][:, 2].sum() == weight.numel()
    assert tensors(train, "first/activation")[0][1][:, 2].sum() == 16 * 4
    # the last of them is the gradient that plain torch gives for the last batch
    loss = model.loss(torch.as_tensor(Y[48:]), model(X[48:]))
    (gradient,) = torch.autograd.grad(loss, [model.get_layer("last").kernel])
    low, high = tensors(train, "sequential/last/kernel/gradient")[-1][1][[0, -1], [0, 1]]
    np.testing.assert_allclose([low, high], [gradient.min(), gradient.max()], rtol=1e-4)
    # and looking has changed nothing
    plain = small_model()
    plain.set_weights(weights)
    options = {"x": batches(), "steps_per_epoch": 4} if streamed else {"x": X, "y": Y, "batch_size": 16}
    plain.fit(**options, shuffle=False, epochs=3, verbose=0)
    for a, b in zip(model.weights, plain.weights, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())


def test_activations_of_data_of_ones_own(tmp_path):
    small_model().fit(
        X, Y, verbose=0, callbacks=[TensorBoard(tmp_path, histogram_freq=1, activations_data=X[:8])]
    )
    assert tensors(read(tmp_path / "train"), "last/activation")[0][1][:, 2].sum() == 8 * 2


def test_a_model_that_cannot_be_looked_into_is_trained_all_the_same(tmp_path):
    class Own(wubu.Model):
        def __init__(self):
            super().__init__()
            self.dense = L.Dense(1)
            self.trained = False

        def call(self, x, training=None):
            if self.trained and not training:
                raise ValueError("only in training")
            return self.dense(x)

        def train_step(self, data):
            self.trained = True
            return super().train_step(data)

    model = Own()
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="only in training"):
        model.fit(X, Y, verbose=0, callbacks=[TensorBoard(tmp_path, histogram_freq=1, write_grads=True)])
    assert any(tag.endswith("kernel/histogram") for tag in read(tmp_path / "train").Tags()["tensors"])


def test_a_confusion_matrix_as_a_picture(tmp_path):
    pytest.importorskip("matplotlib")
    figure = wubu.report.save_confusion_matrix(wubu.report.classification([0, 1, 1], [0, 1, 0], ["cat", "dog"]))
    with tb.create_file_writer(tmp_path).as_default():
        tb.summary.image("confusion matrix", figure, step=4)
    ((step, strings),) = tensors(read(tmp_path), "confusion matrix")
    picture = Image.open(io.BytesIO(strings[2]))
    assert step == 4 and picture.size == (int(strings[0]), int(strings[1])) and picture.size[0] > 200
    assert len(set(picture.convert("L").get_flattened_data())) > 20


def test_idle_callback_needs_no_batches():
    from wubu.callbacks import CallbackList

    assert not CallbackList([TensorBoard("unused")]).wants_batches("train")
    assert CallbackList([TensorBoard("unused", update_freq=10)]).wants_every_batch("train")


def test_embeddings_for_the_projector(tmp_path):
    tb.write_embeddings(
        tmp_path, {"words": np.eye(3)}, {"words": ["a", "b", "c"]}, {"words": np.zeros((3, 2, 2, 1), "uint8")}
    )
    text = (tmp_path / "projector_config.pbtxt").read_text()
    assert 'tensor_name: "words"' in text and "words_labels.tsv" in text and "words_sprite.png" in text
    assert (tmp_path / "words_labels.tsv").read_text() == "a\nb\nc\n"
    with pytest.raises(ArgumentError, match="labels"):
        tb.write_embeddings(tmp_path, {"words": np.eye(3)}, {"words": ["a"]})


def test_embeddings_of_the_callback(tmp_path):
    model = wubu.Sequential([wubu.Input((4,)), L.Embedding(10, 3, name="words"), L.Flatten(), L.Dense(1)])
    model.compile("sgd", "mse")
    (tmp_path / "labels.tsv").write_text("".join(f"word {i}\n" for i in range(10)))
    callback = TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata="labels.tsv")
    model.fit(np.arange(32).reshape(8, 4) % 10, np.zeros(8), verbose=0, callbacks=[callback])
    from google.protobuf import text_format
    from tensorboard.plugins.projector import projector_config_pb2

    config = projector_config_pb2.ProjectorConfig()
    text_format.Parse((tmp_path / "projector_config.pbtxt").read_text(), config)
    (entry,) = config.embeddings
    assert (entry.tensor_name, entry.metadata_path) == ("words", "labels.tsv")
    points = np.loadtxt(tmp_path / entry.tensor_path, delimiter="\t")
    np.testing.assert_allclose(points, model.get_layer("words").embeddings.numpy(), rtol=1e-5)


def test_hyperparameters_are_read_by_the_plugin(tmp_path):
    from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
    from tensorboard.plugins.hparams import metadata

    units = tb.HParam("units", tb.Discrete([16, 32]))
    rate = tb.HParam("rate", tb.RealInterval(0.1, 0.2))
    with tb.create_file_writer(tmp_path).as_default():
        tb.hparams_config(hparams=[units, rate], metrics=[tb.Metric("accuracy", display_name="Accuracy")])
    for i, n in enumerate(units.domain.values):
        with tb.create_file_writer(tmp_path / f"run-{i}").as_default():
            tb.hparams({units: n, rate: 0.1})
            tb.summary.scalar("accuracy", 0.5 + i / 10, step=1)
    model = small_model()
    model.fit(X, Y, verbose=0, callbacks=[tb.KerasCallback(str(tmp_path / "run-2"), {units: 16, rate: 0.2})])
    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(tmp_path))
    multiplexer.Reload()
    content = multiplexer.PluginRunToTagToContent(metadata.PLUGIN_NAME)
    assert set(content) == {".", "run-0", "run-1", "run-2"}
    assert metadata.EXPERIMENT_TAG in content["."]
    start = metadata.parse_session_start_info_plugin_data(content["run-1"][metadata.SESSION_START_INFO_TAG])
    assert start.hparams["units"].number_value == 32
    end = metadata.parse_session_end_info_plugin_data(content["run-2"][metadata.SESSION_END_INFO_TAG])
    assert end.status == 1
    # what the plugin's own backend answers to its page
    from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
    from tensorboard.context import RequestContext
    from tensorboard.plugins.base_plugin import TBContext
    from tensorboard.plugins.hparams import api_pb2, backend_context, get_experiment, list_session_groups

    provider = MultiplexerDataProvider(multiplexer, str(tmp_path))
    backend = backend_context.Context(TBContext(logdir=str(tmp_path), data_provider=provider))
    found = get_experiment.Handler(
        RequestContext(), backend, "", api_pb2.GetExperimentRequest(experiment_name="")
    ).run()
    assert {info.name for info in found.hparam_infos} == {"units", "rate"}
    assert [info.display_name for info in found.metric_infos] == ["Accuracy"]
    request = api_pb2.ListSessionGroupsRequest(
        start_index=0,
        slice_size=10,
        allowed_statuses=[api_pb2.STATUS_UNKNOWN, api_pb2.STATUS_SUCCESS, api_pb2.STATUS_RUNNING],
        col_params=[api_pb2.ColParams(metric=found.metric_infos[0].name, order=api_pb2.ORDER_DESC)],
    )
    groups = list_session_groups.Handler(RequestContext(), backend, "", request).run().session_groups
    table = [
        (group.hparams["units"].number_value, group.metric_values[0].value if group.metric_values else None)
        for group in groups
    ]
    assert len(groups) == 3 and set(table[:2]) == {(16, 0.5), (32, np.float32(0.6))} and table[2][0] == 16
