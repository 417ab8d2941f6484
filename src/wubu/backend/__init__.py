"""Keras's ``backend`` namespace (``K``)."""

__all__: list[str] = []
