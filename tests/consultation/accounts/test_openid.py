"""Login by OpenID Connect against a provider made for the tests, honest and not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey
from requests.adapters import BaseAdapter

from consultation.accounts.openid import Provider
from consultation.accounts.sessions import session_of
from consultation.accounts.users import TERMINAL, NewUser, add_user, all_users, set_enabled
from consultation.record.configuration import shipped
from consultation.record.desk import Desk, open_desk
from consultation.record.refusals import NotLoggedIn, NotPermitted, Unknown
from foundation.errors import ConfigurationError, RunError
from tests.consultation.record.conftest import Clock

ISSUER = "https://login.example"
BACK = "https://bogda.example/api/openid/finish"


@dataclass
class Fake(BaseAdapter):
    """The provider: publishes itself, gives tokens for the code it was told of."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    signing: Any = None
    claims: dict[str, Any] = field(default_factory=dict)
    nonce: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: dict[str, list[str]] = field(default_factory=dict)
    down: bool = False

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        address = str(request.url)
        self.asked.append(address)
        if self.down:
            raise requests.ConnectionError("no route")
        document: dict[str, Any] = {}
        if address.endswith("openid-configuration"):
            document = {"issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize",
                        "token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/keys"}  # fmt: skip
            document |= self.metadata
        elif address.endswith("keys"):
            document = {"keys": [self.key.as_dict(private=False)]}
        elif address.endswith("token"):
            body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
            self.sent = parse_qs(body)
            document = {"access_token": "a", "token_type": "Bearer", "id_token": self._token()}
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, address, request
        answer._content = json.dumps(document).encode()
        answer.headers["content-type"] = "application/json"
        return answer

    def close(self) -> None:
        """Nothing is open."""

    def _token(self) -> str:
        now = int(time.time())
        usual = {"iss": ISSUER, "aud": "bogda", "sub": "42", "iat": now, "exp": now + 300,
                 "nonce": self.nonce,
                 "preferred_username": "Aygul", "name": "阿依古丽", "groups": ["staff", "fc"]}  # fmt: skip
        claims = {name: value for name, value in (usual | self.claims).items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signing or self.key)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake()
    monkeypatch.setattr(requests.Session, "get_adapter", lambda _self, url: made)  # noqa: ARG005
    monkeypatch.setenv("BOGDA_OPENID_SECRET", "s3cret")
    return made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(tmp_path, clock=Clock())
    openid = opened.config.openid.model_copy(
        update={"enabled": True, "issuer": ISSUER, "client_id": "bogda",
                "roles": {"ap": "approver", "fc": "forecaster"}}
    )  # fmt: skip
    yield Desk(opened.config.model_copy(update={"openid": openid}), opened.record, opened.store)
    opened.close()


def began(desk: Desk, fake: Fake) -> tuple[Provider, str]:
    """A login that was begun; the provider learns its nonce from the address, as it would."""
    provider = Provider(desk)
    address, state = provider.begin(BACK)
    query = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{ISSUER}/authorize?")
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [BACK]
    fake.nonce = query["nonce"][0]
    return provider, state


def test_a_login_makes_an_account_with_the_role_of_its_group(desk: Desk, fake: Fake) -> None:
    provider, state = began(desk, fake)
    actor, token = provider.finish({"code": "c", "state": state}, state, BACK)
    assert (actor.name, actor.role) == ("aygul", "forecaster")
    assert fake.sent["code_verifier"][0]
    session = session_of(desk, token)
    assert session is not None
    assert session.shown_name == "阿依古丽"
    (user,) = all_users(desk)
    assert not user.has_password
    assert all(address.startswith(ISSUER) for address in fake.asked)


def test_the_role_follows_the_groups_and_ends_sessions(desk: Desk, fake: Fake) -> None:
    provider, state = began(desk, fake)
    _, token = provider.finish({"code": "c", "state": state}, state, BACK)
    fake.claims = {"groups": "ap"}
    provider, state = began(desk, fake)
    actor, _ = provider.finish({"code": "c", "state": state}, state, BACK)
    assert actor.role == "approver"
    assert session_of(desk, token) is None
    assert len(all_users(desk)) == 1


LIES: dict[str, dict[str, Any]] = {
    "issuer": {"iss": "https://evil.example"},
    "audience": {"aud": "other"},
    "nonce": {"nonce": "other"},
    "no nonce": {"nonce": None},
    "expired": {"exp": 1000},
    "no subject": {"sub": None},
    "other party": {"aud": ["bogda", "other"], "azp": "other"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_good_is_refused(desk: Desk, fake: Fake, lie: str) -> None:
    provider, state = began(desk, fake)
    fake.claims = LIES[lie]
    with pytest.raises(NotLoggedIn, match="not good"):
        provider.finish({"code": "c", "state": state}, state, BACK)
    assert all_users(desk) == []


def test_a_token_signed_by_another_is_refused(desk: Desk, fake: Fake) -> None:
    provider, state = began(desk, fake)
    fake.signing = RSAKey.generate_key(2048, {"kid": "1"})
    with pytest.raises(NotLoggedIn, match="not good"):
        provider.finish({"code": "c", "state": state}, state, BACK)


def test_another_browser_cannot_end_a_login_nor_the_same_twice(desk: Desk, fake: Fake) -> None:
    provider, state = began(desk, fake)
    with pytest.raises(NotLoggedIn, match="did not begin"):
        provider.finish({"code": "c", "state": state}, "", BACK)
    with pytest.raises(NotLoggedIn, match="did not begin"):
        provider.finish({"code": "c", "state": "x"}, state, BACK)
    provider.finish({"code": "c", "state": state}, state, BACK)
    with pytest.raises(NotLoggedIn, match="used already"):
        provider.finish({"code": "c", "state": state}, state, BACK)


def test_a_login_that_took_too_long(desk: Desk, fake: Fake) -> None:
    provider, state = began(desk, fake)
    desk.record.clock.forward(minutes=11)  # type: ignore[attr-defined]
    with pytest.raises(NotLoggedIn, match="too long"):
        provider.finish({"code": "c", "state": state}, state, BACK)


def test_people_without_a_role_with_a_taken_name_or_shut_off(desk: Desk, fake: Fake) -> None:
    provider, state = began(desk, fake)
    fake.claims = {"groups": ["staff"]}
    with pytest.raises(NotPermitted):
        provider.finish({"code": "c", "state": state}, state, BACK)
    add_user(desk, TERMINAL, NewUser("aygul", "administrator", "", "copper violin 73 冰川"))
    fake.claims = {}
    provider, state = began(desk, fake)
    with pytest.raises(NotLoggedIn, match="local account"):
        provider.finish({"code": "c", "state": state}, state, BACK)
    fake.claims = {"preferred_username": "名字"}
    provider, state = began(desk, fake)
    actor, _ = provider.finish({"code": "c", "state": state}, state, BACK)
    assert actor.name.startswith("person-")
    set_enabled(desk, TERMINAL, actor.name, enabled=False)
    provider, state = began(desk, fake)
    with pytest.raises(NotLoggedIn, match="shut off"):
        provider.finish({"code": "c", "state": state}, state, BACK)


def test_a_provider_that_is_silent_or_not_itself(desk: Desk, fake: Fake) -> None:
    fake.metadata = {"issuer": "https://evil.example"}
    with pytest.raises(RunError, match="name itself"):
        Provider(desk).begin(BACK)
    fake.metadata = {"token_endpoint": "http://login.example/token"}
    with pytest.raises(RunError, match="https"):
        Provider(desk).begin(BACK)
    fake.down = True
    with pytest.raises(RunError, match="does not answer"):
        Provider(desk).begin(BACK)


def test_it_is_off_unless_configured(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unknown, match="off"):
        Provider(Desk(shipped(), desk.record, desk.store))
    monkeypatch.delenv("BOGDA_OPENID_SECRET", raising=False)
    with pytest.raises(ConfigurationError, match="BOGDA_OPENID_SECRET"):
        Provider(desk)
