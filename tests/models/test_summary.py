"""The summary's table is the one that Keras prints."""

from __future__ import annotations

import keras
import pytest

import wubu
from wubu.core.text_width import width
from wubu.errors import ArgumentError


def text_of(model, **kwargs):
    lines = []
    model.summary(print_fn=lambda s, **_: lines.append(s), **kwargs)
    return "\n".join(lines)


def small(k):
    return k.Sequential(
        [
            k.layers.Dense(8, input_shape=(4,), name="first"),
            k.layers.BatchNormalization(name="norm"),
            k.layers.Dense(1, name="last"),
        ],
        name="small",
    )


def branched(k):
    i = k.Input((4,), name="i")
    a = k.layers.Dense(3, name="a")(i)
    return k.Model(i, k.layers.Add(name="sum")([a, a]), name="branched")


def cells(text):
    """What is in the table, without its lines and the wrapping of cells."""
    rows = []
    for line in text.splitlines():
        if line[:1] in "│┃":
            rows.append([c.strip() for c in line.strip("│┃ ").replace("┃", "│").split("│")])
        elif line[:1] not in "┏┡├└":
            rows.append([line.strip()])
    return rows


@pytest.mark.filterwarnings("ignore")
def test_sequential_prints_what_keras_prints():
    assert cells(text_of(small(wubu))) == cells(text_of(small(keras)))


def test_branched_says_what_is_connected():
    text = text_of(branched(wubu))
    assert "Connected to" in text and "a[0][0], a[0][0]" in text and "i[0][0]" in text


def test_options():
    model = small(wubu)
    assert "Trainable" in text_of(model, show_trainable=True)
    assert "first" not in text_of(model, layer_range=("norm", "last"))
    with pytest.raises(ArgumentError, match="no layer matches"):
        text_of(model, layer_range=("nothing", "last"))
    assert max(map(len, text_of(model, line_length=60).splitlines())) <= 60
    outer = wubu.Sequential([model, wubu.layers.Dense(2)])
    assert "norm" in text_of(outer, expand_nested=True) and "norm" not in text_of(outer)


def test_columns_are_even_where_names_are_chinese():
    layers = [wubu.layers.Dense(2, name="全连接层" * 9), wubu.layers.Dense(2, name="b")]
    model = wubu.Sequential([wubu.Input((3,)), *layers], name="m")
    for options in ({}, {"line_length": 60}):
        table = [line for line in text_of(model, **options).splitlines() if line[:1] in "│├"]
        assert len({width(line) for line in table}) == 1
