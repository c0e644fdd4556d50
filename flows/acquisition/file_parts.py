"""What sources have in common whose files others put into a folder, here or on a server."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from flows.acquisition.source_parts import EnvironmentName, HashConfig, Host, SourceConfig
from foundation.configuration import Config


class SettlingConfig(Config):
    """When a file that others write is whole.

    Attributes:
        settle_s: size and time of change have stood still so long.
        marker: a file of this name or suffix beside it says so at once, such as `.done`; empty for none.
    """

    settle_s: float = Field(default=30.0, ge=0, le=3600)
    marker: str = Field(default="", pattern=r"^[^/\\]*$")


class SftpConfig(Config):
    """A server reached by SFTP; its key must be known.

    Attributes:
        user: account there.
        known_hosts: file with the server's key, as `ssh-keyscan` writes it; another key is refused.
        key_file: private key of the account; a password when None.
        credential_env: environment variable with the password, or the passphrase of the key.
    """

    host: Host
    port: int = Field(default=22, ge=1, le=65535)
    user: str = Field(min_length=1)
    known_hosts: Path
    key_file: Path | None = None
    credential_env: EnvironmentName = ""

    @model_validator(mode="after")
    def _some_way_in(self) -> SftpConfig:
        if self.key_file is None and not self.credential_env:
            raise ValueError("give `key_file`, or `credential_env` with the name of a variable")
        return self


class FilesConfig(SourceConfig, SettlingConfig, HashConfig):
    """A source whose files others put somewhere.

    Attributes:
        path: folder, here or on the server.
    """

    path: str
