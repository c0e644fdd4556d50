"""Delivery by e-mail over SMTP; nothing is sent, and no password, before TLS holds."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from consultation.delivery.configuration import MailTarget, secret
from consultation.delivery.ledger import DeliveryKey
from consultation.delivery.parcel import Parcel
from consultation.delivery.retry import PassingError, RefusedError


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


def send(target: MailTarget, parcel: Parcel, key: DeliveryKey, seconds: float) -> str:
    """Send a parcel once to all recipients.

    Raises:
        PassingError: when the server cannot be reached or says 4xx.
        RefusedError: when it offers no TLS, its certificate does not hold, the login fails, or it refuses a
        recipient. ConfigurationError: when the password is not set.
    """
    password = secret(target.password_env, target.name) if target.user else ""
    message = message_of(target, parcel, key)
    try:
        with _connected(target, seconds) as server:
            if target.user:
                server.login(target.user, password)
            turned_away = server.send_message(message)
    except ssl.SSLCertVerificationError as error:
        raise RefusedError(f"the certificate does not hold: {error.verify_message}") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise _by_code(
            max(code for code, _ in error.recipients.values()), "no recipient was taken"
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise RefusedError(f"the server does not offer what is needed: {error}") from error
    except smtplib.SMTPResponseException as error:
        raise _by_code(error.smtp_code, _plain(error.smtp_error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise PassingError(f"no answer ({type(error).__name__}: {str(error)[:120]})") from error
    if turned_away:
        return f"sent, but not taken for {', '.join(sorted(turned_away))}"
    return f"sent to {len(target.recipients)}"


def _connected(target: MailTarget, seconds: float) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=str(target.ca_file) if target.ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if target.tls == "tls":
        return smtplib.SMTP_SSL(target.host, target.port, timeout=seconds, context=context)
    server = smtplib.SMTP(target.host, target.port, timeout=seconds)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _by_code(code: int, said: str) -> PassingError | RefusedError:
    """Codes 4xx pass, 5xx stay (RFC 5321, 4.2.1)."""
    line = f"SMTP {code} {said}"
    return PassingError(line) if 400 <= code < 500 else RefusedError(line)


def _plain(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
