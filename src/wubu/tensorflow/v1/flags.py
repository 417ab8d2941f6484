"""``tf.app.flags``: arguments of the command line, and ``tf.app.run``."""

from __future__ import annotations

import argparse
import sys
from typing import Any

__all__ = [
    "DEFINE_bool",
    "DEFINE_boolean",
    "DEFINE_enum",
    "DEFINE_float",
    "DEFINE_integer",
    "DEFINE_list",
    "DEFINE_string",
    "FLAGS",
    "mark_flag_as_required",
    "run",
]


class _Flags:
    """The values; the command line is read when one is asked for."""

    def __init__(self) -> None:
        self.__dict__["_parser"] = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        self.__dict__["_values"] = None

    def _read(self) -> dict[str, Any]:
        if self._values is None:
            found, _ = self._parser.parse_known_args(sys.argv[1:])
            self.__dict__["_values"] = vars(found)
        return self._values

    def __getattr__(self, name: str) -> Any:
        values = self._read()
        if name not in values:
            raise AttributeError(f"Unknown command line flag {name!r}")
        return values[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self._read()[name] = value

    def __call__(self, argv: Any = None) -> list[str]:
        return list(argv or sys.argv)

    def flag_values_dict(self) -> dict[str, Any]:
        """All values by name."""
        return dict(self._read())


FLAGS = _Flags()


def _define(name: str, default: Any, help: Any, **options: Any) -> None:
    FLAGS.__dict__["_values"] = None
    FLAGS._parser.add_argument(f"--{name}", default=default, help=help, **options)


def DEFINE_string(name: str, default: Any, help: Any = None, **kwargs: Any) -> None:
    """A text."""
    _define(name, default, help, type=str)


def DEFINE_integer(name: str, default: Any, help: Any = None, **kwargs: Any) -> None:
    """A whole number."""
    _define(name, default, help, type=int)


def DEFINE_float(name: str, default: Any, help: Any = None, **kwargs: Any) -> None:
    """A number."""
    _define(name, default, help, type=float)


def DEFINE_boolean(name: str, default: Any, help: Any = None, **kwargs: Any) -> None:
    """Yes or no: ``--name``, ``--name=false`` or ``--noname``."""
    _define(name, default, help, nargs="?", const=True, type=lambda text: text.lower() in ("1", "t", "true", "y", "yes"))
    FLAGS._parser.add_argument(f"--no{name}", dest=name, action="store_false")


DEFINE_bool = DEFINE_boolean


def DEFINE_enum(name: str, default: Any, enum_values: Any, help: Any = None, **kwargs: Any) -> None:
    """One of several texts."""
    _define(name, default, help, choices=list(enum_values))


def DEFINE_list(name: str, default: Any, help: Any = None, **kwargs: Any) -> None:
    """Texts separated by commas."""
    _define(name, default, help, type=lambda text: text.split(","))


def mark_flag_as_required(name: str) -> None:
    """Accepted."""


def run(main: Any = None, argv: Any = None) -> None:
    """Call the program's ``main`` with what is left of the command line, and end."""
    function = main or sys.modules["__main__"].main  # type: ignore[attr-defined]
    _, left = FLAGS._parser.parse_known_args((argv or sys.argv)[1:])
    sys.exit(function([(argv or sys.argv)[0], *left]))
