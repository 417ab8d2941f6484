"""Every epoch as a message to a server."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from wubu.callbacks.base import Callback

_TIMEOUT = 10  # seconds


class RemoteMonitor(Callback):
    """Sends a POST request after each epoch, with the epoch's number and its metrics.

    Args:
        root: the server's address.
        path: the path on it.
        field: the form field that holds the JSON.
        headers: further HTTP headers.
        send_as_json: send JSON as the body rather than in a form field.
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: Mapping[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        self.root, self.path, self.field = root, path, field
        self.headers, self.send_as_json = headers, send_as_json

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Send the epoch; a server that does not answer is warned about, and no more."""
        values = {"epoch": epoch, **{name: _plain(value) for name, value in (logs or {}).items()}}
        headers = dict(self.headers or {})
        if self.send_as_json:
            body = json.dumps(values).encode()
            headers.setdefault("Content-Type", "application/json")
        else:
            body = urllib.parse.urlencode({self.field: json.dumps(values)}).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        request = urllib.request.Request(self.root + self.path, body, headers)
        try:
            urllib.request.urlopen(request, timeout=_TIMEOUT).close()
        except (urllib.error.URLError, OSError, ValueError) as error:
            if isinstance(error, urllib.error.HTTPError):  # it was reached
                return
            warnings.warn(f"Could not reach RemoteMonitor root server at {self.root}", stacklevel=2)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.item() if value.size == 1 else value.tolist()
    return value
