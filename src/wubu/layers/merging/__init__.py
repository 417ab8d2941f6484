"""Layers that make one tensor of several; each also has a function of the same name in lower case."""
