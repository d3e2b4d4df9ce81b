"""Carries the day's mails to the mail server: claim, send without a transaction, note what the server said."""

from hub.channels import mail
from hub.channels.mail import Letter
from hub.domain.staff.posts import HUB
from hub.logs import logger
from hub.operations.tasks import daily_mail

from .runtime import Works

# Mails in one go.
MOST = 100
log = logger("mail")


def send_waiting(works: Works) -> int:
    """Send what waits, each mail in one worker's hands; returns how many the server took."""
    taken, perform = 0, works.office.perform
    for _ in range(MOST):
        mail = perform(HUB, daily_mail.claim)
        if mail is None:
            break
        refused = _send(works, mail.message_id, mail.address, mail.subject, mail.body)
        perform(HUB, daily_mail.settle, mail.id, refused)
        taken += refused is None
        log.info("mail.sent" if refused is None else "mail.refused", unit=mail.unit_code, code=refused)
    return taken


def _send(works: Works, message_id: str, address: str | None, subject: str, body: str) -> str | None:
    if works.mail is None:
        return "no_server"
    if address is None:
        return "no_address"
    return mail.send(works.mail, Letter(message_id, address, subject, body))


def send_day(works: Works) -> int:
    """The day's mails are made, and sent with whatever waited; returns how many the server took."""
    works.office.perform(HUB, daily_mail.make_mails)
    return send_waiting(works)
