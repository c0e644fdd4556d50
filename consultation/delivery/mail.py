"""Delivery by e-mail over SMTP; nothing is sent, and no password, before TLS holds."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from consultation.delivery.configuration import MailTarget, secret
from consultation.delivery.ledger import DeliveryKey
from consultation.delivery.line import shut_below_tls, tls_context
from consultation.delivery.parcel import Parcel
from consultation.delivery.retry import Allowance, PassingError, RefusedError, cut_off


def message_of(target: MailTarget, parcel: Parcel, key: DeliveryKey) -> EmailMessage:
    """The message: a text for people and the product as a file; its id is made of the key."""
    message = EmailMessage()
    message["From"], message["To"] = target.sender, ", ".join(target.recipients)
    message["Subject"], message["Date"] = parcel.subject, format_datetime(localtime())
    message["Message-ID"] = f"<{_identifier(key)}@{target.sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(parcel.text)
    main, _, sub = parcel.media_type.partition(";")[0].partition("/")
    message.add_attachment(parcel.content, maintype=main, subtype=sub, filename=parcel.file_name)
    return message


def _identifier(key: DeliveryKey) -> str:
    return "bogda-" + hashlib.sha256(str(key).encode()).hexdigest()[:32]


def send(target: MailTarget, parcel: Parcel, key: DeliveryKey, allowed: Allowance) -> str:
    """Send a parcel once to all recipients.

    Raises:
        PassingError: when the server cannot be reached or says 4xx.
        RefusedError: when it offers no TLS, its certificate does not hold, the login fails, or it refuses a
        recipient. ConfigurationError: when the password is not set.
    """
    password = secret(target.password_env, target.name) if target.user else ""
    message = message_of(target, parcel, key)
    try:
        with _server(target, allowed.step_s) as server, cut_off(allowed.whole_s, lambda: _shut(server)):
            server.connect(target.host, target.port)
            if target.tls == "starttls":
                server.starttls(context=tls_context(target.ca_file))
            if target.user:
                server.login(target.user, password)
            turned_away = server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise _failure(error) from error
    if turned_away:
        return f"sent, but not taken for {', '.join(sorted(turned_away))}"
    return f"sent to {len(target.recipients)}"


class _Plain(smtplib.SMTP):
    """A server that is not called yet, and whose certificate will be held against its name."""

    def __init__(self, host: str, seconds: float) -> None:
        """Remember the name; the library forgets it when it connects later."""
        super().__init__(timeout=seconds)
        self._host = host


class _Encrypted(smtplib.SMTP_SSL):
    """The same, with TLS from the first byte."""

    def __init__(self, host: str, seconds: float, context: ssl.SSLContext) -> None:
        """Remember the name."""
        super().__init__(timeout=seconds, context=context)
        self._host = host


def _server(target: MailTarget, seconds: float) -> smtplib.SMTP:
    if target.tls == "tls":
        return _Encrypted(target.host, seconds, tls_context(target.ca_file))
    return _Plain(target.host, seconds)


def _shut(server: smtplib.SMTP) -> None:
    if server.sock is not None:
        shut_below_tls(server.sock)


def _failure(error: Exception) -> PassingError | RefusedError:
    """Whether trying again may help."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return RefusedError(f"the certificate does not hold: {error.verify_message}")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _by_code(max(code for code, _ in error.recipients.values()), "no recipient was taken")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return RefusedError(f"the server does not offer what is needed: {error}")
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, _one_line(error.smtp_error))
    return PassingError(f"no answer ({type(error).__name__}: {str(error)[:120]})")


def _by_code(code: int, said: str) -> PassingError | RefusedError:
    """Codes 4xx pass, 5xx stay (RFC 5321, 4.2.1)."""
    line = f"SMTP {code} {said}"
    return PassingError(line) if 400 <= code < 500 else RefusedError(line)


def _one_line(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
