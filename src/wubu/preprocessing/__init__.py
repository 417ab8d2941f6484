"""Keras's ``preprocessing`` namespace."""

__all__: list[str] = []
