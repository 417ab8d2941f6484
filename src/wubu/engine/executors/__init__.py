"""Ways to run a program. Each takes a ``Program`` and has ``one`` (a batch) and ``many`` (a run of batches by index)."""
