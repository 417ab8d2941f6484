"""Layers that prepare data: part of a model, so that they go where it goes."""
