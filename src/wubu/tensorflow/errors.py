"""TensorFlow's exceptions: what its operations raise, with the codes that its status has."""

from __future__ import annotations

from typing import Any

from wubu.errors import WubuError

# fmt: off
__all__ = [
    "ABORTED", "ALREADY_EXISTS", "AbortedError", "AlreadyExistsError", "CANCELLED", "CancelledError",
    "DATA_LOSS", "DEADLINE_EXCEEDED", "DataLossError", "DeadlineExceededError", "FAILED_PRECONDITION",
    "FailedPreconditionError", "INTERNAL", "INVALID_ARGUMENT", "InternalError", "InvalidArgumentError",
    "NOT_FOUND", "NotFoundError", "OK", "OUT_OF_RANGE", "OpError", "OperatorNotAllowedInGraphError",
    "OutOfRangeError", "PERMISSION_DENIED", "PermissionDeniedError", "RESOURCE_EXHAUSTED",
    "ResourceExhaustedError", "UNAUTHENTICATED", "UNAVAILABLE", "UNIMPLEMENTED", "UNKNOWN",
    "UnauthenticatedError", "UnavailableError", "UnimplementedError", "UnknownError",
]
# fmt: on

OK = 0
CANCELLED = 1
UNKNOWN = 2
INVALID_ARGUMENT = 3
DEADLINE_EXCEEDED = 4
NOT_FOUND = 5
ALREADY_EXISTS = 6
PERMISSION_DENIED = 7
RESOURCE_EXHAUSTED = 8
FAILED_PRECONDITION = 9
ABORTED = 10
OUT_OF_RANGE = 11
UNIMPLEMENTED = 12
INTERNAL = 13
UNAVAILABLE = 14
DATA_LOSS = 15
UNAUTHENTICATED = 16


class OpError(WubuError):
    """Base of the exceptions of operations.

    Args:
        node_def, op: the operation in a graph; None here.
        message: what went wrong.
        error_code: the code of the status; every subclass has its own.
    """

    code = UNKNOWN

    def __init__(self, node_def: Any = None, op: Any = None, message: Any = "", error_code: int | None = None) -> None:
        super().__init__(message)
        self.node_def, self.op, self.message = node_def, op, str(message)
        self.error_code = self.code if error_code is None else error_code
        self.experimental_payloads: dict[str, bytes] = {}

    def __str__(self) -> str:
        return self.message


class CancelledError(OpError):
    """An operation was cancelled."""

    code = CANCELLED


class UnknownError(OpError):
    """Nobody knows what went wrong."""

    code = UNKNOWN


class InvalidArgumentError(OpError):
    """An argument has a shape, a type or a value that the operation cannot take."""

    code = INVALID_ARGUMENT


class DeadlineExceededError(OpError):
    """It took too long."""

    code = DEADLINE_EXCEEDED


class NotFoundError(OpError):
    """A file, or a key in one, does not exist."""

    code = NOT_FOUND


class AlreadyExistsError(OpError):
    """What was to be made exists."""

    code = ALREADY_EXISTS


class PermissionDeniedError(OpError):
    """The system does not allow it."""

    code = PERMISSION_DENIED


class UnauthenticatedError(OpError):
    """Nobody says who asks."""

    code = UNAUTHENTICATED


class ResourceExhaustedError(OpError):
    """Memory or another resource is used up."""

    code = RESOURCE_EXHAUSTED


class FailedPreconditionError(OpError):
    """Something has to be done first."""

    code = FAILED_PRECONDITION


class AbortedError(OpError):
    """An operation was given up."""

    code = ABORTED


class OutOfRangeError(OpError):
    """Beyond the end, of data for example."""

    code = OUT_OF_RANGE


class UnimplementedError(OpError):
    """Not done here."""

    code = UNIMPLEMENTED


class InternalError(OpError):
    """A fault of the library."""

    code = INTERNAL


class UnavailableError(OpError):
    """A service does not answer."""

    code = UNAVAILABLE


class DataLossError(OpError):
    """Data is damaged."""

    code = DATA_LOSS


class OperatorNotAllowedInGraphError(TypeError):
    """Python asks for a value that is not known yet."""
