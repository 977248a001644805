"""What the application can be told from outside: environment variables that begin with ``CMDB_``."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _user() -> str:
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "cmdb"


class Settings(BaseSettings):
    """Settings of one process; an argument given to the constructor stands above the environment."""

    model_config = SettingsConfigDict(env_prefix="CMDB_", frozen=True, extra="ignore", env_ignore_empty=True)

    store: Annotated[
        str, Field(description="URL of the store: sqlite:///path, neo4j://host, bolt://host or memory:.")
    ] = "sqlite:///cmdb.db"
    store_user: Annotated[str | None, Field(description="User of the store, where it asks for one.")] = None
    store_password: Annotated[SecretStr | None, Field(description="Password of the store, never in its URL.")] = None
    catalogue: Annotated[
        tuple[Path, ...],
        NoDecode,
        Field(description="Catalogue files laid over the built-in one, separated as in PATH."),
    ] = ()
    import_policy: Annotated[
        str | None,
        Field(description="Policy file that says what an import is held for; none for nothing; else the built-in one."),
    ] = None
    host: Annotated[str, Field(description="Address that the server listens on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="Port that the server listens on.")] = 8000
    api_token: Annotated[
        SecretStr | None, Field(description="Bearer token that every request must bring; needed beyond loopback.")
    ] = None
    import_bytes: Annotated[
        int, Field(ge=1, description="Largest body of an import over HTTP, in bytes, as it is unpacked.")
    ] = 1_073_741_824
    imports_at_once: Annotated[
        int, Field(ge=1, description="How many imports over HTTP are taken at once; others are told to come back.")
    ] = 4
    exports_at_once: Annotated[
        int, Field(ge=1, description="How many exports over HTTP are served at once; others are told to come back.")
    ] = 4
    import_patience: Annotated[
        float, Field(ge=0, description="Seconds that an import over HTTP waits for a scope that another one holds.")
    ] = 5.0
    actor: Annotated[
        str, Field(min_length=1, default_factory=_user, description="Who is written into the history; the user.")
    ]

    @field_validator("catalogue", mode="before")
    @classmethod
    def _paths(cls, value: object) -> object:
        return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @property
    def password(self) -> str | None:
        """The password in clear, for the store's driver only."""
        return self.store_password.get_secret_value() if self.store_password is not None else None

    @property
    def token(self) -> str | None:
        """The token in clear, for the server only."""
        return self.api_token.get_secret_value() if self.api_token is not None else None
