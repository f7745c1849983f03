"""A browser for tests: Chromium without a window, spoken to in the W3C's WebDriver protocol.

It is a client of a few lines, for what the tests need, so that they depend on two programs and on no package.
"""

import json
import re
import shutil
import subprocess
import time
from base64 import b64decode
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
MISSING = CHROMIUM is None or DRIVER is None
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # by this name the protocol refers to an element of the page
KEYS = {
    "left": "\ue012", "right": "\ue014", "home": "\ue011", "end": "\ue010", "enter": "\ue007", "escape": "\ue00c",
    "tab": "\ue004", "space": " ",
}  # fmt: skip

ask = build_opener(ProxyHandler({})).open  # no proxy is between a test and its own machine


class Browser:
    """One window, of the size of a desk until another one is asked for."""

    def __init__(self) -> None:
        assert CHROMIUM
        assert DRIVER
        self.folder = TemporaryDirectory(ignore_cleanup_errors=True)
        self.driver = subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            self.address = f"http://127.0.0.1:{self.port()}/session"
            options = {"binary": CHROMIUM, "args": [*SWITCHES, f"--user-data-dir={self.folder.name}"]}
            wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            session = self.send("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        except BaseException:
            self.stop()
            raise
        self.address += f"/{session['sessionId']}"

    def port(self) -> int:
        """Where the driver listens, as it says when it has begun to."""
        assert self.driver.stdout
        found = (re.search(rb"successfully on port (\d+)", line) for line in self.driver.stdout)
        return int(next(filter(None, found))[1])

    def stop(self) -> None:
        """End the driver, and the browser with it."""
        assert self.driver.stdout
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()
        self.folder.cleanup()

    def __enter__(self) -> "Browser":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.send("DELETE", "")
        finally:
            self.stop()

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """What the driver answers."""
        given = None if method != "POST" else json.dumps(body or {}).encode()
        request = Request(self.address + path, given, {"Content-Type": "application/json"}, method=method)
        try:
            with ask(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise RuntimeError(f"{method} {path}: {json.load(error)['value']['message']}") from None

    def devtools(self, command: str, **parameters: Any) -> Any:
        """What the browser answers to a command of its developer tools."""
        return self.send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    # The page

    def open(self, page: Path) -> None:
        """Open a file; what the page before it wrote to the console is forgotten."""
        self.console()
        self.send("POST", "/url", {"url": page.as_uri()})

    def console(self) -> list[str]:
        """What pages wrote to the console since they were last asked, errors of the browser included."""
        return [entry["message"] for entry in self.send("POST", "/se/log", {"type": "browser"})]

    def run(self, program: str, *arguments: Any) -> Any:
        """What a function body gives that is run in the page."""
        return self.send("POST", "/execute/sync", {"script": program, "args": list(arguments)})

    def text(self, selector: str) -> str:
        """The text of the first element that a CSS selector finds."""
        return str(self.run("return document.querySelector(arguments[0]).textContent", selector))

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that a CSS selector finds."""
        program = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)"
        return [str(text) for text in self.run(program, selector)]

    def until(self, condition: str, *arguments: Any) -> None:
        """Wait until an expression of the page is true: a few frames, mostly."""
        deadline = time.monotonic() + 20
        while not self.run(f"return Boolean({condition})", *arguments):
            assert time.monotonic() < deadline, f"this did not come about in 20 seconds: {condition}"
            time.sleep(0.01)

    def screenshot(self, file: Path) -> None:
        """Keep what is seen as a PNG."""
        file.write_bytes(b64decode(self.send("GET", "/screenshot")))

    # The reader

    def click(self, selector: str) -> None:
        """Click in the middle of the first element that a CSS selector finds."""
        element = self.send("POST", "/element", {"using": "css selector", "value": selector})
        self.send("POST", f"/element/{element[ELEMENT]}/click")

    def press(self, *keys: str) -> None:
        """Press keys one after the other, by name or by what they write."""
        strokes = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self.send("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": strokes}]})

    def type(self, selector: str, text: str) -> None:
        """Write into a field."""
        element = self.send("POST", "/element", {"using": "css selector", "value": selector})
        self.send("POST", f"/element/{element[ELEMENT]}/value", {"text": text})

    def drag(self, *places: tuple[int, int], kind: str = "mouse", finger: str = "pointer") -> None:
        """Press at the first place, go through the others, and let go."""
        self.send("POST", "/actions", {"actions": [stroke(places, kind, finger)]})

    def pinch(self, one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
        """Two fingers on their ways at the same time."""
        self.send("POST", "/actions", {"actions": [stroke(one, "touch", "one"), stroke(other, "touch", "other")]})

    def wheel(self, x: int, y: int, turn: int) -> None:
        """Turn the wheel at a place."""
        move = {"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": turn, "duration": 0}
        self.send("POST", "/actions", {"actions": [{"type": "wheel", "id": "wheel", "actions": [move]}]})

    # Its surroundings

    def resize(self, width: int, height: int, phone: bool = False) -> None:
        """Give the page a size; a phone has fingers and a sharper screen."""
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )  # fmt: skip

    def prefer(self, **preferences: str) -> None:
        """What the reader prefers: `color_scheme="dark"`, `reduced_motion="reduce"`; nothing else any longer."""
        features = [{"name": f"prefers-{k.replace('_', '-')}", "value": v} for k, v in preferences.items()]
        self.devtools("Emulation.setEmulatedMedia", features=features)


def stroke(places: list[tuple[int, int]] | tuple[tuple[int, int], ...], kind: str, finger: str) -> dict[str, Any]:
    """A pointer that is pressed at the first of some places and goes through the others."""
    (x, y), *others = places
    actions: list[dict[str, Any]] = [
        {"type": "pointerMove", "x": x, "y": y, "duration": 0},
        {"type": "pointerDown", "button": 0},
        *({"type": "pointerMove", "x": x, "y": y, "duration": 20} for x, y in others),
        {"type": "pointerUp", "button": 0},
    ]
    return {"type": "pointer", "id": finger, "parameters": {"pointerType": kind}, "actions": actions}
