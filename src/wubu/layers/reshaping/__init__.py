"""Layers that change shapes and no values: flattening, reshaping, padding, cropping, repeating."""
