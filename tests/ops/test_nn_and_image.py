"""Convolutions, poolings, attention, alignment and pictures, against real Keras."""

from __future__ import annotations

import copy
import inspect

import keras
import numpy as np
import pytest
import torch

from wubu import ops
from wubu.errors import WubuError
from wubu.symbolic.keras_tensor import KerasTensor

R = np.random.default_rng(0)


def floats(*shape):
    return R.normal(size=shape).astype("float32")


PICTURES = R.uniform(size=(2, 12, 14, 3)).astype("float32")
BYTES = R.integers(0, 256, size=(2, 12, 14, 3)).astype("uint8")
AFFINE = np.array([[1.13, 0.21, -1, -0.1, 0.9, 2, 0, 0], [1, 0, 3, 0, 1, -2, 0, 0]], "float32")
START = np.array([[[0, 0], [13, 1], [1, 11], [12, 10]]] * 2, "float32")
END = np.array([[[1, 1], [12, 0], [0, 10], [13, 11]]] * 2, "float32")
COORDINATES = R.uniform(-9, 20, size=(2, 30)).astype("float32")
X1, X2, X3 = floats(2, 11, 4), floats(2, 9, 10, 4), floats(2, 6, 7, 5, 4)
Q, K, V = floats(2, 5, 4, 8), floats(2, 6, 4, 8), floats(2, 6, 4, 8)

CASES: list[tuple] = []
for x, rank in ((X1, 1), (X2, 2), (X3, 3)):
    size = (3, 2, 2)[:rank]
    for padding in ("valid", "same"):
        for strides in (1, 2):
            CASES += [
                ("conv", (x, floats(*size, 4, 6), strides, padding), {}),
                ("conv", (x, floats(*size, 2, 6), strides, padding), {}),
                ("conv_transpose", (x, floats(*size, 5, 4), strides, padding), {}),
                ("max_pool", (x, 3, strides, padding), {}),
                ("average_pool", (x, 2, strides, padding), {}),
            ]
            if rank < 3:
                CASES += [
                    ("depthwise_conv", (x, floats(*size, 4, 2), strides, padding), {}),
                    ("separable_conv", (x, floats(*size, 4, 2), floats(*([1] * rank), 8, 3), strides, padding), {}),
                ]
        CASES += [("conv", (x, floats(*size, 4, 6), 1, padding), {"dilation_rate": 2})]
    CASES += [("adaptive_average_pool", (x, 3), {}), ("adaptive_max_pool", (x, 2), {})]
    CASES += [("max_pool", (x, 2), {"data_format": "channels_first"})]
CASES += [
    ("conv", (np.moveaxis(X2, -1, 1), floats(3, 3, 4, 2)), {"data_format": "channels_first"}),
    ("conv_transpose", (X2, floats(3, 3, 5, 4), 2, "same", 1), {}),
    ("conv_transpose", (X2, floats(2, 2, 5, 4), 3, "valid"), {}),
    ("dot_product_attention", (Q, K, V), {}),
    ("dot_product_attention", (Q, K, V), {"is_causal": True}),
    ("dot_product_attention", (Q, K, V), {"bias": floats(2, 4, 5, 6)}),
    ("dot_product_attention", (Q, K, V), {"mask": R.uniform(size=(2, 1, 5, 6)) > 0.3, "scale": 0.5}),
    ("dot_product_attention", (Q, K[:, :, :2], V[:, :, :2]), {}),
    ("unfold", (torch.from_numpy(floats(2, 3, 8, 8)), 3), {"stride": 2, "padding": 1}),
    ("fold", (torch.from_numpy(floats(2, 12, 16)), (8, 8), 2), {"stride": 2}),
    ("binary_crossentropy", (np.eye(3, dtype="float32"), R.uniform(size=(3, 3)).astype("float32")), {}),
    ("binary_crossentropy", (np.eye(3, dtype="float32"), floats(3, 3)), {"from_logits": True}),
    ("categorical_crossentropy", (np.eye(3, dtype="float32"), R.uniform(size=(3, 3)).astype("float32")), {}),
    ("categorical_crossentropy", (np.eye(3, dtype="float32"), floats(3, 3)), {"from_logits": True}),
    ("sparse_categorical_crossentropy", (np.arange(3), R.uniform(size=(3, 3)).astype("float32")), {}),
    ("sparse_categorical_crossentropy", (np.arange(3), floats(3, 3)), {"from_logits": True}),
    ("ctc_loss", (np.array([[1, 2, 0], [2, 2, 1]]), floats(2, 8, 4), np.array([2, 3]), np.array([8, 7])), {}),
    ("ctc_decode", (floats(2, 8, 4), np.array([8, 6])), {}),
    ("ctc_decode", (floats(2, 8, 4), np.array([8, 6])), {"merge_repeated": False, "mask_index": 3}),
    ("rearrange", (X2, "b h w c -> b c h w"), {}),
    ("rearrange", (X2, "b (h1 h) (w w1) c -> (b w1) h w (c h1)"), {"h1": 3, "w1": 2}),
]
IMAGES: list[tuple] = [("rgb_to_grayscale", (p,), {}) for p in (PICTURES, BYTES, PICTURES[0])]
IMAGES += [("rgb_to_hsv", (PICTURES,), {}), ("hsv_to_rgb", (PICTURES,), {}), ("sobel_edges", (PICTURES,), {})]
IMAGES += [
    ("resize", (p, size), {"interpolation": method, "antialias": smooth})
    for p in (PICTURES, BYTES, PICTURES[0])
    for size in ((5, 6), (20, 31))
    for method in ("bilinear", "nearest", "bicubic")
    for smooth in (False, True)
]
IMAGES += [
    ("resize", (PICTURES, (7, 15)), {"crop_to_aspect_ratio": True}),
    ("resize", (PICTURES, (17, 15)), {"pad_to_aspect_ratio": True, "fill_value": 0.5}),
    ("resize", (np.moveaxis(PICTURES, -1, 1), (7, 15)), {"data_format": "channels_first"}),
    ("pad_images", (PICTURES, 1, 2, 3, 4), {}),
    ("pad_images", (PICTURES[0],), {"top_padding": 1, "left_padding": 0, "target_height": 20, "target_width": 20}),
    ("crop_images", (PICTURES, 1, 2, 3, 4), {}),
    ("crop_images", (PICTURES,), {"bottom_cropping": 1, "left_cropping": 0, "target_height": 5, "target_width": 6}),
    ("perspective_transform", (PICTURES, START, END), {}),
    ("perspective_transform", (PICTURES, START, END), {"interpolation": "nearest", "fill_value": 1.0}),
    ("gaussian_blur", (PICTURES, (5, 5), (1.2, 1.2)), {"data_format": "channels_last"}),
    ("extract_patches", (PICTURES, (3, 4)), {}),
    ("extract_patches", (PICTURES, 3), {"strides": 2, "padding": "same"}),
    ("extract_patches", (PICTURES[0], 3), {}),
    ("extract_patches_3d", (X3, 2), {}),
    ("ssim", (PICTURES, PICTURES**1.2), {}),
    ("map_coordinates", (PICTURES[0, :, :, 0], COORDINATES[:2], 1), {}),
]
IMAGES += [
    ("map_coordinates", (PICTURES[0, :, :, 0], COORDINATES, order), {"fill_mode": mode, "fill_value": 0.3})
    for order in (0, 1)
    for mode in ("constant", "nearest", "wrap", "mirror", "reflect")
]
IMAGES += [
    ("affine_transform", (p, AFFINE), {"fill_mode": mode, "interpolation": method})
    for p in (PICTURES, BYTES)
    for method in ("nearest", "bilinear")
    for mode in ("constant", "nearest", "wrap", "mirror", "reflect")
]
SCALE, SHIFT = np.array([0.5, 2.3], "float32"), np.array([0.4, -3.0], "float32")
IMAGES += [
    ("scale_and_translate", (p, (2, 6, 30, 3), SCALE, SHIFT, (1, 2), method), {"antialias": smooth})
    for p in (PICTURES, BYTES)
    for method in ("linear", "cubic", "lanczos3", "lanczos5")
    for smooth in (False, True)
]


def arrays(value):
    found = value if isinstance(value, list | tuple) else [value]
    return [v.detach().numpy() if isinstance(v, torch.Tensor) else np.asarray(v) for v in found]


def compare(ours, theirs, args, kwargs):
    made = arrays(ours(*copy.deepcopy(args), **kwargs))
    wanted = arrays(theirs(*copy.deepcopy(args), **kwargs))
    assert len(made) == len(wanted)
    for a, b in zip(made, wanted, strict=True):
        assert a.shape == b.shape and a.dtype == b.dtype, (a.shape, b.shape, a.dtype, b.dtype)
        if a.dtype.kind in "ui" and a.dtype.itemsize == 1:  # rounding of bytes
            assert np.abs(a.astype(int) - b.astype(int)).max() <= 1
        else:
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize(("name", "args", "kwargs"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)])
def test_networks(name, args, kwargs):
    compare(getattr(ops, name), getattr(keras.ops, name), args, kwargs)


@pytest.mark.parametrize(("name", "args", "kwargs"), IMAGES, ids=[f"{c[0]}-{i}" for i, c in enumerate(IMAGES)])
def test_pictures(name, args, kwargs):
    compare(getattr(ops.image, name), getattr(keras.ops.image, name), args, kwargs)


@pytest.mark.parametrize(
    ("home", "name", "args", "kwargs"),
    [(ops, *c) for c in CASES if c[1][0].dtype in (np.float32, torch.float32)]
    + [(ops.image, *c) for c in IMAGES if c[1][0].dtype == np.float32],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_symbolic_shapes_are_the_real_ones(home, name, args, kwargs):
    made = getattr(home, name)(KerasTensor(args[0].shape, "float32"), *args[1:], **kwargs)
    real = arrays(getattr(home, name)(*args, **kwargs))
    found = list(made) if isinstance(made, list | tuple) else [made]
    assert [tuple(t.shape) for t in found] == [a.shape for a in real]


@pytest.mark.parametrize("room", ["nn", "image", "numpy", "linalg"])
def test_the_namespaces_are_keras_own(room):
    ours, theirs = getattr(ops, room), getattr(keras.ops, room)
    names = [n for n in dir(theirs) if not n.startswith("_")]
    assert sorted(ours.__all__) == sorted(names)
    for name in names:
        mine = list(inspect.signature(getattr(ours, name)).parameters)
        assert mine == list(inspect.signature(getattr(theirs, name)).parameters), name


def test_lanczos_agrees_with_scale_and_translate():
    made = ops.image.resize(PICTURES, (6, 7), "lanczos3", antialias=True)
    half = np.array([0.5, 0.5], "float32")
    wanted = keras.ops.image.scale_and_translate(PICTURES, (2, 6, 7, 3), half, np.zeros(2, "float32"), (1, 2), "lanczos3")
    np.testing.assert_allclose(made.numpy(), wanted.numpy(), atol=1e-5)


def test_a_beam_search_finds_the_best_sequences():
    scores, lengths = floats(2, 6, 4), np.array([6, 4])
    ours, totals = ops.ctc_decode(scores, lengths, "beam_search", 100, 3)
    # All alignments of the rows' steps, added up by what they spell.
    for row in range(2):
        logs = torch.log_softmax(torch.from_numpy(scores[row, : lengths[row]]), -1).numpy()
        sums: dict = {}
        for path in np.ndindex(*([4] * lengths[row])):
            spelt = tuple(c for i, c in enumerate(path) if c and (i == 0 or path[i - 1] != c))
            sums[spelt] = np.logaddexp(sums.get(spelt, -np.inf), sum(logs[i, c] for i, c in enumerate(path)))
        best = sorted(sums.items(), key=lambda kv: -kv[1])[:3]
        for place, (spelt, total) in enumerate(best):
            assert [c for c in ours[place, row].tolist() if c >= 0] == list(spelt)
            assert abs(float(totals[row, place]) - total) < 1e-4


def test_soft_cap_bounds_the_scores():
    made = ops.dot_product_attention(Q * 9, K * 9, V, attn_logits_soft_cap=2.0)
    scores = np.einsum("bqhd,bkhd->bhqk", Q * 9, K * 9) / np.sqrt(8)
    weights = torch.softmax(torch.from_numpy(2 * np.tanh(scores / 2)), -1).numpy()
    np.testing.assert_allclose(made.numpy(), np.einsum("bhqk,bkhd->bqhd", weights, V), atol=1e-5)


def test_an_elastic_transform_is_seeded_and_smooth():
    a, b = (ops.image.elastic_transform(PICTURES, 3.0, 2.0, seed=4) for _ in range(2))
    assert torch.equal(a, b) and a.shape == PICTURES.shape
    assert not torch.equal(a, ops.image.elastic_transform(PICTURES, 3.0, 2.0, seed=5))
    assert torch.allclose(ops.image.elastic_transform(PICTURES, 0.0, 2.0), torch.from_numpy(PICTURES), atol=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ops.conv(X2, floats(3, 3, 3, 2)),
        lambda: ops.conv(X2, floats(30, 3, 4, 2)),
        lambda: ops.max_pool(X2, 30),
        lambda: ops.max_pool(X2, (2, 2, 2)),
        lambda: ops.dot_product_attention(Q, K, V[0]),
        lambda: ops.image.resize(PICTURES, (0, 3)),
        lambda: ops.image.resize(PICTURES, (3, 3), "area"),
        lambda: ops.image.crop_images(PICTURES, 1, 2, 3),
        lambda: ops.image.rgb_to_hsv(BYTES),
        lambda: ops.image.affine_transform(PICTURES, AFFINE, fill_mode="none"),
        lambda: ops.rearrange(X2, "b h w -> b"),
        lambda: ops.rearrange(X2, "b (h h1) w c -> b h w c", h1=3),
    ],
)
def test_what_cannot_work_says_so(wrong):
    with pytest.raises(WubuError):
        wrong()
