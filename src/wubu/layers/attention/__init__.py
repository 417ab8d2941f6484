"""Layers in which each step looks at other steps and takes what it needs."""
