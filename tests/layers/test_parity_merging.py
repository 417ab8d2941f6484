"""Merging layers against Keras's."""

from __future__ import annotations

import keras
import pytest
import torch
from layer_parity import assert_near, check, randoms

import wubu.layers
from wubu.errors import ArgumentError, ShapeError

ELEMENTWISE = ["Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"]


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize(
    "shapes", [[(3, 4), (3, 4)], [(3, 4, 5), (3, 1, 5)], [(3, 4, 5), (3, 5)], [(3, 4)] * 3], ids=str
)
def test_elementwise(name, shapes):
    if name == "Subtract":
        shapes = shapes[:2]
    check(name, {}, *shapes, as_list=True)


@pytest.mark.parametrize("axis", [-1, 1, 2])
def test_concatenate(axis):
    shapes = [(3, 4, 5), (3, 4, 5), (3, 4, 5)]
    check("Concatenate", {"axis": axis}, *shapes, as_list=True)


@pytest.mark.parametrize(
    ("arguments", "shapes"),
    [
        ({"axes": 1}, [(3, 4), (3, 4)]),
        ({"axes": -1, "normalize": True}, [(3, 4), (3, 4)]),
        ({"axes": (2, 1)}, [(3, 2, 4), (3, 4, 5)]),
        ({"axes": (1, 2)}, [(3, 4, 2), (3, 5, 4)]),
        ({"axes": (2, 2)}, [(3, 2, 4), (3, 5, 4)]),
        ({"axes": (3, 1)}, [(3, 2, 6, 4), (3, 4, 5)]),
        ({"axes": (1, 1)}, [(3, 4), (3, 4, 5)]),
    ],
    ids=str,
)
def test_dot(arguments, shapes):
    check("Dot", arguments, *shapes, as_list=True)


@pytest.mark.parametrize("name", ["add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"])
def test_functions(name):
    inputs = [randoms((3, 4), i) for i in range(2)]
    assert_near(getattr(wubu.layers, name)(inputs), getattr(keras.layers, name)(inputs), name)
    symbols = [wubu.layers.Input((4,)), wubu.layers.Input((4,))]
    assert getattr(wubu.layers, name)(symbols).shape[0] is None


@pytest.mark.parametrize("name", [*ELEMENTWISE, "Concatenate"])
@pytest.mark.parametrize("masked", [(0, 1), (0,), (1,)], ids=str)
def test_masks(name, masked):
    """Each input carries a mask; values and the output's mask are Keras's."""
    rows = [torch.tensor([[True, False, True], [False, False, True]]), torch.tensor([[True, True, False]] * 2)]
    outputs = []
    for module in (wubu.layers, keras.layers):
        inputs = [randoms((2, 3, 4), i) for i in range(2)]
        for i in masked:
            inputs[i]._keras_mask = rows[i]
        made = getattr(module, name)()(inputs)
        outputs.append((made, getattr(made, "_keras_mask", None)))
    (ours, our_mask), (theirs, their_mask) = outputs
    assert_near(ours, theirs, name)
    assert (our_mask is None) == (their_mask is None)
    if our_mask is not None:
        assert torch.equal(our_mask, their_mask)


@pytest.mark.parametrize(
    ("layer", "shapes", "words"),
    [
        ("Add", [(2, 3), (2, 4)], "sizes 3 and 4"),
        ("Add", [(2, 3), (4, 3)], "different sizes"),
        ("Concatenate", [(2, 3, 4), (2, 5, 4)], "must be equal"),
        ("Subtract", [(2, 3)] * 3, "two inputs"),
    ],
)
def test_shapes_that_cannot_work(layer, shapes, words):
    with pytest.raises(ShapeError, match=words):
        getattr(wubu.layers, layer)()([torch.ones(s) for s in shapes])
    with pytest.raises(ShapeError, match="list of inputs"):
        getattr(wubu.layers, layer)()(torch.ones(2, 3))


def test_axes_that_cannot_work():
    with pytest.raises(ArgumentError, match="axes"):
        wubu.layers.Dot((1, 2, 3))
    with pytest.raises(ShapeError, match="batch axis"):
        wubu.layers.Dot(0)([torch.ones(2, 3)] * 2)
