"""The hub's settings, read once from the environment (PARTNERHUB_…)."""

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class HubSettings(BaseSettings):
    """One installation's settings; every name is an environment variable with the prefix PARTNERHUB_."""

    # A value may be a password or a key, so errors do not show it. An empty variable counts as not set.
    model_config = SettingsConfigDict(env_prefix="PARTNERHUB_", env_ignore_empty=True, hide_input_in_errors=True)

    data: Path = Field(default=Path("data"), description="Folder for the embedded database and the master key file.")
    database_url: SecretStr | None = Field(
        default=None,
        description="postgresql://… of a server of version 14 or newer, as the role that works and owns nothing; "
        "none: an embedded PostgreSQL.",
    )
    owner_database_url: SecretStr | None = Field(
        default=None,
        description="The same database as the role that owns the tables, for `partnerhub db upgrade`: it migrates and "
        "grants, and is best given to that command alone.",
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
    public_url: str = Field(
        default="",
        description="Address under which browsers open the console, such as http://hub.corp; needed behind a proxy that "
        "does not pass on the browser's Host.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Comma list of addresses or networks of proxies whose word on the caller's address is believed.",
    )
    proxy_header: Literal["x-forwarded-for", "forwarded"] = Field(
        default="x-forwarded-for", description="The one header in which these proxies name the caller."
    )
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

    @field_validator("trusted_proxies")
    @classmethod
    def _name_proxies(cls, value: str) -> str:
        networks(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _as_browsers_say_it(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc):
            raise ValueError("an address beginning with http:// or https://, without user name")
        return value

    @property
    def allowed_plugins(self) -> tuple[str, ...] | None:
        """The names of the plugins to load; None: all that are installed."""
        return tuple(name.strip() for name in (self.plugins or "").split(",") if name.strip()) or None

    @property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The proxies' networks; if none, the socket's peer is the caller."""
        return networks(self.trusted_proxies)


def networks(listed: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of a comma-separated list. Raises ValueError for anything else, and for a network that is everything."""
    read = tuple(ip_network(part.strip()) for part in listed.split(",") if part.strip())
    # 0.0.0.0/0 or ::/0: every caller could then name any address as its own.
    if any(network.prefixlen == 0 for network in read):
        raise ValueError("a network of all addresses trusts every caller; name the proxies alone")
    return read


@cache
def settings() -> HubSettings:
    """The settings of this process. Raises ValidationError, without the values."""
    return HubSettings()
