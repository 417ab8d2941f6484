"""Chromium without a window, driven over its pipe: pages are opened, asked and photographed. No package is needed."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# On a machine with other work a browser may need minutes for what else takes it a second.
PATIENCE = 240.0

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


def find() -> str | None:
    """The path of a Chromium on this machine; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Browser:
    """One Chromium with one page.

    Args:
        program: its path.
        profile: a folder for what it writes.

    Attributes:
        errors: what the page has complained about since it was opened.
        requests: the addresses that the page has asked for since then.
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
        self.requests: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def open(self, url: str) -> None:
        """Go to an address."""
        self._call("Page.navigate", url="about:blank")
        self.wait_until(lambda: self.ask("document.readyState == 'complete' && location.href == 'about:blank'"))
        self.errors.clear()  # the page before may have been cut off in the middle of a request
        self.requests.clear()
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

    def shows(self, *conditions: str) -> bool:
        """Whether JavaScript expressions are all true, and texts (in quotes marks of their own) are shown.

        A page that is being drawn may lack what an expression asks for: then it is not true yet.
        """
        text = self.text()
        for condition in conditions:
            if condition[0] == condition[-1] == "'":
                if condition[1:-1] not in text:
                    return False
                continue
            try:
                if not self.ask(condition):
                    return False
            except RuntimeError:
                return False
        return True

    def wait_until(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until a condition holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"not within {seconds:.0f} s; errors: {self.errors}"
            time.sleep(0.2)

    def visit(self, url: str, *conditions: str, prepare: str = "", seconds: float = PATIENCE) -> None:
        """Go to an address and wait until everything is shown; see ``shows``.

        Args:
            url: the address. It is opened again now and then, since a page does not look twice for what its server had
                not read yet.
            conditions: what has to be shown.
            prepare: JavaScript that is run before each look, such as a click on a tab.
            seconds: how long to wait.
        """
        end, pause = time.monotonic() + seconds, 15.0
        while True:
            self.open(url)
            again = time.monotonic() + pause
            while time.monotonic() < min(again, end):
                if prepare and self.shows(prepare + "; true") and self.shows(*conditions):
                    return
                if not prepare and self.shows(*conditions):
                    return
                time.sleep(0.3)
            if time.monotonic() >= end:
                missing = [c for c in conditions if not self.shows(c)]
                raise AssertionError(f"not shown: {missing}; errors: {self.errors}; the page: {self.text()[:2000]}")
            pause *= 2

    def settle(self) -> None:
        """Wait until what is seen no longer moves: charts are drawn with a movement."""
        before, end = b"", time.monotonic() + 10
        while time.monotonic() < end:
            time.sleep(0.3)
            now = self._picture()
            if now == before:
                return
            before = now

    def photograph(self, path: Path) -> None:
        """Write what is seen as PNG."""
        self.settle()
        path.write_bytes(self._picture())

    def _picture(self) -> bytes:
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

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
            ready, _, _ = select.select([self._read], [], [], PATIENCE)
            assert ready, "the browser does not answer"
            read = os.read(self._read, 1 << 20)
            assert read, "the browser has ended"
            self._pending += read
        text, _, self._pending = self._pending.partition(b"\0")
        answer = json.loads(text)
        if answer.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(answer["params"]["exceptionDetails"].get("text")))
        elif answer.get("method") == "Log.entryAdded" and answer["params"]["entry"]["level"] == "error":
            entry = answer["params"]["entry"]
            self.errors.append(f"{entry.get('text')} {entry.get('url', '')}")
        elif answer.get("method") == "Runtime.consoleAPICalled" and answer["params"]["type"] in ("error", "assert"):
            self.errors.append(str([v.get("value", v.get("description")) for v in answer["params"]["args"]]))
        elif answer.get("method") == "Network.requestWillBeSent":
            self.requests.append(str(answer["params"]["request"]["url"]))
        return answer
