"""Mail by SMTP, one letter to one address. Sent means: the server answered 250 after the text."""

import contextlib
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from hub.ports import SHANGHAI, now

# Seconds for each step of the talk.
TIMEOUT = 20.0


@dataclass(frozen=True)
class MailServer:
    """Where mail leaves. `security`: tls from the first byte, starttls (refused without it), or none."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""
    ca: Path | None = None


@dataclass(frozen=True)
class Letter:
    """A mail as it leaves."""

    message_id: str
    to: str
    subject: str
    body: str


def send(server: MailServer, letter: Letter) -> str | None:
    """Send a letter; returns None if the server accepted it, else a code word. Never raises for what a server does.

    A line that breaks after the text left counts as not sent: the next try carries the same Message-ID.
    """
    try:
        line = _open(server)
    # From the particular to the general: smtplib's and ssl's errors are all OSErrors.
    except smtplib.SMTPAuthenticationError:
        return "login_refused"
    except smtplib.SMTPNotSupportedError:
        return "no_tls"
    except ssl.SSLError:
        return "certificate"
    except (OSError, smtplib.SMTPException):
        return "unreachable"
    try:
        line.send_message(_message(server, letter))
    except smtplib.SMTPRecipientsRefused:
        return "address_refused"
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError):
        return "refused"
    except (OSError, smtplib.SMTPException):
        return "broken_off"
    finally:
        # Only a courtesy: the server has taken the letter, or has not.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            line.quit()
    return None


def _open(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=str(server.ca) if server.ca else None)
    if server.security == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.security == "starttls":
            line.starttls(context=context)
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _message(server: MailServer, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = server.sender, letter.to, letter.subject
    message["Message-ID"], message["Date"] = letter.message_id, format_datetime(now().astimezone(SHANGHAI))
    # RFC 3834: keeps automatic replies away.
    message["Auto-Submitted"] = "auto-generated"
    # Base64 keeps lines below 998 octets (RFC 5322 2.1.1), and needs no 8BITMIME for Chinese.
    message.set_content(letter.body, cte="base64")
    return message
