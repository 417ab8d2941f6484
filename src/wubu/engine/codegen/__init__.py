"""Programs as source code: Python, and TorchScript's dialect of it."""
