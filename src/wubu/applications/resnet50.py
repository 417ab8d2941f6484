"""ResNet50 under the module name that Keras gives it."""

from __future__ import annotations

from wubu.applications.imagenet import decode_predictions, preprocess_input
from wubu.applications.resnet import ResNet50

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]
