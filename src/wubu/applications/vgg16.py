"""VGG16 under the module name that Keras gives it."""

from __future__ import annotations

from wubu.applications.imagenet import decode_predictions, preprocess_input
from wubu.applications.vgg import VGG16

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]
