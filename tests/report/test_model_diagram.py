import re
import shutil
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

import wubu as keras
from wubu import layers as L
from wubu.errors import ArgumentError, NotBuiltError, UnknownArgumentError
from wubu.report.model_diagram import model_svg, model_to_dot, plot_model
from wubu.report.model_graph import Shown, model_graph


@pytest.fixture
def no_graphviz(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)


def branched():
    image, facts = keras.Input((8, 8, 1), name="image"), keras.Input((7,), name="facts")
    x = L.Conv2D(4, 3, padding="same", activation="relu", name="conv")(image)
    x = L.Add(name="add")([x, L.Conv2D(4, 3, padding="same")(x)])
    inner = keras.Sequential(
        [keras.Input((7,)), L.Dense(5, name="in_a"), L.Dense(3, name="in_b")], name="inner"
    )
    both = L.Concatenate(name="both")([L.Flatten()(x), inner(facts)])
    return keras.Model(
        [image, facts], [L.Dense(2, name="one")(both), L.Dense(1, name="two")(both)], name="net"
    )


def names(graph):
    return {(graph.boxes[a].name, graph.boxes[b].name) for a, b in graph.arrows}


def test_boxes_and_arrows_of_a_branched_model():
    graph = model_graph(branched(), Shown())
    assert ("image", "conv") in names(graph) and ("conv", "add") in names(graph)
    assert ("facts", "inner") in names(graph) and ("inner", "both") in names(graph)
    assert ("both", "one") in names(graph) and ("both", "two") in names(graph)
    assert all(a < b for a, b in graph.arrows)
    conv = next(box for box in graph.boxes if box.name == "conv")
    assert conv.kind == "Conv2D" and conv.weights == 40


def test_nested_models_are_opened():
    graph = model_graph(branched(), Shown(nested=True))
    assert ("facts", "in_a") in names(graph) and ("in_b", "both") in names(graph)
    assert [box.groups for box in graph.boxes if box.name == "in_a"] == [("inner",)]


def test_rows_of_boxes():
    full = Shown(shapes=True, dtype=True, activations=True, trainable=True)
    model = branched()
    model.get_layer("one").trainable = False
    boxes = {box.name: box for box in model_graph(model, full).boxes}
    assert boxes["conv"].rows == [
        "activation relu",
        "in ? × 8 × 8 × 1",
        "out ? × 8 × 8 × 4",
        "float32",
        "trainable",
    ]
    assert boxes["one"].rows[-1] == "frozen"
    assert boxes["add"].rows[0] == "in ? × 8 × 8 × 4, ? × 8 × 8 × 4"
    assert boxes["image"].rows == ["shape ? × 8 × 8 × 1", "float32"]


def test_a_shared_layer_has_a_box_for_each_call():
    x = keras.Input((4,))
    dense = L.Dense(4, name="shared")
    graph = model_graph(keras.Model(x, dense(dense(x))), Shown())
    assert [box.name for box in graph.boxes].count("shared") == 2 and len(graph.arrows) == 2


def test_a_model_without_a_graph_is_a_chain():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = L.Dense(3, name="a"), L.Dense(2, name="b")

        def call(self, x):
            return self.b(self.a(x))

    model = Net()
    with pytest.raises(NotBuiltError):
        model_graph(model, Shown())
    model(np.zeros((1, 4), "float32"))
    graph = model_graph(model, Shown())
    assert names(graph) == {("a", "b")} and not graph.certain
    assert "stroke-dasharray" in model_svg(model)


@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_svg(direction):
    picture = model_svg(branched(), direction)
    tree = ET.fromstring(picture)
    text = " ".join(tree.itertext())
    for word in ("Conv2D", "image", "inner", "in_a", "? × 8 × 8 × 4"):
        assert word in text
    width, height = (float(v) for v in tree.attrib["viewBox"].split()[2:])
    assert (width > height) == (direction == "LR")


def test_names_are_escaped():
    model = keras.Sequential([keras.Input((2,)), L.Dense(1, name='a<b>&"c"')])
    assert "a<b>" in " ".join(ET.fromstring(model_svg(model)).itertext())
    assert "a&lt;b&gt;" in model_to_dot(model)


@pytest.mark.parametrize("kind", ["svg", "png", "pdf", "jpg", "webp", "dot"])
def test_files(tmp_path, no_graphviz, kind):
    path = tmp_path / f"model.{kind}"
    plot_model(branched(), path, show_shapes=True, show_layer_names=True, expand_nested=True)
    if kind in ("png", "jpg", "webp"):
        with Image.open(path) as picture:
            assert picture.height > 500 and np.asarray(picture).std() > 5
    else:
        start = {"svg": b"<svg", "pdf": b"%PDF", "dot": b"digraph"}[kind]
        assert path.read_bytes().startswith(start)


def test_default_name_and_errors(tmp_path, monkeypatch, no_graphviz):
    monkeypatch.chdir(tmp_path)
    model = keras.Sequential([keras.Input((2,)), L.Dense(1)])
    plot_model(model)
    plot_model(model, "other")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.png", "other.png"]
    with pytest.raises(ArgumentError, match=r"\.svg"):
        plot_model(model, "model.gif")
    with pytest.raises(ArgumentError, match="rankdir"):
        plot_model(model, rankdir="XX")
    with pytest.raises(UnknownArgumentError, match="show_shapes"):
        plot_model(model, show_shape=True)


def test_dot_language():
    text = model_to_dot(branched(), expand_nested=True, show_shapes=True)
    assert text.count("{") == text.count("}") and "subgraph" in text
    graph = model_graph(branched(), Shown(nested=True))
    assert len(re.findall(r"n\d+ -> n\d+", text)) == len(graph.arrows)


@pytest.mark.skipif(not shutil.which("dot"), reason="needs Graphviz")
@pytest.mark.parametrize("kind", ["svg", "png", "pdf", "gif"])
def test_by_graphviz(tmp_path, kind):
    plot_model(branched(), tmp_path / f"m.{kind}", show_shapes=True, expand_nested=True)
    assert (tmp_path / f"m.{kind}").stat().st_size > 1000


def test_a_deep_model_is_drawn_quickly(no_graphviz):
    x = inputs = keras.Input((4,))
    for _ in range(120):
        x = L.Add()([x, L.Dense(4)(x)])
    assert model_svg(keras.Model(inputs, x)).count("<polygon") == 360
