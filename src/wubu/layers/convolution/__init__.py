"""Layers that slide a kernel over the axes of space."""
