"""``audio_dataset_from_directory``: a folder of sound files as batches."""

from __future__ import annotations

import math
import os
import wave
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from wubu.data.folders.file_dataset import labelled_files
from wubu.errors import ArgumentError, FileFormatError

_ZEROS = 16  # zero crossings of the kernel on each side when sound is resampled


def audio_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Any:
    """A folder of ``.wav`` files, one subfolder a class, as a data set of batches.

    Args:
        directory, labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset, follow_links,
            verbose: as in ``image_dataset_from_directory``.
        sampling_rate: samples a second to convert to; None leaves them.
        output_sequence_length: samples to cut off after, or to fill up to with silence. None fills up to the longest of
            each batch.
        ragged: batches of different lengths, which torch has no tensors for; only False.

    Returns:
        A data set of ``sounds`` or ``(sounds, labels)``, sounds being float32 of shape (batch, samples, channels) from -1
        to 1, with ``class_names``.
    """
    if ragged:
        raise ArgumentError("Expected ragged=False: there are no ragged tensors. Try: output_sequence_length")
    for name, value in (("sampling_rate", sampling_rate), ("output_sequence_length", output_sequence_length)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise ArgumentError(f"Expected {name} to be a positive integer. Received: {value!r}")

    def read(path: str) -> torch.Tensor:
        sound, rate = read_wav(path)
        if output_sequence_length is not None:
            sound = sound[:output_sequence_length]
            sound = np.pad(sound, ((0, output_sequence_length - len(sound)), (0, 0)))
        if sampling_rate is not None and rate != sampling_rate:
            sound = resampled(sound, rate, sampling_rate)
        return torch.from_numpy(sound)

    def batch(data: Any) -> Any:
        if batch_size is None:
            return data
        return data.padded_batch(batch_size) if output_sequence_length is None else data.batch(batch_size)

    return labelled_files(
        "sounds",
        read,
        (".wav",),
        directory,
        labels,
        label_mode,
        class_names,
        batch_size,
        shuffle,
        seed,
        validation_split,
        subset,
        follow_links,
        verbose,
        batch,
    )


def read_wav(path: str | os.PathLike[str]) -> tuple[np.ndarray, int]:
    """Read a WAV file of whole numbers (8, 16, 24 or 32 bits).

    Returns:
        float32 from -1 to 1 of shape ``(samples, channels)``; and the samples a second.

    Raises:
        FileFormatError: it is none, or a damaged one; the path is named.
    """
    name = os.fspath(path)
    try:
        with wave.open(name, "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(min(file.getnframes(), os.path.getsize(name)))
    except (wave.Error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise FileFormatError(
            f"Expected a WAV file. {name} is none, or damaged ({error or type(error).__name__})"
        ) from error
    if not channels or width not in (1, 2, 3, 4) or len(data) % (width * channels):
        raise FileFormatError(f"{name} is damaged: {len(data)} bytes of {width}-byte samples in {channels} channels")
    if width == 1:
        values = (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128
    elif width == 3:
        parts = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int32)
        values = ((parts[:, 0] << 8 | parts[:, 1] << 16 | parts[:, 2] << 24) / 2.0**31).astype(np.float32)
    else:
        values = (np.frombuffer(data, f"<i{width}") / 2.0 ** (8 * width - 1)).astype(np.float32)
    return values.reshape(-1, channels), rate


def resampled(sound: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    """Sound at another rate: a sum of neighbours with a windowed sinc, below the lower of both Nyquist frequencies.

    Args:
        sound: shape ``(samples, channels)``.
        rate, wanted: samples a second, before and after.
    """
    common = math.gcd(rate, wanted)
    up, down = wanted // common, rate // common
    count = -(-len(sound) * up // down)
    cutoff = min(1.0, up / down)
    reach = int(math.ceil(_ZEROS / cutoff))
    padded = np.pad(sound, ((reach, reach + 1), (0, 0)))
    made = np.zeros((count, sound.shape[1]), np.float32)
    for phase in range(min(up, count)):  # results whose places lie alike between the given samples
        places = np.arange(phase, count, up) * down
        first, part = places // up, (phase * down % up) / up
        offsets = np.arange(-reach, reach + 2)
        distance = (offsets - part) * cutoff
        window = np.where(np.abs(distance) < _ZEROS, 0.5 + 0.5 * np.cos(np.pi * distance / _ZEROS), 0.0)
        kernel = (cutoff * np.sinc(distance) * window).astype(np.float32)
        for offset, weight in zip(offsets, kernel):
            if weight:
                made[phase::up] += weight * padded[np.minimum(first + offset + reach, len(padded) - 1)]
    return made
