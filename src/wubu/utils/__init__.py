"""Keras's ``utils`` namespace: small public tools, each defined in its own file."""

from __future__ import annotations

from wubu.callbacks.progbar import Progbar
from wubu.data.folders.audio_dataset import audio_dataset_from_directory
from wubu.data.folders.image_dataset import image_dataset_from_directory
from wubu.data.folders.split import split_dataset
from wubu.data.folders.text_dataset import text_dataset_from_directory
from wubu.data.folders.timeseries import timeseries_dataset_from_array
from wubu.data.images.conversion import array_to_img, img_to_array, load_img, save_img
from wubu.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from wubu.data.py_dataset import PyDataset, Sequence
from wubu.report.model_diagram import model_to_dot, plot_model
from wubu.utils import np_utils
from wubu.utils.categorical import to_categorical
from wubu.utils.normalization import normalize
from wubu.utils.remote_file import get_file
from wubu.utils.sequence_padding import pad_sequences

__all__ = [
    "Progbar",
    "PyDataset",
    "Sequence",
    "array_to_img",
    "audio_dataset_from_directory",
    "get_file",
    "image_dataset_from_directory",
    "img_to_array",
    "load_img",
    "model_to_dot",
    "normalize",
    "np_utils",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "save_img",
    "split_dataset",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
