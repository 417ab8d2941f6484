"""Well-known classifiers of pictures, each one readable page, with Keras's signatures where Keras has the model."""

from __future__ import annotations

from wubu.applications import (
    densenet,
    efficientnet,
    inception_v3,
    mobilenet_v2,
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
from wubu.applications.densenet import DenseNet121, DenseNet169, DenseNet201
from wubu.applications.efficientnet import EfficientNetB0
from wubu.applications.googlenet import GoogLeNet, InceptionV1
from wubu.applications.inception_v3 import InceptionV3
from wubu.applications.lenet5 import LeNet5
from wubu.applications.mobilenet_v2 import MobileNetV2
from wubu.applications.resnet import ResNet50, ResNet101, ResNet152
from wubu.applications.resnet_v2 import ResNet50V2, ResNet101V2, ResNet152V2
from wubu.applications.vgg import VGG16, VGG19
from wubu.applications.xception import Xception
from wubu.core.registry import register_room

__all__ = [
    "AlexNet",
    "DenseNet121",
    "DenseNet169",
    "DenseNet201",
    "EfficientNetB0",
    "GoogLeNet",
    "InceptionV1",
    "InceptionV3",
    "LeNet5",
    "LocalResponseNormalization",
    "MobileNetV2",
    "ResNet50",
    "ResNet50V2",
    "ResNet101",
    "ResNet101V2",
    "ResNet152",
    "ResNet152V2",
    "VGG16",
    "VGG19",
    "Xception",
    "densenet",
    "efficientnet",
    "imagenet_utils",
    "inception_v3",
    "mobilenet_v2",
    "resnet",
    "resnet50",
    "resnet_v2",
    "vgg16",
    "vgg19",
    "xception",
]

# Saved models that hold this layer find it here.
register_room(
    "applications", {"LocalResponseNormalization": LocalResponseNormalization}, keras_module="wubu.applications"
)
