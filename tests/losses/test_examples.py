"""The examples in the docstrings of losses and of the rooms below them run as they stand."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest
import torch

ROOMS = ("activations", "constraints", "initializers", "losses", "regularizers")
MODULES = [
    f"wubu.{room}.{module.name}"
    for room in ROOMS
    for module in pkgutil.iter_modules(importlib.import_module(f"wubu.{room}").__path__)
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name), extraglobs={"torch": torch})
    assert not found.failed
