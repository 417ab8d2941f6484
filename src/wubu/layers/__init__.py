"""Layers: what models are made of."""

from __future__ import annotations

from wubu.core.registry import register_room
from wubu.layers.activation.activation import Activation
from wubu.layers.activation.prelu import PReLU
from wubu.layers.activation.rectifiers import ELU, LeakyReLU, ReLU
from wubu.layers.activation.softmax import Softmax
from wubu.layers.base import Layer
from wubu.layers.convolution.conv1d import Conv1D
from wubu.layers.convolution.conv2d import Conv2D
from wubu.layers.convolution.conv3d import Conv3D
from wubu.layers.core.dense import Dense
from wubu.layers.core.identity import Identity
from wubu.layers.core.input_layer import Input, InputLayer
from wubu.layers.core.lambda_layer import Lambda
from wubu.layers.core.masking import Masking
from wubu.layers.input_spec import InputSpec
from wubu.layers.merging.arithmetic import (
    Add,
    Average,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    maximum,
    minimum,
    multiply,
    subtract,
)
from wubu.layers.merging.concatenate import Concatenate, concatenate
from wubu.layers.merging.dot import Dot, dot
from wubu.layers.normalization.batch_normalization import BatchNormalization
from wubu.layers.normalization.layer_normalization import LayerNormalization
from wubu.layers.pooling.average_pooling import AveragePooling1D, AveragePooling2D, AveragePooling3D
from wubu.layers.pooling.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
)
from wubu.layers.pooling.max_pooling import MaxPooling1D, MaxPooling2D, MaxPooling3D
from wubu.layers.preprocessing.rescaling import Rescaling
from wubu.layers.regularization.activity_regularization import ActivityRegularization
from wubu.layers.regularization.alpha_dropout import AlphaDropout
from wubu.layers.regularization.dropout import Dropout, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
from wubu.layers.regularization.gaussian import GaussianDropout, GaussianNoise
from wubu.layers.reshaping.cropping import Cropping1D, Cropping2D, Cropping3D
from wubu.layers.reshaping.flatten import Flatten
from wubu.layers.reshaping.padding import ZeroPadding1D, ZeroPadding2D, ZeroPadding3D
from wubu.layers.reshaping.permute import Permute
from wubu.layers.reshaping.repeat_vector import RepeatVector
from wubu.layers.reshaping.reshape import Reshape
from wubu.layers.reshaping.up_sampling import UpSampling1D, UpSampling2D, UpSampling3D
from wubu.layers.torch_module import TorchModule

# Second names of Keras's.
AvgPool1D, AvgPool2D, AvgPool3D = AveragePooling1D, AveragePooling2D, AveragePooling3D
Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D
GlobalAvgPool1D, GlobalAvgPool2D = GlobalAveragePooling1D, GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D = GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D
MaxPool1D, MaxPool2D, MaxPool3D = MaxPooling1D, MaxPooling2D, MaxPooling3D
TorchModuleWrapper = TorchModule

__all__ = [
    "Activation",
    "ActivityRegularization",
    "Add",
    "AlphaDropout",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "Concatenate",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Convolution1D",
    "Convolution2D",
    "Convolution3D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "Dense",
    "Dot",
    "Dropout",
    "ELU",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "Minimum",
    "Multiply",
    "PReLU",
    "Permute",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "Subtract",
    "TorchModule",
    "TorchModuleWrapper",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "add",
    "average",
    "concatenate",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]

# Second names and functions are found, but a layer's config always says its first name.
_SECOND = {name for name in __all__ if getattr(globals()[name], "__name__", name) != name}

register_room(
    "layers",
    {name: globals()[name] for name in __all__ if name not in _SECOND},
    aliases={name: globals()[name] for name in _SECOND},
)
