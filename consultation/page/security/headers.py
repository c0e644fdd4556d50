"""Headers that tell a browser what the page may do: load what this server gives, and nothing else."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consultation.record.configuration import ConsultationConfig

_YEAR_SECONDS = 31_536_000


def security_headers(config: ConsultationConfig) -> dict[str, str]:
    """The headers by name, in lower case."""
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in config.content_security.items())
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if (config.public_address or "").startswith("https://"):
        headers["strict-transport-security"] = f"max-age={_YEAR_SECONDS}"
    return headers


class SecurityHeaders:
    """Adds the headers to every response that does not set them itself."""

    def __init__(self, app: ASGIApp, config: ConsultationConfig) -> None:
        """Compose the headers once."""
        self._app, self._headers = app, security_headers(config)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
