"""Symbolic tensors and the graph that calling layers on them leaves behind."""
