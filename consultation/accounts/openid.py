"""Login by OpenID Connect: authorization code with PKCE, state, nonce, and an identity token that is checked.

OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7; RFC 7636 for the proof key.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, delete, insert, select

from consultation.accounts.identities import open_identity_session
from consultation.accounts.sessions import key_of, new_token
from consultation.record.chain import Actor, instant
from consultation.record.desk import Desk
from consultation.record.refusals import NotLoggedIn, Unknown
from consultation.record.tables import openid_requests
from foundation.errors import ConfigurationError, RunError

if TYPE_CHECKING:
    from joserfc.jwk import KeySetSerialization

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key of the provider; never a shared secret, never none."""
_PATIENCE = dt.timedelta(minutes=10)
_SECONDS = 10.0
_LEEWAY_SECONDS = 60


class Provider:
    """The provider that the configuration names; nothing else is ever called."""

    def __init__(self, desk: Desk) -> None:
        """Call nobody yet.

        Raises:
            Unknown: when login by OpenID Connect is off.
            ConfigurationError: when its secret is not in the environment.
        """
        self._desk, self.config = desk, desk.config.openid
        if not self.config.enabled:
            raise Unknown("login by OpenID Connect is off", "未启用统一身份认证")
        secret = os.environ.get(self.config.secret_variable)
        if not secret:
            raise ConfigurationError(
                f"environment variable {self.config.secret_variable} is not set", where="openid",
                remedy="Set it to the client's secret",
            )  # fmt: skip
        self._secret = secret

    def begin(self, redirect_to: str) -> tuple[str, str]:
        """Begin a login.

        Args:
            redirect_to: address of this server to which the provider sends the browser back.

        Returns:
            The provider's address to go to, and the state, which the browser keeps in a cookie.
        """
        state, nonce, verifier = new_token(), new_token(), secrets.token_urlsafe(64)
        now = self._desk.record.clock()
        with self._desk.record.database.writing() as connection:
            table = openid_requests
            connection.execute(delete(table).where(table.c.time < instant(now - _PATIENCE)))
            row = {"state": key_of(state), "nonce": nonce, "verifier": verifier, "time": instant(now)}
            connection.execute(insert(table).values(row))
        with self._session(redirect_to) as session:
            address, _ = session.create_authorization_url(
                self._metadata(session)["authorization_endpoint"], state=state, nonce=nonce,
                code_verifier=verifier,
            )  # fmt: skip
        return str(address), state

    def finish(self, answer: dict[str, str], kept_state: str, redirect_to: str) -> tuple[Actor, str]:
        """End a login that this browser began.

        Args:
            answer: query of the address that the browser came back to: `code` and `state`, or `error`.
            kept_state: the state from the browser's cookie.
            redirect_to: as given to `begin`.

        Returns:
            Who it is, and the token of the new session.

        Raises:
            NotLoggedIn: when the browser did not begin it, it took too long, or the answer is not good.
            NotPermitted: when the person has no role here.
        """
        state = answer.get("state", "")
        if not state or not secrets.compare_digest(state.encode(), kept_state.encode()):
            raise NotLoggedIn("this browser did not begin that login", "登录请求不是由本浏览器发起")
        with self._desk.record.database.writing() as connection:
            kept = self._take(connection, state)
        if kept is None or "code" not in answer:
            raise NotLoggedIn(
                "the login was refused, used already, or took too long", "登录被拒绝、已使用或超时"
            )
        claims = self._claims(answer["code"], kept, redirect_to)
        return open_identity_session(self._desk, self.config, claims)

    def _take(self, connection: Connection, state: str) -> tuple[str, str] | None:
        """Nonce and proof key of a login; each can be had once."""
        table = openid_requests
        row = connection.execute(select(table).where(table.c.state == key_of(state))).first()
        connection.execute(delete(table).where(table.c.state == key_of(state)))
        if row is None or row.time < instant(self._desk.record.clock() - _PATIENCE):
            return None
        return row.nonce, row.verifier

    def _claims(self, code: str, kept: tuple[str, str], redirect_to: str) -> dict[str, Any]:
        """What the provider says of the person, checked: signature, issuer, audience, times, nonce."""
        from authlib.integrations.base_client import OAuthError
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry

        nonce, verifier = kept
        try:
            with self._session(redirect_to) as session:
                metadata = self._metadata(session)
                token = session.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=verifier, timeout=_SECONDS
                )
                keys = KeySet.import_key_set(
                    cast("KeySetSerialization", self._fetch(session, metadata["jwks_uri"]))
                )
            registry = JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
            decoded = jwt.decode(token["id_token"], key=keys, registry=registry)
            options = {"iss": {"essential": True, "value": self.config.issuer},
                       "aud": {"essential": True, "value": self.config.client_id}}  # fmt: skip
            expected = {"nonce": nonce, "client_id": self.config.client_id,
                        "access_token": token.get("access_token")}  # fmt: skip
            claims = CodeIDToken(decoded.claims, decoded.header, options, expected)
            claims.validate(leeway=_LEEWAY_SECONDS)
        except OSError as error:
            raise _silent(error, self.config.issuer) from error
        except (JoseError, OAuthError, KeyError, ValueError, TypeError) as error:
            raise NotLoggedIn(
                f"the provider's answer is not good ({type(error).__name__})", "身份提供方的答复未通过校验"
            ) from error
        return dict(claims)

    def _session(self, redirect_to: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            client_id=self.config.client_id, client_secret=self._secret, redirect_uri=redirect_to,
            scope=" ".join(self.config.scopes), code_challenge_method="S256",
        )  # fmt: skip

    def _metadata(self, session: Any) -> dict[str, Any]:
        """What the provider publishes of itself; it must be the issuer that the configuration names."""
        issuer = self.config.issuer
        found = self._fetch(session, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        endpoints = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        sound = found.get("issuer") == issuer and all(
            str(found.get(name, "")).startswith("https://") for name in endpoints
        )
        if not sound:
            raise RunError(
                "does not name itself, or an endpoint without https",
                where=issuer,
                remedy="Check openid.issuer",
            )
        return found

    def _fetch(self, session: Any, address: str) -> dict[str, Any]:
        try:
            answer = session.get(address, withhold_token=True, timeout=_SECONDS)
            answer.raise_for_status()
            document = answer.json()
        except (OSError, ValueError) as error:
            raise _silent(error, address) from error
        return document if isinstance(document, dict) else {}


def _silent(error: Exception, address: str) -> RunError:
    return RunError(
        f"the provider does not answer ({type(error).__name__})", where=address,
        remedy="Log in with a password, or try again later",
    )  # fmt: skip
