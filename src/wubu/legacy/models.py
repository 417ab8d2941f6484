"""Kinds of models that Keras has dropped."""

from __future__ import annotations

__all__: list[str] = []
