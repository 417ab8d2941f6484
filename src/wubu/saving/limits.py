"""What a file may ask for: limits on size, depth, count and expansion, so that a small file cannot fill the machine."""

from __future__ import annotations

import json
from typing import Any

from wubu.errors import FileFormatError, UnsafeFileError

MIB = 2**20

MAX_CONFIG_BYTES = 64 * MIB  # the JSON of a model; the largest public ones have a few MB
MAX_DEPTH = 200  # levels of nested lists and dicts
MAX_MEMBERS = 100_000  # files in an archive, tensors in a checkpoint
MAX_EXPANSION = 100  # bytes made of one stored byte, beyond FREE_BYTES
FREE_BYTES = 64 * MIB  # below this, expansion does no harm
MAX_NODES = 5_000_000  # values in a config
MAX_LAYERS = 10_000  # layers of a model, those of models within it included; making one takes about a millisecond



def check_expansion(name: str, wanted: int, stored: int) -> None:
    """Refuse something that unpacks to far more than is stored.

    Args:
        name: what it is, for the error.
        wanted: bytes that it would take in memory.
        stored: bytes that it takes in the file.

    Raises:
        UnsafeFileError: when it is out of proportion.
    """
    if wanted > FREE_BYTES and wanted > MAX_EXPANSION * max(stored, 1):
        raise UnsafeFileError(
            f"{name} unpacks to {wanted:,} bytes from {stored:,} stored ones. "
            f"Expected: at most {MAX_EXPANSION} times as much"
        )


def parse_json(text: str | bytes, name: str) -> Any:
    """Read JSON that nobody vouches for.

    Args:
        text: the JSON.
        name: which file it is from, for errors.

    Raises:
        FileFormatError: when it is not JSON.
        UnsafeFileError: when it is too large or nested too deeply.
    """
    if len(text) > MAX_CONFIG_BYTES:
        raise UnsafeFileError(
            f"{name} holds a configuration of {len(text):,} bytes. Expected: at most {MAX_CONFIG_BYTES:,}"
        )
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise FileFormatError(f"{name} should hold JSON, but it is not even UTF-8 text: {error}") from error
    try:
        found = json.loads(text)
    except RecursionError:
        raise _too_deep(name) from None
    except ValueError as error:
        raise FileFormatError(f"{name} should hold JSON, but it cannot be read: {error}") from error
    check_depth(found, name)
    return found


def check_depth(value: Any, name: str) -> None:
    """Refuse a structure that is nested too deeply, contains itself, or has too many values or layers."""
    level, depth, count, layers = [value], 0, 0, 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _too_deep(name)
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(v for v in item.values() if isinstance(v, dict | list))
                count += len(item)
                listed = item.get("layers")
                layers += len(listed) if isinstance(listed, list) else 0
            elif isinstance(item, list):
                below.extend(v for v in item if isinstance(v, dict | list))
                count += len(item)
            if count > MAX_NODES:
                raise UnsafeFileError(f"{name} holds more than {MAX_NODES:,} values")
            if layers > MAX_LAYERS:
                raise UnsafeFileError(f"{name} holds more than {MAX_LAYERS:,} layers")
        level = below


def _too_deep(name: str) -> UnsafeFileError:
    return UnsafeFileError(f"{name} is nested more than {MAX_DEPTH} levels deep, which no model is")
