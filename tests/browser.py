"""Chromium for tests: one browser per test run, a context per person, and an ear for its console."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTH, HEIGHT = 1440, 900


@dataclass
class Watched:
    """A browser with what went wrong in any of its pages, and the requests that left this machine."""

    browser: Any
    base: str
    faults: list[str] = field(default_factory=list)

    def person(self, cookies: dict[str, str] | None = None, **options: Any) -> Any:
        """A page of a browser of its own, signed in by these cookies."""
        options.setdefault("viewport", {"width": WIDTH, "height": HEIGHT})
        context = self.browser.new_context(base_url=self.base, locale="en-US", **options)
        for name, value in (cookies or {}).items():
            context.add_cookies([{"name": name, "value": value, "url": self.base}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: said.type in ("error", "warning") and self.faults.append(said.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda asked: self._heard(asked.url))
        return page

    def _heard(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.faults.append(f"a request left the site: {url[:80]}")


@contextmanager
def chromium(base: str) -> Iterator[Watched]:
    """A running Chromium that talks to `base`; closed afterwards."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield Watched(browser, base)
        finally:
            browser.close()


@pytest.fixture
def watched(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """Chromium before the live server. Playwright keeps a loop in this thread, which Django must bear."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with chromium(live_server.url) as browser:
        yield browser


@pytest.fixture
def shoot(tmp_path: Path) -> Callable[..., Path]:
    """`shoot(page, "name")` keeps a picture, in SCREENSHOTS when that names a folder."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path / "shots")
    folder.mkdir(parents=True, exist_ok=True)

    def keep(page: Any, name: str, **options: Any) -> Path:
        path = folder / f"{name}.png"
        page.screenshot(path=str(path), caret="initial", **options)  # hiding it writes a style
        return path

    return keep
