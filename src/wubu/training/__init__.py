"""Training: compile, the step, the loop, the progress line. It sees a small protocol rather than ``Model``."""
