"""Keras's ``wrappers`` namespace."""

__all__: list[str] = []
