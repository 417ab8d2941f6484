"""Layers that Keras has renamed or dropped."""

from __future__ import annotations

from typing import Any

from wubu.layers.convolution.conv1d import Conv1D
from wubu.layers.convolution.conv2d import Conv2D
from wubu.layers.convolution.conv2d_transpose import Conv2DTranspose
from wubu.layers.convolution.conv3d import Conv3D
from wubu.layers.convolution.separable_conv1d import SeparableConv1D
from wubu.layers.convolution.separable_conv2d import SeparableConv2D
from wubu.layers.core.dense import Dense
from wubu.legacy.dense_features import DenseFeatures
from wubu.legacy.highway import Highway
from wubu.legacy.kernel_sizes import together
from wubu.legacy.locally_connected import LocallyConnected1D, LocallyConnected2D
from wubu.legacy.maxout import MaxoutDense
from wubu.legacy.merging import Merge, merge
from wubu.legacy.old_class import Arguments, old_class
from wubu.legacy.old_rectifiers import ParametricSoftplus, SReLU

__all__ = [
    "AtrousConvolution1D",
    "AtrousConvolution2D",
    "Convolution1D",
    "Convolution2D",
    "Convolution3D",
    "Deconvolution2D",
    "DenseFeatures",
    "Highway",
    "LocallyConnected1D",
    "LocallyConnected2D",
    "MaxoutDense",
    "Merge",
    "ParametricSoftplus",
    "SReLU",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "TimeDistributedDense",
    "merge",
]


def _deconvolution(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Keras 1 also wanted the output's shape, which follows from the rest."""
    args, kwargs = together(2)(args[:3], {**dict(zip(("output_shape",), args[3:])), **kwargs})
    kwargs.pop("output_shape", None)
    return args, kwargs


def _atrous(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    args, kwargs = together(2)(args, kwargs)
    if "atrous_rate" in kwargs:
        kwargs["dilation_rate"] = kwargs.pop("atrous_rate")
    return args, kwargs


Convolution1D = old_class("Convolution1D", Conv1D)
Convolution2D = old_class("Convolution2D", Conv2D, together(2))
Convolution3D = old_class("Convolution3D", Conv3D, together(3))
SeparableConvolution1D = old_class("SeparableConvolution1D", SeparableConv1D)
SeparableConvolution2D = old_class("SeparableConvolution2D", SeparableConv2D, together(2))
AtrousConvolution1D = old_class("AtrousConvolution1D", Conv1D)
AtrousConvolution2D = old_class("AtrousConvolution2D", Conv2D, _atrous)
Deconvolution2D = old_class("Deconvolution2D", Conv2DTranspose, _deconvolution)
TimeDistributedDense = old_class("TimeDistributedDense", Dense)
