"""The examples in the docstrings of the smaller namespaces give what they say."""

from __future__ import annotations

import doctest
import importlib

import numpy as np
import pytest
import torch

import wubu

MODULES = (
    "backend.types core.names core.policy core.registry distillation symbolic.operation utils.bounding_boxes "
    "utils.feature_space"
).split()


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"wubu.{name}")
    found = doctest.testmod(module, extraglobs={"wubu": wubu, "torch": torch, "np": np})
    assert found.attempted and not found.failed
