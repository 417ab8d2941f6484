"""The page that lists Keras's names says what is so, and as many are there as were asked for."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import keras
import pytest


@pytest.fixture(scope="module")
def script():
    path = Path(__file__).resolve().parent.parent / "docs" / "make_coverage.py"
    spec = importlib.util.spec_from_file_location("make_coverage", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(script):
    text = script.PAGE.read_text(encoding="utf-8")
    if f"# Keras {keras.__version__} " not in text:
        pytest.skip("the page is about another version of Keras")
    assert script.claims(text) == script.claims(script.page()), "run: python docs/make_coverage.py"


def test_as_many_names_are_there_as_were_asked_for(script):
    for space, wanted in script.WANTED.items():
        names = script.public(importlib.import_module(f"keras.{space}"))
        there = sum(script.state(space, name)[0] != "absent" for name in names)
        assert 100 * there / len(names) >= wanted, space
