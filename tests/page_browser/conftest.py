"""The page in a real browser, over a run that was made before."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.page_browser.looking import Looker, people

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "consultation" / "page" / "assets" / "index.html"
CHROMIUM = Path(os.environ.get("BOGDA_CHROMIUM", "/usr/bin/chromium"))
STORE = os.environ.get("BOGDA_BROWSER_STORE", str(ROOT / "store"))


def _lacking() -> str | None:
    if not CHROMIUM.is_file():
        return f"no {CHROMIUM}: install Debian's chromium, or name one in BOGDA_CHROMIUM"
    if not ASSETS.is_file():
        return "the page is not built: make page"
    if not any(Path(STORE).glob("runs/*/*/manifest.json")):
        return f"no run in {STORE}: bogda daily, or name a store in BOGDA_BROWSER_STORE"
    return None


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the page over the runs of the store, with accounts of its own."""
    reason = _lacking()
    if reason:
        pytest.skip(reason)
    store = tmp_path_factory.mktemp("store")
    (store / "runs").symlink_to(Path(STORE).resolve() / "runs")
    for name in ("assessments", "reports"):
        if (Path(STORE) / name).is_dir():
            shutil.copytree(Path(STORE) / name, store / name)
    people(store)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "flows.cli", "serve", "--port", str(port), "--store", str(store)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    address = server.stdout.readline().split()
    yield address[0].rstrip("/")
    server.terminate()
    server.wait(timeout=30)
    server.stdout.close()


@pytest.fixture(scope="session")
def look(served: str) -> Iterator[Looker]:
    """Opens pages, and knows whatever went wrong in them."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    arguments = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield Looker(browser, served)
        browser.close()
