"""Keras's ``visualization`` namespace: pictures in rows and columns, with boxes and masks drawn into them.

Boxes are drawn by Pillow; galleries need matplotlib (``pip install 'wubu[report]'``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from wubu.core.settings import standardize_data_format
from wubu.errors import ArgumentError, ShapeError
from wubu.report.figures import drawing, save
from wubu.report.figures import show as show_figure
from wubu.utils.bounding_boxes import convert_format

__all__ = [
    "draw_bounding_boxes",
    "draw_segmentation_masks",
    "plot_bounding_box_gallery",
    "plot_image_gallery",
    "plot_segmentation_mask_gallery",
]

Color = Sequence[int]


def _array(values: Any) -> np.ndarray:
    return values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)


def _pictures(images: Any, data_format: str | None, what: str = "images") -> np.ndarray:
    """(n, height, width, channels), a copy."""
    found = np.array(_array(images))
    if found.ndim != 4:
        raise ShapeError(f"Expected {what} of shape (n, height, width, channels). Received: {found.shape}")
    return found.transpose(0, 2, 3, 1) if standardize_data_format(data_format) == "channels_first" else found


def draw_bounding_boxes(
    images: Any,
    bounding_boxes: Mapping[str, Any],
    bounding_box_format: str,
    class_mapping: Mapping[int, str] | None = None,
    color: Color = (128, 128, 128),
    line_thickness: int = 2,
    text_thickness: int = 1,
    font_scale: float = 1.0,
    data_format: str | None = None,
) -> np.ndarray:
    """Pictures with rectangles and their labels drawn into them.

    Args:
        images: (n, height, width, channels), 0..255, or 0..1 where no value is larger.
        bounding_boxes: a dictionary with ``"boxes"`` (n, boxes, 4), ``"labels"`` (n, boxes) and perhaps ``"confidences"``
            (n, boxes); a label of -1 marks a box that fills up.
        bounding_box_format: the format of the boxes, such as ``"xyxy"``.
        class_mapping: the names of labels; a label without one has a rectangle alone.
        color: red, green and blue, 0..255.
        line_thickness: of the rectangles, in pixels.
        text_thickness: of the letters' outline, in pixels; 1 has none.
        font_scale: the size of the letters; 1 is 12 pixels.
        data_format: where the channels are. Default: the global setting.

    Returns:
        (n, height, width, channels), uint8.
    """
    if not isinstance(bounding_boxes, Mapping) or not {"boxes", "labels"} <= set(bounding_boxes):
        raise ArgumentError("Expected bounding_boxes to be a dictionary with 'boxes' and 'labels'.")
    pictures = _pictures(images, data_format)
    if pictures.dtype.kind == "f" and pictures.size:
        pictures = np.clip(pictures, 0, 1) * 255 if pictures.max() <= 1.0 else np.clip(pictures, 0, 255)
    pictures = pictures.astype("uint8")
    height, width = pictures.shape[1:3]
    boxes = _array(convert_format(bounding_boxes["boxes"], bounding_box_format, "xyxy", height, width))
    labels, sure = _array(bounding_boxes["labels"]), bounding_boxes.get("confidences")
    font = ImageFont.load_default(size=12 * font_scale)
    made = []
    for i, picture in enumerate(pictures):
        gray = picture.shape[-1] == 1
        canvas = Image.fromarray(picture[..., 0] if gray else picture)
        pen = ImageDraw.Draw(canvas)
        ink: Any = int(sum(color) / 3) if gray else tuple(int(c) for c in color)
        for j, (box, label) in enumerate(zip(boxes[i], labels[i], strict=True)):
            if label == -1:
                continue
            x1, y1, x2, y2 = (int(v) for v in box)
            pen.rectangle((min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)), outline=ink, width=line_thickness)
            text = (class_mapping or {}).get(int(label))
            if text is None:
                continue
            if sure is not None:
                text = f"{text} | {float(_array(sure)[i][j]):.2f}"
            above = y1 - 8 - 2 * int(12 * font_scale) > 0  # else within the box
            place = (x1, y1 - 4) if above else (x1 + 3, y1 + line_thickness + 3)
            pen.text(
                place,
                text,
                fill=ink,
                font=font,
                anchor="ls" if above else "la",
                stroke_width=max(0, text_thickness - 1),
            )
        drawn = np.asarray(canvas)
        made.append(drawn[..., None] if gray else drawn)
    return np.stack(made)


def draw_segmentation_masks(
    images: Any,
    segmentation_masks: Any,
    num_classes: int | None = None,
    color_mapping: Mapping[int, Color] | None = None,
    alpha: float = 0.8,
    blend: bool = True,
    ignore_index: int = -1,
    data_format: str | None = None,
) -> np.ndarray:
    """Pictures with the class of each pixel as a colour over it.

    Args:
        images: (n, height, width, 3), 0..255.
        segmentation_masks: whole numbers, (n, height, width, 1).
        num_classes: how many classes are drawn. Default: all that occur.
        color_mapping: red, green and blue, 0..255, of each class. Default: colours that differ.
        alpha: how much of the colour is seen, 0..1.
        blend: whether the picture is seen through the colours, and the result is whole numbers.
        ignore_index: a class that is not drawn.
        data_format: where the channels are. Default: the global setting.
    """
    pictures = _pictures(images, data_format).astype("float32")
    masks = _pictures(segmentation_masks, data_format, "segmentation_masks")[..., 0]
    if masks.dtype.kind not in "iu":
        raise ArgumentError(f"Expected segmentation_masks of whole numbers. Received: {masks.dtype}")
    count = int(masks.max(initial=-1)) + 1 if num_classes is None else num_classes
    drawn = pictures.copy()
    for index in range(count):
        drawn[masks == index] = np.asarray(_color(index) if color_mapping is None else color_mapping[index], "float32")
    if not blend:
        return drawn
    mixed = pictures * (1 - alpha) + drawn * alpha
    return np.where((masks != ignore_index)[..., None], mixed, pictures).astype("uint8")


def _color(index: int) -> list[int]:
    """A colour far from those of the classes beside it; class 0 is black."""
    return [index * step % 255 for step in (2**25 - 1, 2**15 - 1, 2**21 - 1)]


def plot_image_gallery(
    images: Any,
    y_true: Any = None,
    y_pred: Any = None,
    label_map: Mapping[Any, str] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    value_range: tuple[float, float] = (0, 255),
    scale: float = 2,
    path: Any = None,
    show: bool | None = None,
    transparent: bool = True,
    dpi: int = 60,
    legend_handles: Any = None,
    data_format: str | None = None,
) -> Any:
    """Pictures in rows and columns, with their labels.

    Args:
        images: (n, height, width, channels).
        y_true: the label of each picture.
        y_pred: the prediction for each picture.
        label_map: the names of labels; needed where there are any.
        rows, cols: how many. Default: about a square.
        value_range: the values of black and white.
        scale: the size of a picture, in inches.
        path: where to write it; nothing is shown then.
        show: whether to show it in a notebook. Default: unless it is written.
        transparent: whether the background is.
        dpi: dots per inch.
        legend_handles: what matplotlib's ``figure.legend`` explains.
        data_format: where the channels are. Default: the global setting.

    Returns:
        matplotlib's figure.

    Raises:
        MissingDependencyError: matplotlib is not installed.
    """
    if path is not None and show:
        raise ArgumentError("Expected either a path or show=True. Received: both")
    if (y_true is not None or y_pred is not None) and label_map is None:
        raise ArgumentError("Expected a label_map, a dictionary of labels' names, beside y_true or y_pred.")
    pictures = _pictures(images, data_format).astype("float64")
    low, high = value_range
    pictures = np.clip((pictures - low) / (high - low), 0, 1)
    rows = rows or math.isqrt(max(len(pictures) - 1, 0)) + 1
    cols = cols or math.ceil(len(pictures) / rows)
    with drawing(cols * scale, rows * scale, "A gallery of pictures") as figure:
        for i, axes in enumerate(np.atleast_1d(figure.subplots(rows, cols)).reshape(-1)):
            axes.axis("off")
            if i >= len(pictures):
                continue
            picture = pictures[i]
            axes.imshow(picture[..., 0] if picture.shape[-1] == 1 else picture, cmap="gray", vmin=0, vmax=1)
            told = [
                f"{what}: {(label_map or {}).get(_label(values[i]), 'Unknown')}"
                for what, values in (("Label", y_true), ("Pred", y_pred))
                if values is not None and i < len(values)
            ]
            if told:
                axes.set_title("  ".join(told), fontsize=8)
        if legend_handles is not None:
            figure.legend(handles=legend_handles, loc="lower center")
        if transparent:
            figure.patch.set_alpha(0.0)
        figure.set_dpi(dpi)
        if path is not None:
            save(figure, path)
        elif show or show is None:
            show_figure(figure)
    return figure


def _label(value: Any) -> Any:
    value = _array(value)
    return value.item() if value.ndim == 0 else int(value.argmax())


def plot_bounding_box_gallery(
    images: Any,
    bounding_box_format: str,
    y_true: Mapping[str, Any] | None = None,
    y_pred: Mapping[str, Any] | None = None,
    value_range: tuple[float, float] = (0, 255),
    true_color: Color = (0, 188, 212),
    pred_color: Color = (255, 235, 59),
    line_thickness: int = 2,
    font_scale: float = 1.0,
    text_thickness: int | None = None,
    class_mapping: Mapping[int, str] | None = None,
    ground_truth_mapping: Mapping[int, str] | None = None,
    prediction_mapping: Mapping[int, str] | None = None,
    legend: bool = False,
    legend_handles: Any = None,
    rows: int | None = None,
    cols: int | None = None,
    data_format: str | None = None,
    **kwargs: Any,
) -> Any:
    """Pictures in rows and columns with the true and the predicted boxes.

    Args:
        images: (n, height, width, channels).
        bounding_box_format: the format of the boxes.
        y_true, y_pred: as ``draw_bounding_boxes`` takes them.
        value_range: the values of black and white.
        true_color, pred_color: red, green and blue, 0..255.
        line_thickness, font_scale, text_thickness: as in ``draw_bounding_boxes``.
        class_mapping, ground_truth_mapping, prediction_mapping: the names of labels.
        legend: whether the two colours are explained.
        legend_handles, rows, cols, **kwargs: as in ``plot_image_gallery``.
        data_format: where the channels are. Default: the global setting.
    """
    low, high = value_range
    drawn = _pictures(images, data_format).astype("float64")
    drawn = np.clip((drawn - low) / (high - low), 0, 1) * 255
    pairs = ((y_true, true_color, ground_truth_mapping), (y_pred, pred_color, prediction_mapping))
    drawn = drawn.astype("uint8")
    for boxes, color, names in pairs:
        if boxes is not None:
            options: dict[str, Any] = {"line_thickness": line_thickness, "font_scale": font_scale}
            options |= {"text_thickness": text_thickness or line_thickness, "data_format": "channels_last"}
            drawn = draw_bounding_boxes(drawn, boxes, bounding_box_format, names or class_mapping, color, **options)
    if legend:
        if legend_handles:
            raise ArgumentError("Expected legend or legend_handles. Received: both")
        legend_handles = _handles({"Ground Truth": true_color, "Prediction": pred_color})
    kwargs = {"legend_handles": legend_handles, "rows": rows, "cols": cols, **kwargs}
    return plot_image_gallery(drawn, data_format="channels_last", **kwargs)


def _handles(colors: Mapping[str, Color]) -> list[Any]:
    with drawing(1, 1, "A legend"):
        from matplotlib.patches import Patch

        return [Patch(color="#{:02x}{:02x}{:02x}".format(*color), label=label) for label, color in colors.items()]


def plot_segmentation_mask_gallery(
    images: Any,
    num_classes: int,
    value_range: tuple[float, float] = (0, 255),
    y_true: Any = None,
    y_pred: Any = None,
    color_mapping: Mapping[int, Color] | None = None,
    blend: bool = True,
    alpha: float = 0.8,
    ignore_index: int = -1,
    data_format: str | None = None,
    **kwargs: Any,
) -> Any:
    """Each picture in a row, and beside it the same with the true and the predicted classes of its pixels.

    Args:
        images: (n, height, width, 3), 0..255.
        num_classes: how many classes are drawn.
        value_range: the values of black and white.
        y_true, y_pred: classes, (n, height, width, 1).
        color_mapping, blend, alpha, ignore_index: as in ``draw_segmentation_masks``.
        data_format: where the channels are. Default: the global setting.
        **kwargs: as in ``plot_image_gallery``.
    """
    columns = [_pictures(images, data_format).astype("float32")]
    for masks in (y_true, y_pred):
        if masks is not None:
            classes = _pictures(masks, data_format, "masks").astype("int32")
            options: dict[str, Any] = {"ignore_index": ignore_index, "data_format": "channels_last"}
            drawn = draw_segmentation_masks(columns[0], classes, num_classes, color_mapping, alpha, blend, **options)
            columns.append(drawn.astype("float32"))
    gallery = np.stack(columns, axis=1).reshape(-1, *columns[0].shape[1:])
    shape: dict[str, Any] = {"rows": len(columns[0]), "cols": len(columns)}
    return plot_image_gallery(gallery, value_range=value_range, data_format="channels_last", **shape, **kwargs)
