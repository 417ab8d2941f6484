"""``tf.audio``: sound as WAV files of 16 bits."""

from __future__ import annotations

import io
import struct
import wave
from typing import Any, NamedTuple

import numpy as np
import torch

from wubu.tensorflow.conversion import convert, host_value_of, integer
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.text import of_array, scalar_of

__all__ = ["decode_wav", "encode_wav"]


class DecodeWav(NamedTuple):
    """Sound, (samples, channels) from -1 to 1, and its samples a second."""

    audio: Any
    sample_rate: Any


def decode_wav(contents: Any, desired_channels: int = -1, desired_samples: int = -1, name: Any = None) -> DecodeWav:
    """The sound of a WAV file of 16 bits.

    Args:
        contents: the file's bytes.
        desired_channels: how many channels it has to have; further ones repeat the first.
        desired_samples: its length: cut, or filled with silence.

    Raises:
        InvalidArgumentError: for other files.
    """
    data = contents if isinstance(contents, bytes) else scalar_of(convert(contents))
    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError, struct.error) as error:
        raise InvalidArgumentError(None, None, f"Header mismatch: Expected RIFF but found {error} [Op:DecodeWav]") from error
    if width != 2:
        raise InvalidArgumentError(None, None, f"Can only read 16-bit WAV files, but received {width * 8} [Op:DecodeWav]")
    sound = np.frombuffer(raw, "<i2").reshape(-1, channels).astype(np.float32) / 32768
    if desired_channels not in (-1, channels):
        sound = np.concatenate([sound, *[sound[:, :1]] * max(desired_channels - channels, 0)], 1)[:, :desired_channels]
    if desired_samples != -1:
        sound = np.pad(sound, ((0, max(desired_samples - len(sound), 0)), (0, 0)))[:desired_samples]
    return DecodeWav(to_facade(torch.from_numpy(sound.copy())), to_facade(torch.tensor(rate, dtype=torch.int32)))


def encode_wav(audio: Any, sample_rate: Any, name: Any = None) -> Any:
    """Sound as the bytes of a WAV file of 16 bits.

    Args:
        audio: (samples, channels), from -1 to 1; the rest is cut.
        sample_rate: samples a second.
    """
    sound = host_value_of(convert(audio))
    if sound.ndim != 2 or not sound.shape[1]:
        raise InvalidArgumentError(None, None, f"audio must be 2-dimensional but got shape {list(sound.shape)} [Op:EncodeWav]")
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(integer(sample_rate))
        file.writeframes(np.clip(np.rint(sound * 32768), -32768, 32767).astype("<i2").tobytes())
    return to_facade(of_array(np.array(made.getvalue(), dtype=object)))
