"""Layers that summarise windows, or all of space, by a maximum or a mean."""
