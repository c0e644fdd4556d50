"""The line to a target: how it is secured, and how it is cut."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

from consultation.delivery.retry import RefusedError

__all__ = ["shut_below_tls", "tls_context"]


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or later with the certificate held against the name.

    Args:
        ca_file: certificates to trust; those of the system when None.

    Raises:
        RefusedError: when they cannot be read.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:
        raise RefusedError(f"cannot read the certificates {ca_file}: {error.strerror or error}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def shut_below_tls(line: socket.socket) -> None:
    """Shut a line so that whoever waits on it fails; the state of its TLS is left alone.

    Raises:
        OSError: when it is gone already.
    """
    socket.socket.shutdown(line, socket.SHUT_RDWR)
