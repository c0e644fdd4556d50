"""A browser without a screen: it keeps cookies, and sends what a page would send."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import httpx
from fastapi import FastAPI

HOST = "http://bogda.test"


class Browser:
    """One person's browser."""

    def __init__(self, app: FastAPI, address: str = "10.0.0.1") -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app=app, client=(address, 1234), raise_app_exceptions=True)
        self.client = httpx.AsyncClient(transport=transport, base_url=HOST)
        self.csrf = ""

    def request(self, method: str, path: str, **values: Any) -> httpx.Response:
        return self._runner.run(self.client.request(method, path, **values))

    def get(self, path: str) -> httpx.Response:
        return self.request("GET", path)

    def headers(self, **others: str) -> dict[str, str]:
        """What the page sends with each act."""
        usual = {"origin": HOST, "x-bogda-csrf": self.csrf, "x-bogda-request": uuid.uuid4().hex}
        named = {name.replace("_", "-"): value for name, value in others.items()}
        return {name: value for name, value in (usual | named).items() if value}

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self.request("POST", path, json=body, headers=self.headers(**headers))

    def log_in(self, name: str, password: str) -> dict[str, Any]:
        answer = self.post("/api/login", {"name": name, "password": password})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        self.csrf = told["csrf"]
        return told

    def close(self) -> None:
        self._runner.run(self.client.aclose())
        self._runner.close()
