"""Sends the day's mails: claim, send outside any transaction, record what the server said."""

from hub.channels import mail
from hub.channels.mail import Letter
from hub.domain.staff.posts import HUB
from hub.logs import logger
from hub.operations.tasks import daily_mail

from .runtime import WorkerRuntime

# Mails in one run.
MOST = 100
log = logger("mail")


def send_waiting(runtime: WorkerRuntime) -> int:
    """Send the waiting mails, each claimed by one worker; returns how many the server accepted."""
    taken, perform = 0, runtime.office.perform
    for _ in range(MOST):
        claimed = perform(HUB, daily_mail.claim_mail)
        if claimed is None:
            break
        # Claimed and committed before it is sent, with no transaction open: the server may take long, and two workers
        # must not send the same mail.
        refused = _send(runtime, claimed.message_id, claimed.address, claimed.subject, claimed.body)
        perform(HUB, daily_mail.settle_mail, claimed.id, refused)
        taken += refused is None
        log.info("mail.sent" if refused is None else "mail.refused", unit=claimed.unit_code, code=refused)
    return taken


def _send(runtime: WorkerRuntime, message_id: str, address: str | None, subject: str, body: str) -> str | None:
    if runtime.mail is None:
        return "no_server"
    if address is None:
        return "no_address"
    return mail.send(runtime.mail, Letter(message_id, address, subject, body))


def send_day(runtime: WorkerRuntime) -> int:
    """Make the day's mails and send them with those that waited; returns how many the server accepted."""
    runtime.office.perform(HUB, daily_mail.make_mails)
    return send_waiting(runtime)
