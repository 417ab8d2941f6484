"""Bounding boxes beside Keras's functions."""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest
import torch

from wubu.errors import ArgumentError, ShapeError
from wubu.utils import bounding_boxes

FORMATS = "xyxy yxyx xywh center_xywh center_yxhw rel_xyxy rel_yxyx rel_xywh rel_center_xywh".split()


def boxes(*shape, seed=0, size=40.0):
    rng = np.random.default_rng(seed)
    first = rng.uniform(0, size, (*shape, 2))
    return np.concatenate([first, first + rng.uniform(1, size, (*shape, 2))], -1).astype("float32")


def agree(name, *arguments, **options):
    theirs = getattr(keras.utils.bounding_boxes, name)(*arguments, **options)
    ours = getattr(bounding_boxes, name)(*arguments, **options)
    for a, b in zip(*((x.values() if isinstance(x, dict) else [x]) for x in (ours, theirs)), strict=True):
        np.testing.assert_allclose(np.asarray(a), keras.ops.convert_to_numpy(b), rtol=1e-5, atol=1e-5)
    return ours


@pytest.mark.parametrize(("source", "target"), list(itertools.product(FORMATS, FORMATS)))
def test_formats(source, target):
    agree("convert_format", boxes(2, 3), source, target, height=30, width=50)


def test_clipping_moving_and_turning():
    labels = np.array([[1, 2, 3], [4, 5, 6]])
    outside = boxes(2, 3) + np.array([0, 0, 0, 0], "float32")
    outside[0, 0] += 100
    table = {"boxes": torch.tensor(outside), "labels": torch.tensor(labels)}
    made = agree("clip_to_image_size", table, height=30, width=50)
    assert made["labels"].tolist()[0][0] == -1
    assert table["labels"].tolist() == labels.tolist()
    agree("clip_to_image_size", {"boxes": torch.tensor(outside / 50)}, bounding_box_format="rel_xyxy")
    agree("crop", torch.tensor(boxes(2, 3)), 3, 4, 20, 25)
    agree("pad", torch.tensor(boxes(3)), 3, 4)
    draws = [torch.tensor(v) for v in np.random.default_rng(1).uniform(-0.3, 0.3, (6, 2)).astype("float32")]
    angle, tx, ty, scale, sx, sy = draws
    agree("affine_transform", torch.tensor(boxes(2, 3)), angle * 100, tx, ty, scale + 1, sx * 30, sy * 30, 30, 50)


@pytest.mark.parametrize("shapes", [((3,), (4,)), ((2, 3), (2, 4))])
@pytest.mark.parametrize("form", ["xyxy", "center_yxhw"])
def test_overlaps(shapes, form):
    first, second = (boxes(*shape, seed=i) for i, shape in enumerate(shapes))
    agree("compute_iou", first, second, form)
    agree("compute_ciou", boxes(4), boxes(4, seed=3), form)


def test_overlaps_with_boxes_that_fill_up():
    first, second = boxes(2, 3), boxes(2, 3, seed=1)
    first[1, 2] = second[0, 0] = -1
    agree("compute_iou", first, second, "xyxy", use_masking=True)


@pytest.mark.parametrize("encoding", ["center_xywh", "center_yxhw"])
@pytest.mark.parametrize("variance", [None, [0.1, 0.1, 0.2, 0.2]])
def test_deltas_there_and_back(encoding, variance):
    anchors, wanted = boxes(5), boxes(2, 5, seed=4)
    options = {"variance": variance, "image_shape": (30, 50, 3)}
    deltas = agree("encode_box_to_deltas", anchors, wanted, "xyxy", "yxyx", encoding, **options)
    back = agree("decode_deltas_to_boxes", anchors, deltas, "xyxy", "yxyx", encoding, **options)
    np.testing.assert_allclose(back, wanted, rtol=1e-3, atol=1e-3)
    levels = bounding_boxes.decode_deltas_to_boxes({"a": anchors}, {"a": deltas}, "xyxy", "yxyx", encoding, **options)
    torch.testing.assert_close(levels["a"], back)


def test_bad_arguments_are_explained():
    with pytest.raises(ArgumentError, match="xyxy"):
        bounding_boxes.convert_format(boxes(2), "xyyx", "xywh")
    with pytest.raises(ArgumentError, match="height and width"):
        bounding_boxes.convert_format(boxes(2), "rel_xyxy", "xywh")
    with pytest.raises(ShapeError, match="4"):
        bounding_boxes.convert_format(np.zeros((2, 5)), "xyxy", "xywh")
    with pytest.raises(ArgumentError, match="convert_format"):
        bounding_boxes.crop(boxes(2), 0, 0, 5, 5, bounding_box_format="xywh")
    with pytest.raises(ArgumentError, match="four"):
        bounding_boxes.encode_box_to_deltas(boxes(2), boxes(2), "xyxy", "xyxy", variance=[1.0])
