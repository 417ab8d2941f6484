"""Layers that prepare and augment pictures, whole batches at a time and on the device."""
