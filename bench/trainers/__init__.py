"""One file per way to train; each has ``train(run)``, which trains until the run's clock has seen enough epochs."""
