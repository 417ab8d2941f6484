"""Layers that bring values to mean 0 and variance 1, or weights to norm 1."""
