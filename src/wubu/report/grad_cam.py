"""Grad-CAM: which parts of a picture speak for a class."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.functional import interpolate

from wubu.report.heat_maps import save_heat_maps, side_lengths
from wubu.report.layer_outputs import (
    as_input,
    channels_last,
    class_scores,
    classes_to_explain,
    find_layer,
    last_picture_layer,
    watching,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def grad_cam(model: Any, images: Any, layer: Any = None, class_index: Any = None) -> np.ndarray:
    """Which parts of each picture speak for a class, seen from a convolution's output.

    Formula: ``relu(sum_k a_k A_k)`` with the feature maps ``A_k`` and ``a_k = mean(d score / d A_k)``,
        enlarged to the
    picture and scaled so that its maximum is 1 (all 0 where nothing speaks for the class).

    R. R. Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
    Localization, ICCV 2017.

    Args:
        model: a built classifier of pictures.
        images: a batch as the model takes it (n, h, w, c).
        layer: name of the layer to look at; default the last convolution.
        class_index: class to explain, or one per picture; default the predicted ones.

    Returns:
        float32 (n, h, w), 0..1.

    Example::

        heat = wubu.report.grad_cam(model, x_test[:4])
    """
    x = as_input(model, images)
    watched = last_picture_layer(model, x[:1]) if layer is None else find_layer(model, layer)
    # inputs that need gradients make every output need them, also when all weights are frozen
    x = x.detach().clone().requires_grad_(True)
    with torch.enable_grad(), watching([watched]) as seen:
        output = model(x, training=False)
        scores = class_scores(output)
        classes = classes_to_explain(output.detach(), class_index)
        chosen = scores.gather(1, classes[:, None]).sum()
        maps = seen[watched.name]
        (gradient,) = torch.autograd.grad(chosen, maps)
    maps, gradient = (channels_last(values.detach().float(), watched) for values in (maps, gradient))
    heat = (maps * gradient.mean(dim=(1, 2), keepdim=True)).sum(dim=3).relu()  # (n, h', w')
    heat = interpolate(heat[:, None], size=side_lengths(images), mode="bilinear", align_corners=False)[:, 0]
    top = heat.amax(dim=(1, 2), keepdim=True)
    return (heat / top.where(top > 0, torch.ones_like(top))).cpu().numpy()


def save_grad_cam(
    model: Any,
    images: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    layer: Any = None,
    class_index: Any = None,
    class_names: Sequence[str] | None = None,
) -> Figure:
    """Draw pictures with what speaks for their class on top.

    Args:
        model: a built classifier of pictures.
        images: a batch as the model takes it; the first 16 are drawn.
        path: file to write; None writes none.
        layer: name of the layer to look at; default the last convolution.
        class_index: class to explain, or one per picture; default the predicted ones.
        class_names: names for the captions.

    Returns:
        The figure.
    """
    return save_heat_maps(
        model,
        images,
        lambda part, classes: grad_cam(model, part, layer, classes),
        class_index,
        class_names,
        path,
    )
