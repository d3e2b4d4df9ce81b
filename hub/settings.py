"""The hub's settings, read once from the environment (PARTNERHUB_…)."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class HubSettings(BaseSettings):
    """One installation's settings; every name is an environment variable with the prefix PARTNERHUB_."""

    model_config = SettingsConfigDict(env_prefix="PARTNERHUB_", hide_input_in_errors=True)

    data: Path = Field(default=Path("data"), description="Folder for the embedded database and the master key file.")
    database_url: SecretStr | None = Field(
        default=None, description="postgresql://… of a server of version 14 or newer; none: an embedded PostgreSQL."
    )
    master_key: SecretStr | None = Field(default=None, description="32 bytes in base64; none: a file (0600) in `data`.")
    plugins: str | None = Field(default=None, description="Comma list: only these plugins are loaded.")
    allow_loopback_partners: bool = Field(default=False, description="Partners on this machine (simulators) allowed.")
    inside_partners: str = Field(
        default="", description="Comma list of host:port in the company's own network that channels may reach."
    )
    worker_concurrency: int = Field(
        default=16, ge=1, le=64, description="Talks with one partner that one worker carries at once."
    )
    host: str = Field(default="127.0.0.1", description="Address on which `serve` listens.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port on which `serve` listens; 0: any free one.")
    secure_cookies: bool = Field(default=False, description="Set when served over TLS: __Host- cookies and HSTS.")
    password: SecretStr | None = Field(default=None, description="Your password for commands that act as you (--as).")
    smtp_host: str = Field(
        default="", description="Mail server for the day's mail to internal control; none: not sent."
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="The mail server's port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="How the line is sealed.")
    smtp_user: str = Field(default="", description="Login at the mail server; none: without.")
    smtp_password: SecretStr | None = Field(default=None, description="Password at the mail server.")
    smtp_ca: Path | None = Field(default=None, description="Certificate that the mail server's must go back to.")
    mail_from: str = Field(default="partnerhub@localhost", description="Sender of mails.")
    messages_kept_days: int = Field(
        default=400, ge=7, description="Days for which partners' messages that were heard are kept."
    )
    log_level: str = Field(default="INFO", description="Least level of log events.")


@cache
def settings() -> HubSettings:
    """The settings of this process."""
    return HubSettings()
