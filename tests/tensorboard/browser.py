"""Chromium without a window, driven over its pipe: pages are opened, asked and photographed. No package is needed."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any

# All that a page shows, within shadow roots too.
_TEXT = """(() => {
  const parts = [];
  const walk = node => {
    if (node.nodeType === 3) { if (node.data.trim()) parts.push(node.data.trim()); return; }
    if (['SCRIPT', 'STYLE', 'TEMPLATE'].includes(node.tagName)) return;
    if (node.shadowRoot) walk(node.shadowRoot);
    for (const child of node.childNodes) walk(child);
  };
  walk(document.body);
  return parts.join('\\n');
})()"""

# Every element that a selector finds, within shadow roots too: all(document, 'svg').
_ALL = """const all = (root, selector) => {
  const found = [...root.querySelectorAll(selector)];
  for (const node of root.querySelectorAll('*')) if (node.shadowRoot) found.push(...all(node.shadowRoot, selector));
  return found;
};
"""


class Browser:
    """One Chromium with one page.

    Args:
        program: its path.
        profile: a folder for what it writes.
    """

    def __init__(self, program: str, profile: Path) -> None:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        options = (
            "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --remote-debugging-pipe --no-first-run"
        )
        command = f'exec "$0" {options} --window-size=1500,1300 "--user-data-dir=$1" 3<&{to_read} 4>&{to_write}'
        self._process = subprocess.Popen(
            ["bash", "-c", command, program, str(profile)],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._number, self._pending = 0, b""
        self.errors: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def open(self, url: str) -> None:
        """Go to an address."""
        self._call("Page.navigate", url="about:blank")
        self._call("Page.navigate", url=url)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression; ``all(document, selector)`` looks into shadow roots."""
        found = self._call("Runtime.evaluate", expression=f"{{{_ALL}{expression}}}", returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"])
        return found["result"].get("value")

    def text(self) -> str:
        """All that the page shows."""
        return str(self._call("Runtime.evaluate", expression=_TEXT, returnByValue=True)["result"].get("value"))

    def wait_for(self, *conditions: str, seconds: float = 60) -> None:
        """Wait until JavaScript expressions are all true, or texts (in quotes marks of their own) are shown."""
        end = time.monotonic() + seconds
        missing: list[str] = list(conditions)
        while time.monotonic() < end:
            text = self.text()
            missing = [c for c in missing if not (c[1:-1] in text if c[0] == c[-1] == "'" else self.ask(c))]
            if not missing:
                return
            time.sleep(0.3)
        raise AssertionError(f"not shown: {missing}; errors: {self.errors}; the page: {self.text()[:2000]}")

    def photograph(self, path: Path) -> None:
        """Write what is seen as PNG."""
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        """End the browser."""
        try:
            self._call("Browser.close")
            self._process.wait(10)
        except (OSError, subprocess.TimeoutExpired, AssertionError):
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if hasattr(self, "_session") and not method.startswith(("Target.", "Browser.")):
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._pending:
            ready, _, _ = select.select([self._read], [], [], 60)
            assert ready, "the browser does not answer"
            read = os.read(self._read, 1 << 20)
            assert read, "the browser has ended"
            self._pending += read
        text, _, self._pending = self._pending.partition(b"\0")
        answer = json.loads(text)
        if answer.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(answer["params"]["exceptionDetails"].get("text")))
        elif answer.get("method") == "Log.entryAdded" and answer["params"]["entry"]["level"] == "error":
            self.errors.append(str(answer["params"]["entry"].get("text")))
        return answer
