"""How wide a text is on a terminal, where Chinese, Japanese and Korean signs take two columns."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """How many columns a terminal gives a text: two for East Asian wide characters, none for combining ones.

    Example:
        >>> width("数字 9")
        6
    """
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def left(text: str, columns: int) -> str:
    """The text with spaces after it, so that it fills the columns."""
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    """The text with spaces before it, so that it fills the columns."""
    return " " * (columns - width(text)) + text


def cut(text: str, columns: int) -> str:
    """A label as wide as a number of letters at most: what stands after its last colon, a figure, is kept."""
    if width(text) <= columns:
        return text
    name, colon, figure = text.rpartition(": ")
    if not colon:
        name, figure = text, ""
    room = columns - width(colon + figure) - 1
    while name and width(name) > room:
        name = name[:-1]
    return f"{name.rstrip()}…{colon}{figure}"
