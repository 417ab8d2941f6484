"""Passes over programs: graph in, graph out, the same numbers. Each has a switch in ``engine.settings``."""
