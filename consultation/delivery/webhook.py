"""Delivery by HTTPS POST, signed; no redirect is followed and no other host is called."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ssl
import time
from urllib.parse import urlsplit

from consultation.delivery.configuration import WebhookTarget, secret
from consultation.delivery.ledger import DeliveryKey
from consultation.delivery.line import shut_below_tls, tls_context
from consultation.delivery.parcel import Parcel
from consultation.delivery.retry import Allowance, PassingError, RefusedError, cut_off

SIGNATURE, TIMESTAMP, KEY = "X-Bogda-Signature", "X-Bogda-Timestamp", "Idempotency-Key"
_MOST_OF_ANSWER = 2048
_LONGEST_WAIT_ASKED_S = 3600.0
_PASSING = {408, 425, 429, 500, 502, 503, 504}


def signature(body: bytes, timestamp: str, key: str, secret_text: str) -> str:
    """HMAC-SHA256 (RFC 2104) over time, key and body, as the header carries it: `v1=` and hexadecimal digits.

    Time and key are signed with the body, so that neither an old message nor one under another key passes.

    Args:
        body: as sent.
        timestamp: seconds since 1970, as in `X-Bogda-Timestamp`.
        key: as in `Idempotency-Key`.
        secret_text: known to sender and receiver.
    """
    signed = f"{timestamp}\n{key}\n".encode() + body
    return "v1=" + hmac.new(secret_text.encode(), signed, hashlib.sha256).hexdigest()


def post(target: WebhookTarget, parcel: Parcel, key: DeliveryKey, allowed: Allowance) -> str:
    """Send a parcel once.

    Args:
        target: where to.
        parcel: what.
        key: by which the receiver tells a repetition.
        allowed: the time it may take.

    Raises:
        PassingError: when the receiver cannot be reached, is slow, busy or broken.
        RefusedError: when it refuses, answers with a redirect, or its certificate does not hold.
        ConfigurationError: when the secret is not set.
    """
    moment, name = str(int(time.time())), str(key)
    headers = {
        "Content-Type": parcel.media_type,
        "User-Agent": "Bogda",
        "Connection": "close",
        TIMESTAMP: moment,
        KEY: name,
        SIGNATURE: signature(parcel.content, moment, name, secret(target.secret_env, target.name)),
        "X-Bogda-File": parcel.file_name,
    }
    connection = _connection(target, allowed.step_s)
    parts = urlsplit(target.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with cut_off(allowed.whole_s, lambda: shut_below_tls(connection.sock)):
            connection.request("POST", path, parcel.content, headers)
            return _judged(connection.getresponse())
    except ssl.SSLCertVerificationError as error:
        raise RefusedError(f"the certificate does not hold: {error.verify_message}") from error
    except (OSError, http.client.HTTPException) as error:
        raise PassingError(f"no answer ({type(error).__name__}: {str(error)[:120]})") from error
    finally:
        connection.close()


def _connection(target: WebhookTarget, seconds: float) -> http.client.HTTPConnection:
    parts = urlsplit(target.url)
    host = parts.hostname or ""
    if parts.scheme == "http":  # this machine only, as the configuration has it
        return http.client.HTTPConnection(host, parts.port or 80, timeout=seconds)
    context = tls_context(target.ca_file)
    return http.client.HTTPSConnection(host, parts.port or 443, timeout=seconds, context=context)


def _judged(answer: http.client.HTTPResponse) -> str:
    """What an answer means; its body is read to a bound, for the record alone."""
    status = answer.status
    if 300 <= status < 400:
        raise RefusedError(
            f"HTTP {status}: a redirect to {str(answer.headers.get('Location', ''))[:200]!r} is not followed"
        )
    if 200 <= status < 300:
        return f"HTTP {status}"
    said = _read(answer)
    if status in _PASSING:
        raise PassingError(f"HTTP {status} {said}", _asked(answer.headers.get("Retry-After")))
    raise RefusedError(f"HTTP {status} {said}")


def _read(answer: http.client.HTTPResponse) -> str:
    return " ".join(answer.read(_MOST_OF_ANSWER).decode("utf-8", "replace").split())[:200]


def _asked(text: str | None) -> float:
    """Seconds of a Retry-After header; 0 where it gives a date or nothing."""
    return min(float(text), _LONGEST_WAIT_ASKED_S) if text and text.isdigit() else 0.0
