"""Pictures with boxes and masks."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from PIL import Image

from wubu import visualization
from wubu.errors import ArgumentError, ShapeError

R = np.random.default_rng(0)
IMAGES = R.integers(0, 255, (3, 40, 50, 3)).astype("uint8")
BOXES = {"boxes": np.array([[[5, 6, 30, 20], [1, 1, 4, 4]]] * 3, "float32"), "labels": np.array([[2, -1]] * 3)}


@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
@pytest.mark.parametrize("options", [{}, {"blend": False}, {"alpha": 0.3, "ignore_index": 0}])
def test_masks_are_drawn_as_keras_draws_them(layout, options):
    masks = R.integers(0, 4, (3, 40, 50, 1)).astype("int32")
    given = [IMAGES, masks] if layout == "channels_last" else [x.transpose(0, 3, 1, 2) for x in (IMAGES, masks)]
    theirs = keras.visualization.draw_segmentation_masks(*given, num_classes=4, data_format=layout, **options)
    ours = visualization.draw_segmentation_masks(*given, num_classes=4, data_format=layout, **options)
    np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(theirs), atol=1)


@pytest.mark.parametrize("form", ["xyxy", "center_xywh"])
def test_boxes_are_where_they_should_be(form):
    boxes = {**BOXES, "boxes": keras.utils.bounding_boxes.convert_format(BOXES["boxes"], "xyxy", form).numpy()}
    drawn = visualization.draw_bounding_boxes(IMAGES, boxes, form, color=(255, 0, 0), line_thickness=1)
    changed = (drawn != IMAGES).any(-1)
    edges = np.zeros_like(changed)
    edges[:, 6:21, [5, 30]] = edges[:, [6, 20], 5:31] = True
    assert (drawn[edges] == [255, 0, 0]).all()
    assert not (changed & ~edges).any()


def test_labels_are_written_and_gray_pictures_work():
    options = {"bounding_box_format": "xyxy", "color": (255, 255, 255)}
    bare = visualization.draw_bounding_boxes(IMAGES * 0, BOXES, **options)
    named = visualization.draw_bounding_boxes(
        IMAGES * 0, {**BOXES, "confidences": np.full((3, 2), 0.5)}, class_mapping={2: "cat"}, **options
    )
    assert (named != bare).any()
    gray = visualization.draw_bounding_boxes(np.zeros((3, 40, 50, 1)), BOXES, **options)
    assert gray.shape == (3, 40, 50, 1) and gray.max() == 255


def test_galleries_are_written(tmp_path):
    visualization.plot_image_gallery(
        IMAGES, y_true=[0, 1, 1], y_pred=[0, 0, 1], label_map={0: "cat", 1: "dog"}, path=tmp_path / "a.png"
    )
    visualization.plot_bounding_box_gallery(
        IMAGES / 255, "xyxy", y_true=BOXES, y_pred=BOXES, value_range=(0, 1), legend=True, path=tmp_path / "b.png"
    )
    masks = R.integers(0, 4, (3, 40, 50, 1))
    visualization.plot_segmentation_mask_gallery(IMAGES, 4, y_true=masks, y_pred=masks, path=tmp_path / "c.png")
    for name in "abc":
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert len(set(picture.convert("L").tobytes())) > 20


def test_bad_arguments_are_explained():
    with pytest.raises(ArgumentError, match="'labels'"):
        visualization.draw_bounding_boxes(IMAGES, {"boxes": BOXES["boxes"]}, "xyxy")
    with pytest.raises(ShapeError, match="height, width"):
        visualization.plot_image_gallery(IMAGES[0])
    with pytest.raises(ArgumentError, match="label_map"):
        visualization.plot_image_gallery(IMAGES, y_true=[0, 1, 1])
    with pytest.raises(ArgumentError, match="whole numbers"):
        visualization.draw_segmentation_masks(IMAGES, IMAGES[..., :1] / 2)
