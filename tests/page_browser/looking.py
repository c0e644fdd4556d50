"""Opening the page, and knowing what went wrong in it."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from consultation.accounts.users import TERMINAL, NewUser, add_user
from consultation.record.desk import open_desk

AXE = Path(__file__).parents[2] / "consultation/page/web/node_modules/axe-core/axe.min.js"
PASSWORD = secrets.token_urlsafe(24)
PEOPLE = {"forecaster-1": "forecaster", "meteorologist-1": "meteorologist", "approver-1": "approver"}
READY_MS = 20_000


def people(store: Path) -> None:
    """Accounts to log in with."""
    desk = open_desk(store)
    for name, role in PEOPLE.items():
        add_user(desk, TERMINAL, NewUser(name, role, password=PASSWORD))
    desk.close()


@dataclass
class Faults:
    """What a page complained of, and where it went."""

    host: str
    found: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.found.append(f"error: {error}"))
        page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning") and "GPU stall" not in message.text:
            self.found.append(f"{message.type}: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.host, "data:", f"blob:{self.host}")):
            self.found.append(f"left the host: {request.url}")


@dataclass
class Looker:
    """A browser at the address of the page."""

    browser: Any
    host: str

    @contextmanager
    def page(
        self, address: str, *, size: tuple[int, int] = (1280, 800), dark: bool = False, english: bool = False
    ) -> Iterator[Any]:
        """A page of a new visitor; at the end nothing must have gone wrong in it."""
        phone = size[0] < 500
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light",
            is_mobile=phone, has_touch=phone,
        )  # fmt: skip
        if english:
            context.add_init_script("localStorage.setItem('bogda-language', 'en')")
        page, faults = context.new_page(), Faults(self.host)
        faults.watch(page)
        try:
            self.go(page, address)
            yield page
            assert not faults.found, "; ".join(faults.found)
        finally:
            context.close()

    def go(self, page: Any, address: str) -> None:
        """Open a view and wait until it is there."""
        page.goto(f"{self.host}/{address}")
        self.ready(page, address.split("/", 1)[1].split("?", maxsplit=1)[0])

    def ready(self, page: Any, view: str) -> None:
        page.wait_for_selector(f"main[data-ready={view}]", timeout=READY_MS)

    def log_in(self, page: Any, name: str) -> None:
        """Through the dialogue, as people do."""
        page.get_by_role("button", name="登录").click()
        page.fill("dialog input[name=name]", name)
        page.fill("dialog input[name=password]", PASSWORD)
        page.click("dialog button[type=submit]")
        page.wait_for_selector(".person")


def until(page: Any, said: str, seconds: float = 20.0) -> None:
    """Wait until an expression holds; asked from outside, since the page lets nobody evaluate text in it."""
    end = time.monotonic() + seconds
    while not page.evaluate(said):
        assert time.monotonic() < end, f"never held: {said}"
        page.wait_for_timeout(30)


def too_wide(page: Any) -> list[str]:
    """Elements that stick out of the page sideways, unless they may be scrolled."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
          .filter(one => !one.closest('.scroll, .stage, .chain, .views, .skip, .hidden, details:not([open])'))
          .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
          .map(one => `${one.tagName}.${one.className}`)"""
    )
    return found


def serious_faults(page: Any) -> list[str]:
    """Rules of axe that are broken in a way it calls serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    told = page.evaluate("async () => JSON.stringify((await axe.run(document)).violations)")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in json.loads(told)
        if one["impact"] in ("serious", "critical")
    ]
