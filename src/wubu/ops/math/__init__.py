"""Segments, transforms, special functions."""
