"""Attention layers against Keras's."""

from __future__ import annotations

import pytest
import torch
from layer_parity import check, randoms

import wubu.layers
from wubu.errors import ArgumentError, ShapeError

QUERY, VALUE = (2, 5, 8), (2, 7, 8)


def _ids(value):
    return ",".join(f"{k}={v}" if isinstance(v, int | str) else k for k, v in value.items()) or "plain"


def _masks():
    return [torch.tensor([[1, 1, 1, 0, 0], [1] * 5]).bool(), torch.tensor([[1, 1, 1, 0, 0, 0, 0], [1] * 7]).bool()]


def _allowed():
    found = torch.rand(2, 5, 7, generator=torch.Generator().manual_seed(0)) > 0.3
    found[:, :, 0] = True
    return found


CALLS = [
    {},
    {"return_attention_scores": True},
    {"use_causal_mask": True},
    {"mask": _masks()},
    {"mask": _masks(), "use_causal_mask": True, "return_attention_scores": True},
]


@pytest.mark.parametrize("call", CALLS, ids=_ids)
@pytest.mark.parametrize("key", [False, True])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Attention", {}),
        ("Attention", {"use_scale": True}),
        ("Attention", {"score_mode": "concat"}),
        ("Attention", {"score_mode": "concat", "use_scale": True}),
        ("AdditiveAttention", {}),
        ("AdditiveAttention", {"use_scale": False}),
    ],
    ids=lambda v: v if isinstance(v, str) else _ids(v),
)
def test_attention(name, arguments, key, call):
    shapes = [QUERY, VALUE, VALUE] if key else [QUERY, VALUE]
    check(name, arguments, *shapes, as_list=True, half=not call, shapes_too="mask" not in call, **call)


def test_attention_of_two_inputs_only():
    with pytest.raises(ShapeError, match="list of inputs"):
        wubu.layers.Attention()(randoms(QUERY))
    with pytest.raises(ArgumentError, match="score_mode"):
        wubu.layers.Attention(score_mode="cosine")
    with pytest.raises(ArgumentError, match="mask"):
        wubu.layers.Attention()([randoms(QUERY), randoms(VALUE)], mask=torch.ones(2, 5))


HEADED_CALLS = [
    {},
    {"return_attention_scores": True},
    {"use_causal_mask": True},
    {"value_mask": _masks()[1]},
    {"attention_mask": _allowed()},
    {"attention_mask": _allowed(), "use_causal_mask": True, "return_attention_scores": True},
    {"query_mask": _masks()[0], "value_mask": _masks()[1], "return_attention_scores": True},
]
HEADED = [
    {},
    {"use_bias": False},
    {"sliding_window": 2},
    {"use_gate": True},
    {"kernel_regularizer": "l2", "bias_initializer": "ones", "activity_regularizer": "l2"},
]


@pytest.mark.parametrize("call", HEADED_CALLS, ids=_ids)
@pytest.mark.parametrize("key", [False, True])
@pytest.mark.parametrize("arguments", [*HEADED, {"value_dim": 3}, {"output_shape": 6}], ids=_ids)
def test_multi_head_attention(arguments, key, call):
    if "query_mask" in call:
        call = {**call}
        del call["query_mask"]  # Keras asks the tensor instead
    shapes = [QUERY, VALUE, VALUE] if key else [QUERY, VALUE]
    # For a query and a value of different lengths Keras gives the scores' symbol the query's length twice.
    check(
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 4, **arguments},
        *shapes,
        half=not call,
        shapes_too=not any(isinstance(v, torch.Tensor) for v in call.values()),
        **call,
    )


@pytest.mark.parametrize("call", HEADED_CALLS, ids=_ids)
@pytest.mark.parametrize("arguments", [a for a in HEADED if "activity_regularizer" not in a], ids=_ids)
def test_grouped_query_attention(arguments, call):
    check(
        "GroupQueryAttention",
        {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2, **arguments},
        QUERY,
        VALUE,
        half=not call,
        shapes_too=not any(isinstance(v, torch.Tensor) for v in call.values()),
        **call,
    )


@pytest.mark.parametrize("axes", [None, 1, 2, (1, 2), -2], ids=str)
@pytest.mark.parametrize("call", HEADED_CALLS[:2], ids=_ids)
def test_axes_of_attention(axes, call):
    check(
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 4, "attention_axes": axes},
        (2, 3, 5, 8),
        (2, 3, 5, 8),
        configs_too=False,
        shapes_too=not call,
        **call,
    )


@pytest.mark.parametrize("name", ["MultiHeadAttention", "GroupQueryAttention", "Attention"])
def test_dropout_acts_in_training_only(name):
    arguments = {
        "MultiHeadAttention": {"num_heads": 2, "key_dim": 4},
        "GroupQueryAttention": {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2},
        "Attention": {},
    }[name]
    layer = getattr(wubu.layers, name)(**arguments, dropout=0.5, seed=1)
    x = [randoms(QUERY), randoms(VALUE)]
    given = (x,) if name == "Attention" else x
    infer = layer(*given)
    assert torch.equal(infer, layer(*given, training=False))
    assert not torch.equal(infer, layer(*given, training=True))


def test_masks_reach_the_heads_by_themselves():
    x = wubu.layers.Embedding(5, 8, mask_zero=True)(torch.tensor([[1, 2, 0, 0], [1, 2, 3, 4]]))
    layer = wubu.layers.MultiHeadAttention(2, 4)
    made, weights = layer(x, x, return_attention_scores=True)
    assert made._keras_mask.tolist() == [[True, True, False, False], [True] * 4]
    assert (weights[0, :, :2, 2:] == 0).all()


def test_arguments_that_cannot_work():
    with pytest.raises(ArgumentError, match="num_heads"):
        wubu.layers.MultiHeadAttention(0, 4)
    with pytest.raises(ArgumentError, match="multiple"):
        wubu.layers.GroupQueryAttention(4, 3, 2)
    with pytest.raises(ShapeError, match="same sizes"):
        wubu.layers.MultiHeadAttention(2, 4)(randoms(QUERY), randoms(VALUE), randoms((2, 6, 8)))
