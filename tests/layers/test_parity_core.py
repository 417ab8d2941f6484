"""Dense layers, embeddings, activations, reshaping and rescaling against Keras's."""

from __future__ import annotations

import pytest
import torch
from layer_parity import check, randoms

import wubu.layers
from wubu.errors import ArgumentError, ShapeError


def _ids(value):
    return ",".join(f"{k}={v}" for k, v in value.items()) or "plain" if isinstance(value, dict) else str(value)


@pytest.mark.parametrize("shape", [(4, 5), (4, 3, 5), (2, 3, 4, 5)], ids=_ids)
@pytest.mark.parametrize(
    "arguments", [{}, {"activation": "gelu"}, {"use_bias": False, "kernel_regularizer": "l2"}], ids=_ids
)
def test_dense(arguments, shape):
    check("Dense", {"units": 3, **arguments}, shape)


def test_whole_numbers_are_computed_with():
    layer = wubu.layers.Dense(3)
    pictures = torch.randint(0, 255, (2, 4), dtype=torch.uint8)
    assert torch.equal(layer(pictures), layer(pictures.float()))


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "c"}, (4, 5)),
        ({"equation": "abc,cd->abd", "output_shape": (None, 3), "bias_axes": "d"}, (4, 6, 5)),
        ({"equation": "...x,xy->...y", "output_shape": 3, "bias_axes": "y", "activation": "relu"}, (4, 2, 5)),
        ({"equation": "ab...,bc->ac...", "output_shape": (3,), "bias_axes": "c"}, (4, 5, 2)),
        ({"equation": "abc,bde->ade", "output_shape": (3, 2)}, (4, 5, 2)),
    ],
    ids=_ids,
)
def test_einsum_dense(arguments, shape):
    if arguments["equation"] == "abc,bde->ade":
        arguments = {**arguments, "equation": "abc,bcde->ade"}
    check("EinsumDense", arguments, shape)


def test_an_equation_that_cannot_work():
    for equation, words in (("abc", "Expected an equation"), ("ab,bc->ad", "no size")):
        with pytest.raises(ArgumentError, match=words):
            wubu.layers.EinsumDense(equation, output_shape=3)(torch.ones(2, 4))
    with pytest.raises(ShapeError, match="does not fit"):
        wubu.layers.EinsumDense("abc,cd->abd", output_shape=(None, 3))(torch.ones(2, 4))


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("arguments", [{}, {"mask_zero": True, "embeddings_regularizer": "l2"}], ids=_ids)
def test_embedding(arguments, dtype):
    check("Embedding", {"input_dim": 5, "output_dim": 3, **arguments}, (4, 6), dtype=dtype)


def test_embeddings_of_floats_and_given_ones():
    table = randoms((5, 3)).numpy()
    layer = wubu.layers.Embedding(5, 3, weights=[table], input_length=2)
    made = layer(torch.tensor([[1.0, 4.0]]))
    assert torch.equal(made[0, 1], torch.tensor(table[4]))
    assert layer._input_shape_argument == (None, 2)


@pytest.mark.parametrize("arguments", [{}, {"tie_weights": False}, {"logit_soft_cap": 2.0}], ids=_ids)
def test_reversible_embedding(arguments):
    given = {"input_dim": 5, "output_dim": 3, **arguments}
    check("ReversibleEmbedding", given, (4, 6), dtype="int64")
    pair = check("ReversibleEmbedding", given, (4, 6), dtype="int64", half=False)
    x = randoms((4, 3))
    assert torch.allclose(pair.ours(x, reverse=True), pair.theirs(x, reverse=True), atol=1e-6)
    assert pair.ours(wubu.layers.Input((3,)), reverse=True).shape == (None, 5)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Activation", {"activation": "tanh"}),
        ("ReLU", {}),
        ("ReLU", {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.2}),
        ("LeakyReLU", {}),
        ("LeakyReLU", {"negative_slope": 0.01}),
        ("ELU", {"alpha": 0.7}),
        ("PReLU", {}),
        ("PReLU", {"shared_axes": [1], "alpha_initializer": "ones"}),
        ("Softmax", {}),
        ("Softmax", {"axis": 1}),
        ("Softmax", {"axis": [1, 2]}),
        ("Identity", {}),
        ("Rescaling", {"scale": 0.5, "offset": -1.0}),
        ("Rescaling", {"scale": [0.5, 1.0, 2.0, 3.0]}),
        ("Masking", {"mask_value": 0.0}),
        ("ActivityRegularization", {"l1": 0.1, "l2": 0.2}),
    ],
    ids=_ids,
)
def test_a_function_of_each_value(name, arguments):
    check(name, arguments, (3, 5, 4))


def test_a_masked_softmax():
    mask = torch.tensor([[True, False, True, True]] * 3)
    check("Softmax", {}, (3, 4), mask=mask)


def test_the_old_thresholded_relu():
    layer = wubu.layers.ThresholdedReLU(theta=0.5)
    assert layer(torch.tensor([0.4, 0.6])).tolist() == [0.0, pytest.approx(0.6)]


@pytest.mark.parametrize(
    ("name", "arguments", "shape"),
    [
        ("Flatten", {}, (3, 4, 5)),
        ("Flatten", {}, (3,)),
        ("Flatten", {"data_format": "channels_first"}, (3, 4, 5, 2)),
        ("Reshape", {"target_shape": (10, 2)}, (3, 4, 5)),
        ("Reshape", {"target_shape": (-1, 2, 5)}, (3, 4, 5)),
        ("Permute", {"dims": (2, 1)}, (3, 4, 5)),
        ("Permute", {"dims": (3, 1, 2)}, (3, 4, 5, 6)),
        ("RepeatVector", {"n": 3}, (2, 4)),
        ("ZeroPadding1D", {"padding": 2}, (2, 4, 3)),
        ("ZeroPadding1D", {"padding": (0, 1), "data_format": "channels_first"}, (2, 4, 3)),
        ("ZeroPadding2D", {"padding": ((1, 2), (0, 1))}, (2, 4, 5, 3)),
        ("ZeroPadding2D", {"padding": (1, 2)}, (2, 4, 5, 3)),
        ("ZeroPadding3D", {"padding": 1, "data_format": "channels_first"}, (2, 3, 4, 5, 2)),
        ("Cropping1D", {"cropping": (1, 0)}, (2, 4, 3)),
        ("Cropping2D", {"cropping": ((1, 2), (0, 1))}, (2, 4, 5, 3)),
        ("Cropping3D", {"cropping": 1}, (2, 3, 4, 5, 2)),
        ("UpSampling1D", {"size": 3}, (2, 4, 3)),
        ("UpSampling2D", {"size": (2, 3)}, (2, 4, 5, 3)),
        ("UpSampling2D", {"size": 2, "interpolation": "bilinear"}, (2, 4, 5, 3)),
        ("UpSampling2D", {"size": 2, "interpolation": "bicubic", "data_format": "channels_first"}, (2, 3, 4, 5)),
        ("UpSampling3D", {"size": (1, 2, 3)}, (2, 3, 4, 5, 2)),
    ],
    ids=_ids,
)
def test_shapes(name, arguments, shape):
    check(name, arguments, shape)


@pytest.mark.parametrize("name", ["Flatten", "Reshape", "Permute", "ZeroPadding1D", "UpSampling1D", "Cropping1D"])
def test_whole_numbers_stay_whole(name):
    arguments = {"Reshape": {"target_shape": (-1,)}, "Permute": {"dims": (2, 1)}}.get(name, {})
    layer = getattr(wubu.layers, name)(**arguments)
    assert layer(wubu.layers.Input((4, 3), dtype="int32")).dtype == "int32"
    assert layer(torch.ones(2, 4, 3, dtype=torch.int32)).dtype is torch.int32


@pytest.mark.parametrize(
    ("make", "shape", "words"),
    [
        (lambda: wubu.layers.Reshape((7, 7)), (2, 50), "cannot make"),
        (lambda: wubu.layers.Cropping2D(3), (2, 6, 6, 1), "nothing is left"),
        (lambda: wubu.layers.PReLU(), (2, 0, 3), None),
        (lambda: wubu.layers.Permute((2, 1)), (2, 3), "3 axes"),
    ],
)
def test_a_shape_that_cannot_work(make, shape, words):
    if words is None:
        make()(torch.ones(shape))
        return
    with pytest.raises(ShapeError, match=words):
        make()(torch.ones(shape))
