"""Well-known classifiers of pictures, each one readable page, with Keras's signatures where Keras has the model."""

from __future__ import annotations

from wubu.applications import (
    convnext,
    densenet,
    efficientnet,
    efficientnet_v2,
    inception_resnet_v2,
    inception_v3,
    mobilenet,
    mobilenet_v2,
    mobilenet_v3,
    nasnet,
    resnet,
    resnet50,
    resnet_v2,
    vgg16,
    vgg19,
    xception,
)
from wubu.applications import (
    imagenet as imagenet_utils,
)
from wubu.applications.alexnet import AlexNet, LocalResponseNormalization
from wubu.applications.convnext import (
    ConvNeXtBase,
    ConvNeXtLarge,
    ConvNeXtSmall,
    ConvNeXtTiny,
    ConvNeXtXLarge,
    LayerScale,
    StochasticDepth,
)
from wubu.applications.densenet import DenseNet121, DenseNet169, DenseNet201
from wubu.applications.efficientnet import (
    EfficientNetB0,
    EfficientNetB1,
    EfficientNetB2,
    EfficientNetB3,
    EfficientNetB4,
    EfficientNetB5,
    EfficientNetB6,
    EfficientNetB7,
)
from wubu.applications.efficientnet_v2 import (
    EfficientNetV2B0,
    EfficientNetV2B1,
    EfficientNetV2B2,
    EfficientNetV2B3,
    EfficientNetV2L,
    EfficientNetV2M,
    EfficientNetV2S,
)
from wubu.applications.googlenet import GoogLeNet, InceptionV1
from wubu.applications.inception_resnet_v2 import CustomScaleLayer, InceptionResNetV2
from wubu.applications.inception_v3 import InceptionV3
from wubu.applications.lenet5 import LeNet5
from wubu.applications.mobilenet import MobileNet
from wubu.applications.mobilenet_v2 import MobileNetV2
from wubu.applications.mobilenet_v3 import MobileNetV3Large, MobileNetV3Small
from wubu.applications.nasnet import NASNetLarge, NASNetMobile
from wubu.applications.resnet import ResNet50, ResNet101, ResNet152
from wubu.applications.resnet_v2 import ResNet50V2, ResNet101V2, ResNet152V2
from wubu.applications.vgg import VGG16, VGG19
from wubu.applications.xception import Xception
from wubu.core.registry import register_room

__all__ = [
    "AlexNet",
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "DenseNet121",
    "DenseNet169",
    "DenseNet201",
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "GoogLeNet",
    "InceptionResNetV2",
    "InceptionV1",
    "InceptionV3",
    "LeNet5",
    "LocalResponseNormalization",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Large",
    "MobileNetV3Small",
    "NASNetLarge",
    "NASNetMobile",
    "ResNet101",
    "ResNet101V2",
    "ResNet152",
    "ResNet152V2",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "VGG19",
    "Xception",
    "convnext",
    "densenet",
    "efficientnet",
    "efficientnet_v2",
    "imagenet_utils",
    "inception_resnet_v2",
    "inception_v3",
    "mobilenet",
    "mobilenet_v2",
    "mobilenet_v3",
    "nasnet",
    "resnet",
    "resnet50",
    "resnet_v2",
    "vgg16",
    "vgg19",
    "xception",
]

# Saved models that hold these layers find them here.
register_room(
    "applications",
    {
        "CustomScaleLayer": CustomScaleLayer,
        "LayerScale": LayerScale,
        "LocalResponseNormalization": LocalResponseNormalization,
        "StochasticDepth": StochasticDepth,
    },
    keras_module="wubu.applications",
)
