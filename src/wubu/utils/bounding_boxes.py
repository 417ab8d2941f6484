"""Rectangles in pictures: their formats, how they move with a picture, how far they overlap, and what detectors learn.

A format names four numbers: two corners (``xyxy``, ``yxyx``), a corner and a size (``xywh``), or a centre and a size
(``center_xywh``, ``center_yxhw``); ``rel_`` before it means fractions of the picture's width and height.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from wubu.core.dtypes import torch_dtype
from wubu.core.settings import epsilon
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, ShapeError, did_you_mean

__all__ = [
    "affine_transform",
    "clip_to_image_size",
    "compute_ciou",
    "compute_iou",
    "convert_format",
    "crop",
    "decode_deltas_to_boxes",
    "encode_box_to_deltas",
    "pad",
]

# What the four numbers are: "corners", a "corner" and a size, or a "center" and a size; whether y comes before x.
_FORMATS = {
    "xyxy": ("corners", False),
    "yxyx": ("corners", True),
    "xywh": ("corner", False),
    "center_xywh": ("center", False),
    "center_yxhw": ("center", True),
}
_NAMES = (*_FORMATS, "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh")


def _to_corners(boxes: torch.Tensor, form: str) -> torch.Tensor:
    kind, swapped = _FORMATS[form]
    first, second = boxes[..., :2], boxes[..., 2:]
    if swapped:
        first, second = first.flip(-1), second.flip(-1)
    if kind == "corner":
        second = first + second
    elif kind == "center":
        first, second = first - second / 2.0, first + second / 2.0
    return torch.cat([first, second], dim=-1)


def _from_corners(boxes: torch.Tensor, form: str) -> torch.Tensor:
    kind, swapped = _FORMATS[form]
    first, second = boxes[..., :2], boxes[..., 2:]
    if kind == "corner":
        second = second - first
    elif kind == "center":
        first, second = first + (second - first) / 2.0, second - first
    if swapped:
        first, second = first.flip(-1), second.flip(-1)
    return torch.cat([first, second], dim=-1)


def convert_format(
    boxes: Any, source: str, target: str, height: Any = None, width: Any = None, dtype: Any = "float32"
) -> Any:
    """Boxes in another format.

    Args:
        boxes: (…, 4), or a dictionary with such ``"boxes"``.
        source, target: formats; see the module.
        height, width: of the picture, for relative formats.
        dtype: the type of the result.

    Raises:
        ArgumentError: for an unknown format, or a relative one without the picture's size.
        ShapeError: when the last axis has not four numbers.

    Example:
        >>> convert_format([[1.0, 2.0, 5.0, 4.0]], "xyxy", "center_xywh").tolist()
        [[3.0, 3.0, 4.0, 2.0]]
    """
    if isinstance(boxes, Mapping):
        return {**boxes, "boxes": convert_format(boxes["boxes"], source, target, height, width, dtype)}
    source, target = source.lower(), target.lower()
    for form in (source, target):
        if form not in _NAMES:
            raise ArgumentError(
                f"Expected a format of boxes among {_NAMES}. Received: {form!r}.{did_you_mean(form, _NAMES)}"
            )
    boxes = as_tensor(boxes, torch_dtype(dtype))
    if boxes.shape[-1] != 4:
        raise ShapeError(f"Expected boxes of shape (…, 4). Received: {tuple(boxes.shape)}")
    relative = [form.startswith("rel_") for form in (source, target)]
    if any(relative) and (height is None or width is None):
        raise ArgumentError(
            f"Expected height and width for a relative format. Received: source={source!r}, target={target!r}, "
            f"height={height}, width={width}"
        )
    if source == target:
        return boxes
    corners = _to_corners(boxes, source.removeprefix("rel_"))
    if relative[0] != relative[1]:
        size = torch.stack([as_tensor(s, boxes.dtype).to(boxes.device) for s in (width, height, width, height)], dim=-1)
        corners = corners * size if relative[0] else corners / size
    return _from_corners(corners, target.removeprefix("rel_"))


def _only_corners(form: str, allowed: Sequence[str] = ("xyxy",)) -> None:
    if form not in allowed:
        raise ArgumentError(
            f"Expected bounding_box_format to be one of {tuple(allowed)}. Received: {form!r}. Try: convert_format first"
        )


def _clipped(boxes: torch.Tensor, width: Any, height: Any) -> torch.Tensor:
    x1, y1, x2, y2 = boxes.unbind(-1)
    limits = ((x1, width), (y1, height), (x2, width), (y2, height))
    return torch.stack([torch.clamp(value, 0, limit) for value, limit in limits], dim=-1)


def clip_to_image_size(
    bounding_boxes: Mapping[str, Any], height: Any = None, width: Any = None, bounding_box_format: str = "xyxy"
) -> dict[str, Any]:
    """Boxes cut off at the picture's border; the label of one that lies outside becomes -1.

    Args:
        bounding_boxes: a dictionary with ``"boxes"`` (…, 4) and ``"labels"`` (…,).
        height, width: of the picture.
        bounding_box_format: ``"xyxy"`` or ``"rel_xyxy"``.
    """
    _only_corners(bounding_box_format, ("xyxy", "rel_xyxy"))
    if bounding_box_format == "rel_xyxy":
        height = width = 1.0
    elif height is None or width is None:
        raise ArgumentError(f"Expected height and width. Received: height={height}, width={width}")
    boxes = _clipped(as_tensor(bounding_boxes["boxes"]), width, height)
    made = {**bounding_boxes, "boxes": boxes}
    if bounding_boxes.get("labels") is not None:
        labels = as_tensor(bounding_boxes["labels"])
        made["labels"] = torch.where(_areas(boxes) > 0, labels, torch.full_like(labels, -1))
    return made


def crop(boxes: Any, top: Any, left: Any, height: Any, width: Any, bounding_box_format: str = "xyxy") -> torch.Tensor:
    """Boxes of a picture of which a part was cut out, at ``top`` and ``left``; cut off at the part's border."""
    _only_corners(bounding_box_format)
    boxes = as_tensor(boxes)
    return _clipped(boxes - torch.tensor([left, top, left, top], dtype=boxes.dtype, device=boxes.device), width, height)


def pad(
    boxes: Any, top: Any, left: Any, height: Any = None, width: Any = None, bounding_box_format: str = "xyxy"
) -> torch.Tensor:
    """Boxes of a picture that got a margin above and to the left; ``height`` and ``width`` have no effect."""
    _only_corners(bounding_box_format)
    boxes = as_tensor(boxes)
    return boxes + torch.tensor([left, top, left, top], dtype=boxes.dtype, device=boxes.device)


def affine_transform(
    boxes: Any,
    angle: Any,
    translate_x: Any,
    translate_y: Any,
    scale: Any,
    shear_x: Any,
    shear_y: Any,
    height: int,
    width: int,
    center_x: Any = None,
    center_y: Any = None,
    bounding_box_format: str = "xyxy",
) -> torch.Tensor:
    """The boxes around boxes that were turned, moved, scaled and sheared with their picture.

    Args:
        boxes: (batch, boxes, 4).
        angle: degrees, (batch,).
        translate_x, translate_y: fractions of the width and height, (batch,).
        scale: (batch,).
        shear_x, shear_y: degrees, (batch,).
        height, width: of the picture.
        center_x, center_y: what stays in place, as fractions. Default: the middle.
        bounding_box_format: ``"xyxy"``.
    """
    _only_corners(bounding_box_format)
    angle, translate_x, translate_y, scale, shear_x, shear_y = (
        as_tensor(v) for v in (angle, translate_x, translate_y, scale, shear_x, shear_y)
    )
    matrix = _affine(
        -angle * math.pi / 180, -translate_x * (width - 1), -translate_y * (height - 1), scale,
        -shear_x * math.pi / 180, -shear_y * math.pi / 180,
        (0.5 if center_x is None else center_x) * (width - 1), (0.5 if center_y is None else center_y) * (height - 1),
    )  # (batch, 2, 3)  # fmt: skip
    x1, y1, x2, y2 = as_tensor(boxes, matrix.dtype).unbind(-1)
    ones = torch.ones_like(x1)
    corners = torch.stack([torch.stack([x, y, ones], -1) for x, y in ((x1, y1), (x2, y1), (x2, y2), (x1, y2))], dim=2)
    moved = torch.einsum("bncx,byx->bncy", corners, matrix)  # (batch, boxes, 4 corners, 2)
    return torch.cat([moved.amin(2), moved.amax(2)], dim=-1)


def _affine(
    turn: torch.Tensor, tx: Any, ty: Any, scale: Any, sx: torch.Tensor, sy: torch.Tensor, cx: Any, cy: Any
) -> torch.Tensor:
    """The first two rows of the inverse of: to the centre, shear, turn and scale, and back, moved."""
    a = torch.cos(turn - sy) / torch.cos(sy)
    c = -torch.sin(turn - sy) / torch.cos(sy)
    b = a * torch.tan(sx) + torch.sin(turn)
    d = torch.cos(turn) - c * torch.tan(sx)
    rows = []
    for first, second, center in ((d * scale, -b * scale, cx), (-c * scale, a * scale, cy)):
        rows.append(torch.stack([first, second, center - first * (cx + tx) - second * (cy + ty)], dim=-1))
    return torch.stack(rows, dim=-2)


# --- how far boxes overlap ----------------------------------------------------------------------------------------


def _areas(corners: torch.Tensor) -> torch.Tensor:
    size = corners[..., 2:] - corners[..., :2]
    return size[..., 0] * size[..., 1]


def _size_of(image_shape: Sequence[int] | None) -> tuple[Any, Any]:
    return (None, None) if image_shape is None else (image_shape[0], image_shape[1])


def compute_iou(
    boxes1: Any,
    boxes2: Any,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: float = -1,
    image_shape: Sequence[int] | None = None,
) -> torch.Tensor:
    """The overlap of each box with each other: the common area over the joint one.

    Args:
        boxes1: (M, 4) or (batch, M, 4).
        boxes2: (N, 4) or (batch, N, 4).
        bounding_box_format: their format.
        use_masking: whether pairs with a box of negative numbers (one that fills a batch up) get ``mask_val``.
        mask_val: what they get.
        image_shape: (height, width, channels), for relative formats.

    Returns:
        (M, N) or (batch, M, N).
    """
    height, width = _size_of(image_shape)
    first, second = (convert_format(b, bounding_box_format, "xyxy", height, width) for b in (boxes1, boxes2))
    if first.dim() not in (2, 3) or second.dim() not in (2, 3):
        raise ShapeError(
            f"Expected boxes of shape (boxes, 4) or (batch, boxes, 4). Received: {tuple(first.shape)} and {tuple(second.shape)}"
        )
    a, b = first.unsqueeze(-2), second.unsqueeze(-3)  # (…, M, 1, 4), (…, 1, N, 4)
    size = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0)
    common = size[..., 0] * size[..., 1]
    found = common / (_areas(a) + _areas(b) - common + epsilon())
    if not use_masking:
        return found
    empty = (first.amax(-1) < 0).unsqueeze(-1) | (second.amax(-1) < 0).unsqueeze(-2)
    return torch.where(empty, torch.full_like(found, mask_val), found)


def compute_ciou(
    boxes1: Any, boxes2: Any, bounding_box_format: str, image_shape: Sequence[int] | None = None
) -> torch.Tensor:
    """The complete overlap of pairs of boxes: less for centres far apart and for other proportions.

    CIoU = IoU - d²/c² - v²/(v - IoU + 1), where d is the distance of the centres, c the diagonal of the box around both,
    and v = 4/π² (atan w₂/h₂ - atan w₁/h₁)². Zheng et al., 2020 (arXiv:1911.08287).

    Args:
        boxes1, boxes2: (…, 4).
        bounding_box_format: their format.
        image_shape: (height, width, channels), for relative formats.
    """
    height, width = _size_of(image_shape)
    first, second = (convert_format(b, bounding_box_format, "xyxy", height, width) for b in (boxes1, boxes2))
    tiny = epsilon()
    (w1, h1), (w2, h2) = ((b[..., 2] - b[..., 0], b[..., 3] - b[..., 1] + tiny) for b in (first, second))
    size = (torch.minimum(first[..., 2:], second[..., 2:]) - torch.maximum(first[..., :2], second[..., :2])).clamp(
        min=0
    )
    common = size[..., 0] * size[..., 1]
    overlap = common / (w1 * h1 + w2 * h2 - common + 2 * tiny)
    around = torch.maximum(first[..., 2:], second[..., 2:]) - torch.minimum(first[..., :2], second[..., :2])
    diagonal = (around**2).sum(-1) + tiny
    distance = (((first[..., :2] + first[..., 2:]) - (second[..., :2] + second[..., 2:])) ** 2).sum(-1) / 4
    v = 4 / math.pi**2 * (torch.atan(w2 / h2) - torch.atan(w1 / h1)) ** 2
    return overlap - (distance / diagonal + v * v / (v - overlap + (1 + tiny)))


# --- what detectors learn -----------------------------------------------------------------------------------------


def _variance(variance: Any, device: torch.device) -> torch.Tensor | None:
    if variance is None:
        return None
    found = as_tensor(variance, torch.float32).to(device)
    if found.shape[-1] != 4:
        raise ArgumentError(f"Expected variance to be four numbers. Received: {variance!r}")
    return found


def _check_encoding(form: str) -> None:
    if form not in ("center_xywh", "center_yxhw"):
        raise ArgumentError(f"Expected the encoding to be 'center_xywh' or 'center_yxhw'. Received: {form!r}")


def encode_box_to_deltas(
    anchors: Any,
    boxes: Any,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Sequence[int] | None = None,
) -> torch.Tensor:
    """What to add to anchors to reach boxes: (centre - anchor's centre) / anchor's size, and log(size / anchor's size).

    Args:
        anchors: (N, 4).
        boxes: (N, 4) or (batch, N, 4).
        anchor_format, box_format: their formats.
        encoding_format: ``"center_yxhw"`` or ``"center_xywh"``.
        variance: four numbers that the result is divided by.
        image_shape: (height, width, channels), for relative formats.
    """
    _check_encoding(encoding_format)
    height, width = _size_of(image_shape)
    anchors = convert_format(anchors, anchor_format, encoding_format, height, width)
    boxes = convert_format(boxes, box_format, encoding_format, height, width)
    size = anchors[..., 2:].clamp(min=epsilon())
    center = (boxes[..., :2] - anchors[..., :2]) / size
    grown = torch.log(boxes[..., 2:].clamp(min=epsilon()) / size)
    made = torch.cat(torch.broadcast_tensors(center, grown), dim=-1)
    spread = _variance(variance, made.device)
    return made if spread is None else made / spread


def decode_deltas_to_boxes(
    anchors: Any,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Sequence[int] | None = None,
) -> Any:
    """The boxes that ``encode_box_to_deltas`` made differences of.

    Args:
        anchors: (N, 4), or a dictionary of such.
        boxes_delta: (N, 4) or (batch, N, 4), or a dictionary of such with the same keys.
        anchor_format, box_format: the anchors' and the result's format.
        encoded_format: ``"center_yxhw"`` or ``"center_xywh"``.
        variance: four numbers that differences are multiplied by.
        image_shape: (height, width, channels), for relative formats.
    """
    _check_encoding(encoded_format)
    if isinstance(anchors, Mapping):
        options = (anchor_format, box_format, encoded_format, variance, image_shape)
        return {key: decode_deltas_to_boxes(a, boxes_delta[key], *options) for key, a in anchors.items()}
    height, width = _size_of(image_shape)
    anchors = convert_format(anchors, anchor_format, encoded_format, height, width)
    deltas = as_tensor(boxes_delta)
    spread = _variance(variance, deltas.device)
    deltas = deltas if spread is None else deltas * spread
    center = deltas[..., :2] * anchors[..., 2:] + anchors[..., :2]
    boxes = torch.cat([center, torch.exp(deltas[..., 2:]) * anchors[..., 2:]], dim=-1)
    return convert_format(boxes, encoded_format, box_format, height, width)
