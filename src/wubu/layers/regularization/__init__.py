"""Layers that act in training only: dropout, noise, and penalties on what passes through."""
