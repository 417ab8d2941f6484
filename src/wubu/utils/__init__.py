"""Keras's ``utils`` namespace: small public tools, each defined in its own file."""

from __future__ import annotations

from wubu.callbacks.progbar import Progbar
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.dtypes import standardize_dtype
from wubu.core.registry import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    register_room,
)
from wubu.core.seeds import set_random_seed
from wubu.core.switches import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from wubu.data.folders.audio_dataset import audio_dataset_from_directory
from wubu.data.folders.image_dataset import image_dataset_from_directory
from wubu.data.folders.split import split_dataset
from wubu.data.folders.text_dataset import text_dataset_from_directory
from wubu.data.folders.timeseries import timeseries_dataset_from_array
from wubu.data.images.conversion import array_to_img, img_to_array, load_img, save_img
from wubu.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from wubu.data.py_dataset import PyDataset, Sequence
from wubu.layers import Identity
from wubu.report.model_diagram import model_to_dot, plot_model
from wubu.symbolic.keras_tensor import is_keras_tensor
from wubu.utils import bounding_boxes, legacy, np_utils
from wubu.utils.categorical import to_categorical
from wubu.utils.feature_space import Cross, Feature, FeatureSpace
from wubu.utils.normalization import normalize
from wubu.utils.remote_file import get_file
from wubu.utils.sequence_padding import pad_sequences
from wubu.utils.session import clear_session
from wubu.utils.settings_object import Config
from wubu.utils.source_inputs import get_source_inputs

__all__ = [
    "Config",
    "CustomObjectScope",
    "FeatureSpace",
    "Progbar",
    "PyDataset",
    "Sequence",
    "array_to_img",
    "audio_dataset_from_directory",
    "bounding_boxes",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "get_source_inputs",
    "image_dataset_from_directory",
    "img_to_array",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "legacy",
    "load_img",
    "model_to_dot",
    "normalize",
    "np_utils",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "save_img",
    "serialize_keras_object",
    "set_random_seed",
    "split_dataset",
    "standardize_dtype",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
    "to_categorical",
    "unpack_x_y_sample_weight",
]

# Saved spaces hold these classes.
register_room(
    "utils", {"Cross": Cross, "Feature": Feature, "FeatureSpace": FeatureSpace}, aliases={"TFDIdentity": Identity}
)
