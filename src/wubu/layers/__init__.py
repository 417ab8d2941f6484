"""Layers: what models are made of."""

from __future__ import annotations

from typing import Any

from wubu.core.legacy import old_name
from wubu.core.registry import register_room
from wubu.layers.activation.activation import Activation
from wubu.layers.activation.prelu import PReLU
from wubu.layers.activation.rectifiers import ELU, LeakyReLU, ReLU, ThresholdedReLU
from wubu.layers.activation.softmax import Softmax
from wubu.layers.attention.additive_attention import AdditiveAttention
from wubu.layers.attention.attention import Attention
from wubu.layers.attention.grouped_query_attention import GroupedQueryAttention as GroupQueryAttention
from wubu.layers.attention.multi_head_attention import MultiHeadAttention
from wubu.layers.base import Layer
from wubu.layers.convolution.conv1d import Conv1D
from wubu.layers.convolution.conv1d_transpose import Conv1DTranspose
from wubu.layers.convolution.conv2d import Conv2D
from wubu.layers.convolution.conv2d_transpose import Conv2DTranspose
from wubu.layers.convolution.conv3d import Conv3D
from wubu.layers.convolution.conv3d_transpose import Conv3DTranspose
from wubu.layers.convolution.depthwise_conv1d import DepthwiseConv1D
from wubu.layers.convolution.depthwise_conv2d import DepthwiseConv2D
from wubu.layers.convolution.separable_conv1d import SeparableConv1D
from wubu.layers.convolution.separable_conv2d import SeparableConv2D
from wubu.layers.core.dense import Dense
from wubu.layers.core.einsum_dense import EinsumDense
from wubu.layers.core.embedding import Embedding
from wubu.layers.core.identity import Identity
from wubu.layers.core.input_layer import Input, InputLayer
from wubu.layers.core.lambda_layer import Lambda
from wubu.layers.core.masking import Masking
from wubu.layers.core.reversible_embedding import ReversibleEmbedding
from wubu.layers.core.wrapper import Wrapper
from wubu.layers.input_spec import InputSpec
from wubu.layers.lookup import deserialize, get, serialize
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
from wubu.layers.normalization.group_normalization import GroupNormalization
from wubu.layers.normalization.layer_normalization import LayerNormalization
from wubu.layers.normalization.rms_normalization import RMSNormalization
from wubu.layers.normalization.spectral_normalization import SpectralNormalization
from wubu.layers.normalization.unit_normalization import UnitNormalization
from wubu.layers.pooling.adaptive_average_pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D,
)
from wubu.layers.pooling.adaptive_max_pooling import (
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D,
)
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
from wubu.layers.preprocessing.category_encoding import CategoryEncoding
from wubu.layers.preprocessing.discretization import Discretization
from wubu.layers.preprocessing.hashing import HashedCrossing, Hashing
from wubu.layers.preprocessing.images.bending import RandomElasticTransform, RandomPerspective
from wubu.layers.preprocessing.images.boxes import MaxNumBoundingBoxes
from wubu.layers.preprocessing.images.colors import (
    RandomColorDegeneration,
    RandomColorJitter,
    RandomGrayscale,
    RandomHue,
    RandomSaturation,
)
from wubu.layers.preprocessing.images.light import (
    AutoContrast,
    ContrastLimitedAdaptiveHistogramEqualization,
    Equalization,
    RandomBrightness,
    RandomContrast,
)
from wubu.layers.preprocessing.images.mixing import CutMix, MixUp
from wubu.layers.preprocessing.images.pixels import (
    RandomErasing,
    RandomGaussianBlur,
    RandomInvert,
    RandomPosterization,
    RandomSharpness,
    Solarization,
)
from wubu.layers.preprocessing.images.placing import (
    RandomFlip,
    RandomRotation,
    RandomShear,
    RandomTranslation,
    RandomZoom,
)
from wubu.layers.preprocessing.images.policies import AugMix, RandAugment
from wubu.layers.preprocessing.images.sizing import CenterCrop, RandomCrop, Resizing
from wubu.layers.preprocessing.lookups import IntegerLookup, StringLookup
from wubu.layers.preprocessing.mel_spectrogram import MelSpectrogram
from wubu.layers.preprocessing.normalization import Normalization
from wubu.layers.preprocessing.pipeline import Pipeline
from wubu.layers.preprocessing.rescaling import Rescaling
from wubu.layers.preprocessing.stft_spectrogram import STFTSpectrogram
from wubu.layers.preprocessing.text_vectorization import TextVectorization
from wubu.layers.recurrent.bidirectional import Bidirectional
from wubu.layers.recurrent.conv_lstm1d import ConvLSTM1D
from wubu.layers.recurrent.conv_lstm2d import ConvLSTM2D
from wubu.layers.recurrent.conv_lstm3d import ConvLSTM3D
from wubu.layers.recurrent.gru import GRU
from wubu.layers.recurrent.gru_cell import GRUCell
from wubu.layers.recurrent.lstm import LSTM
from wubu.layers.recurrent.lstm_cell import LSTMCell
from wubu.layers.recurrent.rnn import RNN
from wubu.layers.recurrent.simple_rnn import SimpleRNN
from wubu.layers.recurrent.simple_rnn_cell import SimpleRNNCell
from wubu.layers.recurrent.stacked_rnn_cells import StackedRNNCells
from wubu.layers.recurrent.time_distributed import TimeDistributed
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
CuDNNGRU, CuDNNLSTM = GRU, LSTM
Convolution1DTranspose, Convolution2DTranspose = Conv1DTranspose, Conv2DTranspose
Convolution3DTranspose = Conv3DTranspose
GlobalAvgPool1D, GlobalAvgPool2D = GlobalAveragePooling1D, GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D = GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D
MaxPool1D, MaxPool2D, MaxPool3D = MaxPooling1D, MaxPooling2D, MaxPooling3D
TorchModuleWrapper = TorchModule

__all__ = [
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "Add",
    "AdditiveAttention",
    "AlphaDropout",
    "Attention",
    "AugMix",
    "AutoContrast",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "Bidirectional",
    "CategoryEncoding",
    "CenterCrop",
    "Concatenate",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Convolution3DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "CuDNNGRU",
    "CuDNNLSTM",
    "CutMix",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Discretization",
    "Dot",
    "Dropout",
    "ELU",
    "EinsumDense",
    "Embedding",
    "Equalization",
    "Flatten",
    "GRU",
    "GRUCell",
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
    "GroupNormalization",
    "GroupQueryAttention",
    "HashedCrossing",
    "Hashing",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "IntegerLookup",
    "LSTM",
    "LSTMCell",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxNumBoundingBoxes",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "MelSpectrogram",
    "Minimum",
    "MixUp",
    "MultiHeadAttention",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "Pipeline",
    "RMSNormalization",
    "RNN",
    "RandAugment",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "ReversibleEmbedding",
    "STFTSpectrogram",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "Softmax",
    "Solarization",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "SpectralNormalization",
    "StackedRNNCells",
    "StringLookup",
    "Subtract",
    "TextVectorization",
    "ThresholdedReLU",
    "TimeDistributed",
    "TorchModule",
    "TorchModuleWrapper",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "Wrapper",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "get",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]

# Names of Keras 1 and 2 that stand for more than another name: they live in wubu.legacy and come when they are asked for.
_OLD = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
}

# Functions, and second names, which a layer's config never says.
_HERE = [name for name in __all__ if name not in _OLD]
_NOT_CLASSES = {name for name in _HERE if not isinstance(globals()[name], type)}
_SECOND = {name for name in _HERE if getattr(globals()[name], "__name__", name) != name} - {"GroupQueryAttention"}

register_room(
    "layers",
    {name: globals()[name] for name in _HERE if name not in _NOT_CLASSES | _SECOND},
    aliases={
        **{name: globals()[name] for name in _SECOND},
        **_OLD,
        "GroupedQueryAttention": "GroupQueryAttention",  # the class's own name in Keras, which HDF5 files have
        # Keras 1
        "Deconvolution2D": "Conv2DTranspose",
        "TimeDistributedDense": "Dense",
    },
)


def __getattr__(name: str) -> Any:
    return old_name(__name__, name, __all__)
