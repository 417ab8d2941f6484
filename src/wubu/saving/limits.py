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
MAX_NODES = 2_000_000  # values in a config
MAX_LAYERS = 4_000  # layers of a model, those of models within it included; making one takes about a millisecond
MAX_CELLS = 500  # of a stack of recurrent cells
MAX_METRICS = 5_000  # that a model is compiled with
_LISTS = {"cell": MAX_CELLS, "cells": MAX_CELLS, "metrics": MAX_METRICS, "weighted_metrics": MAX_METRICS}
MAX_CALLS = 20_000  # of layers, each time that a model within a model is called counting those of its layers


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
    if text.count(b"," if isinstance(text, bytes) else ",") > MAX_NODES:  # type: ignore[arg-type]
        raise _too_many_values(name)
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

# Files of a million values are looked through, so each look should be a quick one.
_NESTED = (dict, list)
_COUNTED = frozenset({"layers", *_LISTS})


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
                below += [v for v in item.values() if isinstance(v, _NESTED)]
                count += len(item)
                if not _COUNTED.isdisjoint(item):
                    layers += len(_list(item, "layers"))
                    for key, most in _LISTS.items():
                        if len(_list(item, key)) > most:
                            raise UnsafeFileError(f"{name} holds more than {most:,} {key}")
            elif isinstance(item, list):
                below += [v for v in item if isinstance(v, _NESTED)]
                count += len(item)
            if count > MAX_NODES:
                raise _too_many_values(name)
            if layers > MAX_LAYERS:
                raise UnsafeFileError(f"{name} holds more than {MAX_LAYERS:,} layers")
        level = below
    if _calls(value) > MAX_CALLS:
        raise UnsafeFileError(
            f"{name} calls its layers more than {MAX_CALLS:,} times, those of models that are called again and again included"
        )


def _list(item: dict[str, Any], key: str) -> list[Any]:
    found = item.get(key)
    return found if isinstance(found, list) else []


def _calls(item: Any) -> int:
    """How often layers are called when what is described here is called once.

    Models within models multiply: ten calls of ten calls of… in a few lines. Depth has been checked before.
    """
    if isinstance(item, list):
        return sum(_calls(v) for v in item if isinstance(v, dict | list))
    if not isinstance(item, dict):
        return 0
    made = 0
    for key, value in item.items():
        if key == "layers" and isinstance(value, list):
            for layer in value:
                nodes = layer.get("inbound_nodes") if isinstance(layer, dict) else None
                made += max(len(nodes) if isinstance(nodes, list) else 0, 1) * (1 + _calls(layer))
        elif key != "inbound_nodes" and isinstance(value, dict | list):
            made += _calls(value)
    return made


def _too_many_values(name: str) -> UnsafeFileError:
    return UnsafeFileError(f"{name} holds more than {MAX_NODES:,} values")


def _too_deep(name: str) -> UnsafeFileError:
    return UnsafeFileError(f"{name} is nested more than {MAX_DEPTH} levels deep, which no model is")
