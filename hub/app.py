"""Puts the parts together; no behaviour."""

from dataclasses import dataclass
from datetime import timedelta

from hub.channels import host
from hub.channels.host import Partners
from hub.channels.mail import MailServer
from hub.channels.reach import Reach
from hub.engine import database
from hub.engine.queue import Queue
from hub.engine.runtime import WorkerRuntime
from hub.operations.office import Office
from hub.plugin import sm
from hub.registry.channels import state as channel_state
from hub.registry.data_folder.key_file import KeyPlace
from hub.registry.oversight import anchor_file
from hub.settings import HubSettings

from .registry import installation


@dataclass
class Hub:
    """A running hub: what faces and workers are built on."""

    settings: HubSettings
    office: Office
    partners: Partners

    @property
    def reach(self) -> Reach:
        """What the installation lets channels reach."""
        named = self.settings.inside_partners.split(",")
        return Reach(self.settings.allow_loopback_partners, frozenset(host.strip() for host in named if host.strip()))

    def runtime(self) -> WorkerRuntime:
        """What a worker of this process works with; it picks up changed settings on its own."""
        runtime = WorkerRuntime(
            self.office, reach=self.reach, mail=mail_server(self.settings), partners=self.partners.partners
        )
        runtime.take_up()
        return runtime

    def close(self) -> None:
        """Give the database back."""
        self.office.store.close()


def mail_server(settings: HubSettings) -> MailServer | None:
    """Where mail leaves; None when no server is set."""
    if not settings.smtp_host:
        return None
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        sender=settings.mail_from,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else "",
        ca=settings.smtp_ca,
    )


def key_place(settings: HubSettings) -> KeyPlace:
    """Where the installation's master key is kept."""
    return KeyPlace(settings.master_key.get_secret_value() if settings.master_key else None, settings.data)


def open_hub(settings: HubSettings, *, upgrade: bool = True) -> Hub:
    """Prove the ciphers; open key, schema, queue, plugins. Raises Unsound or StoreUnusable, in words for a person.

    The key is checked before anything is written: a hub with a wrong key must not touch the database.
    """
    sm.engine()
    where, key = database.addresses(settings), key_place(settings)
    if where.owner is not None:
        # As the owner: on the first start the application has no role or tables yet.
        database.as_owner(where.owner, lambda owner: installation.look(owner, key))
    store = database.open_store(where, upgrade=upgrade)
    allowed = settings.allowed_plugins
    partners = host.load(allowed)
    office = Office(store, installation.settle(store, key), Queue(store), host.capabilities(partners))
    office.anchor = settings.data / anchor_file.NAME
    office.messages_kept = timedelta(days=settings.messages_kept_days)
    with store.transaction() as tx:
        # Every call locks its channel's row, so it must exist before the first one.
        channel_state.ensure(tx, sorted(office.channels))
    return Hub(settings, office, partners)
