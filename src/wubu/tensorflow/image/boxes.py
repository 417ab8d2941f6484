"""Boxes in pictures: choosing among them and drawing them."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from wubu.tensorflow.conversion import convert, host_value_of, integer
from wubu.tensorflow.dispatch import api


class CombinedNonMaxSuppression(NamedTuple):
    """What ``tf.image.combined_non_max_suppression`` gives."""

    nmsed_boxes: Any
    nmsed_scores: Any
    nmsed_classes: Any
    valid_detections: Any


def overlaps(boxes: torch.Tensor) -> torch.Tensor:
    """The share of the union that each pair of boxes (top, left, bottom, right, in either order) has in common."""
    top, bottom = torch.minimum(boxes[:, 0], boxes[:, 2]), torch.maximum(boxes[:, 0], boxes[:, 2])
    left, right = torch.minimum(boxes[:, 1], boxes[:, 3]), torch.maximum(boxes[:, 1], boxes[:, 3])
    area = (bottom - top) * (right - left)
    height = (torch.minimum(bottom[:, None], bottom) - torch.maximum(top[:, None], top)).clamp(min=0)
    width = (torch.minimum(right[:, None], right) - torch.maximum(left[:, None], left)).clamp(min=0)
    common = height * width
    union = area[:, None] + area - common
    return torch.where(union > 0, common / union, torch.zeros_like(union))


def chosen(boxes: torch.Tensor, scores: torch.Tensor, most: int, overlap: float, least: float) -> list[int]:
    """The boxes with the highest scores of which none overlaps another too much."""
    shares = overlaps(boxes).tolist()
    order = torch.argsort(scores, descending=True, stable=True).tolist()
    kept: list[int] = []
    for i in order:
        if len(kept) >= most or not float(scores[i]) > least:
            break
        if all(shares[i][j] <= overlap for j in kept):
            kept.append(i)
    return kept


@api
def non_max_suppression(
    boxes: Any, scores: Any, max_output_size: Any, iou_threshold: Any = 0.5, score_threshold: Any = float("-inf")
) -> torch.Tensor:
    """The numbers of the best boxes of which none overlaps another by more than a share."""
    kept = chosen(
        convert(boxes), convert(scores), integer(max_output_size), float(host_value_of(iou_threshold)),
        float(host_value_of(score_threshold)),
    )
    return torch.tensor(kept, dtype=torch.int32)


@api
def non_max_suppression_with_scores(
    boxes: Any, scores: Any, max_output_size: Any, iou_threshold: Any = 0.5, score_threshold: Any = float("-inf"),
    soft_nms_sigma: Any = 0.0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """``non_max_suppression`` with the scores; with a sigma, overlapping boxes lose score instead of dropping out."""
    areas, points = convert(boxes), convert(scores).clone()
    sigma = float(host_value_of(soft_nms_sigma))
    least, most = float(host_value_of(score_threshold)), integer(max_output_size)
    if sigma == 0.0:
        kept = chosen(areas, points, most, float(host_value_of(iou_threshold)), least)
        return torch.tensor(kept, dtype=torch.int32), points[torch.tensor(kept, dtype=torch.long)]
    shares = overlaps(areas)
    kept, found = [], []
    alive = torch.ones(len(points), dtype=torch.bool)
    while len(kept) < most and bool(alive.any()):
        best = int(torch.where(alive, points, torch.tensor(float("-inf"))).argmax())
        if not float(points[best]) > least:
            break
        kept.append(best)
        found.append(float(points[best]))
        alive[best] = False
        points = points * torch.exp(-0.5 * shares[best] ** 2 / sigma)
    return torch.tensor(kept, dtype=torch.int32), torch.tensor(found, dtype=points.dtype)


@api
def non_max_suppression_padded(
    boxes: Any, scores: Any, max_output_size: Any, iou_threshold: Any = 0.5, score_threshold: Any = float("-inf"),
    pad_to_max_output_size: bool = False, **accepted: Any,
) -> tuple[torch.Tensor, torch.Tensor]:
    """``non_max_suppression`` filled up with zeros, and the number of boxes."""
    most = integer(max_output_size)
    kept = chosen(convert(boxes), convert(scores), most, float(host_value_of(iou_threshold)),
                  float(host_value_of(score_threshold)))
    filled = kept + [0] * (most - len(kept)) if pad_to_max_output_size else kept
    return torch.tensor(filled, dtype=torch.int32), torch.tensor(len(kept), dtype=torch.int32)


@api
def combined_non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    pad_per_class: bool = False,
    clip_boxes: bool = True,
) -> Any:
    """The best boxes of each picture over all classes."""
    areas, points = convert(boxes), convert(scores)
    total, per_class = integer(max_total_size), integer(max_output_size_per_class)
    overlap, least = float(host_value_of(iou_threshold)), float(host_value_of(score_threshold))
    if pad_per_class:
        total = min(total, per_class * points.shape[2])
    batch = points.shape[0]
    best = torch.zeros(batch, total, 4)
    values, classes = torch.zeros(batch, total), torch.zeros(batch, total)
    counts = torch.zeros(batch, dtype=torch.int32)
    for n in range(batch):
        found = []
        for c in range(points.shape[2]):
            own = areas[n, :, min(c, areas.shape[2] - 1)]
            found += [(float(points[n, i, c]), i, c) for i in chosen(own, points[n, :, c], per_class, overlap, least)]
        found.sort(key=lambda item: -item[0])
        counts[n] = min(len(found), total)
        for place, (score, i, c) in enumerate(found[:total]):
            box = areas[n, i, min(c, areas.shape[2] - 1)]
            best[n, place] = box.clamp(0, 1) if clip_boxes else box
            values[n, place], classes[n, place] = score, c
    return CombinedNonMaxSuppression(best, values, classes, counts)


@api
def draw_bounding_boxes(images: Any, boxes: Any, colors: Any) -> torch.Tensor:
    """Pictures with the outlines of boxes (top, left, bottom, right, from 0 to 1)."""
    x, areas = convert(images).clone(), host_value_of(convert(boxes))
    paints = torch.eye(x.shape[-1])[:1] if colors is None else convert(colors).to(x.dtype)
    height, width = x.shape[1:3]
    for n in range(x.shape[0]):
        for i, (y1, x1, y2, x2) in enumerate(areas[n]):
            paint = paints[i % len(paints)][: x.shape[-1]]
            top, bottom = int(y1 * (height - 1)), int(y2 * (height - 1))
            left, right = int(x1 * (width - 1)), int(x2 * (width - 1))
            if top > bottom or left > right or top >= height or left >= width or bottom < 0 or right < 0:
                continue
            rows = slice(max(0, top), min(height, bottom + 1))
            columns = slice(max(0, left), min(width, right + 1))
            for row in (top, bottom):
                if 0 <= row < height:
                    x[n, row, columns] = paint
            for column in (left, right):
                if 0 <= column < width:
                    x[n, rows, column] = paint
    return x
