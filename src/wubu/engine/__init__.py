"""The engine: how a step is executed. The only room that knows.

A batch's way through it: ``Stepper`` finds the program for the batch's shape, or has ``record`` write one down from a
real run; ``passes`` make it cheaper; an executor (``executors``) made from source (``codegen``) runs it, many steps a
call, on the live weights.
"""

from wubu.engine.runtime import prepare, release
from wubu.engine.settings import Settings, override
from wubu.engine.stepper import EagerFallbackWarning, Stepper
from wubu.errors import CaptureError

__all__ = ["CaptureError", "EagerFallbackWarning", "Settings", "Stepper", "override", "prepare", "release"]
