"""A real browser for the tests: headless Chromium with a profile of its own, gone when the tests are."""

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


class Browser:
    """A Browser shows one page at a time, and remembers what the page asked for and complained of."""

    def __init__(self, profile: str) -> None:
        browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
        if browser is None or driver is None:
            raise RuntimeError(
                "No chromium and chromedriver on the PATH: expected both. `make test` installs them (apt-get install chromium "
                "chromium-driver)."
            )
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        for flag in (*_FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(driver))

    def show(self, url: str, width: int = 1600, theme: str = "light") -> None:
        """Open a page at a width and in a theme of the system's."""
        self.requests()  # those of the page before
        self.complaints()
        self._command("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self._command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
        self.driver.get("about:blank")  # an address that differs in its fragment only would not be loaded again
        self.driver.get(url)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript in the page; return what it returns."""
        return self.driver.execute_script(script, *arguments)

    def until(self, script: str) -> bool:
        """Wait until JavaScript returns true, and tell whether it did: a page follows a link a moment after the key."""
        with contextlib.suppress(TimeoutException):
            return bool(WebDriverWait(self.driver, 10, 0.05).until(lambda driver: driver.execute_script(script)))
        return False

    def press(self, *keys: str) -> None:
        """Type keys where the focus is."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def focused(self) -> str:
        """Return the text of what has the focus."""
        return str(self.run("return document.activeElement.textContent"))

    def complaints(self) -> list[str]:
        """Return what the console says since the last question: errors, refusals of the page's policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Return the addresses that were asked for since the last question."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def _command(self, name: str, **parameters: Any) -> None:
        self.driver.execute_cdp_cmd(name, parameters)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser, and end it."""
    with tempfile.TemporaryDirectory(prefix="terp-seed-chromium-", ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            yield browser
        finally:
            browser.driver.quit()
